// The path between two places, step by step or played: the straight line between their codes, or for variational codes, which lie
// near a sphere, the great circle of the sphere about 0, as `autoencoder interpolate` goes.
import { element, isStill } from "./elements.js";

const STEPS = 7;
const SECONDS = 3;
/** The number of pieces of the path as it is drawn. */
const PIECES = 32;
/** The least sine of an angle that tells a great circle. */
const LEAST_SINE = 1e-6;

const product = (one, other) => one.reduce((sum, number, index) => sum + number * other[index], 0);

/** What both ends count at a share of the great circle between them, while the length changes evenly; nothing where there is none. */
function onSphere([from, to], share) {
  const [one, other] = [Math.sqrt(product(from, from)), Math.sqrt(product(to, to))];
  const angle = Math.acos(Math.min(Math.max(product(from, to) / (one * other), -1), 1));
  if (!(Math.sin(angle) > LEAST_SINE)) return null;
  const length = (one + (other - one) * share) / Math.sin(angle);
  return [(Math.sin((1 - share) * angle) / one) * length, (Math.sin(share * angle) / other) * length];
}

/** The path. `walked` is called with the code of each step. */
export class Path {
  constructor(model, parts, walked) {
    this.model = model;
    this.parts = parts;
    this.walked = walked;
    this.ends = [];
    parts.play.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    parts.along.addEventListener("input", () => {
      this.pause();
      this.walk(Number(parts.along.value));
    });
    parts.clear.addEventListener("click", () => this.clear());
    this.update();
  }

  clear() {
    this.pause();
    this.ends = [];
    this.update();
  }

  /** Takes the code of an end; a third one begins anew. */
  add(code) {
    if (this.ends.length === 2) this.clear();
    this.ends.push(Float32Array.from(code));
    this.update();
    if (this.ends.length < 2) return;
    this.walk(0);
    if (!isStill()) this.play();
  }

  at(share) {
    const [from, to] = this.ends;
    const { isVariational } = this.model.contents;
    const [one, other] = (isVariational && onSphere(this.ends, share)) || [1 - share, share];
    return from.map((number, index) => number * one + to[index] * other);
  }

  /** Codes on the path, close enough to be drawn as a line; none before there are two ends. */
  codes() {
    return this.ends.length < 2 ? [] : Array.from({ length: PIECES + 1 }, (_, piece) => this.at(piece / PIECES));
  }

  walk(share) {
    if (this.ends.length < 2) return;
    this.share = share;
    this.parts.along.value = share;
    this.walked(this.at(share));
  }

  play() {
    if (this.ends.length < 2) return;
    const from = this.share >= 1 ? 0 : this.share;
    const begun = performance.now() - from * SECONDS * 1000;
    const round = (this.playing = {});
    this.parts.play.textContent = "Pause";
    const frame = (now) => {
      if (this.playing !== round) return;
      const share = Math.min(Math.max((now - begun) / (SECONDS * 1000), 0), 1);
      this.walk(share);
      if (share < 1) requestAnimationFrame(frame);
      else this.pause();
    };
    requestAnimationFrame(frame);
  }

  pause() {
    this.playing = null;
    this.parts.play.textContent = "Play";
  }

  update() {
    const { ends, parts } = this;
    const isWhole = ends.length === 2;
    parts.play.disabled = parts.along.disabled = !isWhole;
    parts.clear.disabled = !ends.length;
    parts.says.textContent = ["Click the first of two places on the map.", "Now click the second one.", ""][ends.length];
    parts.says.hidden = isWhole;
    parts.strip.replaceChildren();
    if (!isWhole) return;
    const { samples } = this.model;
    for (let step = 0; step < STEPS; step++) {
      const share = step / (STEPS - 1);
      const picture = samples.small(this.model.decode(this.at(share)), `step ${step + 1}`);
      const button = element("button", { type: "button", className: "step", "aria-label": `step ${step + 1} of ${STEPS}` }, picture);
      button.addEventListener("click", () => {
        this.pause();
        this.walk(share);
      });
      parts.strip.append(button);
    }
  }
}
