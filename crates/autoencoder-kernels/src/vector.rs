//! Elementary functions on whole vectors, from polynomials: relative error below 1e-6 where results are normal numbers.

use std::any::{Any, TypeId};

use pulp::{Scalar128b, Simd, bytemuck};

use crate::panel::Line;

/// a b + c, in one step where the processor has an instruction for it.
///
/// The portable set has none, and asking for one would call a software routine some 30 times as slow.
#[inline(always)]
pub(crate) fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    if is_fused::<S>() { simd.mul_add_e_f32s(a, b, c) } else { simd.add_f32s(simd.mul_f32s(a, b), c) }
}

/// Whether [`multiply_add`] rounds once.
#[inline(always)]
fn is_fused<S: Simd>() -> bool {
    TypeId::of::<S>() != TypeId::of::<Scalar128b>()
}

/// 1 / x for normal x, within two units in the last place.
#[inline(always)]
fn reciprocal<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
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

/// √x for x that is zero or normal; see [`divide`]. Of a denormal number it is too small, at most 1.1e-19 as the true one.
#[inline(always)]
pub(crate) fn square_root<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // The estimate at zero would be infinite, and zero times infinity is no number.
    let positive = simd.max_f32s(x, simd.splat_f32s(f32::MIN_POSITIVE));
    match estimate(simd, positive, Estimate::ReciprocalSquareRoot) {
        Some(estimate) => {
            let root = simd.mul_f32s(x, estimate);
            let half = simd.mul_f32s(estimate, simd.splat_f32s(0.5));
            // Goldschmidt's step for both √x and 1 / (2 √x), then the remainder of the root.
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

/// 1 / x or 1 / √x with a relative error of at most 2^-14, if there is an instruction for it that is worth it.
#[inline(always)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    allow(unused_variables, reason = "only AVX-512 estimates well enough")
)]
fn estimate<S: Simd>(simd: S, x: S::f32s, what: Estimate) -> Option<S::f32s> {
    #[cfg(target_arch = "x86_64")]
    if let Some((avx512, [x])) = avx512(simd, [x]) {
        return of_avx512::<S>(match what {
            Estimate::Reciprocal => avx512._mm512_rcp14_ps(x),
            Estimate::ReciprocalSquareRoot => avx512._mm512_rsqrt14_ps(x),
        });
    }
    None
}

/// x 2^n for integer n, if there is an instruction for it.
#[inline(always)]
#[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables, reason = "only AVX-512 has the instruction"))]
fn scale_by_power_of_two<S: Simd>(simd: S, x: S::f32s, n: S::f32s) -> Option<S::f32s> {
    #[cfg(target_arch = "x86_64")]
    if let Some((avx512, [x, n])) = avx512(simd, [x, n]) {
        return of_avx512::<S>(avx512._mm512_scalef_ps(x, n));
    }
    None
}

/// The instructions of AVX-512 and its registers, if `S` is that.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn avx512<S: Simd, const N: usize>(
    simd: S,
    vectors: [S::f32s; N],
) -> Option<(pulp::core_arch::x86::Avx512f, [std::arch::x86_64::__m512; N])> {
    let set = (&simd as &dyn Any).downcast_ref::<pulp::x86::V4>()?;
    let vectors = (&vectors as &dyn Any).downcast_ref::<[pulp::f32x16; N]>()?;
    Some((set.avx512f, vectors.map(pulp::cast)))
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn of_avx512<S: Simd>(register: std::arch::x86_64::__m512) -> Option<S::f32s> {
    let vector: pulp::f32x16 = pulp::cast(register);
    (&vector as &dyn Any).downcast_ref().copied()
}

/// c - a b, in one step where the processor can.
#[inline(always)]
fn negated_multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    multiply_add(simd, simd.neg_f32s(a), b, c)
}

/// The polynomial with these coefficients, the highest power first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::f32s, coefficients: [f32; N]) -> S::f32s {
    let mut sum = simd.splat_f32s(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = multiply_add(simd, sum, x, simd.splat_f32s(coefficient));
    }
    sum
}

/// x, or zero where it is nearer to zero than `bound`.
///
/// Numbers below 1.2e-38 (denormal ones) take processors many times as long to multiply. Saturated units bring them
/// about: what passes back through some layers of them shrinks until it is one.
#[inline(always)]
pub(crate) fn flush<S: Simd>(simd: S, x: S::f32s, bound: f32) -> S::f32s {
    let small = simd.less_than_f32s(simd.abs_f32s(x), simd.splat_f32s(bound));
    simd.select_f32s(small, simd.splat_f32s(0.0), x)
}

