//! The functions of the written module that are the same for all models.

use autoencoder::Activation;

pub(super) const HEAD: &str = "
//
// Nothing but `core` is needed, and no memory but the stack. Products are added with one rounding, in the order of the inputs, as the
// program that wrote this module does, and elementary functions are the same polynomials: so both give the same bits.

// Whether products are added with one rounding, by arithmetic in f64. Without it sums differ in their last digits, and are faster.
const ONE_ROUNDING: bool = true;
";

pub(super) const PUBLIC: &str = "
/// The code of a sample.
pub fn encode(sample: &[f32; INPUTS]) -> [f32; CODE] {
    encode_scaled(&scale(sample))
}

/// The sample that is decoded from a code.
pub fn decode(code: &[f32; CODE]) -> [f32; INPUTS] {
    unscale(&decode_scaled(code))
}

/// The sample that is decoded from the code of a sample.
pub fn reconstruct(sample: &[f32; INPUTS]) -> [f32; INPUTS] {
    decode(&encode(sample))
}
";

pub(super) const FLOAT_DENSE: &str = "
// y = f(W x + b), with a row of W after the other.
fn dense<const N: usize>(weight: &[f32], bias: &[f32; N], f: fn(f32) -> f32, x: &[f32]) -> [f32; N] {
    let mut y = [0.0; N];
    for ((y, row), &bias) in y.iter_mut().zip(weight.chunks(x.len())).zip(bias) {
        let sum = x.iter().zip(row).fold(0.0, |sum, (&x, &weight)| multiply_add(x, weight, sum));
        *y = f(sum + bias);
    }
    y
}
";

pub(super) const INT8_DENSE: &str = "
// y = f(s Q x + b), with a row of Q after the other, and a scale s for each.
fn dense<const N: usize>(
    weight: &[i8],
    scale: &[f32; N],
    bias: &[f32; N],
    f: fn(f32) -> f32,
    x: &[f32],
) -> [f32; N] {
    let mut y = [0.0; N];
    for (((y, row), &scale), &bias) in y.iter_mut().zip(weight.chunks(x.len())).zip(scale).zip(bias) {
        let sum = x.iter().zip(row).fold(0.0, |sum, (&x, &weight)| multiply_add(x, f32::from(weight), sum));
        *y = f(multiply_add(sum, scale, bias));
    }
    y
}
";

pub(super) const TOP_K: &str = "
// The k largest numbers of a code stay, among equal ones those with the lower index, and the others become 0.
fn keep_largest(code: &mut [f32; CODE], k: usize) {
    let all = *code;
    for (i, number) in code.iter_mut().enumerate() {
        let is_before = |&(j, other): &(usize, &f32)| *other > all[i] || (*other == all[i] && j < i);
        if all.iter().enumerate().filter(is_before).count() >= k {
            *number = 0.0;
        }
    }
}
";

pub(super) const MULTIPLY_ADD: &str = "
// a b + c, rounded once. The product is exact in f64. The sum is rounded to f64 first, which would round it twice where it lies half way
// between two numbers of f32: there what the first rounding left out decides.
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    if !ONE_ROUNDING {
        return a * b + c;
    }
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    let bits = sum.to_bits();
    if bits & 0x1fff_ffff != 0x1000_0000 {
        return sum as f32;
    }
    let of_c = sum - product;
    let left = (product - (sum - of_c)) + (c - of_c);
    let nearer = match left {
        left if left == 0.0 => bits,
        left if (left > 0.0) == (sum > 0.0) => bits + 1,
        _ => bits - 1,
    };
    f64::from_bits(nearer) as f32
}
";

pub(super) const POWER_OF_E: &str = "
// e^x, with x first clamped to between low and high: 2^n times a polynomial in what is left of x.
fn power_of_e(x: f32, low: f32, high: f32) -> f32 {
    const ROUNDING: f32 = 12582912.0;
    let clamped = if x < low { low } else if x > high { high } else { x };
    let shifted = multiply_add(clamped, core::f32::consts::LOG2_E, ROUNDING);
    let n = shifted - ROUNDING;
    let r = multiply_add(n, -core::f32::consts::LN_2, clamped);
    POLYNOMIAL
    if x.is_nan() { x } else { f32::from_bits(e.to_bits().wrapping_add(shifted.to_bits() << 23)) }
}
";

/// The function of an activation.
pub(super) fn source(activation: Activation) -> &'static str {
    match activation {
        Activation::Linear => LINEAR,
        Activation::Sigmoid => SIGMOID,
        Activation::Tanh => TANH,
        Activation::Relu => RELU,
        Activation::LeakyRelu => LEAKY_RELU,
        Activation::Elu => ELU,
        Activation::Gelu => GELU,
        Activation::Silu => SILU,
        Activation::Softplus => SOFTPLUS,
        _ => unreachable!("every activation has its source, as the tests of all of them see"),
    }
}

const LINEAR: &str = "
fn linear(z: f32) -> f32 {
    z
}
";

const RELU: &str = "
fn relu(z: f32) -> f32 {
    if z < 0.0 { 0.0 } else { z }
}
";

const LEAKY_RELU: &str = "
fn leaky_relu(z: f32) -> f32 {
    if z < 0.0 { z * 0.01 } else { z }
}
";

const ELU: &str = "
fn elu(z: f32) -> f32 {
    if z < 0.0 { power_of_e(z, -87.3, 88.3) - 1.0 } else { z }
}
";

const SIGMOID: &str = "
fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + power_of_e(-z, -87.3, 27.725887))
}
";

const SILU: &str = "
fn silu(z: f32) -> f32 {
    let unsaturated = if z < -27.725887 { -27.725887 } else { z };
    unsaturated * sigmoid(z)
}
";

const TANH: &str = "
fn tanh(z: f32) -> f32 {
    let x = z.clamp(-7.905311, 7.905311);
    let s = x * x;
    POLYNOMIAL
    x * p / q
}
";

const GELU: &str = "
fn gelu(z: f32) -> f32 {
    // The error function at z / sqrt(2).
    let scaled = z * core::f32::consts::FRAC_1_SQRT_2;
    let x = scaled.clamp(-4.0, 4.0);
    let s = x * x;
    POLYNOMIAL
    let erf = if scaled >= 4.0 {
        1.0
    } else if scaled <= -4.0 {
        -1.0
    } else {
        x * p / q
    };
    z * multiply_add(erf, 0.5, 0.5)
}
";

const SOFTPLUS: &str = "
fn softplus(z: f32) -> f32 {
    let u = power_of_e(if z < 0.0 { z } else { -z }, -27.725887, 0.0);
    let s = u / (2.0 + u);
    let square = s * s;
    POLYNOMIAL
    let above = if z > 0.0 { z } else { 0.0 };
    if z.is_nan() { z } else { above + s * p }
}
";
