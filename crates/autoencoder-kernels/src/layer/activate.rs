//! Activation functions applied to whole tiles, after the bias is added.

use pulp::{Simd, WithSimd};

use super::activation::Activation;
use super::slope::{normal_distribution, slope_at, unsaturated};
use crate::instructions::Instructions;
use crate::vector::{Line, PANEL, Pair, exp, sigmoid, softplus, tanh, vectors, vectors_mut};

/// y ← f(z) with z = s + b for lines of 32 columns: `sums` are s, `bias` holds the same 32 columns of b, `outputs`
/// are y and overwritten.
///
/// `slopes` are overwritten with f'(z) where they are given, one line for each line of `sums`.
#[inline(always)]
pub(crate) fn bias_activate<S: Simd>(
    simd: S,
    activation: Activation,
    bias: &Line,
    sums: &[Line],
    outputs: &mut [Line],
    slopes: Option<&mut [Line]>,
) {
    // This is a call, as [`scale_by_slope`](super::slope::scale_by_slope) is one, so that each function is compiled
    // once for each set of instructions, and not for each kernel too.
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
        // There is one loop for each function, so that its body has no branches.
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
                    simd.mul_f32s(z, simd.splat_f32s(Activation::LEAK)),
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

/// y ← f(y) for each of `values`, which are overwritten: the same functions as in products, for any number of values.
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
