//! The transposition of 32 x 32 squares, of which the transposed weights are made.

use super::operand::Steps;
use crate::instructions::{InstructionSet, Instructions, Kernel, launches};
use crate::vector::{BfloatLine, BfloatPairs, Line, PANEL, Pair, Store, Storing, transpose_words};

/// t ← wᵀ for one square: `w` are up to 32 lines, what is missing of 32 counts as zeros. Into
/// [`BfloatPairs`](crate::BfloatPairs) it is rounded.
///
/// # Panics
/// If `w` has more than 32 lines, or `t` not as many as a square: 32, or 16 of pairs.
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

/// One square of a transposed matrix.
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

/// How squares are transposed into lines of a kind, and launched: not for those who call it.
pub trait Transposed: Steps {
    /// wᵀ in as many lines as 32 rows take.
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
