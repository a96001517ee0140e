//! Matrices kept in panels of 32 columns, the one layout that every product here reads and writes.
//!
//! A matrix of `rows` x `columns` is a sequence of panels; a panel is a sequence of [`Line`]s, one a row;
//! a line is 32 consecutive columns of that row, two cache lines long. Every product walks the panel of
//! its right operand, and stores the panel of its result, from the first byte to the last.
//!
//! ```text
//! columns      0..32            32..64           64..70 (padded to 96)
//!         row 0 [line]     row 0 [line]     row 0 [line]
//!         row 1 [line]     row 1 [line]     row 1 [line]
//!           ...              ...              ...
//! ```

use std::ops::Range;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use super::nonzero::Nonzeros;
use crate::vector::{Line, PANEL, lines, panels};

/// A matrix of `rows` x `columns` in panels, borrowed. Each panel begins `stride` lines after the one before; its
/// first `rows` lines are read.
///
/// The lines are of f32 unless another kind is named.
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a, L = Line> {
    lines: &'a [L],
    rows: usize,
    columns: usize,
    stride: usize,
    nonzeros: Option<&'a Nonzeros>,
}

impl<'a, L> Panels<'a, L> {
    /// A matrix of `rows` x `columns` in `lines`, its panels `stride` lines apart.
    ///
    /// # Panics
    /// If `rows` exceeds `stride`, or `lines` is not `stride` lines for each panel.
    pub fn new(lines: &'a [L], rows: usize, columns: usize, stride: usize) -> Self {
        check("Panels::new", lines.len(), rows, columns, stride);
        Self { lines, rows, columns, stride, nonzeros: None }
    }

    /// The same matrix, with the set of its numbers that are not zero: [`forward`](crate::forward) skips all others
    /// where this is its left operand.
    ///
    /// # Panics
    /// If `nonzeros` is for fewer rows or columns.
    #[must_use]
    #[inline(always)]
    pub fn skipping_zeros(self, nonzeros: Option<&'a Nonzeros>) -> Self {
        if let Some(nonzeros) = nonzeros {
            nonzeros.check_room(self.rows, self.columns);
        }
        Self { nonzeros, ..self }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, without the padding.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The lines of panel `index`, one for each row.
    ///
    /// # Panics
    /// If there is no such panel.
    #[inline(always)]
    pub fn panel(&self, index: usize) -> &'a [L] {
        &self.lines[index * self.stride..][..self.rows]
    }

    /// The set of numbers that are not zero, if it is known.
    #[inline(always)]
    pub(crate) fn nonzeros(&self) -> Option<&'a Nonzeros> {
        self.nonzeros
    }

    /// The rows `range` of this matrix; the set of its numbers that are not zero is dropped.
    ///
    /// # Panics
    /// If the range ends past [`Panels::rows`].
    #[must_use]
    pub fn slice_rows(&self, range: Range<usize>) -> Self {
        assert!(range.end <= self.rows, "slice_rows: {range:?} of {} rows", self.rows);
        Self {
            lines: self.lines.get(range.start..).unwrap_or_default(),
            rows: range.len(),
            nonzeros: None,
            ..*self
        }
    }

    /// All panels in order.
    #[inline(always)]
    pub fn iter(&self) -> impl Iterator<Item = &'a [L]> + Clone + use<'a, L> {
        let rows = self.rows;
        self.lines.chunks(self.stride.max(1)).map(move |panel| &panel[..rows])
    }
}

