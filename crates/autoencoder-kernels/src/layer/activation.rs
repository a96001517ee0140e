//! Activation functions y = f(z) and their derivatives, with the bias added on the way.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::vector::{
    Line, PANEL, Pair, SATURATION, erf, exp, flush, multiply_add, negated, sigmoid, softplus, tanh, vectors,
    vectors_mut,
};

/// An activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Activation {
    /// f(z) = z
    Linear,
    /// f(z) = 1 / (1 + e^-z), in (0, 1)
    Sigmoid,
    /// f(z) = tanh z, in (-1, 1)
    Tanh,
    /// f(z) = max(z, 0)
    Relu,
    /// f(z) = z if z > 0, else 0.01 z
    LeakyRelu,
    /// f(z) = z if z > 0, else e^z - 1 (Clevert et al. 2015, alpha = 1)
    Elu,
    /// f(z) = z Φ(z) with the exact normal distribution function Φ (Hendrycks and Gimpel 2016)
    Gelu,
    /// f(z) = z / (1 + e^-z), also called swish (Ramachandran et al. 2017)
    Silu,
    /// f(z) = ln(1 + e^z)
    Softplus,
}

/// Slope of [`Activation::LeakyRelu`] below zero.
const LEAK: f32 = 0.01;

impl Activation {
    /// Every activation.
    pub const ALL: [Self; 9] = [
        Self::Linear,
        Self::Sigmoid,
        Self::Tanh,
        Self::Relu,
        Self::LeakyRelu,
        Self::Elu,
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
    ];

    /// Its name: `linear`, `sigmoid`, `tanh`, `relu`, `leaky-relu`, `elu`, `gelu`, `silu` or `softplus`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu => "leaky-relu",
            Self::Elu => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Softplus => "softplus",
        }
    }

    /// The least and the greatest value that it can give.
    pub const fn range(self) -> (f32, f32) {
        match self {
            Self::Sigmoid => (0.0, 1.0),
            Self::Tanh => (-1.0, 1.0),
            Self::Relu | Self::Softplus => (0.0, f32::INFINITY),
            Self::Elu => (-1.0, f32::INFINITY),
            // Their minima, a little below the true ones: -0.16997 and -0.27846.
            Self::Gelu => (-0.17, f32::INFINITY),
            Self::Silu => (-0.2785, f32::INFINITY),
            Self::Linear | Self::LeakyRelu => (f32::NEG_INFINITY, f32::INFINITY),
        }
    }

    /// Whether f'(z) can be had from y = f(z) alone. GELU and SiLU are not monotonic: theirs needs z.
    pub const fn derives_from_output(self) -> bool {
        !matches!(self, Self::Gelu | Self::Silu)
    }
}

/// y ← f(z) with z = s + b for lines of 32 columns: `sums` are s, `bias` holds the same 32 columns of b.
///
/// With `slopes`, f'(z) is stored there too, one line for each of `sums`.
#[inline(always)]
pub(crate) fn bias_activate<S: Simd>(
    simd: S,
    activation: Activation,
    bias: &Line,
    sums: &[Line],
    outputs: &mut [Line],
    slopes: Option<&mut [Line]>,
) {
    // A call, as is `scale_by_slope`: every function is compiled once for each set of instructions and not for each kernel too.
    simd.vectorize(BiasActivate { activation, bias, sums, outputs, slopes });
}

struct BiasActivate<'a> {
    activation: Activation,
    bias: &'a Line,
    sums: &'a [Line],
    outputs: &'a mut [Line],
    slopes: Option<&'a mut [Line]>,
}

