//! The polynomials of the elementary functions, with the numbers that the kernels of the program have: so other languages compute the
//! same bits. The kernels say where each comes from.

use std::fmt::Write;

/// e^r for |r| <= ln 2 / 2.
pub(crate) const POWER: [f32; 6] =
    [8.337_527e-3, 4.191_068_4e-2, 0.166_667_29, 0.499_990_14, 1.000_000_1, 1.0];

/// Above and below the line of tanh x / x, in x².
pub(crate) const TANGENT: [&[f32]; 2] = [
    &[
        -2.760_768_5e-16,
        2.000_188e-13,
        -8.604_672e-11,
        5.122_297e-8,
        1.485_722_4e-5,
        6.372_619_3e-4,
        4.893_524_6e-3,
    ],
    &[1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3],
];

/// Above and below the line of erf x / x, in x².
pub(crate) const ERROR_FUNCTION: [&[f32]; 2] = [
    &[
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_4e-4,
        -2.954_598e-3,
        -1.609_603_3e-2,
    ],
    &[-1.456_607_2e-5, -2.133_740_5e-4, -1.682_827e-3, -7.373_329_3e-3, -1.426_473_9e-2],
];

/// ln((1 + s) / (1 - s)) / s, in s².
pub(crate) const LOGARITHM: [f32; 6] =
    [0.244_094_03, 0.213_942_67, 0.286_206_23, 0.399_986_95, 0.666_666_8, 2.0];

/// The lines that compute a polynomial by Horner's method: the first coefficient by `first`, and each step by `step`.
pub(crate) fn horner(
    coefficients: &[f32],
    first: impl Fn(f32) -> String,
    step: impl Fn(f32) -> String,
) -> String {
    let mut lines = String::new();
    for (index, &coefficient) in coefficients.iter().enumerate() {
        let line = if index == 0 { first(coefficient) } else { step(coefficient) };
        writeln!(lines, "    {line}").expect("text takes any line");
    }
    lines
}
