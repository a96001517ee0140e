//! Elementary functions on whole vectors, by polynomials: the relative error is below 1e-6 where results are normal
//! numbers.

use pulp::Simd;

use super::arithmetic::{
    clamp, divide, is_fused, keep_nan, magnitude, multiply_add, negated, polynomial, reciprocal,
    scale_by_power_of_two,
};
use super::polynomials::{ARTANH, ERF_ABOVE, ERF_BELOW, POWER_OF_E, TANH_ABOVE, TANH_BELOW};

/// e^x. Below x = -87.3 the result stays at 1.2e-38, close to the smallest normal number; above x = 88.3 it stays at
/// 2.2e38.
///
/// With x = n ln 2 + r and |r| <= ln 2 / 2, e^r is a polynomial; n is added to the exponent of the result.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    exp_between(simd, x, -87.3, 88.3)
}

/// e^x, with x first clamped to between `low` and `high`, which lie within -87.3 and 88.3.
#[inline(always)]
fn exp_between<S: Simd>(simd: S, x: S::f32s, low: f32, high: f32) -> S::f32s {
    // Adding this constant to a number below 2^22 leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let clamped = clamp(simd, x, low, high);
    let shifted =
        multiply_add(simd, clamped, simd.splat_f32s(std::f32::consts::LOG2_E), simd.splat_f32s(ROUND));
    let n = simd.sub_f32s(shifted, simd.splat_f32s(ROUND));
    let r = if is_fused::<S>() {
        // Rounding ln 2 to f32 shifts r by no more than 2.5e-7, as n is at most 127.
        multiply_add(simd, n, simd.splat_f32s(-std::f32::consts::LN_2), clamped)
    } else {
        // ln 2 in two parts: the first has few bits, so that n times it is exact.
        let r = multiply_add(simd, n, simd.splat_f32s(-0.693_359_4), clamped);
        multiply_add(simd, n, simd.splat_f32s(2.121_944_4e-4), r)
    };
    let e = polynomial(simd, r, POWER_OF_E);
    scale_by_power_of_two(simd, e, n).unwrap_or_else(|| {
        let exponent = simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
        let scaled = simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(e), exponent));
        keep_nan(simd, x, scaled)
    })
}

/// 40 ln 2, the magnitude from which on units count as saturated: there e^-|x| is taken for 2^-40, as if |x| were no
/// greater than this.
///
/// A smaller e^-|x| vanishes in the rounding of the sums of a layer anyway; but its products with gradients would be
/// denormal numbers (below 1.2e-38), which processors take many times as long to multiply.
pub(crate) const SATURATION: f32 = 27.725_887;

/// 1 / (1 + e^-x), at least 2^-40; see [`SATURATION`].
#[inline(always)]
pub(crate) fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let one = simd.splat_f32s(1.0);
    let e = exp_between(simd, negated(simd, x), -87.3, SATURATION);
    reciprocal(simd, simd.add_f32s(one, e))
}

/// The hyperbolic tangent, by the rational approximation of Eigen (degrees 13 and 6).
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let clamped = clamp(simd, x, -7.905_311, 7.905_311);
    let square = simd.mul_f32s(clamped, clamped);
    let p = polynomial(simd, square, TANH_ABOVE);
    let q = polynomial(simd, square, TANH_BELOW);
    keep_nan(simd, x, divide(simd, simd.mul_f32s(clamped, p), q))
}

/// The error function, by the rational approximation of Eigen (degrees 13 and 8); exactly ±1 from ±4 on.
#[inline(always)]
pub(crate) fn erf<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let clamped = clamp(simd, x, -4.0, 4.0);
    let square = simd.mul_f32s(clamped, clamped);
    let p = polynomial(simd, square, ERF_ABOVE);
    let q = polynomial(simd, square, ERF_BELOW);
    let quotient = divide(simd, simd.mul_f32s(clamped, p), q);
    // ±1 exactly from ±4 on, and not nearly: the tail of GELU is x times the difference from ±1.
    let one = simd.splat_f32s(1.0);
    let sign = simd.select_f32s(simd.less_than_f32s(x, simd.splat_f32s(0.0)), negated(simd, one), one);
    let small = simd.less_than_f32s(magnitude(simd, x), simd.splat_f32s(4.0));
    keep_nan(simd, x, simd.select_f32s(small, quotient, sign))
}

