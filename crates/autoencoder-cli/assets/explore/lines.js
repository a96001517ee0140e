// Samples that are lines: numbers one after the other, of one column or of several, which can be drawn and dragged.
import { crisp, element, once } from "./elements.js";
import { named } from "./colours.js";
import { quantile, short, ticks } from "./numbers.js";

const LEFT = 44;
const ROOM = 18;

/** Lines, one for each column. */
export class Lines {
  constructor({ names, values }, scaling) {
    Object.assign(this, { kind: "line", noun: "series", names, values: undefined, scaling });
    this.quantised = values;
    this.features = values.columns;
    this.length = this.features / names.length;
    this.isWhole = true;
    this.bounds = names.map((_, column) => this.range(column));
  }

  /** The numbers of a column between which it is drawn: a few far outside do not flatten all others. */
  range(column) {
    const found = [];
    const step = Math.ceil((this.quantised.rows * this.length) / 40000);
    for (let at = 0; at < this.quantised.rows * this.length; at += step) {
      const feature = (at % this.length) * this.names.length + column;
      found.push(this.scaling.undo(feature, this.quantised.at(Math.floor(at / this.length), feature)));
    }
    const sorted = Float64Array.from(found).sort();
    const [low, high] = [quantile(sorted, 0.002), quantile(sorted, 0.998)];
    const room = 0.12 * (high - low) || 1;
    return [low - room, high + room];
  }

  async ready() {}

  of(index) {
    return { values: this.quantised.row(index), holes: new Set() };
  }

  /** The numbers of a column in the units of the data. */
  column(values, column) {
    const feature = (place) => place * this.names.length + column;
    return Array.from({ length: this.length }, (_, place) => this.scaling.undo(feature(place), values[feature(place)]));
  }

  /** Where a number of a column is drawn, and the number that is drawn there. */
  scale(width, panel, isPlain = false) {
    const [left, room] = isPlain ? [2, 3] : [LEFT, ROOM];
    const [wide, high] = [width - left - 6, panel - room - 6];
    const across = (place) => left + (place / Math.max(this.length - 1, 1)) * wide;
    const down = (column, number) => {
      const [least, most] = this.bounds[column];
      return column * panel + room + (1 - (number - least) / (most - least)) * high;
    };
    const numberAt = (column, y) => {
      const [least, most] = this.bounds[column];
      return least + (1 - (y - column * panel - room) / high) * (most - least);
    };
    const placeAt = (x) => Math.round(((x - left) / wide) * (this.length - 1));
    return { across, down, numberAt, placeAt };
  }

  panel(height) {
    return height / this.names.length;
  }

  /** The height at which all columns can be read. */
  height(large) {
    return this.names.length === 1 ? (large ? 210 : 170) : Math.min(large ? 86 : 68, 420 / this.names.length) * this.names.length;
  }

  /** Draws samples over each other: `series` has the numbers and the colour of each, and the first two enclose what is different. */
  draw(canvas, series, isPlain = false) {
    const width = canvas.clientWidth || 360;
    const height = canvas.clientHeight || this.height(false);
    const context = crisp(canvas, width, height);
    const panel = this.panel(height);
    const { across, down } = this.scale(width, panel, isPlain);
    context.font = "11px system-ui, sans-serif";
    this.names.forEach((name, column) => {
      const lines = series.map(({ values }) => this.column(values, column));
      if (!isPlain) this.drawScale(context, name, column, down, width, panel);
      if (lines.length > 1) {
        context.beginPath();
        lines[0].forEach((number, place) => context.lineTo(across(place), down(column, number)));
        [...lines[1].entries()].reverse().forEach(([place, number]) => context.lineTo(across(place), down(column, number)));
        context.fillStyle = named("--wrong-soft");
        context.fill();
      }
      series.forEach(({ colour, width: thick }, index) => {
        context.beginPath();
        lines[index].forEach((number, place) => context.lineTo(across(place), down(column, number)));
        context.strokeStyle = named(colour);
        context.lineWidth = thick;
        context.lineJoin = "round";
        context.stroke();
      });
    });
  }

