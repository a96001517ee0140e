//! The one inner loop behind every product of panels: a tile of a few rows by 32 columns, summed in registers.
//!
//! An element of the result is always the sum over k in rising order, multiplied and added in one step
//! where the processor can: its bits depend neither on the height of the tile it fell into nor on the
//! number of threads. That is what lets [`heights`] cut the rows as evenly as it likes.

use pulp::Simd;

use crate::panel::{Chunks, Line, PANEL, Panels, panels};
use crate::vector::multiply_add;

/// The most rows a tile can have: with two vectors a row, 28 of AVX-512's 32 registers sum, two hold the
/// right operand. Fourteen rows for sixteen registers would spill, so narrower sets take six.
#[inline(always)]
fn tallest<S: Simd>() -> usize {
    if S::F32_LANES >= 16 { TALLEST } else { 6 }
}

/// Cuts `rows` into as few tiles as possible, as even in height as possible.
#[inline(always)]
fn heights<S: Simd>(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let tiles = rows.div_ceil(tallest::<S>());
    (0..tiles).map(move |tile| {
        let first = tile * rows / tiles;
        (first, (tile + 1) * rows / tiles - first)
    })
}

/// Loads vector `index` of a line.
#[inline(always)]
fn load<S: Simd>(line: &Line, index: usize) -> S::f32s {
    S::as_simd_f32s(&line.0).0[index]
}

/// Calls `$run` with the constant height of a tile.
macro_rules! by_height {
    ($rows:expr, $run:ident $arguments:tt) => {
        match $rows {
            1 => by_height!(@ $run, 1, $arguments),
            2 => by_height!(@ $run, 2, $arguments),
            3 => by_height!(@ $run, 3, $arguments),
            4 => by_height!(@ $run, 4, $arguments),
            5 => by_height!(@ $run, 5, $arguments),
            6 => by_height!(@ $run, 6, $arguments),
            7 => by_height!(@ $run, 7, $arguments),
            8 => by_height!(@ $run, 8, $arguments),
            9 => by_height!(@ $run, 9, $arguments),
            10 => by_height!(@ $run, 10, $arguments),
            11 => by_height!(@ $run, 11, $arguments),
            12 => by_height!(@ $run, 12, $arguments),
            13 => by_height!(@ $run, 13, $arguments),
            14 => by_height!(@ $run, 14, $arguments),
            other => unreachable!("no tile has {other} rows"),
        }
    };
    (@ $run:ident, $height:literal, ($($argument:expr),*)) => { $run::<S, $height>($($argument),*) };
}

/// The most rows of any tile.
pub(crate) const TALLEST: usize = 14;

/// What becomes of a product's tile while it is in the first-level cache. A trait and not a closure: only methods
/// can be told to be inlined into code compiled for a set of instructions.
pub(crate) trait Epilogue {
    /// Takes the lines of a tile, one for each row from `first` on.
    fn take<S: Simd>(&mut self, simd: S, first: usize, sums: &[Line]);
}

/// One panel of A B, tile by tile: `b` is that panel of B, `next` the one that will be wanted after it.
#[inline(always)]
pub(crate) fn product<S: Simd>(
    simd: S,
    a: Panels<'_>,
    b: Chunks<'_>,
    next: Chunks<'_>,
    epilogue: &mut impl Epilogue,
) {
    let mut tile = [Line::ZERO; TALLEST];
    for (index, (first, height)) in heights::<S>(a.rows()).enumerate() {
        let c = &mut tile[..height];
        // The first eight tiles fetch an eighth of the next panel each.
        let soon = (index % (PANEL / SOON)) * SOON;
        by_height!(height, product_tile(simd, a, first, b, next, soon, c));
        epilogue.take(simd, first, c);
    }
}

/// Lines of every chunk of the next panel that a tile fetches.
const SOON: usize = 4;

/// Steps of k in the body of a loop.
const UNROLL: usize = 8;

