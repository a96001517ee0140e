//! Updates of parameters: one pass over parameters, gradients and moments.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::vector::{
    Line, Pair, Store, Storing, divide, flush, multiply_add, square_root, vectors, vectors_mut,
};

/// The update of every parameter p from its gradient g in one step, with the hyperparameters of that step.
///
/// m and v are the first and second moments, zero before the first step. Denormal numbers, which processors are slow
/// with, are avoided: moments nearer to zero than 2^-100 and squared moments below 2^-126 count as zero, and so do
/// gradients nearer to zero than 2^-58 where they are squared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Update {
    /// p ← p - rate g
    Sgd {
        /// The learning rate.
        rate: f32,
    },
    /// m ← momentum m + g;  p ← p - rate m, or with Nesterov's correction p ← p - rate (g + momentum m)
    Momentum {
        /// The learning rate.
        rate: f32,
        /// The share of m that stays in a step, in [0, 1).
        momentum: f32,
        /// Whether to use the correction of Nesterov (Sutskever et al. 2013).
        nesterov: bool,
    },
    /// m ← decay m + (1 - decay) g²;  p ← p - rate g / (√m + epsilon)   (Tieleman and Hinton 2012)
    RmsProp {
        /// The learning rate.
        rate: f32,
        /// The share of m that stays in a step, in [0, 1).
        decay: f32,
        /// A small number that keeps the quotient finite; above 0.
        epsilon: f32,
    },
    /// p ← keep p;  m ← beta1 m + (1 - beta1) g;  v ← beta2 v + (1 - beta2) g²;
    /// p ← p - rate m / (√v root + epsilon)   (Kingma and Ba 2015; with keep < 1 Loshchilov and Hutter 2019)
    ///
    /// The bias corrections of step t are in `rate` = learning rate / (1 - beta1^t) and `root` = 1 / √(1 - beta2^t).
    Adam {
        /// The learning rate divided by the bias correction of m.
        rate: f32,
        /// The share of m that stays in a step, in [0, 1).
        beta1: f32,
        /// The share of v that stays in a step, in [0, 1).
        beta2: f32,
        /// One over the square root of the bias correction of v.
        root: f32,
        /// A small number that keeps the quotient finite; above 0.
        epsilon: f32,
        /// 1 - learning rate × weight decay; 1 for none.
        keep: f32,
    },
}

/// Updates `parameters` and `moments` in place from `gradients`; the formulas are those of [`Update`]. `moments` are
/// m and v, as far as the rule has them. `store` is the way in which parameters are stored; moments always go through
/// the caches.
///
/// # Shapes
/// `parameters`, `gradients` and the moments that the rule has are as many lines each; other moments may be empty.
///
/// # Panics
/// If a buffer that the rule needs has another length.
pub fn update(
    instructions: Instructions,
    rule: Update,
    parameters: &mut [Line],
    gradients: &[Line],
    moments: [&mut [Line]; 2],
    store: Store,
) {
    let [m, v] = moments;
    let count = parameters.len();
    assert_eq!(gradients.len(), count, "update: lines of gradients and parameters");
    assert!(rule.moments() < 1 || m.len() == count, "update: lines of the first moment and parameters");
    assert!(rule.moments() < 2 || v.len() == count, "update: lines of the second moment and parameters");
    let divides = Instructions::divides_fast();
    instructions.run(Apply { rule, parameters, gradients, m, v, store, divides });
}

impl Update {
    /// The number of moments that the rule has.
    pub const fn moments(self) -> usize {
        match self {
            Self::Sgd { .. } => 0,
            Self::Momentum { .. } | Self::RmsProp { .. } => 1,
            Self::Adam { .. } => 2,
        }
    }
}

/// The magnitude below which gradients count as zero where they are squared: even a thousandth of its square is no
/// denormal number.
const NEGLIGIBLE_GRADIENT: f32 = 1.0 / (1_u64 << 58) as f32;

/// The magnitude below which moments count as zero. Without gradients moments shrink for ever, and would end as
/// denormal numbers.
const NEGLIGIBLE_MOMENT: f32 = 1.0 / ((1_u64 << 50) as f32 * (1_u64 << 50) as f32);

struct Apply<'a> {
    rule: Update,
    parameters: &'a mut [Line],
    gradients: &'a [Line],
    m: &'a mut [Line],
    v: &'a mut [Line],
    store: Store,
    /// Whether to divide and take roots by the instructions of the processor, not by estimates.
    divides: bool,
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rule, parameters, gradients, m, v, store, divides } = self;
        let mut parameters = store.to(parameters);
        let both = parameters.places().pair(gradients);
        match rule {
            Update::Sgd { rate } => {
                let rate = simd.splat_f32s(-rate);
                for (mut p, g) in both {
                    for (i, &g) in vectors::<S>(g).iter().enumerate() {
                        let old = vectors::<S>(p.line())[i];
                        p.put(simd, i, multiply_add(simd, g, rate, old));
                    }
                }
            }
            Update::Momentum { rate, momentum, nesterov } => {
                let (rate, momentum) = (simd.splat_f32s(-rate), simd.splat_f32s(momentum));
                for ((mut p, g), m) in both.pair(m) {
                    for (i, (&g, m)) in vectors::<S>(g).iter().pair(vectors_mut::<S>(m)).enumerate() {
                        let old = vectors::<S>(p.line())[i];
                        *m = flush(simd, multiply_add(simd, *m, momentum, g), NEGLIGIBLE_MOMENT);
                        let direction = if nesterov { multiply_add(simd, *m, momentum, g) } else { *m };
                        p.put(simd, i, multiply_add(simd, direction, rate, old));
                    }
                }
            }
            Update::RmsProp { .. } if divides => {
                rms_prop::<S, true>(simd, rule, parameters, gradients, m);
            }
            Update::RmsProp { .. } => rms_prop::<S, false>(simd, rule, parameters, gradients, m),
            Update::Adam { .. } if divides => {
                adam::<S, true>(simd, rule, parameters, gradients, [m, v]);
            }
            Update::Adam { .. } => adam::<S, false>(simd, rule, parameters, gradients, [m, v]),
        }
    }
}

