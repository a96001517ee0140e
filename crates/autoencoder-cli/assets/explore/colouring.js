// What the dots are coloured by, and the legend, on which labels are hidden and shown.
import { element } from "./elements.js";
import { css, ofClass, ofShare } from "./colours.js";
import { quantile, short } from "./numbers.js";

/** The most entries of a legend. */
const MOST = 60;

/** The colour of each dot. */
export class Colouring {
  constructor(model, select, legend, changed) {
    this.model = model;
    this.select = select;
    this.legend = legend;
    this.changed = changed;
    this.hidden = new Set();
    this.ways = [];
    const { labels, errors, scores } = model;
    if (labels) this.ways.push({ name: "label", classes: labels.names, of: labels.of });
    this.ways.push({ name: "error", numbers: errors });
    if (scores) this.ways.push({ name: "score", numbers: scores.values });
    this.ways.push(...(model.samples.colourings?.().map((way) => ({ ...way, isColumn: true })) ?? []));
    const option = (way, index) => element("option", { value: index }, way.isColumn ? `column ${way.name}` : way.name);
    select.append(...this.ways.map(option));
    select.addEventListener("change", () => this.choose(Number(select.value)));
    this.choose(0);
  }

  choose(index, hidden = []) {
    this.way = this.ways[index] ?? this.ways[0];
    this.select.value = this.ways.indexOf(this.way);
    this.hidden = new Set(hidden);
    this.count();
    this.drawLegend();
    this.changed();
  }

  count() {
    this.present = new Map();
    if (!this.way.classes) {
      const sorted = Float32Array.from(this.way.numbers).filter((number) => Number.isFinite(number)).sort();
      this.range = [quantile(sorted, 0.02), quantile(sorted, 0.98)];
      return;
    }
    for (const place of this.way.of) this.present.set(place, (this.present.get(place) ?? 0) + 1);
  }

  /** Whether a sample is shown. */
  shows(index) {
    return !this.way.classes || !this.hidden.has(this.way.of[index]);
  }

  colourOf(index) {
    if (this.way.classes) {
      const place = this.way.of[index];
      return place < this.way.classes.length ? ofClass(place, this.way.classes.length) : [128, 128, 128];
    }
    const [low, high] = this.range;
    const number = this.way.numbers[index];
    return Number.isFinite(number) ? ofShare(high > low ? (number - low) / (high - low) : 0.5) : [128, 128, 128];
  }

  /** The colours of all dots as 0xrrggbb, below 0 for those that are hidden. */
  colours() {
    const colours = new Int32Array(this.model.count);
    const packed = ([red, green, blue]) => (red << 16) | (green << 8) | blue;
    for (let index = 0; index < colours.length; index++) colours[index] = this.shows(index) ? packed(this.colourOf(index)) : -1;
    return colours;
  }

  drawLegend() {
    const { classes } = this.way;
    this.legend.replaceChildren();
    this.legend.classList.toggle("ramped", !classes);
    if (!classes) {
      const stops = Array.from({ length: 9 }, (_, index) => css(ofShare(index / 8)));
      const ramp = element("span", { className: "ramp" });
      ramp.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
      const [low, high] = this.range;
      this.legend.append(element("span", {}, short(low)), ramp, element("span", {}, short(high)));
      return;
    }
    const present = [...this.present.keys()].filter((place) => place < classes.length).sort((a, b) => a - b);
    for (const place of present.slice(0, MOST)) {
      const swatch = element("i", { className: "swatch" });
      swatch.style.background = css(ofClass(place, classes.length));
      const entry = element("button", { type: "button", title: "hide or show; with Shift, show it alone" }, swatch, classes[place]);
      const mark = () => entry.setAttribute("aria-pressed", String(!this.hidden.has(place)));
      mark();
      entry.addEventListener("click", (event) => {
        this.toggle(place, event.shiftKey ? present : null);
        this.drawLegend();
        this.changed();
      });
      this.legend.append(entry);
    }
    if (present.length > MOST) this.legend.append(element("span", {}, `and ${present.length - MOST} more`));
  }

  /** Hides a class or shows it; `all` others are hidden where it is to be alone, or shown where it is alone already. */
  toggle(place, all) {
    if (all) {
      const isAlone = !this.hidden.has(place) && this.hidden.size === all.length - 1;
      this.hidden = new Set(isAlone ? [] : all.filter((other) => other !== place));
    } else if (!this.hidden.delete(place)) this.hidden.add(place);
  }
}
