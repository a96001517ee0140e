//! The products of samples that skip zeros: the same sums as the [dense](super::dense) products, bit for bit, with
//! less to add.
//!
//! A tile leaves out a step of k where all of its factors are zero. So a tile has few rows of samples in the forward
//! product, and few columns of samples in a gradient: the fewer, the more often all factors are zero.

use std::marker::PhantomData;

use pulp::Simd;

use super::dense::{Epilogue, TransposedProduct};
use super::tile::{VECTORS, by_height, heights, load, step, store, vectors_at_a_time};
use crate::instructions::{F32s, InstructionSet, Kernel, lanes};
use crate::panel::{Nonzeros, Panels, Right, Steps};
use crate::vector::{Bits, Line, PANEL, Pair, array, bits, joined, panels};

/// The work on the panels of a product that forms several panels at a time.
pub(crate) trait Epilogues {
    /// The bias of a panel, which all tiles of the panel share.
    type Bias: Copy;

    /// The bias of panel `index`.
    fn bias(&self, index: usize) -> Self::Bias;

    /// The epilogue of panel `index`, whose bias is `bias`.
    fn panel(&mut self, index: usize, bias: Self::Bias) -> impl Epilogue;
}

/// All panels of A B, where A has zeros. A tile is low, and as wide as the registers hold: it reads a line of B for
/// two rows, where a dense tile reads it for fourteen, but it reads few lines.
#[inline(always)]
pub(crate) fn sparse_product<I: InstructionSet, L: Steps, E: Epilogues>(
    set: I,
    a: Panels<'_, L::Row>,
    nonzeros: &Nonzeros,
    b: Right<'_, L>,
    epilogues: &mut E,
) {
    // A tile has sixteen vectors of sums, or eight where there are sixteen registers. Panels that are left over are
    // taken one by one.
    let (wide, high) = if lanes::<I>() >= 16 { (4, 8) } else { (2, 4) };
    let panels = panels(b.columns());
    let mut tile = [Line::ZERO; MOST_LINES];
    let mut panel = 0;
    while panel < panels {
        let (width, tallest) = if panels - panel >= wide { (wide, 2) } else { (1, high) };
        // The biases are looked up once, and not for each of many low tiles.
        let biases: [E::Bias; WIDEST] =
            array(epilogues.bias(panel), |index| epilogues.bias((panel + index).min(panels - 1)));
        let mut row = 0;
        while row < a.rows() {
            let left = a.rows() - row;
            // Rows that are rounded in pairs must be in the same tile: only the last row may be alone.
            let height = if left >= tallest { tallest } else { left.min(2) };
            let lines = &mut tile[..width * height];
            macro_rules! tile {
                ($width:literal x $height:literal) => {
                    wide_tile::<I, L, $width, $height>(set, a, nonzeros, row, panel, b, lines)
                };
            }
            match (width, height) {
                (4, 2) if const { lanes::<I>() >= 16 } => tile!(4 x 2),
                (4, 1) if const { lanes::<I>() >= 16 } => tile!(4 x 1),
                (2, 2) if const { lanes::<I>() < 16 } => tile!(2 x 2),
                (2, 1) if const { lanes::<I>() < 16 } => tile!(2 x 1),
                (1, 8) if const { lanes::<I>() >= 16 } => tile!(1 x 8),
                (1, 4) if const { lanes::<I>() < 16 } => tile!(1 x 4),
                (1, 2) => tile!(1 x 2),
                (1, 1) => tile!(1 x 1),
                (width, height) => unreachable!("no tile has {height} rows of {width} panels"),
            }
            for ((index, sums), &bias) in lines.chunks_exact(height).enumerate().pair(&biases) {
                epilogues.panel(panel + index, bias).take(set, row, sums);
            }
            row += height;
        }
        panel += width;
    }
}

/// The greatest number of lines of a tile.
const MOST_LINES: usize = 8;

/// The greatest number of panels of a tile.
const WIDEST: usize = 4;

