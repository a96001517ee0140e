//! The right operand of a product: a matrix in panels, or in squares, which transposed weights are written to.

use super::operand::Steps;
use super::panels::Panels;
use crate::vector::{Line, panels};

impl<'a, L: Steps> Panels<'a, L> {
    /// The lines of panel `index` in chunks of 32 rows.
    #[inline(always)]
    pub(crate) fn chunks(&self, index: usize) -> Chunks<'a, L> {
        Chunks { lines: self.panel(index), rows: self.rows(), stride: L::HEIGHT }
    }
}

/// A matrix of `rows` x `columns` cut into squares of 32 x 32, borrowed: all squares of rows 0..32, then those of
/// rows 32..64, and so on.
///
/// A square is 32 lines, one for each row (16 lines of [`BfloatPairs`](crate::BfloatPairs)), also where the matrix
/// ends within the square. [`Panels`] keep a panel of 32 columns in one piece; squares keep 32 rows in one piece,
/// because one panel of a matrix is written to 32 rows of its transpose.
#[derive(Clone, Copy, Debug)]
pub struct Squares<'a, L = Line> {
    lines: &'a [L],
    rows: usize,
    columns: usize,
}

/// The number of lines of kind `L` that hold a matrix of `rows` x `columns` in [`Squares`].
pub const fn square_lines<L: Steps>(rows: usize, columns: usize) -> usize {
    panels(rows) * panels(columns) * L::HEIGHT
}

impl<'a, L: Steps> Squares<'a, L> {
    /// A matrix of `rows` x `columns` in `lines`.
    ///
    /// # Panics
    /// If the number of lines is not that of [`square_lines`].
    pub fn new(lines: &'a [L], rows: usize, columns: usize) -> Self {
        let expected = square_lines::<L>(rows, columns);
        assert_eq!(lines.len(), expected, "Squares::new: wrong number of lines for {rows} x {columns}");
        Self { lines, rows, columns }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, without the padding.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The lines of panel `index` in chunks of 32 rows.
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

/// The right operand of a product: a matrix in [`Panels`], or in [`Squares`], which transposed weights are written
/// to.
///
/// Products take `impl Into<Right>`, so a caller hands over either as it is.
#[derive(Clone, Copy, Debug)]
pub enum Right<'a, L = Line> {
    /// A matrix in panels.
    Panels(Panels<'a, L>),
    /// A matrix in squares.
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
    /// The number of lines of a panel, which is the number of steps of k in a product.
    pub(crate) fn steps(&self) -> usize {
        match self {
            Self::Panels(panels) => panels.rows(),
            Self::Squares(squares) => squares.rows().div_ceil(L::ROWS),
        }
    }

    /// The number of columns, without the padding.
    pub(crate) fn columns(&self) -> usize {
        match self {
            Self::Panels(panels) => panels.columns(),
            Self::Squares(squares) => squares.columns(),
        }
    }

    /// The lines of panel `index`, and those of the panel that a product takes after it.
    #[inline(always)]
    pub(crate) fn chunks(&self, index: usize) -> [Chunks<'a, L>; 2] {
        let next = (index + 1) % panels(self.columns());
        match self {
            Self::Panels(panels) => [panels.chunks(index), panels.chunks(next)],
            Self::Squares(squares) => [squares.chunks(index), squares.chunks(next)],
        }
    }
}

/// The lines of one panel of a right operand, in chunks of 32 rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunks<'a, L> {
    lines: &'a [L],
    /// The number of lines in all chunks.
    rows: usize,
    /// The number of lines from the start of one chunk to the start of the next.
    stride: usize,
}

impl<'a, L: Steps> Chunks<'a, L> {
    /// The number of lines in all chunks.
    #[inline(always)]
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The address where chunk `index` starts, or would start if there were one.
    #[inline(always)]
    pub(crate) fn start(&self, index: usize) -> *const L {
        self.lines.as_ptr().wrapping_add(index * self.stride)
    }

    /// The lines of chunk `index`, which has 32 rows unless it is the last.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> &'a [L] {
        &self.lines[index * self.stride..][..L::HEIGHT.min(self.rows - index * L::HEIGHT)]
    }
}
