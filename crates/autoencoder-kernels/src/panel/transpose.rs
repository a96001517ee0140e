//! The transposition of 32 x 32 squares, which transposed weights are made of.

use super::operand::Steps;
use crate::instructions::{InstructionSet, Instructions, Kernel, launches};
use crate::vector::{BfloatLine, BfloatPairs, Line, PANEL, Pair, Store, Storing, transpose_words};

/// t ← wᵀ for one square, rounded if `t` has lines of [`BfloatPairs`].
///
/// # Shapes
/// `w` up to 32 lines, of which missing ones count as zeros; `t` 32 lines, or 16 of pairs. `t` is overwritten.
///
/// # Panics
/// If `w` has more than 32 lines, or `t` another number of lines than a square.
pub fn transpose<L: Transposed>(instructions: Instructions, w: &[Line], t: &mut [L], store: Store) {
    assert_eq!(t.len(), L::HEIGHT, "transpose: lines of a square to write");
    if let Ok(w) = w.try_into() {
        L::transpose(instructions, Transpose { w, t, store });
    } else {
        let mut square = [Line::ZERO; PANEL];
        square[..w.len()].copy_from_slice(w);
        L::transpose(instructions, Transpose { w: &square, t, store });
    }
}

/// The transposition of one square.
#[derive(Debug)]
pub struct Transpose<'a, L> {
    w: &'a [Line; PANEL],
    t: &'a mut [L],
    store: Store,
}

impl<L: Transposed> Kernel for Transpose<'_, L> {
    type Output = ();
    const PAIRS: bool = L::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        L::transpose_square(set, self.w, self.store.to(self.t));
    }
}

/// The way in which a square is transposed into a kind of line, and launched; callers of kernels need none of it.
pub trait Transposed: Steps {
    /// t ← wᵀ, into the lines of one square.
    fn transpose_square<I: InstructionSet>(set: I, w: &[Line; PANEL], t: Storing<'_, Self>);

    /// Launches the transposition of a square.
    fn transpose(instructions: Instructions, kernel: Transpose<'_, Self>);
}

impl Transposed for Line {
    #[inline(always)]
    fn transpose_square<I: InstructionSet>(set: I, w: &[Line; PANEL], t: Storing<'_, Self>) {
        transpose_words(set.simd(), w, t);
    }

    launches! {
        transpose: Transpose<'_, Self>,
    }
}

impl Transposed for BfloatPairs {
    #[inline(always)]
    fn transpose_square<I: InstructionSet>(set: I, w: &[Line; PANEL], t: Storing<'_, Self>) {
        // A pair of columns is one word, and becomes a pair of rows.
        let mut rounded = [BfloatLine::ZERO; PANEL];
        for (w, rounded) in w.iter().pair(&mut rounded) {
            *rounded = set.round_row(w);
        }
        transpose_words(set.simd(), &rounded, t);
    }

    launches! {
        transpose: Transpose<'_, Self>,
    }
}
