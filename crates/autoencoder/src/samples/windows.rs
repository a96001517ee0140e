//! Windows over rows in time: each is a sample, which is read from the rows where they lie.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// The windows that are made of rows in time.
///
/// ```
/// use autoencoder::Window;
/// let window = Window::new(3, 2).unwrap();
/// assert_eq!(window.starts(8, &[]), [0, 2, 4, 5]); // the last window ends with the last row
/// assert_eq!(window.starts(8, &[4]), [0, 1, 4, 5]); // and none goes over a break
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Number of rows in a window.
    pub rows: NonZeroUsize,
    /// Number of rows from the beginning of a window to that of the next.
    pub stride: NonZeroUsize,
}

impl Window {
    /// Windows of this many rows that begin this many rows apart; `None` if one of them is 0.
    pub fn new(rows: usize, stride: usize) -> Option<Self> {
        Some(Self { rows: NonZeroUsize::new(rows)?, stride: NonZeroUsize::new(stride)? })
    }

    /// The first rows of the windows over `count` rows, none of which goes over a break: the rows `breaks`, in rising order, begin
    /// anew. The last window of a piece between two breaks ends with it, so that every row is in a window unless its
    /// piece is shorter than one.
    pub fn starts(self, count: usize, breaks: &[usize]) -> Vec<usize> {
        let (length, stride) = (self.rows.get(), self.stride.get());
        let ends = breaks.iter().copied().filter(|&row| row < count).chain([count]);
        let (mut starts, mut begin) = (Vec::new(), 0_usize);
        for end in ends {
            if end >= begin.saturating_add(length) {
                let last = end - length;
                starts.extend((begin..last).step_by(stride));
                starts.push(last);
            }
            begin = end;
        }
        starts
    }
}

/// The rows of samples that are windows, scaled, row after row.
#[derive(Clone, Debug)]
pub(crate) struct WindowRows {
    rows: Arc<Array2<f32>>,
    /// The first row of each window.
    starts: Vec<usize>,
    window: Window,
    /// The fields (row, column) that were not known, and were filled in, in rising order.
    unknown: Arc<Vec<(usize, usize)>>,
}

impl WindowRows {
    /// Windows that begin with these rows; they end within `rows`, which lie one after the other.
    pub(super) fn new(rows: Array2<f32>, starts: Vec<usize>, window: Window) -> Self {
        Self { rows: Arc::new(rows), starts, window, unknown: Arc::default() }
    }

    /// The same windows, where these fields (row, column) were not known.
    pub(super) fn with_unknown(self, mut unknown: Vec<(usize, usize)>) -> Self {
        unknown.sort_unstable();
        Self { unknown: Arc::new(unknown), ..self }
    }

    /// The features of a window that were not known.
    pub(crate) fn unknown_in(&self, index: usize) -> impl Iterator<Item = usize> {
        let (start, columns) = (self.starts[index], self.rows.ncols());
        let end = start + self.window.rows.get();
        let first = self.unknown.partition_point(|&(row, _)| row < start);
        let within = self.unknown[first..].iter().take_while(move |(row, _)| *row < end);
        within.map(move |&(row, column)| (row - start) * columns + column)
    }

    pub(super) fn dim(&self) -> (usize, usize) {
        (self.starts.len(), self.window.rows.get() * self.rows.ncols())
    }

    /// The number of rows, in windows or not, and of columns.
    pub(crate) fn rows_dim(&self) -> (usize, usize) {
        self.rows.dim()
    }

    /// The number of windows that begin before the end of the first one.
    pub(crate) fn overlapping(&self) -> usize {
        self.window.rows.get().div_ceil(self.window.stride.get())
    }

    /// A window, row after row.
    pub(super) fn window(&self, index: usize) -> &[f32] {
        let columns = self.rows.ncols();
        let begin = self.starts[index] * columns;
        let numbers = self.rows.as_slice().expect("rows of samples are contiguous");
        &numbers[begin..begin + self.window.rows.get() * columns]
    }

    pub(super) fn scaled(&self, range: Range<usize>) -> Array2<f32> {
        let mut scaled = Array2::zeros((range.len(), self.dim().1));
        for (mut row, index) in scaled.rows_mut().into_iter().zip(range) {
            row.as_slice_mut()
                .expect("rows of an array lie one after the other")
                .copy_from_slice(self.window(index));
        }
        scaled
    }

    /// The windows with these indices, over the same rows.
    pub(super) fn select(&self, indices: &[usize]) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            starts: indices.iter().map(|&index| self.starts[index]).collect(),
            window: self.window,
            unknown: Arc::clone(&self.unknown),
        }
    }

    pub(super) fn truncate(&mut self, count: usize) {
        self.starts.truncate(count);
    }

    /// All rows, in windows or not.
    pub(super) fn rows(&self) -> &Array2<f32> {
        &self.rows
    }

    /// Whether each row is in a window.
    pub(crate) fn are_covered(&self) -> Vec<bool> {
        let mut covered = vec![false; self.rows.nrows()];
        for &start in &self.starts {
            covered[start..start + self.window.rows.get()].fill(true);
        }
        covered
    }

    /// The mean, for each row, of a number of each window over those that the row is in; not a number for a row in none.
    pub(crate) fn row_means(&self, of_windows: &[f64]) -> Vec<f64> {
        let mut sums = vec![(0.0, 0_u32); self.rows.nrows()];
        for (&start, &number) in self.starts.iter().zip(of_windows) {
            for (sum, count) in &mut sums[start..start + self.window.rows.get()] {
                *sum += number;
                *count += 1;
            }
        }
        sums.into_iter().map(|(sum, count)| sum / f64::from(count)).collect()
    }

    /// An empty sum over the windows that each row is in.
    pub(crate) fn means(&self) -> RowMeans<'_> {
        RowMeans { windows: self, sums: Array2::zeros(self.rows.dim()), counts: vec![0; self.rows.nrows()] }
    }
}

/// Means over all windows that a row is in.
pub(crate) struct RowMeans<'a> {
    windows: &'a WindowRows,
    sums: Array2<f64>,
    counts: Vec<u32>,
}

impl RowMeans<'_> {
    /// Adds what belongs to the windows from `first` on, (windows, features).
    pub(crate) fn add<T: Copy + Into<f64>>(&mut self, first: usize, of_windows: ArrayView2<'_, T>) {
        let columns = self.sums.ncols();
        for (index, numbers) in of_windows.rows().into_iter().enumerate() {
            let start = self.windows.starts[first + index];
            for (place, &number) in numbers.iter().enumerate() {
                self.sums[(start + place / columns, place % columns)] += number.into();
            }
            for count in &mut self.counts[start..start + self.windows.window.rows.get()] {
                *count += 1;
            }
        }
    }

    /// The means, (rows, columns); not a number for a row that is in no window.
    pub(crate) fn finish(mut self) -> Array2<f64> {
        for (mut row, &count) in self.sums.axis_iter_mut(Axis(0)).zip(&self.counts) {
            row.mapv_inplace(|sum| sum / f64::from(count));
        }
        self.sums
    }
}
