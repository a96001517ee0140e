// What the decoder makes of a place, beside the nearest sample of the data.
import { short } from "./numbers.js";

/** The panel of the place. */
export class Here {
  constructor(model, parent, says) {
    this.model = model;
    this.view = model.samples.comparison(parent);
    this.says = says;
  }

  /** Shows what a code is decoded to; `isSample` where it is the code of the sample itself. */
  show({ values, index, apart, isSample }) {
    const { model } = this;
    this.view.show({ values, index, title: isSample ? "restored" : "decoded here" });
    const facts = [];
    if (isSample) {
      facts.push(`${capital(model.name(index))}, restored from its code: error ${short(model.errors[index])}`);
      const score = model.scores?.values[index];
      if (Number.isFinite(score)) {
        const isOdd = score > model.scores.threshold;
        facts.push(`score ${short(score)}, ${isOdd ? "above" : "below"} the threshold of ${short(model.scores.threshold)}`);
      }
    } else {
      facts.push(`Nearest: ${model.name(index)}, at a distance of ${short(apart)}`);
      if (model.usual) facts.push(usually(apart / model.usual));
    }
    this.says.textContent = `${facts.join("; ")}.`;
  }
}

function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** How far that is beside the distance of neighbours. */
function usually(times) {
  if (times < 0.75) return "nearer than samples usually are to each other";
  if (times > 100) return "far more than samples usually are from each other";
  return times < 1.5 ? "as near as samples usually are to each other" : `${short(times, 2)} times as far as samples usually are from each other`;
}
