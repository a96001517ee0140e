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

/** y = f(W x + b). Four units at a time keep the processor busy, and read each input once. */
function forward({ weights, bias, inputs, outputs, activation }, x) {
  const y = new Float32Array(outputs);
  let output = 0;
  for (; output + 3 < outputs; output += 4) {
    let first = bias[output];
    let second = bias[output + 1];
    let third = bias[output + 2];
    let fourth = bias[output + 3];
    const row = output * inputs;
    for (let input = 0; input < inputs; input++) {
      const number = x[input];
      first += weights[row + input] * number;
      second += weights[row + inputs + input] * number;
      third += weights[row + 2 * inputs + input] * number;
      fourth += weights[row + 3 * inputs + input] * number;
    }
    y[output] = activation(first);
    y[output + 1] = activation(second);
    y[output + 2] = activation(third);
    y[output + 3] = activation(fourth);
  }
  for (; output < outputs; output++) {
    let sum = bias[output];
    for (let input = 0; input < inputs; input++) sum += weights[output * inputs + input] * x[input];
    y[output] = activation(sum);
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
