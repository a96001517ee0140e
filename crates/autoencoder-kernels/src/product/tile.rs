//! The inner loop behind every product of panels: a tile of a few rows by 32 columns, summed in registers.
//!
//! An element of the result is always the sum over k in rising order, multiplied and added in one step
//! where the processor can: its bits depend neither on the height of the tile it fell into nor on the
//! number of threads. That is what lets [`heights`] cut the rows as evenly as it likes.

use pulp::Simd;

use crate::instructions::{F32s, InstructionSet, lanes};
use crate::panel::{Steps, TALLEST};
use crate::vector::{Line, PANEL, Pair, array, vectors, vectors_mut};

/// The most rows a tile can have: with two vectors a row, 28 of AVX-512's 32 registers sum, two hold the
/// right operand. Fourteen rows for sixteen registers would spill, so narrower sets take six; and where a product of
/// pairs is taken apart, its halves need four registers more.
pub(crate) const fn tallest<I: InstructionSet, L: Steps>() -> usize {
    let spare = if L::ROWS == 2 { I::SPARE } else { 0 };
    if lanes::<I>() >= 16 { TALLEST - spare / VECTORS } else { 6 - spare / VECTORS }
}

/// Cuts `rows` into as few tiles as possible, as even in height as possible, each beginning at a multiple of `together`.
#[inline(always)]
pub(crate) fn heights(rows: usize, tallest: usize, together: usize) -> impl Iterator<Item = (usize, usize)> {
    let units = rows.div_ceil(together);
    let tiles = units.div_ceil(tallest / together);
    (0..tiles).map(move |tile| {
        let first = tile * units / tiles * together;
        (first, rows.min((tile + 1) * units / tiles * together) - first)
    })
}

/// Calls `$run` with the constant height of a tile, one of those listed up to the tallest. Those beyond are not even compiled:
/// most of a build's time goes into tiles.
macro_rules! by_height {
    ($rows:expr, $tallest:expr, $run:ident $arguments:tt) => {
        by_height!($rows, $tallest, $run $arguments, 1 2 3 4 5 6 7 8 9 10 11 12 13 14)
    };
    ($rows:expr, $tallest:expr, $run:ident $arguments:tt, $($height:literal)*) => {
        match $rows {
            $($height if const { $height <= $tallest } => by_height!(@ $run, $height, $arguments),)*
            other => unreachable!("no tile has {other} rows"),
        }
    };
    (@ $run:ident, $height:literal, ($($argument:expr),*)) => { $run::<I, L, $height>($($argument),*) };
}
pub(crate) use by_height;

/// Vectors of a line that are summed at a time: as many as the registers hold.
pub(crate) const VECTORS: usize = 2;

#[inline(always)]
pub(crate) fn vectors_at_a_time<I: InstructionSet>() -> impl Iterator<Item = usize> {
    (0..PANEL / lanes::<I>()).step_by(VECTORS)
}

/// One step of k: every row's factor times the vectors of a line of the right operand.
#[inline(always)]
pub(crate) fn step<I: InstructionSet, L: Steps, const ROWS: usize>(
    set: I,
    factor: impl Fn(usize) -> F32s<I>,
    b: &L,
    vector: usize,
    sums: &mut [[F32s<I>; VECTORS]; ROWS],
) {
    let b: [F32s<I>; VECTORS] = array(b.load::<I::Simd>(vector), |index| b.load::<I::Simd>(vector + index));
    for (row, sums) in sums.iter_mut().enumerate() {
        let a = factor(row);
        for (sum, b) in sums.iter_mut().pair(b) {
            *sum = L::multiply_add(set, a, b, *sum);
        }
    }
}

// Both move vector by vector. Copied as slices, the sums would have an address, and the compiler would rather store all of them
// after every step than keep them in registers.

#[inline(always)]
pub(crate) fn load<I: InstructionSet, const ROWS: usize>(
    set: I,
    adds: bool,
    c: &[Line],
    vector: usize,
) -> [[F32s<I>; VECTORS]; ROWS] {
    let mut sums = [[set.simd().splat_f32s(0.0); VECTORS]; ROWS];
    if !adds {
        return sums;
    }
    for (sums, line) in sums.iter_mut().pair(c) {
        for (sum, &value) in sums.iter_mut().pair(&vectors::<I::Simd>(line)[vector..]) {
            *sum = value;
        }
    }
    sums
}

#[inline(always)]
pub(crate) fn store<I: InstructionSet, const ROWS: usize>(
    c: &mut [Line],
    vector: usize,
    sums: [[F32s<I>; VECTORS]; ROWS],
) {
    for (line, sums) in c.iter_mut().pair(sums) {
        for (value, sum) in vectors_mut::<I::Simd>(line)[vector..].iter_mut().pair(sums) {
            *value = sum;
        }
    }
}
