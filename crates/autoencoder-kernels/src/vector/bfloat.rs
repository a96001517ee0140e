//! Numbers of bfloat16, the upper halves of f32: how they lie in lines and are rounded to.

use pulp::Simd;

use super::inlined::Pair;
use super::line::{Line, PANEL};

/// Thirty-two consecutive columns of one row, rounded to bfloat16: the left operand of a product.
///
/// Each number holds two columns, the even one in its lower half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatLine(pub [u32; PANEL / 2]);

impl BfloatLine {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL / 2]);
}

/// Thirty-two consecutive columns of two rows, rounded to bfloat16: the right operand of a product, and both where the
/// left one is transposed.
///
/// Each number holds one column, the even row in its lower half. A last row without a second has zeros for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatPairs(pub [u32; PANEL]);

impl BfloatPairs {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL]);
}

/// The nearest number of bfloat16, of two equally near the even one, in the upper half; the lower is of no meaning.
/// Not-a-number stays so.
#[inline(always)]
fn nearest(value: f32) -> u32 {
    let bits = value.to_bits();
    // What would carry into the infinities and beyond is no number: its payload keeps one bit.
    if value.is_nan() { bits | 0x40_0000 } else { bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) }
}

/// The nearest numbers, that of `even` in the lower half.
#[inline(always)]
fn nearest_two(even: f32, odd: f32) -> u32 {
    nearest(even) >> 16 | nearest(odd) & 0xFFFF_0000
}

/// Rounds a row, whatever the instructions.
#[inline(always)]
pub(crate) fn nearest_row(row: &Line) -> BfloatLine {
    let mut rounded = BfloatLine::ZERO;
    // A loop and not `map`: that would be a call, and not compiled for the instructions.
    for (word, &[even, odd]) in rounded.0.iter_mut().pair(row.0.as_chunks().0) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// Rounds two rows, whatever the instructions.
#[inline(always)]
pub(crate) fn nearest_pair(even: &Line, odd: &Line) -> BfloatPairs {
    let mut rounded = BfloatPairs::ZERO;
    for (word, (&even, &odd)) in rounded.0.iter_mut().pair(even.0.iter().pair(&odd.0)) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// The numbers of the even and of the odd rows, or columns, of pairs.
#[inline(always)]
pub(crate) fn even_and_odd<S: Simd>(simd: S, pairs: S::f32s) -> [S::f32s; 2] {
    let bits = simd.transmute_u32s_f32s(pairs);
    let even = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16));
    let odd = simd.and_u32s(bits, simd.splat_u32s(0xFFFF_0000));
    [simd.transmute_f32s_u32s(even), simd.transmute_f32s_u32s(odd)]
}