/// x, but at least `low` and at most `high`. On x86 not-a-number stays so: there the second operand is taken for it.
#[inline(always)]
fn clamp<S: Simd>(simd: S, x: S::f32s, low: f32, high: f32) -> S::f32s {
    simd.max_f32s(simd.splat_f32s(low), simd.min_f32s(simd.splat_f32s(high), x))
}

/// `value`, but not-a-number where `x` is: the clamps would hide it, and a diverged training with it.
#[inline(always)]
fn keep_nan<S: Simd>(simd: S, x: S::f32s, value: S::f32s) -> S::f32s {
    simd.select_f32s(simd.equal_f32s(x, x), value, x)
}

/// e to the x. Below -87.3 it stays at 1.2e-38, close to the smallest normal number; above 88.3 at 2.2e38.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r is the polynomial of degree 5 with the least relative error, 7.3e-8, among
/// those that are 1 at zero; n is added to its exponent.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Added to a number below 2^22, it leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let clamped = clamp(simd, x, -87.3, 88.3);
    let shifted =
        multiply_add(simd, clamped, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let n = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    let r = if is_fused::<S>() {
        // As n is at most 127, the rounding of ln 2 to f32 shifts r by no more than 2.5e-7.
        multiply_add(simd, n, simd.splat_f32s(-std::f32::consts::LN_2), clamped)
    } else {
        // In two parts, the first exact in few bits, so that n times it is exact.
        let r = multiply_add(simd, n, simd.splat_f32s(-0.693_359_4), clamped);
        multiply_add(simd, n, simd.splat_f32s(2.121_944_4e-4), r)
    };
    let e = polynomial(simd, r, [8.337_527e-3, 4.191_068_4e-2, 0.166_667_29, 0.499_990_14, 1.000_000_1, 1.0]);
    scale_by_power_of_two(simd, e, n).unwrap_or_else(|| {
        let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
        let scaled = simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(e), exponent));
        keep_nan(simd, x, scaled)
    })
}

/// 1 / (1 + e^-x).
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    reciprocal(simd, simd.add_f32s(one, exp(simd, simd.neg_f32s(x))))
}

/// The hyperbolic tangent, by the rational approximation of Eigen (degrees 13 and 6).
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let clamped = clamp(simd, x, -7.905_311, 7.905_311);
    let square = simd.mul_f32s(clamped, clamped);
    let p = polynomial(
        simd,
        square,
        [
            -2.760_768_5e-16,
            2.000_188e-13,
            -8.604_672e-11,
            5.122_297e-8,
            1.485_722_4e-5,
            6.372_619_3e-4,
            4.893_524_6e-3,
        ],
    );
    let q = polynomial(simd, square, [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3]);
    keep_nan(simd, x, divide(simd, simd.mul_f32s(clamped, p), q))
}

/// The error function, by the rational approximation of Eigen (degrees 13 and 8); exactly ±1 from ±4 on.
#[inline(always)]
pub(crate) fn erf<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let clamped = clamp(simd, x, -4.0, 4.0);
    let square = simd.mul_f32s(clamped, clamped);
    let p = polynomial(
        simd,
        square,
        [
            -2.726_142_3e-10,
            2.770_681_4e-8,
            -2.101_024e-6,
            -5.692_506_4e-5,
            -7.349_906_4e-4,
            -2.954_598e-3,
            -1.609_603_3e-2,
        ],
    );
    let q = polynomial(
        simd,
        square,
        [-1.456_607_2e-5, -2.133_740_5e-4, -1.682_827e-3, -7.373_329_3e-3, -1.426_473_9e-2],
    );
    let quotient = divide(simd, simd.mul_f32s(clamped, p), q);
    // Not nearly: the tail of GELU is x times what is left.
    let one = simd.splat_f32s(1.0);
    let sign = simd.select_f32s(simd.less_than_f32s(x, simd.splat_f32s(0.0)), simd.neg_f32s(one), one);
    let small = simd.less_than_f32s(simd.abs_f32s(x), simd.splat_f32s(4.0));
    keep_nan(simd, x, simd.select_f32s(small, quotient, sign))
}