#[inline(always)]
fn rms_prop<S: Simd, const DIVIDES: bool>(
    simd: S,
    rule: Update,
    mut parameters: Storing<'_, Line>,
    gradients: &[Line],
    m: &mut [Line],
) {
    let Update::RmsProp { rate, decay, epsilon } = rule else { unreachable!("another rule") };
    let (rate, epsilon) = (simd.splat_f32s(-rate), simd.splat_f32s(epsilon));
    let (kept, new) = (simd.splat_f32s(decay), simd.splat_f32s(1.0 - decay));
    for ((mut p, g), m) in parameters.places().pair(gradients).pair(m) {
        for (i, (&g, m)) in vectors::<S>(g).iter().pair(vectors_mut::<S>(m)).enumerate() {
            let old = vectors::<S>(p.line())[i];
            *m = squared_moment(simd, *m, kept, flush(simd, g, NEGLIGIBLE_GRADIENT), new);
            let below = simd.add_f32s(root::<S, DIVIDES>(simd, *m), epsilon);
            p.put(simd, i, multiply_add(simd, quotient::<S, DIVIDES>(simd, g, below), rate, old));
        }
    }
}

#[inline(always)]
fn adam<S: Simd, const DIVIDES: bool>(
    simd: S,
    rule: Update,
    mut parameters: Storing<'_, Line>,
    gradients: &[Line],
    [m, v]: [&mut [Line]; 2],
) {
    let Update::Adam { rate, beta1, beta2, root: correction, epsilon, keep } = rule else {
        unreachable!("another rule")
    };
    let (rate, correction) = (simd.splat_f32s(-rate), simd.splat_f32s(correction));
    let (epsilon, keep) = (simd.splat_f32s(epsilon), simd.splat_f32s(keep));
    let (old1, new1) = (simd.splat_f32s(beta1), simd.splat_f32s(1.0 - beta1));
    let (old2, new2) = (simd.splat_f32s(beta2), simd.splat_f32s(1.0 - beta2));
    for (((mut p, g), m), v) in parameters.places().pair(gradients).pair(m).pair(v) {
        let g = vectors::<S>(g);
        let (m, v) = (vectors_mut::<S>(m), vectors_mut::<S>(v));
        for i in 0..g.len() {
            let g = flush(simd, g[i], NEGLIGIBLE_GRADIENT);
            let moment = multiply_add(simd, m[i], old1, simd.mul_f32s(g, new1));
            m[i] = flush(simd, moment, NEGLIGIBLE_MOMENT);
            v[i] = squared_moment(simd, v[i], old2, g, new2);
            let below = multiply_add(simd, root::<S, DIVIDES>(simd, v[i]), correction, epsilon);
            let kept = simd.mul_f32s(vectors::<S>(p.line())[i], keep);
            p.put(simd, i, multiply_add(simd, quotient::<S, DIVIDES>(simd, m[i], below), rate, kept));
        }
    }
}

/// old v + new g², or zero where that is no normal number.
#[inline(always)]
fn squared_moment<S: Simd>(simd: S, v: S::f32s, old: S::f32s, g: S::f32s, new: S::f32s) -> S::f32s {
    let moment = multiply_add(simd, v, old, simd.mul_f32s(simd.mul_f32s(g, g), new));
    flush(simd, moment, f32::MIN_POSITIVE)
}

/// a / b, by the instruction of the processor or by an estimate.
#[inline(always)]
fn quotient<S: Simd, const DIVIDES: bool>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
    if DIVIDES { simd.div_f32s(a, b) } else { divide(simd, a, b) }
}

/// √x, by the instruction of the processor or by an estimate.
#[inline(always)]
fn root<S: Simd, const DIVIDES: bool>(simd: S, x: S::f32s) -> S::f32s {
    if DIVIDES { simd.sqrt_f32s(x) } else { square_root(simd, x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_divide_agree() {
        let line = |scale: f32| [Line(std::array::from_fn(|i| (i as f32 - 11.5) * scale))];
        let adam = Update::Adam { rate: 0.1, beta1: 0.9, beta2: 0.999, root: 3.0, epsilon: 1e-8, keep: 1.0 };
        for rule in [Update::RmsProp { rate: 0.1, decay: 0.9, epsilon: 1e-8 }, adam] {
            for instructions in Instructions::available() {
                let [with, without] = [true, false].map(|divides| {
                    let [mut parameters, mut m, mut v] = [line(0.0), line(0.0), line(0.0)];
                    for step in [0.3, -0.02, 7e-5] {
                        instructions.run(Apply {
                            rule,
                            parameters: &mut parameters,
                            gradients: &line(step),
                            m: &mut m,
                            v: &mut v,
                            store: Store::Cached,
                            divides,
                        });
                    }
                    parameters[0].0
                });
                for (index, (with, without)) in with.into_iter().zip(without).enumerate() {
                    let name = instructions.name();
                    assert!(
                        (with - without).abs() <= 1e-6 * with.abs(),
                        "{name} {rule:?} {index}: {with}, {without}"
                    );
                    assert!(with != 0.0, "{name} {rule:?} {index}");
                }
            }
        }
    }
}
