//! What a reconstruction error is worth: the mean sample, and PCA with as many numbers as the code.

use std::fmt;

use autoencoder_kernels::{
    Factors, Instructions, Line, Nonzeros, PANEL, PanelsMut, add_gradient, gather, lines, multiply, panels,
};
use faer::{Mat, Side};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::boundary::{Boundary, Plain};
use crate::samples::{Samples, row_slice};

/// Rows whose products are summed in f32 before they join the sum in f64: few enough that rounding stays far below
/// what a baseline is printed to.
const ROWS: usize = 256;

/// Principal components: the mean, and the directions of the largest variance (Pearson 1901).
#[derive(Clone, Debug, PartialEq)]
pub struct Pca {
    /// The mean sample, (features).
    mean: Array1<f32>,
    /// The components, (components, features), orthonormal rows, the largest variance first.
    components: Array2<f32>,
    /// Share of the variance that each component holds.
    explained: Vec<f64>,
}

/// Why there are no principal components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PcaError {
    features: usize,
}

impl fmt::Display for PcaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the eigenvectors of a covariance of {0} x {0} were not found", self.features)
    }
}

impl std::error::Error for PcaError {}

impl Pca {
    /// Fits `count` components, at most one for each feature, to samples as a model sees them.
    ///
    /// # Errors
    /// If the eigenvalue iteration does not converge.
    pub fn fit(samples: &Samples, count: usize) -> Result<Self, PcaError> {
        let sparse = samples.zeros().groups >= Plain::SKIPPING_PAYS.groups;
        let fill = |first: usize, target: &mut PanelsMut<'_>| {
            samples.gather(Instructions::best(), target, |row| first + row);
        };
        Self::fit_rows((samples.len(), samples.features()), sparse, count, fill)
    }

    /// Fits `count` components to the rows of a matrix, such as codes.
    ///
    /// # Errors
    /// If the eigenvalue iteration does not converge.
    ///
    /// # Panics
    /// If the matrix has no rows or no columns.
    pub fn fit_matrix(matrix: ArrayView2<'_, f32>, count: usize) -> Result<Self, PcaError> {
        assert!(!matrix.is_empty(), "fit_matrix: found a matrix of {:?}", matrix.dim());
        let rows = matrix.as_standard_layout();
        Self::fit_rows(matrix.dim(), false, count, |first, target| {
            let source = |row| row_slice(&rows, first + row);
            gather(Instructions::best(), target, source, |_, value| value);
        })
    }

    fn fit_rows(
        (rows, features): (usize, usize),
        sparse: bool,
        count: usize,
        fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
    ) -> Result<Self, PcaError> {
        let Moments { mean, covariance } = moments(rows, features, sparse, fill);
        let matrix = Mat::from_fn(features, features, |i, j| covariance[[i.max(j), i.min(j)]]);
        let eigen = matrix.self_adjoint_eigen(Side::Lower).map_err(|_| PcaError { features })?;
        let (values, vectors) = (eigen.S().column_vector(), eigen.U());
        let total: f64 = (0..features).map(|index| values[index].max(0.0)).sum();
        let count = count.min(features);
        // faer sorts eigenvalues from the least to the greatest.
        let order = |component: usize| features - 1 - component;
        let mut components =
            Array2::from_shape_fn((count, features), |(c, feature)| vectors[(feature, order(c))] as f32);
        for mut component in components.rows_mut() {
            // The sign of an eigenvector is arbitrary; the largest coordinate decides.
            let largest =
                component.iter().copied().fold(0.0f32, |a, b| if b.abs() > a.abs() { b } else { a });
            if largest < 0.0 {
                component.mapv_inplace(|value| -value);
            }
        }
        let explained =
            (0..count).map(|c| if total > 0.0 { values[order(c)].max(0.0) / total } else { 0.0 }).collect();
        Ok(Self { mean: mean.mapv(|value| value as f32), components, explained })
    }

    /// Number of components.
    pub fn components(&self) -> usize {
        self.components.nrows()
    }

    /// The share of the variance that each component holds, the largest first.
    pub fn explained(&self) -> &[f64] {
        &self.explained
    }

    /// The coordinates (rows, components) of the rows of a matrix (rows, features).
    ///
    /// # Panics
    /// If the matrix has another number of columns than the samples had features.
    pub fn project(&self, matrix: ArrayView2<'_, f32>) -> Array2<f32> {
        let centred = &matrix - &self.mean;
        let mut coordinates = Array2::zeros((matrix.nrows(), self.components()));
        multiply(centred.view(), self.components.t(), coordinates.view_mut());
        coordinates
    }

    /// Mean over samples and features of the squared error of restoring samples from their coordinates.
    ///
    /// # Panics
    /// If the samples have another number of features than those it was fitted to.
    pub fn mse(&self, samples: &Samples) -> f64 {
        mean_squared_error(samples, &self.mean, self.components.view())
    }
}

