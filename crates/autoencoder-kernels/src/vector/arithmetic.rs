//! Arithmetic on whole vectors, which the elementary functions and the kernels are made of.

use std::any::TypeId;

use pulp::{Scalar128b, Simd};

#[cfg(target_arch = "x86_64")]
use super::avx512::{avx512, of_avx512};

/// a b + c, rounded once where the processor has an instruction for a fused multiply-add.
///
/// The portable set has no such instruction, and asking for one would call a software routine some 30 times as slow.
#[inline(always)]
pub(crate) fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    if is_fused::<S>() { simd.mul_add_e_f32s(a, b, c) } else { simd.add_f32s(simd.mul_f32s(a, b), c) }
}

/// Whether [`multiply_add`] rounds once.
#[inline(always)]
pub(crate) fn is_fused<S: Simd>() -> bool {
    TypeId::of::<S>() != TypeId::of::<Scalar128b>()
}

/// 1 / x for normal x, within two units in the last place.
#[inline(always)]
pub(crate) fn reciprocal<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    match estimate(simd, x, Estimate::Reciprocal) {
        Some(estimate) => refined(simd, x, estimate),
        None => simd.div_f32s(one, x),
    }
}

/// An estimate of 1 / x after a step of Newton's method.
#[inline(always)]
fn refined<S: Simd>(simd: S, x: S::f32s, estimate: S::f32s) -> S::f32s {
    let error = negated_multiply_add(simd, x, estimate, simd.splat_f32s(1.0));
    multiply_add(simd, estimate, error, estimate)
}

/// a / b for normal b.
///
/// AVX-512 divides one vector in the time of 32 multiplications; an estimate of 1 / b, one step of Newton's
/// method and the remainder of the quotient (Markstein 1990) take six, and give the same bits but for rare last ones.
#[inline(always)]
pub(crate) fn divide<S: Simd>(simd: S, a: S::f32s, b: S::f32s) -> S::f32s {
    match estimate(simd, b, Estimate::Reciprocal) {
        Some(estimate) => {
            let reciprocal = refined(simd, b, estimate);
            let quotient = simd.mul_f32s(a, reciprocal);
            let remainder = negated_multiply_add(simd, b, quotient, a);
            multiply_add(simd, remainder, reciprocal, quotient)
        }
        None => simd.div_f32s(a, b),
    }
}

/// √x for x that is zero or normal; see [`divide`]. A denormal x gives a root that is too small: both it and the true
/// root are at most 1.1e-19.
#[inline(always)]
pub(crate) fn square_root<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // The estimate at zero would be infinite, and zero times infinity is no number.
    let positive = simd.max_f32s(x, simd.splat_f32s(f32::MIN_POSITIVE));
    match estimate(simd, positive, Estimate::ReciprocalSquareRoot) {
        Some(estimate) => {
            let root = simd.mul_f32s(x, estimate);
            let half = simd.mul_f32s(estimate, simd.splat_f32s(0.5));
            // Goldschmidt's step refines both √x and 1 / (2 √x); then the remainder of the root is added.
            let error = negated_multiply_add(simd, root, half, simd.splat_f32s(0.5));
            let root = multiply_add(simd, root, error, root);
            let half = multiply_add(simd, half, error, half);
            let remainder = negated_multiply_add(simd, root, root, x);
            multiply_add(simd, remainder, half, root)
        }
        None => simd.sqrt_f32s(x),
    }
}

#[derive(Clone, Copy)]
enum Estimate {
    Reciprocal,
    ReciprocalSquareRoot,
}

/// 1 / x or 1 / √x with a relative error of at most 2^-14, if the processor has an instruction that is faster than
/// dividing.
#[inline(always)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(unused_variables, reason = "only AVX-512 estimates well enough")
)]
fn estimate<S: Simd>(simd: S, x: S::f32s, what: Estimate) -> Option<S::f32s> {
    #[cfg(target_arch = "x86_64")]
    if let Some((avx512, [x])) = avx512(simd, [x]) {
        return of_avx512::<S>(match what {
            Estimate::Reciprocal => avx512.avx512f._mm512_rcp14_ps(x),
            Estimate::ReciprocalSquareRoot => avx512.avx512f._mm512_rsqrt14_ps(x),
        });
    }
    None
}

/// x 2^n for integer n, if the processor has an instruction for that.
#[inline(always)]
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables, reason = "only AVX-512 has the instruction"))]
pub(crate) fn scale_by_power_of_two<S: Simd>(simd: S, x: S::f32s, n: S::f32s) -> Option<S::f32s> {
    #[cfg(target_arch = "x86_64")]
    if let Some((avx512, [x, n])) = avx512(simd, [x, n]) {
        return of_avx512::<S>(avx512.avx512f._mm512_scalef_ps(x, n));
    }
    None
}

/// c - a b, rounded once where the processor has an instruction for a fused multiply-add.
#[inline(always)]
fn negated_multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    multiply_add(simd, negated(simd, a), b, c)
}

/// The value at x of the polynomial with these coefficients, the highest power first.
#[inline(always)]
pub(crate) fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = multiply_add(simd, sum, x, simd.splat_f32s(coefficient));
    }
    sum
}

