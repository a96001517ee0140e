//! The transposition of 32 x 32 squares, of which the transposed weights are made.

use super::operand::Operand;
use crate::instructions::{InstructionSet, Instructions, Kernel};
use crate::vector::{Line, PANEL, Store};

/// t ← wᵀ for one square: `w` are up to 32 lines, what is missing of 32 counts as zeros. Into
/// [`BfloatPairs`](crate::BfloatPairs) it is rounded.
///
/// # Panics
/// If `w` has more than 32 lines, or `t` not as many as a square: 32, or 16 of pairs.
pub fn transpose<L: Operand>(instructions: Instructions, w: &[Line], t: &mut [L], store: Store) {
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

impl<L: Operand> Kernel for Transpose<'_, L> {
    type Output = ();
    const PAIRS: bool = L::ROWS == 2;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        L::transpose_square(set, self.w, self.t, self.store);
        self.store.end();
    }
}