/// A tile of `ROWS` rows of `WIDTH` panels, written to `c` panel after panel.
#[inline(always)]
fn wide_tile<I: InstructionSet, L: Steps, const WIDTH: usize, const ROWS: usize>(
    set: I,
    a: Panels<'_, L::Row>,
    nonzeros: &Nonzeros,
    first: usize,
    panel: usize,
    b: Right<'_, L>,
    c: &mut [Line],
) {
    let zero = set.simd().splat_f32s(0.0);
    let b: [_; WIDTH] = array(b.chunks(panel)[0], |index| b.chunks(panel + index)[0]);
    for vector in vectors_at_a_time::<I>() {
        let mut sums = [[[zero; VECTORS]; ROWS]; WIDTH];
        for chunk in 0..b[0].rows().div_ceil(L::HEIGHT) {
            let columns = nonzeros.columns::<ROWS>(chunk, first);
            let a: &[L::Row; ROWS] =
                a.panel(chunk)[first..].first_chunk().expect("as many lines as a tile has rows");
            let lines: [&[L]; WIDTH] = array(&[], |panel| b[panel].get(chunk));
            for k in nonzero_steps::<L, _>(columns) {
                // The factors are loaded once for all panels.
                let factors: [F32s<I>; ROWS] = array(zero, |row| L::splat(set.simd(), L::of_row(&a[row], k)));
                for (b, sums) in lines.iter().pair(&mut sums) {
                    step::<I, L, ROWS>(set, |row| factors[row], &b[k], vector, sums);
                }
            }
        }
        for (c, sums) in c.chunks_exact_mut(ROWS).pair(sums) {
            store::<I, ROWS>(c, vector, sums);
        }
    }
}

/// A [`TransposedProduct`] that skips the zeros of A.
#[derive(Debug)]
pub struct SparseTransposedProduct<'a, 'c, L> {
    /// The product.
    pub product: TransposedProduct<'a, 'c, L>,
    /// The numbers of A that are not zero: one word for each row, then zeros up to a multiple of 32 rows.
    pub nonzero: &'a [u32],
}

impl<L: Steps> Kernel for SparseTransposedProduct<'_, '_, L> {
    type Output = ();
    const PAIRS: bool = L::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        let Self { product: TransposedProduct { a, b, adds, c }, nonzero } = self;
        for (first, height) in heights(c.len(), FEW, 1) {
            let c = &mut c[first..first + height];
            by_height!(height, FEW, transposed_tile(set, a, nonzero, b, first, adds, c), 1 2 3 4);
        }
    }
}

/// The greatest number of columns of A in a tile of [`SparseTransposedProduct`].
const FEW: usize = 4;

/// The number of rows that are searched for zeros together. The processor mispredicts the end of each group, so
/// groups are large.
const TOGETHER: usize = u128::BITS as usize;

#[inline(always)]
fn transposed_tile<I: InstructionSet, L: Steps, const ROWS: usize>(
    set: I,
    a: &[L],
    nonzero: &[u32],
    b: &[L],
    first: usize,
    adds: bool,
    c: &mut [Line],
) {
    assert!(first + ROWS <= PANEL);
    let columns = u32::MAX >> (PANEL - ROWS) << first;
    for vector in vectors_at_a_time::<I>() {
        let mut sums = load::<I, ROWS>(set, adds, c, vector);
        let steps_together = TOGETHER / L::ROWS;
        let groups = a.chunks(steps_together).pair(b.chunks(steps_together)).pair(nonzero.chunks(TOGETHER));
        for ((a, b), rows) in groups {
            for k in nonzero_steps::<L, _>(nonzero_rows(set.simd(), rows, columns)) {
                let a = a[k].of_columns::<ROWS>(first);
                step::<I, L, ROWS>(set, |row| L::splat(set.simd(), a[row]), &b[k], vector, &mut sums);
            }
        }
        store::<I, ROWS>(c, vector, sums);
    }
}

/// The rows, of up to 128 (a multiple of 32), that are not zero in at least one of `columns`, as bits.
#[inline(always)]
fn nonzero_rows<S: Simd>(simd: S, rows: &[u32], columns: u32) -> u128 {
    let (wanted, zero) = (simd.splat_u32s(columns), simd.splat_u32s(0));
    let groups = rows.as_chunks::<PANEL>().0.iter().rev();
    groups.fold(0, |all, rows| {
        let vectors = S::as_simd_u32s(rows).0.iter();
        let zeros = vectors.map(|&vector| bits::<S>(simd.equal_u32s(simd.and_u32s(vector, wanted), zero)));
        all << PANEL | u128::from(!joined::<S>(zeros))
    })
}

/// The steps of k of the rows or columns in `nonzero`, in rising order.
#[inline(always)]
fn nonzero_steps<L: Steps, B: Bits>(nonzero: B) -> impl Iterator<Item = usize> {
    /// The iterator, with a `next` that is inlined under every profile.
    struct Rising<L, B>(B, PhantomData<L>);
    impl<L: Steps, B: Bits> Iterator for Rising<L, B> {
        type Item = usize;

        #[inline(always)]
        fn next(&mut self) -> Option<usize> {
            Some(self.0.pop()? / L::ROWS)
        }
    }
    Rising(if L::ROWS == 2 { nonzero.pairs() } else { nonzero }, PhantomData::<L>)
}
