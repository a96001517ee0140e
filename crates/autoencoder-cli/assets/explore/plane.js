// The plane that the map shows: two numbers of the code or two directions, and the code that a place on it stands for.

/** The distance of two codes. */
export function distance(one, other) {
  let squares = 0;
  for (let index = 0; index < one.length; index++) squares += (one[index] - other[index]) ** 2;
  return Math.sqrt(squares);
}

/** A plane through the space of codes, with the places of all samples on it. */
export class Plane {
  constructor({ numbers, units, plane }, range) {
    this.numbers = numbers;
    this.count = numbers.rows;
    this.width = numbers.columns;
    this.mean = Float32Array.from(units, (unit) => unit.mean);
    this.components = plane;
    this.range = range;
    this.points = new Float32Array(2 * this.count);
    this.show(plane ? "directions" : [0, Math.min(1, this.width - 1)]);
  }

  /** Shows the two directions in which codes differ most, or two numbers of the code. */
  show(axes) {
    this.axes = axes;
    for (let sample = 0; sample < this.count; sample++) {
      const [x, y] = this.width === 1 ? [this.numbers.at(sample, 0), sample] : this.project(this.numbers.row(sample));
      this.points[2 * sample] = x;
      this.points[2 * sample + 1] = y;
    }
  }

  /** The place of a code. */
  project(code) {
    if (this.axes !== "directions") return [code[this.axes[0]], this.width === 1 ? 0 : code[this.axes[1]]];
    const { mean, directions } = this.components;
    return directions.map((direction) => direction.reduce((sum, d, index) => sum + d * (code[index] - mean[index]), 0));
  }

  /** The code of a place: that of `base`, moved within the plane until it lies there, and kept in the range of codes. */
  codeAt(x, y, base) {
    const code = Float32Array.from(base);
    if (this.axes === "directions") {
      const from = this.project(base);
      const [dx, dy] = [x - from[0], y - from[1]];
      const [first, second] = this.components.directions;
      for (let index = 0; index < code.length; index++) code[index] += dx * first[index] + dy * second[index];
    } else {
      if (this.width > 1) code[this.axes[1]] = y;
      code[this.axes[0]] = x;
    }
    const [low, high] = this.range;
    for (let index = 0; index < code.length; index++) code[index] = Math.min(Math.max(code[index], low), high);
    return code;
  }

  /** What the axes are called. */
  names() {
    if (this.axes === "directions") return ["first direction", "second direction"];
    if (this.width === 1) return ["number 1", "place in the data"];
    return this.axes.map((number) => `number ${number + 1}`);
  }
}
