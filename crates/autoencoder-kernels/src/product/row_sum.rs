//! Sums of the rows of a panel.

use crate::instructions::{InstructionSet, Kernel};
use crate::panel::Steps;
use crate::vector::{Line, vectors_mut};

/// sum ← sum + Σ rows, added in order.
#[derive(Debug)]
pub struct RowSum<'a, L> {
    /// The rows.
    pub rows: &'a [L],
    /// The line that the rows are added to.
    pub sum: &'a mut Line,
}

impl<L: Steps> Kernel for RowSum<'_, L> {
    type Output = ();
    const PAIRS: bool = false;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) {
        for line in self.rows {
            for (index, sum) in vectors_mut::<I::Simd>(self.sum).iter_mut().enumerate() {
                *sum = L::add(set.simd(), *sum, line.load::<I::Simd>(index));
            }
        }
    }
}