  /** Draws the numbers beside a column, and its name where there are several. */
  drawScale(context, name, column, down, width, panel) {
    context.fillStyle = named("--faint");
    context.strokeStyle = named("--hairline");
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const tick of ticks(...this.bounds[column], panel > 120 ? 4 : 2)) {
      const y = Math.round(down(column, tick)) + 0.5;
      context.fillText(short(tick), LEFT - 6, y + 4);
      context.beginPath();
      context.moveTo(LEFT, y);
      context.lineTo(width, y);
      context.stroke();
    }
    context.textAlign = "left";
    if (this.names.length > 1) context.fillText(name, LEFT, column * panel + 11);
  }

  small(values, label) {
    const canvas = element("canvas", { className: "line small", role: "img", "aria-label": label });
    requestAnimationFrame(() => this.draw(canvas, [{ values, colour: "--accent", width: 1.5 }], true));
    return canvas;
  }

  key(entries) {
    const entry = ([colour, text]) => element("span", {}, element("i", { className: `swatch ${colour}` }), text);
    return element("p", { className: "key" }, ...entries.map(entry));
  }

  comparison(parent) {
    const canvas = element("canvas", { className: "line", id: "here-made", role: "img", "aria-label": "decoded, and the nearest sample" });
    canvas.style.height = `${this.height(false)}px`;
    parent.append(canvas, this.key([["accent", "decoded here"], ["quiet", "nearest sample"]]));
    let last = null;
    const paint = once(() => this.draw(canvas, last));
    new ResizeObserver(() => last && paint()).observe(canvas);
    return {
      show: ({ values, index }) => {
        last = [
          { values: this.of(index).values, colour: "--quiet", width: 1.5 },
          { values, colour: "--accent", width: 2 },
        ];
        this.draw(canvas, last);
      },
    };
  }

  editor(parent, changed) {
    return new LineEditor(this, parent, changed);
  }
}

/** A chart whose line is dragged. */
class LineEditor {
  constructor(lines, parent, changed) {
    this.lines = lines;
    this.changed = changed;
    this.values = new Float32Array(lines.features);
    this.canvas = element("canvas", { className: "line pad", id: "pad", role: "img", "aria-label": "the series, to be dragged" });
    this.canvas.style.height = `${lines.height(true)}px`;
    parent.append(this.canvas, lines.key([["ink", "yours: drag it"], ["accent", "restored"]]));
    const smooth = element("button", { type: "button" }, "Flatten");
    smooth.addEventListener("click", () => this.flatten());
    parent.append(element("div", { className: "tools" }, smooth));
    this.listen();
    new ResizeObserver(() => this.restored && this.paint()).observe(this.canvas);
  }

  /** Makes each column its mean. */
  flatten() {
    const count = this.lines.names.length;
    for (let column = 0; column < count; column++) {
      const numbers = this.lines.column(this.values, column);
      const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      numbers.forEach((_, place) => this.put(place, column, mean));
    }
    this.tell();
  }

  put(place, column, number) {
    const feature = place * this.lines.names.length + column;
    this.values[feature] = this.lines.scaling.apply(feature, number);
  }

  listen() {
    let last = null;
    const take = (event) => {
      const { left, top, width, height } = this.canvas.getBoundingClientRect();
      const panel = this.lines.panel(height);
      const { numberAt, placeAt } = this.lines.scale(width, panel);
      const y = event.clientY - top;
      const column = last?.column ?? Math.min(Math.max(Math.floor(y / panel), 0), this.lines.names.length - 1);
      const place = Math.min(Math.max(placeAt(event.clientX - left), 0), this.lines.length - 1);
      const number = numberAt(column, y);
      const from = last ?? { place, number };
      // Places that the pointer jumped over lie between.
      const steps = Math.max(Math.abs(place - from.place), 1);
      for (let step = 0; step <= steps; step++) {
        const share = step / steps;
        this.put(Math.round(from.place + (place - from.place) * share), column, from.number + (number - from.number) * share);
      }
      last = { place, number, column };
      this.tell();
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      take(event);
    });
    this.canvas.addEventListener("pointermove", (event) => last && take(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => (last = null));
  }

  set({ values }, tells = true) {
    this.values = Float32Array.from(values);
    if (tells) this.tell();
  }

  get() {
    return { values: this.values, holes: new Set() };
  }

  tell() {
    this.changed(this.get());
  }

  show(made, restored) {
    this.restored = restored;
    this.paint();
  }

  paint() {
    this.lines.draw(this.canvas, [
      { values: this.restored, colour: "--accent", width: 1.5 },
      { values: this.values, colour: "--ink", width: 2 },
    ]);
  }
}
