//! Where the results of products go: into panels of f32, or rounded on the way.

use std::ops::Range;

use super::operand::Steps;
use super::panels::PanelsMut;
use crate::instructions::InstructionSet;
use crate::vector::Line;

/// How a kernel writes a [`Target`](crate::Target): not for those who call it.
pub trait PanelTargets {
    /// What the product that writes it multiplies.
    type Operand: Steps;

    /// One panel of it.
    type Panel<'p>: PanelTarget<Operand = Self::Operand>
    where
        Self: 'p;

    /// Panel `index`, to be written.
    fn panel(&mut self, index: usize) -> Self::Panel<'_>;

    /// Whether it can hold slopes until they are multiplied with.
    fn keeps_values(&self) -> bool;
}

/// The most rows that are written at a time: those of the tallest tile.
pub(crate) const TALLEST: usize = 14;

/// How a kernel writes a panel.
pub trait PanelTarget: Sized {
    /// What the product that writes it multiplies.
    type Operand: Steps;

    /// Rows that are written together: a tile begins at a multiple of it.
    const TOGETHER: usize;

    /// Whether they are rounded to bfloat16.
    const ROUNDS: bool = Self::TOGETHER == 2;

    /// Where the values of a tile's rows belong. What was written there before is still there, if it is kept.
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line];

    /// Called when they were written.
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
