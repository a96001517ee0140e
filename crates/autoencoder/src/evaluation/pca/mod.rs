//! Baselines for a reconstruction error: the mean sample, and principal component analysis with as many
//! components as the code has units.
//!
//! Components are found in a Krylov space ([`krylov`]) of the covariance matrix. Samples of few features have
//! their covariance computed ([`moments`]); for long samples the space is built from the samples themselves
//! ([`rows`]), and the covariance is never formed.

mod krylov;
mod moments;
pub(crate) mod network;
mod rows;
pub(crate) mod symmetric;

use std::fmt;
use std::ops::Range;

use crate::parallel::prelude::*;
use autoencoder_kernels::{multiply, row_squared_errors};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Slice};

use self::moments::SampleMoments;
use self::rows::{Centred, RowSource, mean, ranges};
use self::symmetric::Eigen;
use crate::evaluation::check_pair;
use crate::evaluation::columns::{ColumnError, column_errors};
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// The most features for which the covariance is formed. Forming it takes time proportional to the square of
/// the features; the products with the samples themselves take time proportional to the features.
const MOST_FEATURES_OF_A_COVARIANCE: usize = 2048;

/// The number of samples that are scaled at a time.
const ROWS: usize = 8192;

/// The number of samples that one task scales and reconstructs; few enough to stay in a cache.
const FEW_ROWS: usize = 256;

/// The least share that a word counts with.
const LEAST_SHARE: f32 = 1e-6;

/// Principal components of samples: their mean and the directions of largest variance (Pearson 1901).
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    /// The mean sample, (features).
    mean: Array1<f32>,
    /// The components, (components, features): orthonormal rows, the largest variance first.
    components: Array2<f32>,
    /// The share of the total variance along each component.
    explained: Vec<f64>,
}

/// Error of a fit whose covariance is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PcaError {
    features: usize,
}

impl fmt::Display for PcaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the covariance of {} features is not finite: their numbers are too large", self.features)
    }
}

impl std::error::Error for PcaError {}

impl Pca {
    /// Fits `count` components to scaled samples, or fewer if there are fewer samples or features.
    ///
    /// # Errors
    /// If numbers are so large that their covariance is not finite.
    pub fn fit(samples: &Samples, count: usize) -> Result<Self, PcaError> {
        Self::fit_rows(samples, count)
    }

    /// Fits `count` components to the rows of a matrix, such as codes, or fewer if the matrix has fewer rows
    /// or columns.
    ///
    /// # Errors
    /// If numbers are so large that their covariance is not finite.
    ///
    /// # Panics
    /// If the matrix has no rows or no columns.
    pub fn fit_matrix(matrix: ArrayView2<'_, f32>, count: usize) -> Result<Self, PcaError> {
        assert!(!matrix.is_empty(), "fit_matrix: found a matrix of {:?}", matrix.dim());
        Self::fit_rows(&matrix.as_standard_layout(), count)
    }

    fn fit_rows(rows: &impl RowSource, count: usize) -> Result<Self, PcaError> {
        let (samples, features) = rows.dim();
        let count = count.min(features).min(samples);
        if count == 0 {
            let mean = mean(rows).mapv(|value| value as f32);
            return Ok(Self { mean, components: Array2::zeros((0, features)), explained: Vec::new() });
        }
        let (mean, total, eigen) = if features <= MOST_FEATURES_OF_A_COVARIANCE {
            let SampleMoments { mean, covariance } = SampleMoments::of(rows);
            let total = covariance.diag().sum();
            (mean, total, krylov::largest(&covariance, count, samples, total))
        } else {
            let centred = Centred::new(rows);
            let total = centred.variance;
            let eigen = krylov::largest(&centred, count, samples, total);
            (centred.mean, total, eigen)
        };
        let Eigen { values, vectors } = eigen.ok_or(PcaError { features })?;
        let mut components = vectors.mapv(|value| value as f32);
        for mut component in components.rows_mut() {
            // The sign of an eigenvector is arbitrary: the coordinate of largest magnitude is made positive.
            let largest =
                component.iter().copied().fold(0.0f32, |a, b| if b.abs() > a.abs() { b } else { a });
            if largest < 0.0 {
                component.mapv_inplace(|value| -value);
            }
        }
        let share = |value: f64| if total > 0.0 { value.max(0.0) / total } else { 0.0 };
        let explained = values.into_iter().map(share).collect();
        Ok(Self { mean: mean.mapv(|value| value as f32), components, explained })
    }

    /// The number of components.
    pub fn components(&self) -> usize {
        self.components.nrows()
    }

