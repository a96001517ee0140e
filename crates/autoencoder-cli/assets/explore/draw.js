// A pad to draw pictures on, which are centred as those of MNIST are where that is asked for.
import { element } from "./elements.js";

/** How far from its middle a stroke covers a pixel, in pixels of the picture, where the brush is 1. */
const SOFT = 0.6;

/** The pad. `changed` is called with each new picture and what is restored of it is shown beside. */
export class PicturePad {
  constructor(pictures, parent, changed) {
    this.pictures = pictures;
    this.changed = changed;
    const { width, height, channels } = pictures;
    this.shades = new Float32Array(pictures.features);
    this.brush = 1.1 * Math.max(1, Math.min(width, height) / 28);
    this.colour = [1, 1, 1];
    const tile = (id, label, caption) => {
      const canvas = pictures.canvas(label);
      canvas.id = id;
      parent.append(element("figure", { className: "tile" }, canvas, element("figcaption", {}, caption)));
      return canvas;
    };
    parent.classList.add("tiles");
    this.pad = tile("pad", "pad to draw on", "draw here");
    this.pad.classList.add("pad");
    this.restored = tile("made-restored", "what is restored of the drawing", "restored");
    this.difference = tile("made-difference", "difference", "error");
    const brush = element("input", { type: "range", min: 0.5, max: 3, step: 0.1, value: 1.1, id: "brush" });
    brush.addEventListener("input", () => (this.brush = brush.value * Math.max(1, Math.min(width, height) / 28)));
    this.erases = element("input", { type: "checkbox", id: "erase" });
    this.centres = element("input", { type: "checkbox", id: "centre", checked: channels === 1 && width === 28 && height === 28 });
    this.centres.addEventListener("change", () => this.tell());
    const clear = element("button", { type: "button", id: "clear" }, "Clear");
    clear.addEventListener("click", () => this.set({ values: this.blank() }));
    const tools = element("div", { className: "tools" }, clear);
    tools.append(element("label", {}, "Brush ", brush), element("label", {}, this.erases, " erase"));
    if (channels === 1) tools.append(element("label", { title: "by the centre of mass, as MNIST's digits are" }, this.centres, " centre it"));
    else tools.append(this.colourChoice());
    parent.after(tools);
    this.listen();
    this.set({ values: this.blank() }, false);
  }

  colourChoice() {
    const choice = element("input", { type: "color", value: "#ffffff", id: "colour" });
    const parts = () => [1, 3, 5].map((at) => parseInt(choice.value.slice(at, at + 2), 16) / 255);
    choice.addEventListener("input", () => (this.colour = parts()));
    return element("label", {}, "Colour ", choice);
  }

  blank() {
    return Float32Array.from({ length: this.pictures.features }, (_, feature) => this.pictures.ofShade(feature, 0));
  }

  /** Shows a sample on the pad. */
  set({ values }, tells = true) {
    for (let feature = 0; feature < values.length; feature++) this.shades[feature] = this.pictures.shade(values, feature);
    this.pictures.paint(this.pad, values);
    if (tells) this.tell();
  }

  /** What is drawn, scaled, and moved to the middle where that is asked for. */
  get() {
    const { pictures } = this;
    const [right, down] = this.centres.checked ? this.offset() : [0, 0];
    const { width, height, channels } = pictures;
    const values = new Float32Array(pictures.features);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [fromX, fromY] = [x - right, y - down];
        const isInside = fromX >= 0 && fromY >= 0 && fromX < width && fromY < height;
        for (let channel = 0; channel < channels; channel++) {
          const feature = (y * width + x) * channels + channel;
          const shade = isInside ? this.shades[(fromY * width + fromX) * channels + channel] : 0;
          values[feature] = pictures.ofShade(feature, shade);
        }
      }
    }
    return { values, holes: new Set() };
  }

  /** How far the centre of mass is from the middle. */
  offset() {
    const { width, height } = this.pictures;
    let [mass, x, y] = [0, 0, 0];
    this.shades.forEach((shade, feature) => {
      mass += shade;
      x += shade * (feature % width);
      y += shade * Math.floor(feature / width);
    });
    if (!(mass > 0)) return [0, 0];
    return [Math.round((width - 1) / 2 - x / mass), Math.round((height - 1) / 2 - y / mass)];
  }

  listen() {
    let last = null;
    const at = (event) => {
      const { left, top, width, height } = this.pad.getBoundingClientRect();
      return [
        ((event.clientX - left) / width) * this.pictures.width - 0.5,
        ((event.clientY - top) / height) * this.pictures.height - 0.5,
      ];
    };
    this.pad.addEventListener("pointerdown", (event) => {
      this.pad.setPointerCapture(event.pointerId);
      last = at(event);
      this.stroke(last, last);
    });
    this.pad.addEventListener("pointermove", (event) => {
      if (!last) return;
      const next = at(event);
      this.stroke(last, next);
      last = next;
    });
    for (const end of ["pointerup", "pointercancel"]) this.pad.addEventListener(end, () => (last = null));
  }

  /** Draws a line from one place to another, in pixels of the picture. */
  stroke([x0, y0], [x1, y1]) {
    const { width, height, channels } = this.pictures;
    const reach = Math.ceil(this.brush + 1);
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const within = (low, high, side) => [Math.max(Math.floor(low - reach), 0), Math.min(Math.ceil(high + reach), side - 1)];
    const [left, right] = within(Math.min(x0, x1), Math.max(x0, x1), width);
    const [top, bottom] = within(Math.min(y0, y1), Math.max(y0, y1), height);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const along = squared ? Math.min(Math.max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared, 0), 1) : 0;
        const apart = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
        const cover = Math.min(Math.max((this.brush + SOFT - apart) / (2 * SOFT), 0), 1);
        if (cover > 0) this.cover((y * width + x) * channels, cover);
      }
    }
    const values = Float32Array.from(this.shades, (shade, feature) => this.pictures.ofShade(feature, shade));
    this.pictures.paint(this.pad, values);
    this.tell();
  }

  cover(first, cover) {
    for (let channel = 0; channel < this.pictures.channels; channel++) {
      const aim = this.erases.checked ? 0 : this.colour[channel];
      const shade = this.shades[first + channel];
      // Two strokes of white over each other are no whiter, and a soft edge takes nothing away.
      const mixed = shade + (aim - shade) * cover;
      this.shades[first + channel] = this.pictures.channels === 1 && aim > 0 ? Math.max(shade, aim * cover) : mixed;
    }
  }

  tell() {
    this.changed(this.get());
  }

  /** Shows what is restored, and how far it is off. */
  show(made, restored) {
    this.pictures.paint(this.restored, restored);
    this.pictures.paintDifference(this.difference, restored, made.values);
  }
}
