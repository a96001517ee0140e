// A slider for each number of the code, those that tell most first.
import { element, once } from "./elements.js";
import { short } from "./numbers.js";

/** The sliders. `changed` is called with the code that they are set to. */
export class Sliders {
  constructor(model, parent, changed) {
    this.model = model;
    this.changed = changed;
    this.code = Float32Array.from(model.plane.mean);
    const told = (unit) => unit.kl ?? unit.variance;
    const most = Math.max(...model.units.map(told), Number.MIN_VALUE);
    const order = model.units.map((_, number) => number).sort((a, b) => told(model.units[b]) - told(model.units[a]) || a - b);
    this.rows = order.map((number) => {
      const unit = model.units[number];
      const [low, high] = model.bounds[number];
      const room = 0.1 * (high - low) || 1;
      const [least, greatest] = model.network.range;
      const range = { min: Math.max(low - room, least), max: Math.min(high + room, greatest) };
      const input = element("input", { type: "range", ...range, step: "any", id: `number-${number}` });
      const value = element("output", { htmlFor: input.id });
      const bar = element("span", { className: "tells" });
      bar.style.setProperty("--share", Math.sqrt(told(unit) / most).toFixed(3));
      const says = unit.kl === null ? `variance ${short(unit.variance)}` : `${short(unit.kl)} nats`;
      const title = unit.idle ? `${says}: tells next to nothing` : says;
      const label = element("label", { htmlFor: input.id }, `code_${number}`);
      const row = element("div", { className: `slider${unit.idle ? " idle" : ""}`, title }, label, bar, input, value);
      input.addEventListener("input", () => this.moved(number, Number(input.value)));
      parent.append(row);
      return { number, input, value };
    });
    this.paint = once(() => this.draw());
    this.set(this.code);
  }

  moved(number, to) {
    this.code = Float32Array.from(this.code);
    this.code[number] = to;
    this.paint();
    this.changed(this.code);
  }

  set(code) {
    this.code = code;
    this.paint();
  }

  draw() {
    // What nobody sees need not move.
    if (!this.rows[0]?.input.offsetParent) return;
    for (const { number, input, value } of this.rows) {
      if (document.activeElement !== input || Number(input.value) !== this.code[number]) input.value = this.code[number];
      value.textContent = short(this.code[number]);
    }
  }
}