    /// The components, (components, features): orthonormal rows, the largest variance first.
    pub fn directions(&self) -> ArrayView2<'_, f32> {
        self.components.view()
    }

    /// The mean sample, (features).
    pub fn mean(&self) -> ArrayView1<'_, f32> {
        self.mean.view()
    }

    /// The share of the total variance along each component, the largest first.
    pub fn explained(&self) -> &[f64] {
        &self.explained
    }

    /// Projects the rows of a matrix (rows, features) onto the components: (x - mean) componentsᵀ, (rows,
    /// components).
    ///
    /// # Panics
    /// If the matrix has another number of columns than the samples had features.
    pub fn project(&self, matrix: ArrayView2<'_, f32>) -> Array2<f32> {
        assert_eq!(matrix.ncols(), self.mean.len(), "project: expected one column for each feature");
        let centred = &matrix - &self.mean;
        let mut coordinates = Array2::zeros((matrix.nrows(), self.components()));
        multiply(centred.view(), self.components.t(), coordinates.view_mut());
        coordinates
    }

    /// Restores the rows of a matrix (rows, features) from their coordinates: (x - mean) componentsᵀ components + mean.
    ///
    /// # Panics
    /// If the matrix has another number of columns than the samples had features.
    ///
    /// ```
    /// use autoencoder::Pca;
    /// use ndarray::array;
    /// // One component, the diagonal: (3, 1) is nearest to (2, 2) on it.
    /// let pca = Pca::fit_matrix(array![[0.0, 0.0], [2.0, 2.0]].view(), 1)?;
    /// let restored = pca.restore(array![[3.0, 1.0]].view());
    /// assert!(restored.iter().all(|number| (number - 2.0).abs() < 1e-6));
    /// # Ok::<(), autoencoder::PcaError>(())
    /// ```
    pub fn restore(&self, matrix: ArrayView2<'_, f32>) -> Array2<f32> {
        let coordinates = self.project(matrix);
        let mut restored = Array2::zeros(matrix.dim());
        multiply(coordinates.view(), self.components.view(), restored.view_mut());
        restored + &self.mean
    }

    /// The errors of each column where samples are restored from their coordinates, as
    /// [`Inference::column_errors`](crate::Inference::column_errors) gives them for a model. What is restored for the words of a
    /// column is made into probabilities: at least one in a million each, over their sum.
    ///
    /// # Errors
    /// If the samples have another number of features than the samples of the fit.
    pub fn column_errors(&self, samples: &Samples) -> Result<Vec<ColumnError>, SamplesError> {
        let (expected, found) = (self.mean.len(), samples.features());
        if expected != found {
            return Err(SamplesError::Features { expected, found });
        }
        column_errors(samples, |part| {
            let mut restored = self.restore(part.scaled(0..part.len()).view());
            if let Some(table) = part.table() {
                for features in table.columns().filter(|features| features.len() > 1) {
                    let mut words = restored.slice_axis_mut(Axis(1), Slice::from(features));
                    words.mapv_inplace(|share| share.max(LEAST_SHARE));
                    for mut row in words.rows_mut() {
                        row /= row.sum();
                    }
                }
            }
            Ok(restored)
        })
    }

    /// Mean squared error, over samples and features, of replacing every sample by the mean of the fitted
    /// samples.
    ///
    /// # Errors
    /// If the samples have another number of features than the samples of the fit.
    pub fn mean_mse(&self, samples: &Samples) -> Result<f64, SamplesError> {
        distance_from_mean(samples, &self.mean)
    }

    /// Mean squared error, over samples and features, of reconstructing samples from their coordinates.
    ///
    /// # Errors
    /// If the samples have another number of features than the samples of the fit.
    pub fn mse(&self, samples: &Samples) -> Result<f64, SamplesError> {
        mean_squared_error(samples, &self.mean, self.components.view())
    }

    /// Mean squared error, over samples and features, of reconstructing `targets` from the coordinates of
    /// `inputs`.
    ///
    /// The components are orthonormal, so this error is the error of reconstructing the targets from their
    /// own coordinates plus the squared differences between the coordinates of inputs and targets.
    ///
    /// # Errors
    /// If `inputs` and `targets` differ in their number of samples, or have another number of features than
    /// the samples of the fit.
    pub fn mse_against(&self, inputs: &Samples, targets: &Samples) -> Result<f64, SamplesError> {
        check_pair(inputs, targets)?;
        let own = self.mse(targets)?;
        let mut sum = 0.0;
        for rows in ranges(inputs.len(), ROWS) {
            let inputs = self.project(inputs.scaled(rows.clone()).view());
            let targets = self.project(targets.scaled(rows).view());
            sum += row_squared_errors(inputs.view(), targets.view()).sum();
        }
        Ok(own + sum / (inputs.len() as f64 * inputs.features() as f64))
    }
}

/// Mean squared error, over samples and features, of replacing every sample of `test` by the mean sample of
/// `train`.
///
/// # Errors
/// If `train` and `test` differ in their number of features.
pub fn mean_sample_mse(train: &Samples, test: &Samples) -> Result<f64, SamplesError> {
    distance_from_mean(test, &mean(train).mapv(|mean| mean as f32))
}