impl Panels<'_> {
    /// The element in `row` and `column`.
    ///
    /// # Panics
    /// If there is no such element.
    pub fn at(&self, row: usize, column: usize) -> f32 {
        assert!(column < self.columns, "at: column {column} of {}", self.columns);
        self.panel(column / PANEL)[row].0[column % PANEL]
    }

    /// matrix ← the first columns of this matrix.
    ///
    /// # Shapes
    /// `matrix` (rows, at most columns). `matrix` is overwritten.
    ///
    /// # Panics
    /// If `matrix` has another number of rows, or more columns, than this one.
    pub fn unpack(&self, mut matrix: ArrayViewMut2<'_, f32>) {
        assert_eq!(matrix.nrows(), self.rows, "unpack: rows of the matrix and of the panels");
        assert!(matrix.ncols() <= self.columns, "unpack: {} columns of {}", matrix.ncols(), self.columns);
        for (row, mut numbers) in matrix.rows_mut().into_iter().enumerate() {
            let lines = self.iter().map(|panel| &panel[row].0);
            if let Some(numbers) = numbers.as_slice_mut() {
                for (numbers, line) in numbers.chunks_mut(PANEL).zip(lines) {
                    numbers.copy_from_slice(&line[..numbers.len()]);
                }
            } else {
                numbers.iter_mut().zip(lines.flatten()).for_each(|(number, &value)| *number = value);
            }
        }
    }

    /// The same matrix as an array of (rows, columns).
    pub fn to_array(&self) -> Array2<f32> {
        let mut matrix = Array2::zeros((self.rows, self.columns));
        self.unpack(matrix.view_mut());
        matrix
    }
}

/// A matrix in panels, borrowed to be overwritten; see [`Panels`].
#[derive(Debug)]
pub struct PanelsMut<'a, L = Line> {
    lines: &'a mut [L],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a, L> PanelsMut<'a, L> {
    /// A matrix of `rows` x `columns` in `lines`, its panels `stride` lines apart.
    ///
    /// # Panics
    /// If `rows` exceeds `stride`, or `lines` is not `stride` lines for each panel.
    pub fn new(lines: &'a mut [L], rows: usize, columns: usize, stride: usize) -> Self {
        check("PanelsMut::new", lines.len(), rows, columns, stride);
        Self { lines, rows, columns, stride }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, without the padding.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The rows `range` of this matrix.
    ///
    /// # Panics
    /// If the range ends past [`PanelsMut::rows`].
    pub fn slice_rows(&mut self, range: Range<usize>) -> PanelsMut<'_, L> {
        assert!(range.end <= self.rows, "slice_rows: {range:?} of {} rows", self.rows);
        let lines = self.lines.get_mut(range.start..).unwrap_or_default();
        PanelsMut { lines, rows: range.len(), columns: self.columns, stride: self.stride }
    }

    /// The same matrix, to be read.
    pub fn view(&self) -> Panels<'_, L> {
        Panels {
            lines: self.lines,
            rows: self.rows,
            columns: self.columns,
            stride: self.stride,
            nonzeros: None,
        }
    }

    /// The lines of panel `index`, one for each row.
    ///
    /// # Panics
    /// If there is no such panel.
    #[inline(always)]
    pub fn panel_mut(&mut self, index: usize) -> &mut [L] {
        &mut self.lines[index * self.stride..][..self.rows]
    }
}

impl PanelsMut<'_> {
    /// This matrix ← `matrix`.
    ///
    /// # Shapes
    /// `matrix` (rows, columns). The lines are overwritten, the padding with zeros.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn pack(&mut self, matrix: ArrayView2<'_, f32>) {
        assert_eq!(matrix.dim(), (self.rows, self.columns), "pack: matrix and panels differ in shape");
        for index in 0..panels(self.columns) {
            let first = index * PANEL;
            let width = PANEL.min(self.columns - first);
            for (row, line) in self.panel_mut(index).iter_mut().enumerate() {
                line.0[width..].fill(0.0);
                for (column, value) in line.0[..width].iter_mut().enumerate() {
                    *value = matrix[[row, first + column]];
                }
            }
        }
    }
}

#[track_caller]
fn check(what: &str, have: usize, rows: usize, columns: usize, stride: usize) {
    assert!(rows <= stride, "{what}: {rows} rows do not fit a stride of {stride}");
    assert_eq!(
        have,
        lines(stride, columns),
        "{what}: wrong number of lines for {rows} x {columns}, stride {stride}"
    );
}
