//! The right operand of a product: a matrix in panels, or in squares, which a transposed one is written to.

use super::operand::Steps;
use super::panels::Panels;
use crate::vector::{Line, panels};

impl<'a, L: Steps> Panels<'a, L> {
    /// The lines of panel `index`, those of 32 rows at a time.
    #[inline(always)]
    pub(crate) fn chunks(&self, index: usize) -> Chunks<'a, L> {
        Chunks { lines: self.panel(index), rows: self.rows(), stride: L::HEIGHT }
    }
}

/// A matrix cut into squares of 32 x 32, borrowed: all squares of rows 0..32, then those of rows 32..64, and so on.
///
/// A square is 32 lines, one a row (of [`BfloatPairs`](crate::BfloatPairs) 16), also where the matrix ends within it.
/// Where [`Panels`] keeps a panel of 32 columns in one piece, this keeps 32 rows so: what one panel of the transposed
/// matrix is written to.
#[derive(Clone, Copy, Debug)]
pub struct Squares<'a, L = Line> {
    lines: &'a [L],
    rows: usize,
    columns: usize,
}

/// How many lines of the kind `L` hold a matrix of `rows` x `columns` in [`Squares`].
pub const fn square_lines<L: Steps>(rows: usize, columns: usize) -> usize {
    panels(rows) * panels(columns) * L::HEIGHT
}

impl<'a, L: Steps> Squares<'a, L> {
    /// A matrix of `rows` x `columns` in `lines`.
    ///
    /// # Panics
    /// If `lines` are not as many as [`square_lines`] says.
    pub fn new(lines: &'a [L], rows: usize, columns: usize) -> Self {
        let expected = square_lines::<L>(rows, columns);
        assert_eq!(lines.len(), expected, "Squares::new: wrong number of lines for {rows} x {columns}");
        Self { lines, rows, columns }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, without the padding.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The lines of panel `index`.
    ///
    /// # Panics
    /// If there is no such panel.
    #[inline(always)]
    pub(crate) fn chunks(&self, index: usize) -> Chunks<'a, L> {
        let across = panels(self.columns);
        assert!(index < across, "panel {index} of {} columns", self.columns);
        Chunks {
            lines: &self.lines[index * L::HEIGHT..],
            rows: self.rows.div_ceil(L::ROWS),
            stride: across * L::HEIGHT,
        }
    }
}

/// The right operand of a product: a matrix in [`Panels`], or in [`Squares`], which a transposed one is written to.
///
/// Products take `impl Into<Right>`, so either is handed over as it is.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a, L = Line> {
    /// In panels.
    Panels(Panels<'a, L>),
    /// In squares.
    Squares(Squares<'a, L>),
}

impl<'a, L> From<Panels<'a, L>> for Right<'a, L> {
    fn from(panels: Panels<'a, L>) -> Self {
        Self::Panels(panels)
    }
}

impl<'a, L> From<Squares<'a, L>> for Right<'a, L> {
    fn from(squares: Squares<'a, L>) -> Self {
        Self::Squares(squares)
    }
}

impl<'a, L: Steps> Right<'a, L> {
    /// Lines of a panel: what a product takes of its left operand in one step each.
    pub(crate) fn steps(&self) -> usize {
        match self {
            Self::Panels(panels) => panels.rows(),
            Self::Squares(squares) => squares.rows().div_ceil(L::ROWS),
        }
    }

    /// Number of columns, without the padding.
    pub(crate) fn columns(&self) -> usize {
        match self {
            Self::Panels(panels) => panels.columns(),
            Self::Squares(squares) => squares.columns(),
        }
    }

    /// The lines of panel `index`, and of the one that a product takes after it.
    #[inline(always)]
    pub(crate) fn chunks(&self, index: usize) -> [Chunks<'a, L>; 2] {
        let next = (index + 1) % panels(self.columns());
        match self {
            Self::Panels(panels) => [panels.chunks(index), panels.chunks(next)],
            Self::Squares(squares) => [squares.chunks(index), squares.chunks(next)],
        }
    }
}

/// The lines of one panel of a right operand, those of 32 rows at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunks<'a, L> {
    lines: &'a [L],
    /// Lines in all chunks.
    rows: usize,
    /// Lines from one chunk to the next.
    stride: usize,
}

impl<'a, L: Steps> Chunks<'a, L> {
    /// Number of lines in all chunks.
    #[inline(always)]
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Where chunk `index` would start.
    #[inline(always)]
    pub(crate) fn start(&self, index: usize) -> *const L {
        self.lines.as_ptr().wrapping_add(index * self.stride)
    }

    /// The lines of chunk `index`, all of 32 rows unless it is the last.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> &'a [L] {
        &self.lines[index * self.stride..][..L::HEIGHT.min(self.rows - index * L::HEIGHT)]
    }
}