#[inline(always)]
fn product_tile<S: Simd, const ROWS: usize>(
    simd: S,
    a: Panels<'_>,
    first: usize,
    b: Chunks<'_>,
    next: Chunks<'_>,
    soon: usize,
    c: &mut [Line],
) {
    for vector in vectors_at_a_time::<S>() {
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
        for chunk in 0..panels(b.rows()) {
            let a: &[Line; ROWS] = a.panel(chunk)[first..][..ROWS].try_into().expect("as many lines as rows");
            if let Ok(b) = <&[Line; PANEL]>::try_from(b.get(chunk)) {
                next.prefetch::<SOON>(chunk, soon);
                for k in (0..PANEL).step_by(UNROLL) {
                    for k in k..k + UNROLL {
                        step(simd, |row| a[row].0[k], &b[k], vector, &mut sums);
                    }
                }
            } else {
                for (k, b) in b.get(chunk).iter().enumerate() {
                    step(simd, |row| a[row].0[k], b, vector, &mut sums);
                }
            }
        }
        store::<S, ROWS>(c, vector, &sums);
    }
}

/// Up to 32 rows of one panel of C ← Aᵀ B, summed over the rows of all `blocks` in order: each is the lines of the
/// panel of A that holds those columns, and of the panel of B.
///
/// A block passes through all tiles before the next is read: its two panels then come from the first-level cache.
#[inline(always)]
pub(crate) fn transposed_product<'a, S: Simd>(
    simd: S,
    blocks: impl Iterator<Item = (&'a [Line], &'a [Line])>,
    c: &mut [Line],
) {
    c.fill(Line::ZERO);
    for (a, b) in blocks {
        assert_eq!(a.len(), b.len(), "gradient: rows of a block's panels");
        for (first, height) in heights::<S>(c.len()) {
            let c = &mut c[first..first + height];
            by_height!(height, transposed_tile(simd, a, b, first, c));
        }
    }
}

#[inline(always)]
fn transposed_tile<S: Simd, const ROWS: usize>(
    simd: S,
    a: &[Line],
    b: &[Line],
    first: usize,
    c: &mut [Line],
) {
    assert!(first + ROWS <= PANEL);
    for vector in vectors_at_a_time::<S>() {
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
        for (sums, line) in sums.iter_mut().zip(&*c) {
            *sums = std::array::from_fn(|index| load::<S>(line, vector + index));
        }
        let ((whole_a, rest_a), (whole_b, rest_b)) = (a.as_chunks::<UNROLL>(), b.as_chunks::<UNROLL>());
        for (a, b) in whole_a.iter().zip(whole_b) {
            for (a, b) in a.iter().zip(b) {
                step(simd, |row| a.0[first + row], b, vector, &mut sums);
            }
        }
        for (a, b) in rest_a.iter().zip(rest_b) {
            step(simd, |row| a.0[first + row], b, vector, &mut sums);
        }
        store::<S, ROWS>(c, vector, &sums);
    }
}

/// Vectors of a line that are summed at a time: as many as the registers hold.
const VECTORS: usize = 2;

#[inline(always)]
fn vectors_at_a_time<S: Simd>() -> impl Iterator<Item = usize> {
    (0..PANEL / S::F32_LANES).step_by(VECTORS)
}

/// One step of k: every row's factor times the vectors of a line of the right operand.
#[inline(always)]
fn step<S: Simd, const ROWS: usize>(
    simd: S,
    factor: impl Fn(usize) -> f32,
    b: &Line,
    vector: usize,
    sums: &mut [[S::f32s; VECTORS]; ROWS],
) {
    let b: [S::f32s; VECTORS] = std::array::from_fn(|index| load::<S>(b, vector + index));
    for (row, sums) in sums.iter_mut().enumerate() {
        let a = simd.splat_f32s(factor(row));
        for (sum, b) in sums.iter_mut().zip(b) {
            *sum = multiply_add(simd, a, b, *sum);
        }
    }
}

#[inline(always)]
fn store<S: Simd, const ROWS: usize>(c: &mut [Line], vector: usize, sums: &[[S::f32s; VECTORS]; ROWS]) {
    for (line, sums) in c.iter_mut().zip(sums) {
        S::as_mut_simd_f32s(&mut line.0).0[vector..vector + VECTORS].copy_from_slice(sums);
    }
}
