//! Rows that principal components are fitted to: scaled samples, or the rows of a matrix.

use std::ops::Range;

use autoencoder_kernels::{
    Instructions, PanelsMut, column_squared_deviations, column_sums, gather, multiply_transposed_left,
    multiply_transposed_right,
};
use ndarray::{Array1, Array2, ArrayView2, Axis, CowArray, Ix2, Slice};

use super::krylov::Operator;
use crate::samples::zeros::Zeros;
use crate::samples::{Samples, row_slice};

/// A source of rows that are read in blocks, several times.
pub(super) trait RowSource: Sync {
    /// The number of rows and of features.
    fn dim(&self) -> (usize, usize);
    /// Whether so many numbers are zero that skipping them pays.
    fn is_sparse(&self) -> bool;
    /// Writes rows into `target`, from row `first` on, as many as `target` has.
    fn fill(&self, first: usize, target: &mut PanelsMut<'_>);
    /// The rows of this range, (rows, features).
    fn block(&self, rows: Range<usize>) -> Array2<f32>;
}

impl RowSource for Samples {
    fn dim(&self) -> (usize, usize) {
        (self.len(), self.features())
    }

    fn is_sparse(&self) -> bool {
        self.zeros().groups >= Zeros::PAY_IN_F32.groups
    }

    fn fill(&self, first: usize, target: &mut PanelsMut<'_>) {
        self.gather(Instructions::best(), target, |row| first + row);
    }

    fn block(&self, rows: Range<usize>) -> Array2<f32> {
        self.scaled(rows)
    }
}

/// Rows of a matrix in standard layout.
impl RowSource for CowArray<'_, f32, Ix2> {
    fn dim(&self) -> (usize, usize) {
        (**self).dim()
    }

    fn is_sparse(&self) -> bool {
        false
    }

    fn fill(&self, first: usize, target: &mut PanelsMut<'_>) {
        gather(Instructions::best(), target, |row| row_slice(self, first + row), |_, value| value);
    }

    fn block(&self, rows: Range<usize>) -> Array2<f32> {
        self.slice_axis(Axis(0), Slice::from(rows)).to_owned()
    }
}

/// The mean of each feature, (features).
pub(super) fn mean(rows: &impl RowSource) -> Array1<f64> {
    let (count, features) = rows.dim();
    let mut sums = Array1::<f64>::zeros(features);
    for range in blocks(count, features) {
        sums += &column_sums(rows.block(range).view());
    }
    sums / count as f64
}

/// Ranges of rows that each hold some megabytes.
fn blocks(count: usize, features: usize) -> impl Iterator<Item = Range<usize>> {
    ranges(count, (NUMBERS / features).clamp(64, 8192))
}

/// The numbers in a block, with at least 64 and at most 8192 rows.
const NUMBERS: usize = 1 << 22;

/// The covariance of rows as an operator: products with (X - m)ᵀ (X - m) / n, without forming this matrix.
pub(super) struct Centred<'a, R> {
    rows: &'a R,
    pub(super) mean: Array1<f64>,
    /// The sum of the variances of all features.
    pub(super) variance: f64,
}

impl<'a, R: RowSource> Centred<'a, R> {
    /// Computes the mean and the sum of the variances.
    pub(super) fn new(rows: &'a R) -> Self {
        let mean = mean(rows);
        let (count, features) = rows.dim();
        let squares = |range| column_squared_deviations(rows.block(range).view(), mean.view()).sum();
        let variance = blocks(count, features).map(squares).sum::<f64>() / count as f64;
        Self { rows, mean, variance }
    }
}

/// Forms products in f32 for each block of rows, and sums them in f64.
impl<R: RowSource> Operator for Centred<'_, R> {
    fn size(&self) -> usize {
        self.mean.len()
    }

    fn apply(&self, vectors: ArrayView2<'_, f64>) -> Array2<f64> {
        let (count, features) = self.rows.dim();
        let mean = self.mean.mapv(|mean| mean as f32);
        let single = vectors.mapv(|value| value as f32);
        let mut sums = Array2::<f64>::zeros((features, vectors.nrows()));
        let mut part = Array2::<f32>::zeros(sums.dim());
        for range in blocks(count, features) {
            let deviations = self.rows.block(range) - &mean;
            let mut along = Array2::zeros((deviations.nrows(), single.nrows()));
            multiply_transposed_right(deviations.view(), single.view(), along.view_mut());
            multiply_transposed_left(deviations.view(), along.view(), part.view_mut());
            sums.zip_mut_with(&part, |sum, &part| *sum += f64::from(part));
        }
        sums.reversed_axes() / count as f64
    }

    /// The deviations from the mean.
    fn span(&self, count: usize) -> Option<Array2<f64>> {
        let (samples, features) = self.rows.dim();
        let few = self.first_guess(count).min(features);
        (samples <= few).then(|| self.rows.block(0..samples).mapv(f64::from) - &self.mean)
    }
}

/// The rows 0..count in ranges of `height`; the last range has the rows left over.
pub(super) fn ranges(count: usize, height: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(height).map(move |first| first..count.min(first + height))
}