fn distance_from_mean(samples: &Samples, mean: &Array1<f32>) -> Result<f64, SamplesError> {
    let no_components = ArrayView2::from_shape((0, mean.len()), &[]).expect("no rows need no numbers");
    mean_squared_error(samples, mean, no_components)
}

/// Mean squared error, over samples and features, of reconstructing samples from their projection on the
/// orthonormal rows of `components`.
fn mean_squared_error(
    samples: &Samples,
    mean: &Array1<f32>,
    components: ArrayView2<'_, f32>,
) -> Result<f64, SamplesError> {
    let (expected, found) = (mean.len(), samples.features());
    if found != expected {
        return Err(SamplesError::Features { expected, found });
    }
    let ranges: Vec<Range<usize>> = ranges(samples.len(), FEW_ROWS).collect();
    let sums: Vec<f64> = ranges
        .into_par_iter()
        .map(|rows| {
            let centred = samples.scaled(rows) - mean;
            let restored = centred.dot(&components.t()).dot(&components);
            row_squared_errors(centred.view(), restored.view()).sum()
        })
        .collect();
    Ok(sums.iter().sum::<f64>() / (samples.len() as f64 * samples.features() as f64))
}

#[cfg(test)]
mod tests {
    use ndarray::{CowArray, array};

    use super::*;
    use crate::random::{Purpose, Stream};
    use crate::{Scaling, Values};

    /// Random rows near a space of five directions, far from zero.
    fn rows(count: usize, features: usize) -> Array2<f32> {
        let mut random = Stream::new(3, Purpose::Subspace, [1, 0]);
        let mut draw =
            |rows, columns| Array2::from_shape_simple_fn((rows, columns), || random.uniform() - 0.5);
        let (coordinates, directions, noise) = (draw(count, 5), draw(5, features), draw(count, features));
        coordinates.dot(&directions) + 0.05 * noise + 3.0
    }

    /// The mean squared error of reconstructing rows from their coordinates.
    fn error(pca: &Pca, rows: &Array2<f32>) -> f64 {
        let restored = pca.project(rows.view()).dot(&pca.components) + &pca.mean;
        row_squared_errors(rows.view(), restored.view()).sum() / rows.len() as f64
    }

    #[test]
    #[should_panic(expected = "project: expected one column for each feature")]
    fn a_matrix_of_one_column_is_not_stretched() {
        let samples = Samples::new(Values::Floats(array![[1.0, 2.0], [2.0, 0.5], [0.0, 1.0]]), Scaling::None);
        Pca::fit(&samples.unwrap(), 1).unwrap().project(array![[1.0]].view());
    }

    #[test]
    fn long_samples_have_the_components_that_their_covariance_has() {
        for (count, features) in [(10, 300), (50, 300), (400, 70), (200, 300)] {
            let rows = rows(count, features);
            for components in [1, 5, 9] {
                let rows = CowArray::from(rows.view());
                let centred = Centred::new(&rows);
                let SampleMoments { mean, covariance } = SampleMoments::of(&rows);
                assert!((&mean - &centred.mean).iter().all(|distance| distance.abs() < 1e-5));
                let total = covariance.diag().sum();
                assert!((total / centred.variance - 1.0).abs() < 1e-6);
                let exact = krylov::largest(&covariance, components, count, total).unwrap();
                let found = krylov::largest(&centred, components, count, total).unwrap();
                let left = |eigen: &Eigen| total - eigen.values.iter().sum::<f64>();
                let bound = 1e-5 * left(&exact) + 1e-6 * total;
                assert!((left(&found) - left(&exact)).abs() < bound, "{count} x {features}, {components}");
            }
        }
    }

    #[test]
    fn no_more_components_than_samples_or_features_and_all_of_them_restore_everything() {
        for (count, features) in
            [(6, 40), (6, MOST_FEATURES_OF_A_COVARIANCE + 1), (40, 2100), (70, 2100), (50, 8), (1, 3), (3, 1)]
        {
            let rows = rows(count, features);
            let pca = Pca::fit_matrix(rows.view(), 1000).unwrap();
            assert_eq!(pca.components(), count.min(features));
            assert!(
                (pca.explained().iter().sum::<f64>() - 1.0).abs() < 1e-5 || count == 1,
                "{count} x {features}: {:?}",
                pca.explained().iter().sum::<f64>()
            );
            assert!(error(&pca, &rows) < 1e-10, "{count} x {features}: {}", error(&pca, &rows));
            let gram = pca.components.dot(&pca.components.t()) - Array2::<f32>::eye(pca.components());
            assert!(gram.iter().all(|x| x.abs() < 1e-5));
        }
    }
}