/// ln(1 + e^x) without overflow: max(x, 0) + ln(1 + e^-|x|).
#[inline(always)]
pub(crate) fn softplus<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.add_f32s(simd.max_f32s(x, simd.splat_f32s(0.0)), softplus_tail(simd, x))
}

/// ln(1 + e^-|x|), what [`softplus`] is above max(x, 0).
///
/// With u = e^-|x|, ln(1 + u) = 2 artanh(u / (2 + u)), a polynomial in the square of that quotient, which is at most 1/9.
#[inline(always)]
pub(crate) fn softplus_tail<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    // Beyond 86 the quotient would be a denormal number, as its square would be from 43 on: both change nothing there.
    let u = exp(simd, simd.max_f32s(simd.neg_f32s(simd.abs_f32s(x)), simd.splat_f32s(-86.0)));
    let s = divide(simd, u, simd.add_f32s(simd.splat_f32s(2.0), u));
    let not_tiny = simd.max_f32s(s, simd.splat_f32s(1e-18));
    let p = polynomial(
        simd,
        simd.mul_f32s(not_tiny, not_tiny),
        [0.244_094_03, 0.213_942_67, 0.286_206_23, 0.399_986_95, 0.666_666_8, 2.0],
    );
    keep_nan(simd, x, simd.mul_f32s(s, p))
}

/// ln x for normal x above 0.
///
/// x = 2^n m with m between √½ and √2; ln m = 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172.
#[inline(always)]
pub(crate) fn ln<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const ONE: u32 = 0x3f80_0000;
    const ROOT_OF_HALF: u32 = 0x3f35_04f3;
    // 2^23 as a number: the integer is read from its low bits.
    const WHOLE: u32 = 0x4b00_0000;
    let shifted = simd.add_u32s(simd.transmute_u32s_f32s(x), simd.splat_u32s(ONE - ROOT_OF_HALF));
    let n = simd.wrapping_dyn_shr_u32s(shifted, simd.splat_u32s(23));
    let n = simd.transmute_f32s_u32s(simd.add_u32s(n, simd.splat_u32s(WHOLE)));
    let n = simd.sub_f32s(n, simd.splat_f32s(8_388_608.0 + 127.0));
    let fraction = simd.and_u32s(shifted, simd.splat_u32s(0x007f_ffff));
    let m = simd.transmute_f32s_u32s(simd.add_u32s(fraction, simd.splat_u32s(ROOT_OF_HALF)));
    let f = simd.sub_f32s(m, simd.splat_f32s(1.0));
    let s = divide(simd, f, simd.add_f32s(f, simd.splat_f32s(2.0)));
    let square = simd.mul_f32s(s, s);
    let p = polynomial(simd, square, [2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0, 2.0]);
    multiply_add(simd, n, simd.splat_f32s(std::f32::consts::LN_2), simd.mul_f32s(s, p))
}

/// sin 2πx for |x| <= 1/4, by the series of the sine up to the eleventh power.
#[inline(always)]
pub(crate) fn sine_of_turns<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let x = simd.mul_f32s(x, simd.splat_f32s(std::f32::consts::TAU));
    let p = polynomial(
        simd,
        simd.mul_f32s(x, x),
        [-2.505_210_8e-8, 2.755_731_9e-6, -1.984_127e-4, 8.333_333e-3, -0.166_666_67, 1.0],
    );
    simd.mul_f32s(x, p)
}

/// The vectors of a line.
#[inline(always)]
pub(crate) fn vectors<S: Simd>(line: &Line) -> &[S::f32s] {
    S::as_simd_f32s(&line.0).0
}

/// The vectors of a line, to be written.
#[inline(always)]
pub(crate) fn vectors_mut<S: Simd>(line: &mut Line) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(&mut line.0).0
}

/// A comparison's outcome as bits, the first number's lowest.
#[inline(always)]
pub(crate) fn bits<S: Simd>(outcome: S::m32s) -> u32 {
    let bytes = bytemuck::bytes_of(&outcome);
    match <[u8; 2]>::try_from(bytes) {
        // AVX-512 has a bit for each number to begin with, the others as many bytes as the number.
        Ok(bytes) => u16::from_ne_bytes(bytes).into(),
        Err(_) => bytes
            .chunks_exact(bytes.len() / S::F32_LANES)
            .enumerate()
            .fold(0, |bits, (index, lane)| bits | u32::from(lane[0] != 0) << index),
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "inputs are rounded to f32 on purpose")]
mod tests {
    use pulp::WithSimd;

