//! The inner loop behind every product of panels: a tile of a few rows by 32 columns, summed in registers.
//!
//! An element of the result is always the sum over k in rising order, with fused multiply-adds where the processor
//! has them. So the bits of an element depend neither on the height of a tile nor on the number of threads, and
//! [`heights`] can cut the rows as evenly as possible.

use pulp::Simd;

use crate::instructions::{F32s, InstructionSet, lanes};
use crate::panel::{Steps, TALLEST};
use crate::vector::{Line, PANEL, Pair, array, vectors, vectors_mut};

/// The greatest number of rows of a tile. With two vectors a row, fourteen rows take 28 of the 32 registers of
/// AVX-512 for sums, and two registers hold the right operand. Sets with sixteen registers would spill fourteen rows,
/// so they take six. Sets that take pairs of bfloat16 apart need four more registers for the halves.
pub(crate) const fn tallest<I: InstructionSet, L: Steps>() -> usize {
    let spare = if L::ROWS == 2 { I::SPARE } else { 0 };
    if lanes::<I>() >= 16 { TALLEST - spare / VECTORS } else { 6 - spare / VECTORS }
}

/// Cuts `rows` into as few tiles as possible, as even in height as possible, each beginning at a multiple of
/// `together`. The items are the first row and the height of each tile.
#[inline(always)]
pub(crate) fn heights(rows: usize, tallest: usize, together: usize) -> impl Iterator<Item = (usize, usize)> {
    let units = rows.div_ceil(together);
    let tiles = units.div_ceil(tallest / together);
    (0..tiles).map(move |tile| {
        let first = tile * units / tiles * together;
        (first, rows.min((tile + 1) * units / tiles * together) - first)
    })
}

/// Calls `$run` with the height of a tile as a constant, one of those listed up to the tallest. Heights beyond the
/// tallest are not compiled, as tiles take most of the time of a build.
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

/// The number of vectors of a line that are summed at a time: as many as the registers hold.
pub(crate) const VECTORS: usize = 2;

#[inline(always)]
pub(crate) fn vectors_at_a_time<I: InstructionSet>() -> impl Iterator<Item = usize> {
    (0..PANEL / lanes::<I>()).step_by(VECTORS)
}

/// One step of k: the factor of each row times the vectors of one line of the right operand is added to the sums.
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

// Loads and stores go vector by vector. If the sums were copied as slices they would have an address, and the
// compiler would rather store all of them after every step than keep them in registers.

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
