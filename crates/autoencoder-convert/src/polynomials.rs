//! The polynomials of the elementary functions as lines of text, with the numbers of the kernels: so other languages compute the same
//! bits.

use std::fmt::Write;

use autoencoder::Activation;
pub(crate) use autoencoder_kernels::polynomials::POWER_OF_E;
use autoencoder_kernels::polynomials::{ARTANH, ERF_ABOVE, ERF_BELOW, TANH_ABOVE, TANH_BELOW};

/// The polynomials of an activation's function, each as `lines` writes one: its name, its variable, and its coefficients. Those of the
/// powers of e stand in a function of their own.
pub(crate) fn of(activation: Activation, lines: impl Fn(&str, &str, &[f32]) -> String) -> String {
    let quotient = |above: &[f32], below: &[f32]| lines("p", "s", above) + &lines("q", "s", below);
    match activation {
        Activation::Tanh => quotient(&TANH_ABOVE, &TANH_BELOW),
        Activation::Gelu => quotient(&ERF_ABOVE, &ERF_BELOW),
        Activation::Softplus => lines("p", "square", &ARTANH),
        _ => String::new(),
    }
}

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
