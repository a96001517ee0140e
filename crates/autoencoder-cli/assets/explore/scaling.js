// The scaling of samples: from numbers in the units of the data to numbers as the network sees them, and back.

/** x over a width, or x where the width is 0: a column that was constant divides nothing. */
const over = (x, width) => (width > 0 ? x / width : x);

/** The inverse of `over`. */
const times = (y, width) => (width > 0 ? y * width : y);

/** ln(1 + |x|) with the sign of x. */
const log1p = (x) => Math.sign(x) * Math.log1p(Math.abs(x));

/** The number below which a standard normal distribution has this share (Acklam's quotients of polynomials). */
function normalQuantile(share) {
  const polynomial = (x, coefficients) => coefficients.reduce((sum, c) => sum * x + c, 0);
  if (share > 1 - 0.02425) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    const above = [
      -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ];
    const below = [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
    return polynomial(q, above) / polynomial(q, below);
  }
  const q = share - 0.5;
  const above = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const below = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
  ];
  return (q * polynomial(q * q, above)) / polynomial(q * q, below);
}

/** The number of sorted numbers below x, or at most x where `counts` says so. */
function below(sorted, x, counts) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x || (counts && sorted[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The scaled place of x among quantiles: in the middle of those that are equal to it. */
function toNormal({ quantiles, deviation }, x) {
  const count = quantiles.length;
  if (!count) return x;
  const place = (index) => normalQuantile((index + 0.5) / count);
  if (x < quantiles[0]) return place(0) + over(x - quantiles[0], deviation);
  if (x > quantiles[count - 1]) return place(count - 1) + over(x - quantiles[count - 1], deviation);
  const [from, to] = [below(quantiles, x, false), below(quantiles, x, true)];
  if (to > from) return 0.5 * (place(from) + place(to - 1));
  const [left, right] = [quantiles[from - 1], quantiles[from]];
  return place(from - 1) + ((x - left) / (right - left)) * (place(from) - place(from - 1));
}

/** The number whose scaled place among quantiles is y. */
function ofNormal({ quantiles, deviation }, y) {
  const count = quantiles.length;
  if (!count) return y;
  const place = (index) => normalQuantile((index + 0.5) / count);
  if (y <= place(0)) return quantiles[0] + times(y - place(0), deviation);
  if (y >= place(count - 1)) return quantiles[count - 1] + times(y - place(count - 1), deviation);
  let [low, high] = [0, count - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (place(middle) <= y) low = middle;
    else high = middle;
  }
  const share = (y - place(low)) / (place(high) - place(low));
  return quantiles[low] + share * (quantiles[high] - quantiles[low]);
}

/** The offset and the width of a straight map. */
function straight(map) {
  if (map.kind === "min-max") return [map.least, map.width];
  return map.kind === "robust" ? [map.median, map.width] : [map.mean, map.deviation];
}

/** The map of one column of a table, there and back. */
function columnMap(map) {
  if (map.kind === "none") return [(x) => x, (y) => y];
  if (map.kind === "rank-gauss") return [(x) => toNormal(map, x), (y) => ofNormal(map, y)];
  const [offset, width] = straight(map);
  if (map.kind === "log1p") {
    const undo = (y) => {
      const l = times(y, width) + offset;
      return Math.sign(l) * Math.expm1(Math.abs(l));
    };
    return [(x) => over(log1p(x) - offset, width), undo];
  }
  return [(x) => over(x - offset, width), (y) => times(y, width) + offset];
}

/** The scaling of the model. */
export class Scaling {
  constructor(scaling) {
    this.kind = scaling.kind;
    this.unseen = [];
    if (scaling.kind === "min-max") {
      const { minimum, maximum } = scaling;
      this.low = minimum;
      this.width = maximum.map((most, feature) => most - minimum[feature]);
    } else if (scaling.kind === "standard") {
      this.low = scaling.mean;
      this.width = scaling.deviation;
    } else if (scaling.kind === "columns") {
      this.maps = scaling.numbers.map((number) => columnMap(number.by));
      this.unseen = scaling.numbers.map((number) => number.mean).concat(...(scaling.words ?? []));
    }
  }

  /** The scaled value of x in a feature; a feature of words stays as it is. */
  apply(feature, x) {
    if (this.kind === "bytes") return Math.fround(x / 255);
    if (this.low) return Math.fround(over(x - this.low[feature], this.width[feature]));
    return Math.fround(this.maps?.[feature] ? this.maps[feature][0](x) : x);
  }

  /** The value whose scaled value is y. */
  undo(feature, y) {
    if (this.kind === "bytes") return y * 255;
    if (this.low) return times(y, this.width[feature]) + this.low[feature];
    return this.maps?.[feature] ? this.maps[feature][1](y) : y;
  }

  /** What the model sees of a feature where nothing is known: the mean of the numbers, or the share of the word. */
  hole(feature) {
    return this.unseen[feature] ?? 0;
  }
}