impl WithSimd for BiasActivate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { activation, bias, sums, outputs, slopes } = self;
        if let Some(slopes) = slopes {
            for (slope, line) in slopes.iter_mut().pair(sums) {
                for ((slope, &z), &bias) in
                    vectors_mut::<S>(slope).iter_mut().pair(vectors::<S>(line)).pair(vectors::<S>(bias))
                {
                    *slope = slope_at(simd, activation, simd.add_f32s(z, bias));
                }
            }
        }
        // One loop for each function, so that each is straight code.
        macro_rules! map {
            (|$z:ident| $y:expr) => {
                for (sum, y) in sums.iter().pair(outputs) {
                    let sums = vectors::<S>(sum).iter().pair(vectors::<S>(bias));
                    for ((&sum, &bias), y) in sums.pair(vectors_mut::<S>(y)) {
                        let $z = simd.add_f32s(sum, bias);
                        *y = $y;
                    }
                }
            };
        }
        let zero = simd.splat_f32s(0.0);
        match activation {
            Activation::Linear => map!(|z| z),
            Activation::Sigmoid => map!(|z| sigmoid(simd, z)),
            Activation::Tanh => map!(|z| tanh(simd, z)),
            Activation::Relu => map!(|z| simd.select_f32s(simd.less_than_f32s(z, zero), zero, z)),
            Activation::LeakyRelu => {
                map!(|z| simd.select_f32s(
                    simd.less_than_f32s(z, zero),
                    simd.mul_f32s(z, simd.splat_f32s(LEAK)),
                    z
                ));
            }
            Activation::Elu => map!(|z| {
                let below = simd.sub_f32s(exp(simd, z), simd.splat_f32s(1.0));
                simd.select_f32s(simd.less_than_f32s(z, zero), below, z)
            }),
            Activation::Gelu => map!(|z| simd.mul_f32s(z, normal_distribution(simd, z))),
            Activation::Silu => map!(|z| simd.mul_f32s(unsaturated(simd, z), sigmoid(simd, z))),
            Activation::Softplus => map!(|z| softplus(simd, z)),
        }
    }
}

/// Gradients at a layer's sums that are nearer to zero than 2^-64 count as zero, and slopes of that kind.
///
/// Beside usual parameters and moments they vanish in f32's rounding anyway; and no product of two numbers from here on
/// is denormal.
pub(crate) const NEGLIGIBLE: f32 = 1.0 / (4_294_967_296.0 * 4_294_967_296.0);

/// dz ← d ⊙ f'(z), with f' from the outputs y; if it cannot be had from them, from the slopes that dz holds.
#[inline(always)]
pub(crate) fn scale_by_slope<S: Simd>(
    simd: S,
    activation: Activation,
    gradients: &[Line],
    outputs: &[Line],
    scaled: &mut [Line],
) {
    simd.vectorize(ScaleBySlope { activation, gradients, outputs, scaled });
}

struct ScaleBySlope<'a> {
    activation: Activation,
    gradients: &'a [Line],
    outputs: &'a [Line],
    scaled: &'a mut [Line],
}

impl WithSimd for ScaleBySlope<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { activation, gradients, outputs, scaled } = self;
        let one = simd.splat_f32s(1.0);
        let zero = simd.splat_f32s(0.0);
        macro_rules! scale {
            (|$y:ident, $held:ident| $slope:expr) => {
                for ((gradient, y), scaled) in gradients.iter().pair(outputs).pair(scaled) {
                    let gradients = vectors::<S>(gradient).iter().pair(vectors::<S>(y));
                    for ((&gradient, &$y), scaled) in gradients.pair(vectors_mut::<S>(scaled)) {
                        let $held = *scaled;
                        *scaled = flush(simd, simd.mul_f32s(gradient, $slope), NEGLIGIBLE);
                    }
                }
            };
        }
        match activation {
            Activation::Linear => scale!(|_y, _held| one),
            Activation::Sigmoid => scale!(|y, _held| simd.mul_f32s(y, simd.sub_f32s(one, y))),
            Activation::Tanh => scale!(|y, _held| simd.sub_f32s(one, simd.mul_f32s(y, y))),
            Activation::Relu => {
                scale!(|y, _held| simd.select_f32s(simd.greater_than_f32s(y, zero), one, zero))
            }
            Activation::LeakyRelu => {
                scale!(|y, _held| simd.select_f32s(
                    simd.greater_than_f32s(y, zero),
                    one,
                    simd.splat_f32s(LEAK)
                ));
            }
            Activation::Elu => {
                scale!(|y, _held| simd.select_f32s(
                    simd.greater_than_f32s(y, zero),
                    one,
                    simd.add_f32s(y, one)
                ));
            }
            Activation::Softplus => {
                scale!(|y, _held| simd.sub_f32s(one, exp(simd, negated(simd, y))));
            }
            Activation::Gelu | Activation::Silu => scale!(|_y, held| held),
        }
    }
}

