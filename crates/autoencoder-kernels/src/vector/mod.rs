//! Numbers in registers: arithmetic on whole vectors, elementary functions, native instructions, and stores.

mod arithmetic;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod bfloat;
mod bits;
mod elementary;
mod inlined;
mod line;
#[cfg(target_arch = "x86_64")]
mod native;
pub mod polynomials;
mod squares;
mod store;
mod words;

pub(crate) use arithmetic::{divide, flush, keep_nan, magnitude, multiply_add, negated, square_root};
pub use bfloat::{BfloatLine, BfloatPairs};
pub(crate) use bfloat::{even_and_odd, nearest_pair, nearest_row};
pub(crate) use bits::{Bits, bits, joined};
pub(crate) use elementary::{
    SATURATION, erf, exp, ln, sigmoid, sine_of_turns, softplus, softplus_tail, tanh,
};
pub(crate) use inlined::{Pair, array};
pub use line::{Line, PANEL, lines, panels};
pub(crate) use line::{vectors, vectors_mut};
#[cfg(target_arch = "x86_64")]
pub(crate) use native::Avx512Bf16;
pub(crate) use squares::transpose_words;
pub use store::Store;
pub(crate) use store::Storing;
pub(crate) use words::LineWords;
