// The samples within an area of the map: how many, their mean, and their indices to take along.
import { download, element } from "./elements.js";
import { counted, grouped, percent, short } from "./numbers.js";

/** The most labels that are told. */
const TOLD = 6;

/** Whether a point lies within a polygon. */
function isWithin([x, y], polygon) {
  let isInside = false;
  for (let at = 0, before = polygon.length - 1; at < polygon.length; before = at++) {
    const [[x0, y0], [x1, y1]] = [polygon[at], polygon[before]];
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) isInside = !isInside;
  }
  return isInside;
}

/** The selection. `changed` is called with the code of the mean, or nothing. */
export class Selection {
  constructor(model, parts, changed) {
    this.model = model;
    this.parts = parts;
    this.changed = changed;
    this.indices = [];
    parts.copy.addEventListener("click", () => this.copy());
    parts.keep.addEventListener("click", () => download("indices.txt", `${this.text("\n")}\n`));
    parts.clear.addEventListener("click", () => this.set([]));
    this.set([]);
  }

  /** Selects the shown samples within an area. */
  take(area, shows) {
    const { points } = this.model.plane;
    const found = [];
    for (let index = 0; index < this.model.count; index++) {
      if (shows(index) && isWithin([points[2 * index], points[2 * index + 1]], area)) found.push(index);
    }
    this.set(found);
  }

  set(indices) {
    const { model, parts } = this;
    this.indices = indices;
    const isEmpty = !indices.length;
    parts.copy.disabled = parts.keep.disabled = parts.clear.disabled = isEmpty;
    parts.mean.replaceChildren();
    parts.indices.value = this.text(", ");
    parts.whole.hidden = isEmpty;
    if (isEmpty) {
      parts.says.textContent = "Drag around samples on the map.";
      this.changed(null);
      return;
    }
    const mean = new Float32Array(model.width);
    for (const index of indices) model.code(index).forEach((number, place) => (mean[place] += number / indices.length));
    const error = indices.reduce((sum, index) => sum + model.errors[index], 0) / indices.length;
    parts.says.textContent = `${counted(indices.length, "sample")}, ${percent(indices.length / model.count)} of all, with a mean error of ${short(error)}.`;
    const caption = element("figcaption", {}, "decoded from the mean of the codes");
    parts.mean.append(element("figure", { className: "tile" }, model.samples.small(model.decode(mean), "the mean"), caption));
    if (model.labels) parts.mean.append(this.tally());
    this.changed(mean);
  }

  tally() {
    const counts = new Map();
    for (const index of this.indices) counts.set(this.model.label(index), (counts.get(this.model.label(index)) ?? 0) + 1);
    const sorted = [...counts].sort((a, b) => b[1] - a[1]);
    const line = ([label, count]) => {
      const bar = element("span", { className: "tells" });
      bar.style.setProperty("--share", (count / this.indices.length).toFixed(3));
      return element("div", {}, element("dt", {}, label), element("dd", {}, bar, grouped(count)));
    };
    const more = sorted.length - TOLD;
    const rest = more > 0 ? [element("div", {}, element("dt", {}, `and ${more} more`))] : [];
    return element("dl", { className: "tally" }, ...sorted.slice(0, TOLD).map(line), ...rest);
  }

  /** The indices of the selected samples in the data. */
  text(between) {
    return this.indices.map((index) => this.model.indexInData(index)).join(between);
  }

  async copy() {
    const { indices, copy } = this.parts;
    indices.select();
    try {
      await navigator.clipboard.writeText(indices.value);
    } catch {
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy"), 1500);
  }
}