/// f' and f'' from y = f(z), or of [`Activation::Gelu`] and [`Activation::Silu`] from z.
#[inline(always)]
pub(crate) fn slope_and_curvature<S: Simd>(simd: S, activation: Activation, value: S::f32s) -> [S::f32s; 2] {
    let (zero, one) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0));
    let positive = simd.greater_than_f32s(value, zero);
    match activation {
        Activation::Linear => [one, zero],
        Activation::Sigmoid => {
            let slope = simd.mul_f32s(value, simd.sub_f32s(one, value));
            [slope, simd.mul_f32s(slope, simd.sub_f32s(one, simd.add_f32s(value, value)))]
        }
        Activation::Tanh => {
            let slope = simd.sub_f32s(one, simd.mul_f32s(value, value));
            [slope, simd.mul_f32s(slope, negated(simd, simd.add_f32s(value, value)))]
        }
        Activation::Relu => [simd.select_f32s(positive, one, zero), zero],
        Activation::LeakyRelu => [simd.select_f32s(positive, one, simd.splat_f32s(LEAK)), zero],
        Activation::Elu => {
            let below = simd.add_f32s(value, one);
            [simd.select_f32s(positive, one, below), simd.select_f32s(positive, zero, below)]
        }
        Activation::Softplus => {
            let slope = simd.sub_f32s(one, exp(simd, negated(simd, value)));
            [slope, simd.mul_f32s(slope, simd.sub_f32s(one, slope))]
        }
        Activation::Gelu => {
            // φ (2 - z²)
            let left = simd.sub_f32s(simd.splat_f32s(2.0), simd.mul_f32s(value, value));
            [slope_at(simd, activation, value), simd.mul_f32s(normal_density(simd, value), left)]
        }
        Activation::Silu => {
            // s (1 - s) (2 + z (1 - 2 s))
            let (z, s) = (unsaturated(simd, value), sigmoid(simd, value));
            let rest = simd.sub_f32s(one, s);
            let inner = multiply_add(simd, z, simd.sub_f32s(rest, s), simd.splat_f32s(2.0));
            [slope_at(simd, activation, value), simd.mul_f32s(simd.mul_f32s(s, rest), inner)]
        }
    }
}

/// z where SiLU is not saturated; beyond, what its sigmoid is taken for as well.
#[inline(always)]
fn unsaturated<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    simd.max_f32s(simd.splat_f32s(-SATURATION), z)
}

/// φ(z), the density of the normal distribution; none of it where it is [`NEGLIGIBLE`], from 9.3 on.
#[inline(always)]
fn normal_density<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    // With 1 / √(2 π) in the exponent.
    let logarithm = simd.splat_f32s(-0.918_938_5);
    let density = exp(simd, multiply_add(simd, simd.mul_f32s(z, z), simd.splat_f32s(-0.5), logarithm));
    flush(simd, density, NEGLIGIBLE)
}

/// f'(z).
#[inline(always)]
fn slope_at<S: Simd>(simd: S, activation: Activation, z: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    match activation {
        Activation::Gelu => {
            // Φ(z) + z φ(z)
            multiply_add(simd, z, normal_density(simd, z), normal_distribution(simd, z))
        }
        Activation::Silu => {
            let (z, s) = (unsaturated(simd, z), sigmoid(simd, z));
            simd.mul_f32s(s, multiply_add(simd, z, simd.sub_f32s(one, s), one))
        }
        _ => unreachable!("the derivative of {activation:?} comes from its output"),
    }
}

/// Φ(z) = (1 + erf(z / √2)) / 2.
#[inline(always)]
fn normal_distribution<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    let scaled = simd.mul_f32s(z, simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2));
    multiply_add(simd, erf(simd, scaled), half, half)
}

/// y ← f(y) for every value: the same functions, for values that come from no product.
pub fn activate(instructions: Instructions, activation: Activation, values: &mut [f32]) {
    struct Activate<'a>(Activation, &'a [Line], &'a mut [Line]);
    impl WithSimd for Activate<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(activation, from, to) = self;
            bias_activate(simd, activation, &Line::ZERO, from, to, None);
        }
    }
    for values in values.chunks_mut(PANEL) {
        let [mut from, mut to] = [Line::ZERO; 2];
        from.0[..values.len()].copy_from_slice(values);
        instructions.run(Activate(activation, &[from], std::slice::from_mut(&mut to)));
        values.copy_from_slice(&to.0[..values.len()]);
    }
}