    use super::*;
    use crate::instructions::Instructions;
    use crate::panel::PANEL;

    /// Relative error that the polynomials keep, with room for the last rounding.
    const RELATIVE: f64 = 1e-6;

    #[derive(Clone, Copy, Debug)]
    enum Function {
        Exp,
        Sigmoid,
        Tanh,
        Erf,
        Softplus,
        Ln,
        SineOfTurns,
    }

    struct Map<'a>(Function, &'a mut [Line]);

    impl WithSimd for Map<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let function = self.0;
            for x in self.1.iter_mut().flat_map(vectors_mut::<S>) {
                *x = match function {
                    Function::Exp => exp(simd, *x),
                    Function::Sigmoid => sigmoid(simd, *x),
                    Function::Tanh => tanh(simd, *x),
                    Function::Erf => erf(simd, *x),
                    Function::Softplus => softplus(simd, *x),
                    Function::Ln => ln(simd, *x),
                    Function::SineOfTurns => sine_of_turns(simd, *x),
                }
            }
        }
    }

    fn check(function: Function, low: f64, high: f64, exact: fn(f64) -> f64) {
        // Every magnitude of f32 that matters, from both sides, and a fine grid.
        let mut inputs: Vec<f32> =
            (0..64_000).map(|i| (low + (high - low) * f64::from(i) / 64_000.0) as f32).collect();
        let magnitudes = (0..640).map(|i| 10f32.powf(-37.9 * i as f32 / 640.0)).flat_map(|x| [x, -x]);
        inputs.extend(magnitudes.filter(|&x| (low..=high).contains(&f64::from(x))));
        inputs.resize(inputs.len().next_multiple_of(PANEL), high as f32);
        let lines: Vec<Line> = inputs.chunks(PANEL).map(|chunk| Line(chunk.try_into().unwrap())).collect();
        for instructions in Instructions::available() {
            let mut outputs = lines.clone();
            instructions.run(Map(function, &mut outputs));
            for (&x, &y) in inputs.iter().zip(outputs.iter().flat_map(|line| &line.0)) {
                let exact = exact(f64::from(x));
                let error = (f64::from(y) - exact).abs();
                // Results below f32's normal range have no relative accuracy to keep.
                let bound = RELATIVE * exact.abs() + 1.2e-38;
                assert!(error <= bound, "{} {function:?}({x}): {y}, expected {exact}", instructions.name());
            }
        }
    }

    fn exact_erf(x: f64) -> f64 {
        // Abramowitz and Stegun 7.1.6, summed until nothing changes; converges everywhere |x| <= 5 in f64.
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while f64::abs(term) > 1e-18 * f64::abs(sum) {
            n += 1.0;
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
        }
        if x == 0.0 { 0.0 } else { sum * std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() }
    }

    #[test]
    fn functions_agree_with_f64_over_their_range() {
        check(Function::Exp, -87.0, 88.0, f64::exp);
        check(Function::Sigmoid, -87.0, 100.0, |x| 1.0 / (1.0 + (-x).exp()));
        check(Function::Tanh, -20.0, 20.0, f64::tanh);
        check(Function::Erf, -5.0, 5.0, exact_erf);
        check(Function::Softplus, -80.0, 100.0, |x| x.max(0.0) + (-x.abs()).exp().ln_1p());
        check(Function::Ln, 1.2e-38, 2.0, f64::ln);
        check(Function::Ln, 0.5, 1e9, f64::ln);
        check(Function::SineOfTurns, -0.25, 0.25, |x| (x * std::f64::consts::TAU).sin());
    }

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
        // Two low-discrepancy sequences: mantissas of every kind, exponents from 2^-40 to 2^40.
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

    #[test]
    fn extremes_stay_finite_and_nan_stays_nan() {
        for instructions in Instructions::available() {
            for function in
                [Function::Exp, Function::Sigmoid, Function::Tanh, Function::Erf, Function::Softplus]
            {
                let mut line = Line::ZERO;
                line.0[..4].copy_from_slice(&[-1e30, 1e30, f32::NAN, -200.0]);
                instructions.run(Map(function, std::slice::from_mut(&mut line)));
                let values = line.0;
                let name = instructions.name();
                assert!(values[0].is_finite() && values[1].is_finite(), "{name} {function:?}: {values:?}");
                assert!(values[2].is_nan(), "{name} {function:?} hides NaN: {values:?}");
            }
        }
    }
}
