//! The dense products of panels: A B, whose tiles go to an epilogue, and Aᵀ B, whose sums can be added to what C
//! holds.

use pulp::Simd;

use super::tile::{VECTORS, by_height, heights, load, step, store, tallest, vectors_at_a_time};
use crate::instructions::{InstructionSet, Kernel};
use crate::panel::{Chunks, Panels, Steps, TALLEST};
use crate::vector::{Line, PANEL, Pair};

/// The work on a tile of a product while the tile is in the first-level cache. This is a trait and not a closure,
/// because only methods can be told to be inlined into code compiled for a set of instructions.
pub(crate) trait Epilogue {
    /// The number of rows that belong together: every tile but the last has a multiple of this number.
    const TOGETHER: usize;

    /// Takes the lines of a tile, one for each row from `first` on; see [`PanelTarget::finish`].
    ///
    /// [`PanelTarget::finish`]: crate::panel::PanelTarget::finish
    fn take<I: InstructionSet>(&mut self, set: I, first: usize, sums: &[Line]);
}

/// One panel of A B, tile by tile: `b` is that panel of B, `next` the panel of B that will be read after it.
#[inline(always)]
pub(crate) fn product<I: InstructionSet, L: Steps, E: Epilogue>(
    set: I,
    a: Panels<'_, L::Row>,
    b: Chunks<'_, L>,
    next: Chunks<'_, L>,
    epilogue: &mut E,
) {
    let mut tile = [Line::ZERO; TALLEST];
    for (index, (first, height)) in heights(a.rows(), tallest::<I, L>(), E::TOGETHER).enumerate() {
        let c = &mut tile[..height];
        // The first tiles prefetch a part of each chunk of the next panel.
        let soon = (index % (L::HEIGHT / SOON)) * SOON;
        // This is a call, so that tiles are compiled once for each set of instructions, and not for each kernel too.
        set.call(ProductTile { a, first, b, next, soon, c });
        epilogue.take(set, first, c);
    }
}

/// The number of lines of every chunk of the next panel that a tile prefetches.
const SOON: usize = 4;

/// The number of steps of k in the body of a loop.
const UNROLL: usize = 8;

/// One tile of a product: as many rows of `a` from `first` on as `c` has lines.
struct ProductTile<'a, 'c, L: Steps> {
    a: Panels<'a, L::Row>,
    first: usize,
    b: Chunks<'a, L>,
    next: Chunks<'a, L>,
    /// The first line of the chunks of the next panel that is prefetched.
    soon: usize,
    c: &'c mut [Line],
}

impl<L: Steps> Kernel for ProductTile<'_, '_, L> {
    type Output = ();
    const PAIRS: bool = L::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        let Self { a, first, b, next, soon, c } = self;
        by_height!(c.len(), tallest::<I, L>(), product_tile(set, a, first, b, next, soon, c));
    }
}

#[inline(always)]
fn product_tile<I: InstructionSet, L: Steps, const ROWS: usize>(
    set: I,
    a: Panels<'_, L::Row>,
    first: usize,
    b: Chunks<'_, L>,
    next: Chunks<'_, L>,
    soon: usize,
    c: &mut [Line],
) {
    for vector in vectors_at_a_time::<I>() {
        let mut sums = [[set.simd().splat_f32s(0.0); VECTORS]; ROWS];
        for chunk in 0..b.rows().div_ceil(L::HEIGHT) {
            let a: &[L::Row; ROWS] =
                a.panel(chunk)[first..][..ROWS].try_into().expect("as many lines as rows");
            let b = b.get(chunk);
            if b.len() == L::HEIGHT {
                next.prefetch::<SOON>(chunk, soon);
                for (group, b) in b.as_chunks::<UNROLL>().0.iter().enumerate() {
                    for (k, b) in b.iter().enumerate() {
                        let k = group * UNROLL + k;
                        step::<I, L, ROWS>(
                            set,
                            |row| L::splat(set.simd(), L::of_row(&a[row], k)),
                            b,
                            vector,
                            &mut sums,
                        );
                    }
                }
            } else {
                for (k, b) in b.iter().enumerate() {
                    step::<I, L, ROWS>(
                        set,
                        |row| L::splat(set.simd(), L::of_row(&a[row], k)),
                        b,
                        vector,
                        &mut sums,
                    );
                }
            }
        }
        store::<I, ROWS>(c, vector, sums);
    }
}

/// C ← C + Aᵀ B for up to 32 rows of one panel of C, summed over the rows of both panels in order; C ← Aᵀ B unless
/// the product `adds`.
#[derive(Debug)]
pub struct TransposedProduct<'a, 'c, L> {
    /// A panel of A.
    pub a: &'a [L],
    /// A panel of B.
    pub b: &'a [L],
    /// Whether the sums are added to what C holds.
    pub adds: bool,
    /// Up to 32 rows of a panel of C.
    pub c: &'c mut [Line],
}

impl<L: Steps> Kernel for TransposedProduct<'_, '_, L> {
    type Output = ();
    const PAIRS: bool = L::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        let Self { a, b, adds, c } = self;
        for (first, height) in heights(c.len(), tallest::<I, L>(), 1) {
            let c = &mut c[first..first + height];
            by_height!(height, tallest::<I, L>(), transposed_tile(set, a, b, first, adds, c));
        }
    }
}

#[inline(always)]
fn transposed_tile<I: InstructionSet, L: Steps, const ROWS: usize>(
    set: I,
    a: &[L],
    b: &[L],
    first: usize,
    adds: bool,
    c: &mut [Line],
) {
    assert!(first + ROWS <= PANEL);
    for vector in vectors_at_a_time::<I>() {
        let mut sums = load::<I, ROWS>(set, adds, c, vector);
        let ((whole_a, rest_a), (whole_b, rest_b)) = (a.as_chunks::<UNROLL>(), b.as_chunks::<UNROLL>());
        for (a, b) in whole_a.iter().pair(whole_b) {
            for (a, b) in a.iter().pair(b) {
                let a = a.of_columns::<ROWS>(first);
                step::<I, L, ROWS>(set, |row| L::splat(set.simd(), a[row]), b, vector, &mut sums);
            }
        }
        for (a, b) in rest_a.iter().pair(rest_b) {
            let a = a.of_columns::<ROWS>(first);
            step::<I, L, ROWS>(set, |row| L::splat(set.simd(), a[row]), b, vector, &mut sums);
        }
        store::<I, ROWS>(c, vector, sums);
    }
}