/// Mean over samples and features of the squared distance of `test` from the mean sample of `train`.
///
/// # Panics
/// If they differ in their number of features.
pub fn mean_sample_mse(train: &Samples, test: &Samples) -> f64 {
    let mut sum = Array1::<f64>::zeros(train.features());
    for first in (0..train.len()).step_by(8192) {
        let rows = train.scaled(first..(first + 8192).min(train.len()));
        sum += &autoencoder_kernels::column_sums(rows.view());
    }
    let mean = sum.mapv(|sum| (sum / train.len() as f64) as f32);
    mean_squared_error(
        test,
        &mean,
        ArrayView2::from_shape((0, mean.len()), &[]).expect("no rows need no numbers"),
    )
}

/// Mean over samples and features of the squared error of restoring samples from their projection on orthonormal rows.
fn mean_squared_error(samples: &Samples, mean: &Array1<f32>, components: ArrayView2<'_, f32>) -> f64 {
    assert_eq!(samples.features(), mean.len(), "features of the samples and of the fitted ones");
    let mut total = 0.0;
    for first in (0..samples.len()).step_by(8192) {
        let centred = samples.scaled(first..(first + 8192).min(samples.len())) - mean;
        let mut coordinates = Array2::zeros((centred.nrows(), components.nrows()));
        multiply(centred.view(), components.t(), coordinates.view_mut());
        let mut restored = Array2::zeros(centred.dim());
        multiply(coordinates.view(), components, restored.view_mut());
        total += autoencoder_kernels::row_squared_errors(centred.view(), restored.view()).sum();
    }
    total / (samples.len() as f64 * samples.features() as f64)
}

struct Moments {
    mean: Array1<f64>,
    /// The lower triangle, in blocks of 32 x 32.
    covariance: Array2<f64>,
}

/// Mean and covariance in one pass over the rows: `fill` writes those from the given one on. `sparse` if most of their
/// numbers are zero.
fn moments(
    rows: usize,
    features: usize,
    sparse: bool,
    fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
) -> Moments {
    let instructions = Instructions::best();
    let mut sums = Array1::<f64>::zeros(features);
    let mut products = Array2::<f64>::zeros((features, features));
    let mut block = vec![Line::ZERO; lines(ROWS, features)];
    let mut nonzeros = sparse.then(|| Nonzeros::new(ROWS, features));
    // Deviations from the first row instead of the rows themselves: far from zero, nothing is lost to rounding. Where
    // most numbers are zero, that is as good an origin.
    let mut origin = vec![Line::ZERO; panels(features)];
    if !sparse {
        fill(0, &mut PanelsMut::new(&mut origin, 1, features, 1));
    }
    for first in (0..rows).step_by(ROWS) {
        let count = ROWS.min(rows - first);
        let mut target = PanelsMut::new(&mut block, count, features, ROWS);
        fill(first, &mut target);
        if let Some(nonzeros) = &mut nonzeros {
            nonzeros.find(instructions, target.view());
        } else {
            block.par_chunks_mut(ROWS).zip(&origin).for_each(|(panel, origin)| {
                for line in &mut panel[..count] {
                    line.0.iter_mut().zip(&origin.0).for_each(|(value, origin)| *value -= origin);
                }
            });
        }
        let panel = |index: usize| &block[index * ROWS..][..count];
        let sums = sums.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
        let products = products.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
        sums.zip(products).enumerate().for_each(|(i, (mut sums, mut products))| {
            for line in panel(i) {
                sums.iter_mut().zip(&line.0).for_each(|(sum, &value)| *sum += f64::from(value));
            }
            let height = products.nrows();
            let nonzero = nonzeros.as_ref().map(|nonzeros| nonzeros.panel(i));
            for (j, mut products) in products.axis_chunks_iter_mut(Axis(1), PANEL).enumerate().take(i + 1) {
                let mut tile = [Line::ZERO; PANEL];
                let factors = Factors { x: panel(i), nonzero, dy: panel(j) };
                add_gradient(instructions, factors, &mut tile[..height]);
                for (mut products, line) in products.rows_mut().into_iter().zip(&tile) {
                    products.iter_mut().zip(&line.0).for_each(|(sum, &value)| *sum += f64::from(value));
                }
            }
        });
    }
    let mean = sums / rows as f64;
    products /= rows as f64;
    products.indexed_iter_mut().for_each(|((i, j), value)| *value -= mean[i] * mean[j]);
    let origin = Array1::from_iter((0..features).map(|f| f64::from(origin[f / PANEL].0[f % PANEL])));
    Moments { mean: mean + origin, covariance: products }
}