/// x, or zero where |x| < `bound`.
///
/// Denormal numbers, below 1.2e-38, take processors many times as long to multiply. Saturated units produce denormal
/// numbers: a gradient that passes back through several saturated layers shrinks until it is one.
#[inline(always)]
pub(crate) fn flush<S: Simd>(simd: S, x: S::f32s, bound: f32) -> S::f32s {
    let small = simd.less_than_f32s(magnitude(simd, x), simd.splat_f32s(bound));
    simd.select_f32s(small, simd.splat_f32s(0.0), x)
}

/// -x. The method of `pulp` for negation is not inlined under every profile.
#[inline(always)]
pub(crate) fn negated<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let bits = simd.xor_u32s(simd.transmute_u32s_f32s(x), simd.splat_u32s(1 << 31));
    simd.transmute_f32s_u32s(bits)
}

/// |x|. The method of `pulp` for absolute values is not inlined under every profile.
#[inline(always)]
pub(crate) fn magnitude<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let bits = simd.and_u32s(simd.transmute_u32s_f32s(x), simd.splat_u32s(u32::MAX >> 1));
    simd.transmute_f32s_u32s(bits)
}

/// x clamped to between `low` and `high`. On x86 not-a-number stays so, because minimum and maximum return the second
/// operand where either is not-a-number.
#[inline(always)]
pub(crate) fn clamp<S: Simd>(simd: S, x: S::f32s, low: f32, high: f32) -> S::f32s {
    simd.max_f32s(simd.splat_f32s(low), simd.min_f32s(simd.splat_f32s(high), x))
}

/// `value`, or not-a-number where `x` is not-a-number: a clamp would hide it, and a diverged training with it.
#[inline(always)]
pub(crate) fn keep_nan<S: Simd>(simd: S, x: S::f32s, value: S::f32s) -> S::f32s {
    simd.select_f32s(simd.equal_f32s(x, x), value, x)
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "exponents are small")]
mod tests {
    use pulp::WithSimd;

    use super::*;
    use crate::instructions::Instructions;
    use crate::vector::line::{Line, PANEL, vectors, vectors_mut};

    struct Quotients<'a>(&'a [Line], &'a [Line], &'a mut [Line], &'a mut [Line]);

    impl WithSimd for Quotients<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(a, b, quotients, roots) = self;
            for (((a, b), quotient), root) in a.iter().zip(b).zip(quotients).zip(roots) {
                for (index, (&a, &b)) in vectors::<S>(a).iter().zip(vectors::<S>(b)).enumerate() {
                    vectors_mut::<S>(quotient)[index] = divide(simd, a, b);
                    vectors_mut::<S>(root)[index] = square_root(simd, b);
                }
            }
        }
    }

    #[test]
    fn quotients_and_roots_are_those_of_ieee_but_for_rare_last_bits() {
        // Two low-discrepancy sequences give mantissas of every kind and exponents from 2^-40 to 2^40.
        let line = |index: usize, step: f32| {
            Line(std::array::from_fn(|lane| {
                let x = ((index * PANEL + lane) as f32 * step).fract();
                (1.0 + x) * 2f32.powi((80.0 * ((x * 97.0).fract() - 0.5)) as i32)
            }))
        };
        let (mut a, mut b): (Vec<Line>, Vec<Line>) =
            (0..2000).map(|index| (line(index, 0.618_034), line(index, 0.414_213_56))).unzip();
        a[0].0[..3].copy_from_slice(&[0.0, -1.0, 1.0]);
        b[0].0[..3].copy_from_slice(&[3.0, 3.0, f32::MIN_POSITIVE]);
        for instructions in Instructions::available() {
            let (mut quotients, mut roots) = (a.clone(), a.clone());
            instructions.run(Quotients(&a, &b, &mut quotients, &mut roots));
            let numbers = |lines: &[Line]| lines.iter().flat_map(|line| line.0).collect::<Vec<f32>>();
            let (a, b) = (numbers(&a), numbers(&b));
            let close = |name: &str, found: Vec<f32>, exact: &dyn Fn(usize) -> f32| {
                let mut different = 0;
                for (index, &found) in found.iter().enumerate() {
                    let distance = found.to_bits().abs_diff(exact(index).to_bits());
                    assert!(distance <= 1, "{name} {} {}: {found}", a[index], b[index]);
                    different += usize::from(distance > 0);
                }
                assert!(different * 1000 <= found.len(), "{name}: {different} of {}", found.len());
            };
            close(&format!("{} /", instructions.name()), numbers(&quotients), &|i| a[i] / b[i]);
            close(&format!("{} √", instructions.name()), numbers(&roots), &|i| b[i].sqrt());
        }
    }

    #[test]
    fn the_root_of_zero_is_zero() {
        for instructions in Instructions::available() {
            let [mut quotient, mut root] = [Line::ZERO; 2];
            let (a, b) = (&[Line([1.0; PANEL])], &[Line::ZERO]);
            let results = (std::slice::from_mut(&mut quotient), std::slice::from_mut(&mut root));
            instructions.run(Quotients(a, b, results.0, results.1));
            assert_eq!(root, Line::ZERO, "{}", instructions.name());
        }
    }
}
