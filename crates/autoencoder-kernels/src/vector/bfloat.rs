//! Numbers of bfloat16, which are the upper halves of f32: their layout in lines, and the rounding to them.

use pulp::Simd;

use super::inlined::Pair;
use super::line::{Line, PANEL};

/// Thirty-two consecutive columns of one row, rounded to bfloat16: a line of the left operand of a product.
///
/// Each word holds two columns, the even column in its lower half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatLine(pub [u32; PANEL / 2]);

impl BfloatLine {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL / 2]);
}

/// Thirty-two consecutive columns of two rows, rounded to bfloat16: a line of the right operand of a product, and of
/// both operands where the left one is transposed.
///
/// Each word holds one column of both rows, the even row in its lower half. If the number of rows is odd, the last
/// line has zeros for the missing row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatPairs(pub [u32; PANEL]);

impl BfloatPairs {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL]);
}

/// The number of bfloat16 nearest to `value`, in the upper half of the word; the lower half has no meaning. Ties go
/// to the even mantissa, and not-a-number stays not-a-number.
#[inline(always)]
fn nearest(value: f32) -> u32 {
    let bits = value.to_bits();
    // Not-a-number is not rounded, as that could carry into the exponent and the sign; one bit of its payload is set.
    if value.is_nan() { bits | 0x40_0000 } else { bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) }
}

/// The numbers of bfloat16 nearest to `even`, in the lower half, and to `odd`, in the upper half.
#[inline(always)]
fn nearest_two(even: f32, odd: f32) -> u32 {
    nearest(even) >> 16 | nearest(odd) & 0xFFFF_0000
}

/// Rounds a row to bfloat16 by integer arithmetic, with any set of instructions.
#[inline(always)]
pub(crate) fn nearest_row(row: &Line) -> BfloatLine {
    let mut rounded = BfloatLine::ZERO;
    // A loop, because `map` would be a call, and not compiled for the instructions.
    for (word, &[even, odd]) in rounded.0.iter_mut().pair(row.0.as_chunks().0) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// Rounds two rows to bfloat16 by integer arithmetic, with any set of instructions.
#[inline(always)]
pub(crate) fn nearest_pair(even: &Line, odd: &Line) -> BfloatPairs {
    let mut rounded = BfloatPairs::ZERO;
    for (word, (&even, &odd)) in rounded.0.iter_mut().pair(even.0.iter().pair(&odd.0)) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// `pairs` taken apart into two vectors of f32: the lower halves (even rows or columns) and the upper halves (odd
/// ones).
#[inline(always)]
pub(crate) fn even_and_odd<S: Simd>(simd: S, pairs: S::f32s) -> [S::f32s; 2] {
    let bits = simd.transmute_u32s_f32s(pairs);
    let even = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16));
    let odd = simd.and_u32s(bits, simd.splat_u32s(0xFFFF_0000));
    [simd.transmute_f32s_u32s(even), simd.transmute_f32s_u32s(odd)]
}
