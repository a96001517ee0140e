//! Where the results of products go: into panels of f32, or rounded on the way.

use std::ops::Range;

use pulp::Simd;

use crate::operand::Operand;
use crate::panel::{Line, PanelsMut};

/// What a product writes: [`PanelsMut`], or [`RoundedMut`](crate::RoundedMut), whose product is one of bfloat16.
pub trait Target: PanelTargets {
    /// What the product that writes it multiplies.
    type Operand: Operand;

    /// Number of rows.
    fn rows(&self) -> usize;

    /// Number of columns, without the padding.
    fn columns(&self) -> usize;
}

/// How a kernel writes a [`Target`]: not for those who call it.
pub trait PanelTargets {
    /// One panel of it.
    type Panel<'p>: PanelTarget
    where
        Self: 'p;

    /// Panel `index`, to be written.
    fn panel(&mut self, index: usize) -> Self::Panel<'_>;

    /// Whether it can hold slopes until they are multiplied with.
    fn keeps_values(&self) -> bool;
}

/// How a kernel writes a panel.
pub trait PanelTarget {
    /// Rows that are written together: a tile begins at a multiple of it.
    const TOGETHER: usize;

    /// Whether they are rounded to bfloat16.
    const ROUNDS: bool = Self::TOGETHER == 2;

    /// Where the values of a tile's rows belong. What was written there before is still there, if it is kept.
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line];

    /// Called when they were written. `NATIVE` says that the processor's own instructions for bfloat16 may be used.
    fn finish<S: Simd, const NATIVE: bool>(&mut self, simd: S, rows: Range<usize>);
}

impl Target for PanelsMut<'_> {
    type Operand = Line;

    fn rows(&self) -> usize {
        self.rows()
    }

    fn columns(&self) -> usize {
        self.columns()
    }
}

impl PanelTargets for PanelsMut<'_> {
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
    const TOGETHER: usize = 1;

    #[inline(always)]
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line] {
        &mut self[rows]
    }

    #[inline(always)]
    fn finish<S: Simd, const NATIVE: bool>(&mut self, _: S, _: Range<usize>) {}
}
