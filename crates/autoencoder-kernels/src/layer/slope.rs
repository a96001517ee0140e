//! First and second derivatives of activation functions.

use pulp::{Simd, WithSimd};

use super::activation::Activation;
use crate::instructions::Instructions;
use crate::vector::{
    Line, Pair, SATURATION, erf, exp, flush, multiply_add, negated, sigmoid, vectors, vectors_mut,
};

/// 2^-64, the magnitude below which gradients at the sums of a layer, and slopes, count as zero.
///
/// Smaller numbers vanish in the rounding of usual parameters and moments anyway; and no product of two numbers that
/// are left is denormal.
pub(crate) const NEGLIGIBLE: f32 = 1.0 / (4_294_967_296.0 * 4_294_967_296.0);

/// dz ← d ⊙ f'(z), with f' from the outputs y, or where f' is no function of y from the slopes that dz holds.
/// `gradients` are d, `outputs` y, and `scaled` dz, which is overwritten.
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
                    simd.splat_f32s(Activation::LEAK)
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

/// f' and f'' at y = f(z), or for [`Activation::Gelu`] and [`Activation::Silu`] at z.
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
        Activation::LeakyRelu => [simd.select_f32s(positive, one, simd.splat_f32s(Activation::LEAK)), zero],
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

/// z, or -[`SATURATION`] where SiLU is saturated: the z that its sigmoid is taken for.
#[inline(always)]
pub(crate) fn unsaturated<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    simd.max_f32s(simd.splat_f32s(-SATURATION), z)
}

/// φ(z), the density of the standard normal distribution, or zero where it is below [`NEGLIGIBLE`], from |z| = 9.3
/// on.
#[inline(always)]
fn normal_density<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    // The factor 1 / √(2 π) is in the exponent.
    let logarithm = simd.splat_f32s(-0.918_938_5);
    let density = exp(simd, multiply_add(simd, simd.mul_f32s(z, z), simd.splat_f32s(-0.5), logarithm));
    flush(simd, density, NEGLIGIBLE)
}

/// f'(z) of activations whose derivative is no function of their output.
#[inline(always)]
pub(crate) fn slope_at<S: Simd>(simd: S, activation: Activation, z: S::f32s) -> S::f32s {
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
        Activation::Linear
        | Activation::Sigmoid
        | Activation::Tanh
        | Activation::Relu
        | Activation::LeakyRelu
        | Activation::Elu
        | Activation::Softplus => unreachable!("the derivative of {activation:?} comes from its output"),
    }
}

/// Φ(z) = (1 + erf(z / √2)) / 2.
#[inline(always)]
pub(crate) fn normal_distribution<S: Simd>(simd: S, z: S::f32s) -> S::f32s {
    let half = simd.splat_f32s(0.5);
    let scaled = simd.mul_f32s(z, simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2));
    multiply_add(simd, erf(simd, scaled), half, half)
}

/// slopes ← f'(z) and curvatures ← f''(z).
///
/// # Shapes
/// `values`, `slopes` and `curvatures` are as many lines. `values` are y = f(z), or z where f' is no function of y
/// ([`Activation::derives_from_output`]). `slopes` and `curvatures` are overwritten. At the kink of a ReLU f'' counts
/// as 0.
///
/// # Panics
/// If the numbers of lines differ.
pub fn slopes(
    instructions: Instructions,
    activation: Activation,
    values: &[Line],
    slopes: &mut [Line],
    curvatures: &mut [Line],
) {
    struct Slopes<'a>(Activation, &'a [Line], &'a mut [Line], &'a mut [Line]);
    impl WithSimd for Slopes<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(activation, values, slopes, curvatures) = self;
            for ((value, slope), curvature) in values.iter().pair(slopes).pair(curvatures) {
                let to = vectors_mut::<S>(slope).iter_mut().pair(vectors_mut::<S>(curvature));
                for (&value, (slope, curvature)) in vectors::<S>(value).iter().pair(to) {
                    [*slope, *curvature] = slope_and_curvature(simd, activation, value);
                }
            }
        }
    }
    assert_eq!(
        (values.len(), values.len()),
        (slopes.len(), curvatures.len()),
        "slopes: lines of values, slopes and curvatures"
    );
    instructions.run(Slopes(activation, values, slopes, curvatures));
}
