// Scores of samples that are made on the page: how badly they fit what the model has learnt, in nats.

/** What each kind of score is made of. */
const PARTS = {
  residual: ["residual"],
  code: ["code"],
  sum: ["residual", "code"],
  sample: ["sample", "words"],
  joint: ["joint"],
  full: ["sample", "tails"],
};

/** The logarithm of the weighted density of a normal distribution at a point, which the columns of a triangle whiten. */
const logDensity = ({ logPeak, mean, whitening }, point) => {
  const whitened = (column) => column.reduce((sum, factor, index) => sum + factor * (point[index] - mean[index]), 0);
  return whitening.reduce((log, column) => log - 0.5 * whitened(column) ** 2, logPeak);
};

/** How unlikely points are, by the mean over several mixtures. */
class Density {
  constructor({ mean, directions, mixtures }) {
    this.mean = mean;
    this.directions = directions;
    this.mixtures = mixtures;
  }

  surprise(point) {
    const project = (direction) => direction.reduce((sum, d, index) => sum + d * (point[index] - this.mean[index]), 0);
    const projected = this.directions.map(project);
    const ofMixture = (mixture) => {
      const logs = mixture.map((component) => logDensity(component, projected));
      const largest = Math.max(...logs);
      return -largest - Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
    };
    return this.mixtures.reduce((sum, mixture) => sum + ofMixture(mixture), 0) / this.mixtures.length;
  }
}

/** A scorer as the model keeps it, for samples of `words.length` columns of words behind those of numbers. */
export class Scorer {
  constructor({ kind, sizes, quantiles, densities }, words) {
    this.parts = PARTS[kind];
    this.sizes = sizes;
    this.quantiles = quantiles;
    this.densities = new Map(densities.map((density) => [density.view, new Density(density)]));
    this.words = words;
  }

  /** What each column has of the residual, numbers first: 0 where nothing is known. */
  residuals({ sample, restored, holes }, tails = false) {
    const ofNumber = (size, column) => {
      if (holes.has(column)) return 0;
      const square = ((sample[column] - restored[column]) / size) ** 2;
      return tails ? Math.log1p(square) : 0.5 * square;
    };
    return this.sizes.map(ofNumber).concat(this.surprisesOfWords({ sample, restored, holes }));
  }

  surprisesOfWords({ sample, restored, holes }) {
    return this.words.map(([from, to], place) => {
      if (holes.has(this.sizes.length + place)) return 0;
      const word = sample.subarray(from, to).reduce((best, share, index, all) => (share > all[best] ? index : best), 0);
      return -Math.log(Math.max(restored[from + word], 1.1754944e-38));
    });
  }

  /** The score of a scaled sample with its code and what is restored of it; `holes` are the columns of which nothing is known. */
  score(seen) {
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    const numbers = (of) => Array.from(of.subarray(0, this.sizes.length));
    const known = (number, column) => (seen.holes.has(column) ? seen.restored[column] : number);
    const left = (number, column) => (seen.holes.has(column) ? 0 : number - seen.restored[column]);
    const points = {
      code: () => Array.from(seen.code),
      sample: () => numbers(seen.sample).map(known),
      joint: () => Array.from(seen.code).concat(numbers(seen.sample).map(left)),
    };
    const nats = (part) => {
      if (part === "words") return sum(this.surprisesOfWords(seen));
      if (part === "residual" || part === "tails") return sum(this.residuals(seen, part === "tails"));
      return this.densities.get(part)?.surprise(points[part]()) ?? 0;
    };
    return sum(this.parts.map(nats));
  }

  /** The share of usual samples whose scores are lower. */
  shareBelow(score) {
    const last = this.quantiles.length - 1;
    const above = this.quantiles.findIndex((quantile) => quantile >= score);
    if (above < 0) return 1;
    if (above === 0 || last === 0) return 0;
    const [low, high] = [this.quantiles[above - 1], this.quantiles[above]];
    return (above - 1 + (high > low ? (score - low) / (high - low) : 1)) / last;
  }
}
