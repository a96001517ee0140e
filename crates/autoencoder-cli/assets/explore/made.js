// A sample that the reader makes: drawn, dragged or typed, encoded, restored and scored.
import { percent, short } from "./numbers.js";

/** What each kind of sample is made with. */
const WORDS = {
  picture: ["Draw", "Draw a picture: it is encoded, appears on the map as a ring, and is restored beside. Red is too bright, blue too dark."],
  line: ["Drag", "Drag the line: the series is encoded, appears on the map as a ring, and is restored beside."],
  row: ["Edit", "Change the row: it is encoded, appears on the map as a ring, and is restored beside. The fuller a bar, the further a field is off."],
};

/** The panel of the made sample. `changed` is called with its code. */
export class Made {
  constructor(model, parts, changed) {
    this.model = model;
    this.parts = parts;
    const [title, explanation] = WORDS[model.samples.kind];
    parts.tab.textContent = title;
    parts.explanation.textContent = explanation;
    this.editor = model.samples.editor(parts.editor, (made) => {
      const code = model.network.encode(made.values);
      this.show(made, code);
      changed(code);
    });
    parts.take.hidden = !model.samples.isWhole;
    parts.take.addEventListener("click", () => this.editor.set(model.samples.of(this.shown)));
  }

  /** The sample that is taken over where that is asked for. */
  offer(index) {
    this.shown = index;
  }

  /** Begins with a sample of the data, without telling of it. */
  begin(index) {
    if (!this.model.samples.isWhole) return;
    const made = this.model.samples.of(index);
    this.editor.set(made, false);
    this.show(made, this.model.network.encode(made.values));
  }

  show(made, code) {
    const { model } = this;
    const restored = model.decode(code);
    this.editor.show(made, restored);
    const what = model.network.words.length ? "Squared error of the numbers" : "Error";
    const facts = [`${what} ${short(model.error(made, restored))}`];
    if (model.scorer) {
      const { threshold, usual, kind } = model.scores;
      const score = model.scorer.score({ sample: made.values, code, restored, holes: made.holes });
      const isOdd = score > threshold;
      facts.push(
        `score ${short(score, 4)} (${kind}), ${isOdd ? "above" : "below"} the threshold of ${short(threshold, 4)}`,
        `greater than those of ${share(model.scorer.shareBelow(score))} ${usual}`,
      );
      this.parts.verdict.textContent = isOdd ? `Odd: fewer than ${percent(1 - model.scores.share)} of ${usual} score as high.` : "Usual.";
      this.parts.verdict.className = isOdd ? "verdict odd" : "verdict";
    } else if (model.scores) {
      this.parts.verdict.textContent = `Scores of the kind ${model.scores.kind} draw codes, which the page does not: only samples of the data have one.`;
    }
    this.parts.says.textContent = `${facts.join("; ")}.`;
  }
}

/** A share of samples, in words. */
function share(below) {
  return below === 1 ? "all" : `${percent(below)} of the`;
}
