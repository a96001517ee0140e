//! Gaussian distributions with full covariances.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

/// The weight, the mean (d) and the covariance (d, d) of a component of a mixture.
pub(crate) type WeightedMoments = (f64, Array1<f64>, Array2<f64>);

/// A Gaussian distribution of points of d numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    pub(crate) mean: Array1<f64>,
    pub(crate) covariance: Array2<f64>,
    /// The upper triangle U with which (x - mean) U has the unit matrix as covariance.
    whitening: Array2<f64>,
    /// The logarithm of the density at the mean.
    log_peak: f64,
}

impl Gaussian {
    /// The distribution with this mean (d) and covariance (d, d), of which the lower triangle counts; `None` if the covariance is not
    /// positive definite.
    pub(crate) fn new(mean: Array1<f64>, mut covariance: Array2<f64>) -> Option<Self> {
        for row in 0..covariance.nrows() {
            for column in 0..row {
                covariance[(column, row)] = covariance[(row, column)];
            }
        }
        let factor = cholesky(&covariance)?;
        let log_deviations: f64 = factor.diag().iter().map(|number| number.ln()).sum();
        let log_peak = -0.5 * mean.len() as f64 * std::f64::consts::TAU.ln() - log_deviations;
        let whitening = inverse_of_lower(&factor).reversed_axes().as_standard_layout().into_owned();
        Some(Self { mean, covariance, whitening, log_peak })
    }

    /// The mean, (d).
    pub fn mean(&self) -> ArrayView1<'_, f64> {
        self.mean.view()
    }

    /// The upper triangle U with which (x - mean) U has the unit matrix as covariance, (d, d).
    pub fn whitening(&self) -> ArrayView2<'_, f64> {
        self.whitening.view()
    }

    /// The logarithm of the density at the mean.
    pub fn log_peak(&self) -> f64 {
        self.log_peak
    }

    /// The logarithms of the densities at points (rows, d), written to `densities`. `buffers` are two matrices of at least as many
    /// rows. What is computed for a point does not depend on the others.
    pub(super) fn log_densities(
        &self,
        points: ArrayView2<'_, f64>,
        [centred, whitened]: &mut [Array2<f64>; 2],
        mut densities: impl FnMut(usize, f64),
    ) {
        let rows = points.nrows();
        let mut centred = centred.slice_axis_mut(Axis(0), (..rows).into());
        let mut whitened = whitened.slice_axis_mut(Axis(0), (..rows).into());
        centred.assign(&points);
        centred -= &self.mean;
        general_mat_mul(1.0, &centred, &self.whitening, 0.0, &mut whitened);
        for (row, point) in whitened.rows().into_iter().enumerate() {
            let squares: f64 = point.iter().map(|number| number * number).sum();
            densities(row, self.log_peak - 0.5 * squares);
        }
    }

    /// The squared distances of Mahalanobis of points (rows, d).
    #[cfg(feature = "pca")]
    pub(crate) fn squared_distances(&self, points: ArrayView2<'_, f64>) -> Vec<f64> {
        let whitened = (&points - &self.mean).dot(&self.whitening);
        whitened.rows().into_iter().map(|point| point.iter().map(|number| number * number).sum()).collect()
    }

    /// The slopes of half of the squared distance of Mahalanobis at points (rows, d): (x - mean) times the inverse of the covariance.
    pub(super) fn slopes(&self, points: ArrayView2<'_, f64>) -> Array2<f64> {
        (&points - &self.mean).dot(&self.whitening).dot(&self.whitening.t())
    }
}

/// The lower triangle L with L Lᵀ = `matrix`; `None` if the matrix is not positive definite.
fn cholesky(matrix: &Array2<f64>) -> Option<Array2<f64>> {
    let size = matrix.nrows();
    let mut factor = Array2::<f64>::zeros((size, size));
    for row in 0..size {
        for column in 0..=row {
            let (own, other) = (factor.row(row), factor.row(column));
            let known: f64 = own.iter().zip(other).take(column).map(|(a, b)| a * b).sum();
            let rest = matrix[(row, column)] - known;
            factor[(row, column)] = if row == column {
                // Not a number is refused too.
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / factor[(column, column)]
            };
        }
    }
    Some(factor)
}

/// The inverse of a lower triangle.
fn inverse_of_lower(factor: &Array2<f64>) -> Array2<f64> {
    let size = factor.nrows();
    let mut inverse = Array2::<f64>::zeros((size, size));
    for column in 0..size {
        inverse[(column, column)] = 1.0 / factor[(column, column)];
        for row in column + 1..size {
            let known: f64 = (column..row).map(|place| factor[(row, place)] * inverse[(place, column)]).sum();
            inverse[(row, column)] = -known / factor[(row, row)];
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn densities_are_those_computed_by_hand() {
        let gaussian = Gaussian::new(array![1.0, -2.0], array![[4.0, 1.2], [1.2, 1.0]]).unwrap();
        let points = array![[1.0, -2.0], [3.0, 0.0]];
        let mut found = [0.0; 2];
        let mut buffers = [Array2::zeros((2, 2)), Array2::zeros((2, 2))];
        gaussian.log_densities(points.view(), &mut buffers, |row, density| found[row] = density);
        // The determinant is 4 - 1.44, and the inverse [[1, -1.2], [-1.2, 4]] over it.
        let determinant: f64 = 2.56;
        let peak = -std::f64::consts::TAU.ln() - 0.5 * determinant.ln();
        let distance = (4.0 - 2.0 * 1.2 * 4.0 + 4.0 * 4.0) / determinant;
        assert!((found[0] - peak).abs() < 1e-12 && (found[1] - (peak - 0.5 * distance)).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_covariance_is_none() {
        for covariance in [array![[1.0, 2.0], [2.0, 1.0]], array![[0.0, 0.0], [0.0, 1.0]], array![[f64::NAN]]]
        {
            assert!(Gaussian::new(Array1::zeros(covariance.nrows()), covariance).is_none());
        }
    }
}
