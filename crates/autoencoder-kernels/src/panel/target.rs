//! The results of products as kernels write them: into panels of f32, or rounded on the way.

use std::ops::Range;

use super::operand::Steps;
use super::panels::PanelsMut;
use crate::instructions::InstructionSet;
use crate::vector::Line;

/// The way in which kernels write a [`Target`](crate::Target); callers of kernels need none of it.
pub trait PanelTargets {
    /// The kind of line of the right operand of the product that is written.
    type Operand: Steps;

    /// The type of one panel.
    type Panel<'p>: PanelTarget<Operand = Self::Operand>
    where
        Self: 'p;

    /// Panel `index`, to be overwritten.
    fn panel(&mut self, index: usize) -> Self::Panel<'_>;

    /// Whether the target keeps values of f32, and so can hold slopes until a product is multiplied with them.
    fn keeps_values(&self) -> bool;
}

/// The greatest number of rows that are written at a time: those of the tallest tile.
pub(crate) const TALLEST: usize = 14;

/// The way in which kernels write one panel of a target, tile by tile.
pub trait PanelTarget: Sized {
    /// The kind of line of the right operand of the product that is written.
    type Operand: Steps;

    /// The number of rows that are written together: a tile begins at a multiple of this.
    const TOGETHER: usize;

    /// Whether the rows are rounded to bfloat16.
    const ROUNDS: bool = Self::TOGETHER == 2;

    /// The lines for the values of the rows of a tile. If the target keeps values, these lines hold what was written
    /// to them before.
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line];

    /// Finishes the rows of a tile after their values were written: rounds them, if the target does.
    fn finish<I: InstructionSet>(&mut self, set: I, rows: Range<usize>);
}

impl PanelTargets for PanelsMut<'_> {
    type Operand = Line;
    type Panel<'p>
        = &'p mut [Line]
    where
        Self: 'p;

    fn panel(&mut self, index: usize) -> &mut [Line] {
        self.panel_mut(index)
    }

    fn keeps_values(&self) -> bool {
        true
    }
}

impl PanelTarget for &mut [Line] {
    type Operand = Line;
    const TOGETHER: usize = 1;

    #[inline(always)]
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line] {
        &mut self[rows]
    }

    #[inline(always)]
    fn finish<I: InstructionSet>(&mut self, _: I, _: Range<usize>) {}
}
