// Numbers as the page carries them: little-endian bytes in base64.

/** The bytes that base64 stands for, in a buffer of their own. */
export function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Whole numbers of 16 bits. */
export function wholesOf(base64) {
  return new Uint16Array(bytesOf(base64).buffer);
}

/** Numbers of 32 bits. */
export function floatsOf(base64) {
  return new Float32Array(bytesOf(base64).buffer);
}

/** The number that each of the 65,536 patterns of 16 bits stands for. */
const HALVES = new Float32Array(1 << 16);
for (let pattern = 0; pattern < HALVES.length; pattern++) {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (exponent === 0) HALVES[pattern] = sign * fraction * 2 ** -24;
  else if (exponent === 31) HALVES[pattern] = fraction ? NaN : sign * Infinity;
  else HALVES[pattern] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** `count` numbers of 16 or 32 bits, from the byte `at` on. */
export function numbersAt(bytes, bits, at, count) {
  if (bits === 32) return new Float32Array(bytes.buffer, at, count);
  const patterns = new Uint16Array(bytes.buffer, at, count);
  const numbers = new Float32Array(count);
  for (let index = 0; index < count; index++) numbers[index] = HALVES[patterns[index]];
  return numbers;
}

/** The whole number that stands for nothing being known. */
export const UNKNOWN = 65535;

/** A matrix of whole numbers: a number is `low + step * whole` with those of its column. */
export class Quantised {
  constructor({ low, step, data }) {
    this.low = low;
    this.step = step;
    this.columns = low.length;
    this.wholes = wholesOf(data);
    this.rows = this.columns ? this.wholes.length / this.columns : 0;
  }

  /** A number, which is none where nothing is known. */
  at(row, column) {
    const whole = this.wholes[row * this.columns + column];
    return whole === UNKNOWN ? NaN : Math.fround(this.low[column] + this.step[column] * whole);
  }

  /** The numbers of a row. */
  row(row) {
    const numbers = new Float32Array(this.columns);
    for (let column = 0; column < this.columns; column++) numbers[column] = this.at(row, column);
    return numbers;
  }

  /** The greatest number of a column. */
  high(column) {
    return this.low[column] + this.step[column] * (UNKNOWN - 1);
  }
}
