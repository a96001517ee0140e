//! The one inner loop behind every product of panels: a tile of a few rows by 32 columns, summed in registers.
//!
//! An element of the result is always the sum over k in rising order, multiplied and added in one step
//! where the processor can: its bits depend neither on the height of the tile it fell into nor on the
//! number of threads. That is what lets [`heights`] cut the rows as evenly as it likes.

use pulp::Simd;

use crate::panel::{Line, PANEL, Panels};
use crate::vector::multiply_add;

/// The most rows a tile can have: with two vectors a row, 28 of AVX-512's 32 registers sum, two hold the
/// right operand. Fourteen rows for sixteen registers would spill, so narrower sets take six.
#[inline(always)]
fn tallest<S: Simd>() -> usize {
    if S::F32_LANES >= 16 { 14 } else { 6 }
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

/// Where the factors of a tile's rows come from.
trait Left<const ROWS: usize> {
    /// For each run of consecutive k: the factors, and the right operand's lines for the same k.
    fn accumulate<S: Simd, const VECTORS: usize>(
        &self,
        simd: S,
        first_vector: usize,
        sums: &mut [[S::f32s; VECTORS]; ROWS],
    );
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

/// One panel of C ← A B: `c` are its lines (one for each row of `a`), `b` the lines of the same panel of B.
#[inline(always)]
pub(crate) fn product<S: Simd>(simd: S, a: Panels<'_>, b: &[Line], c: &mut [Line]) {
    for (first, height) in heights::<S>(a.rows()) {
        let c = &mut c[first..first + height];
        by_height!(height, product_tile(simd, a, first, b, c));
    }
}

#[inline(always)]
fn product_tile<S: Simd, const ROWS: usize>(
    simd: S,
    a: Panels<'_>,
    first: usize,
    b: &[Line],
    c: &mut [Line],
) {
    struct Rows<'a> {
        a: Panels<'a>,
        first: usize,
        b: &'a [Line],
    }
    impl<const ROWS: usize> Left<ROWS> for Rows<'_> {
        #[inline(always)]
        fn accumulate<S: Simd, const VECTORS: usize>(
            &self,
            simd: S,
            first_vector: usize,
            sums: &mut [[S::f32s; VECTORS]; ROWS],
        ) {
            for (a, b) in self.a.iter().zip(self.b.chunks(PANEL)) {
                let a: &[Line; ROWS] = a[self.first..][..ROWS].try_into().expect("as many lines as rows");
                for (k, b) in (0..PANEL).zip(b) {
                    let b: [S::f32s; VECTORS] =
                        std::array::from_fn(|vector| load::<S>(b, first_vector + vector));
                    for row in 0..ROWS {
                        let a = simd.splat_f32s(a[row].0[k]);
                        for vector in 0..VECTORS {
                            sums[row][vector] = multiply_add(simd, a, b[vector], sums[row][vector]);
                        }
                    }
                }
            }
        }
    }
    tile::<S, ROWS>(simd, &Rows { a, first, b }, c);
}

/// Lines `first..first + c.len()` of one panel of C ← Aᵀ B, summed over the rows of all `blocks`
/// in order: each is the lines of the panel of A that holds those columns, and of the panel of B.
#[inline(always)]
pub(crate) fn transposed_product<'a, S: Simd>(
    simd: S,
    blocks: impl Iterator<Item = (&'a [Line], &'a [Line])> + Clone,
    c: &mut [Line],
) {
    for (first, height) in heights::<S>(c.len()) {
        let c = &mut c[first..first + height];
        let blocks = blocks.clone();
        by_height!(height, transposed_tile(simd, blocks, first, c));
    }
}

#[inline(always)]
fn transposed_tile<'a, S: Simd, const ROWS: usize>(
    simd: S,
    blocks: impl Iterator<Item = (&'a [Line], &'a [Line])> + Clone,
    first: usize,
    c: &mut [Line],
) {
    struct Columns<Blocks> {
        blocks: Blocks,
        first: usize,
    }
    impl<'a, const ROWS: usize, Blocks: Iterator<Item = (&'a [Line], &'a [Line])> + Clone> Left<ROWS>
        for Columns<Blocks>
    {
        #[inline(always)]
        fn accumulate<S: Simd, const VECTORS: usize>(
            &self,
            simd: S,
            first_vector: usize,
            sums: &mut [[S::f32s; VECTORS]; ROWS],
        ) {
            let first = self.first;
            assert!(first + ROWS <= PANEL);
            for (a, b) in self.blocks.clone() {
                assert_eq!(a.len(), b.len(), "gradient: rows of a block's panels");
                for (a, b) in a.iter().zip(b) {
                    let a: &[f32; ROWS] =
                        a.0[first..first + ROWS].try_into().expect("as many columns as rows");
                    let b: [S::f32s; VECTORS] =
                        std::array::from_fn(|vector| load::<S>(b, first_vector + vector));
                    for row in 0..ROWS {
                        let a = simd.splat_f32s(a[row]);
                        for vector in 0..VECTORS {
                            sums[row][vector] = multiply_add(simd, a, b[vector], sums[row][vector]);
                        }
                    }
                }
            }
        }
    }
    tile::<S, ROWS>(simd, &Columns { blocks, first }, c);
}

/// Sums a tile of `ROWS` x 32, as many vectors at a time as the registers hold, and stores it.
#[inline(always)]
fn tile<S: Simd, const ROWS: usize>(simd: S, left: &impl Left<ROWS>, c: &mut [Line]) {
    const VECTORS: usize = 2;
    for first_vector in (0..PANEL / S::F32_LANES).step_by(VECTORS) {
        let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
        left.accumulate(simd, first_vector, &mut sums);
        for (line, sums) in c.iter_mut().zip(sums) {
            let line = S::as_mut_simd_f32s(&mut line.0).0;
            line[first_vector..first_vector + VECTORS].copy_from_slice(&sums);
        }
    }
}