/// ln(1 + e^x) without overflow: max(x, 0) + ln(1 + e^-|x|), at least 2^-40.
#[inline(always)]
pub(crate) fn softplus<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    simd.add_f32s(simd.max_f32s(x, simd.splat_f32s(0.0)), softplus_tail(simd, x))
}

/// ln(1 + e^-|x|), the difference between [`softplus`] and max(x, 0).
///
/// With u = e^-|x|, the result is 2 artanh(u / (2 + u)), a polynomial in the square of that quotient, which is at
/// most 1/9.
#[inline(always)]
pub(crate) fn softplus_tail<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let u = exp_between(simd, negated(simd, magnitude(simd, x)), -SATURATION, 0.0);
    let s = divide(simd, u, simd.add_f32s(simd.splat_f32s(2.0), u));
    let p = polynomial(simd, simd.mul_f32s(s, s), ARTANH);
    keep_nan(simd, x, simd.mul_f32s(s, p))
}

/// ln x for normal x above 0.
///
/// With x = 2^n m and m between √½ and √2, ln m = 2 artanh((m - 1) / (m + 1)), whose argument is at most 0.172.
#[inline(always)]
pub(crate) fn ln<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const ONE: u32 = 0x3f80_0000;
    const ROOT_OF_HALF: u32 = 0x3f35_04f3;
    // 2^23 as a bit pattern of f32: adding n leaves n in the low bits of the mantissa.
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

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "inputs are rounded to f32 on purpose")]
mod tests {
    use pulp::WithSimd;

    use super::*;
    use crate::instructions::Instructions;
    use crate::vector::line::{Line, PANEL, vectors_mut};

    /// Relative error of the polynomials, with room for the last rounding.
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
        // The inputs are a fine grid and every magnitude of f32 that matters, with both signs.
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
                // The second term is for results below the normal range of f32, which have no relative accuracy to
                // keep.
                let bound = RELATIVE * exact.abs() + 1.2e-38;
                assert!(error <= bound, "{} {function:?}({x}): {y}, expected {exact}", instructions.name());
            }
        }
    }

    fn exact_erf(x: f64) -> f64 {
        // Abramowitz and Stegun 7.1.6, summed until nothing changes; the series converges for all |x| <= 5 in f64.
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
        check(Function::Sigmoid, (-SATURATION).into(), 100.0, |x| 1.0 / (1.0 + (-x).exp()));
        check(Function::Tanh, -20.0, 20.0, f64::tanh);
        check(Function::Erf, -5.0, 5.0, exact_erf);
        check(Function::Softplus, (-SATURATION).into(), 100.0, |x| x.max(0.0) + (-x.abs()).exp().ln_1p());
        check(Function::Ln, 1.2e-38, 2.0, f64::ln);
        check(Function::Ln, 0.5, 1e9, f64::ln);
        check(Function::SineOfTurns, -0.25, 0.25, |x| (x * std::f64::consts::TAU).sin());
    }

    #[test]
    fn saturated_functions_stay_at_their_least() {
        let least = (-40_f32).exp2();
        for instructions in Instructions::available() {
            for function in [Function::Sigmoid, Function::Softplus] {
                let mut line = Line([-27.73; 32]);
                line.0[..3].copy_from_slice(&[-80.0, -1e4, f32::MIN]);
                instructions.run(Map(function, std::slice::from_mut(&mut line)));
                for value in line.0 {
                    assert!(
                        (value / least - 1.0).abs() < 1e-6,
                        "{} {function:?} {value}",
                        instructions.name()
                    );
                }
            }
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
