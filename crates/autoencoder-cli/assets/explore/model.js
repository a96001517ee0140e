// All that the page knows of the model and its samples, read from the data of the page.
import { floatsOf, Quantised, wholesOf } from "./bytes.js";
import { Network } from "./network.js";
import { grouped } from "./numbers.js";
import { distance, Plane } from "./plane.js";
import { samplesOf } from "./samples.js";
import { Scaling } from "./scaling.js";
import { Scorer } from "./score.js";

/** The model with its samples. */
export class Model {
  constructor(contents) {
    this.contents = contents;
    this.network = new Network(contents.network);
    this.scaling = new Scaling(contents.scaling);
    this.samples = samplesOf(contents.shown, this.scaling, contents.network.words);
    const numbers = new Quantised(contents.codes.numbers);
    this.units = contents.codes.units;
    this.plane = new Plane({ ...contents.codes, numbers }, this.network.range);
    this.count = numbers.rows;
    this.width = numbers.columns;
    this.codes = new Float32Array(this.count * this.width);
    for (let index = 0; index < this.count; index++) this.codes.set(numbers.row(index), index * this.width);
    this.bounds = numbers.low.map((low, number) => [low, numbers.high(number)]);
    this.labels = contents.labels && { names: contents.labels.names, of: wholesOf(contents.labels.of) };
    this.errors = floatsOf(contents.errors);
    const { scores } = contents;
    this.scores = scores && { ...scores, values: floatsOf(scores.values) };
    this.scorer = scores?.scorer ? new Scorer(scores.scorer, contents.network.words) : null;
    this.decodeTimes = [];
  }

  /** The code of a sample of the data. */
  code(index) {
    return this.codes.subarray(index * this.width, (index + 1) * this.width);
  }

  /** What a code is decoded to, scaled; the time that it takes is kept. */
  decode(code) {
    const begun = performance.now();
    const values = this.network.decode(code);
    this.decodeTimes.push(performance.now() - begun);
    if (this.decodeTimes.length > 200) this.decodeTimes.splice(0, 100);
    return values;
  }

  /** The sample whose code is nearest to a code, among those that `counts`, and how far it is. */
  nearest(code, counts, but = -1) {
    let [found, least] = [-1, Infinity];
    for (let index = 0; index < this.count; index++) {
      if (index === but || !counts(index)) continue;
      const apart = distance(code, this.code(index));
      if (apart < least) [found, least] = [index, apart];
    }
    return [found, least];
  }

  /** The index of a sample in the data that the page was made of. */
  indexInData(index) {
    return this.contents.indices ? this.contents.indices[index] : index;
  }

  /** What a sample is called. */
  name(index) {
    const own = this.contents.ids?.[index];
    const name = own === undefined ? `sample ${grouped(this.indexInData(index))}` : `${this.samples.noun} ${own}`;
    return this.labels ? `${name}, label ${this.label(index)}` : name;
  }

  label(index) {
    return this.labels.names[this.labels.of[index]] ?? "";
  }

  /** The mean squared error of a made sample over the columns of numbers that are known, scaled. */
  error({ values, holes }, restored) {
    const numbers = this.network.words.length ? this.network.words[0][0] : this.network.unrestored[0];
    let [squares, count] = [0, 0];
    for (let feature = 0; feature < numbers; feature++) {
      if (holes.has(feature)) continue;
      squares += (values[feature] - restored[feature]) ** 2;
      count++;
    }
    return count ? squares / count : NaN;
  }
}
