// What the page says of the model and of itself: what it is, how far samples are apart, and how fast it decodes.
import { byId, element } from "./elements.js";
import { counted, grouped, quantile, short } from "./numbers.js";

/** The number of samples whose nearest neighbours are looked for. */
const LOOKED_AT = 48;

/** Writes the title and the lines below it. */
export function describe({ contents, width, count, samples, errors }) {
  byId("title").textContent = contents.title;
  document.title = contents.title;
  const numbers = counted(width, "number");
  const place = width > 2 ? "and restores it from them alone" : `its place on this map, and restores it from ${width === 1 ? "it" : "them"} alone`;
  const more = ` What is near on the map is alike to it, and every place decodes to something, also where no ${samples.noun} is.`;
  byId("intro").replaceChildren(
    `This autoencoder squeezes each ${samples.noun} into ${numbers}, ${place}.`,
    element("span", { className: "more" }, more),
  );
  const of = count < contents.total ? ` of ${grouped(contents.total)}` : "";
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const kind = contents.isVariational ? "variational, " : "";
  byId("facts").textContent = `${kind}${contents.widths.join(" → ")} · ${grouped(count)}${of} samples of ${contents.data} · mean error ${short(mean)}`;
}

/** Measures how far samples usually are from each other, some in each frame. */
export function measureDistances(model) {
  const found = [];
  const looked = Math.min(LOOKED_AT, model.count);
  const some = () => {
    const until = performance.now() + 6;
    while (found.length < looked && performance.now() < until) {
      const index = Math.floor((found.length * model.count) / looked);
      found.push(model.nearest(model.code(index), () => true, index)[1]);
    }
    if (found.length < looked) requestAnimationFrame(some);
    else model.usual = quantile(Float32Array.from(found).filter(Number.isFinite).sort(), 0.5);
  };
  if (model.count > 1) setTimeout(some, 200);
}

/** Tells, once a second, how long a place takes to be decoded. The fastest tenth, of that and of drawing the map, is kept beside. */
export function tellSpeed(model, map) {
  const speed = byId("speed");
  const sorted = (times) => Float32Array.from(times).sort();
  const tell = () => {
    const times = sorted(model.decodeTimes);
    speed.textContent = `A place is decoded in ${short(Math.max(quantile(times, 0.5), 0.01), 2)} ms.`;
    speed.dataset.milliseconds = quantile(times, 0.1);
    speed.dataset.frame = quantile(sorted(map.frameTimes), 0.1);
  };
  setInterval(tell, 1000);
  tell();
}
