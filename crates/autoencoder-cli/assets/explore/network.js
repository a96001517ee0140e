// The network: plain dense layers from a sample to its code, and from a code to a sample.
import { bytesOf, numbersAt } from "./bytes.js";

/** The error function, to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const y = 1 - polynomial * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** Every activation by its name. */
const ACTIVATIONS = {
  linear: (z) => z,
  sigmoid,
  tanh: Math.tanh,
  relu: (z) => (z > 0 ? z : 0),
  "leaky-relu": (z) => (z > 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  gelu: (z) => 0.5 * z * (1 + erf(z * Math.SQRT1_2)),
  silu: (z) => z * sigmoid(z),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
};

/** The range of a code of each activation; others have none. */
const RANGES = {
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, Infinity],
  softplus: [0, Infinity],
  elu: [-1, Infinity],
};

/** y = f(W x + b). Four sums at a time keep the processor busy. */
function forward({ weights, bias, inputs, outputs, activation }, x) {
  const y = new Float32Array(outputs);
  const whole = inputs - (inputs % 4);
  for (let output = 0, at = 0; output < outputs; output++) {
    let [a, b, c, d] = [bias[output], 0, 0, 0];
    let input = 0;
    for (; input < whole; input += 4, at += 4) {
      a += weights[at] * x[input];
      b += weights[at + 1] * x[input + 1];
      c += weights[at + 2] * x[input + 2];
      d += weights[at + 3] * x[input + 3];
    }
    for (; input < inputs; input++, at++) a += weights[at] * x[input];
    y[output] = activation(a + b + c + d);
  }
  return y;
}

/** The network of the page, from scaled samples to codes and back. */
export class Network {
  constructor({ encoder, decoder, topK, words, unrestored, data }) {
    const bytes = bytesOf(data);
    const read = ({ inputs, outputs, activation, bits, at }) => {
      const numbers = numbersAt(bytes, bits, at, outputs * (inputs + 1));
      const weights = numbers.subarray(0, outputs * inputs);
      const bias = numbers.subarray(outputs * inputs);
      return { weights, bias, inputs, outputs, activation: ACTIVATIONS[activation] };
    };
    this.encoder = encoder.map(read);
    this.decoder = decoder.map(read);
    this.topK = topK;
    this.words = words;
    this.unrestored = unrestored;
    this.range = RANGES[encoder[encoder.length - 1].activation] ?? [-Infinity, Infinity];
  }

  /** The code of a scaled sample; the mean of it, in a variational model. */
  encode(sample) {
    const code = this.encoder.reduce((x, layer) => forward(layer, x), sample);
    return this.topK === null ? code : keepLargest(code, this.topK);
  }

  /** The scaled sample that a code is restored to. */
  decode(code) {
    const sample = this.decoder.reduce((x, layer) => forward(layer, x), code);
    for (const [from, to] of this.words) softmax(sample.subarray(from, to));
    sample.fill(0, ...this.unrestored);
    return sample;
  }
}

/** The `count` largest numbers of a code, among equal ones those in front, and zeros. */
function keepLargest(code, count) {
  const order = Array.from(code.keys()).sort((a, b) => code[b] - code[a] || a - b);
  for (const place of order.slice(count)) code[place] = 0;
  return code;
}

/** Makes outputs the probabilities of words. */
function softmax(outputs) {
  const largest = outputs.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let place = 0; place < outputs.length; place++) {
    outputs[place] = Math.exp(outputs[place] - largest);
    sum += outputs[place];
  }
  for (let place = 0; place < outputs.length; place++) outputs[place] /= sum;
}
