//! Densities of points of many coordinates, where these are projected first.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::ensemble::{Ensemble, EnsembleOptions};

/// A projection on some directions: (x - mean) times the directions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Projection {
    /// The mean of the points, (D).
    pub(crate) mean: Array1<f64>,
    /// Orthonormal rows, (d, D).
    pub(crate) directions: Array2<f64>,
}

/// How likely points are among those of a fit, by an [`Ensemble`] of their projections.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    pub(crate) projection: Projection,
    pub(crate) ensemble: Ensemble,
}

impl Density {
    /// The mean of the points, which is taken from each point first, (D).
    pub fn mean(&self) -> ArrayView1<'_, f64> {
        self.projection.mean.view()
    }

    /// The directions on which points are projected, orthonormal rows, (d, D).
    pub fn directions(&self) -> ArrayView2<'_, f64> {
        self.projection.directions.view()
    }

    /// The mixtures over the projected points.
    pub fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    /// Fits a density to points (points, D), which are projected first.
    pub(crate) fn fit(points: ArrayView2<'_, f64>, projection: Projection, options: EnsembleOptions) -> Self {
        let ensemble = Ensemble::fit(projection.apply(points).view(), options);
        Self { projection, ensemble }
    }

    /// The surprises at points (points, D), in nats, as [`Ensemble::surprises`] gives them.
    pub(crate) fn surprises(&self, points: ArrayView2<'_, f64>) -> Vec<f64> {
        self.ensemble.surprises(self.projection.apply(points).view())
    }

    /// The part that each coordinate has in the surprises at points, (points, D), and what is expected of it given all others,
    /// (points, D), as [`Blame`] has them.
    pub(crate) fn blame(&self, points: ArrayView2<'_, f64>) -> Blame {
        let Projection { mean, directions } = &self.projection;
        let centred = &points - mean;
        let [mut falls, mut expected] = [Array2::zeros(points.dim()), Array2::zeros(points.dim())];
        let mut distances = Array1::<f64>::zeros(points.nrows());
        self.ensemble.slopes(self.projection.apply(points).view(), |share, component, slopes| {
            let middle = component.mean.dot(directions);
            let curvatures =
                directions.t().dot(&component.whitening()).mapv(|number| number * number).sum_axis(Axis(1));
            let slopes = slopes.dot(directions);
            let away = &centred - &middle;
            for (row, (slopes, away)) in slopes.rows().into_iter().zip(away.rows()).enumerate() {
                let share = share[row];
                distances[row] += share * slopes.dot(&away);
                for (place, (&slope, &curvature)) in slopes.iter().zip(&curvatures).enumerate() {
                    // A coordinate that the projection does not see is expected to be as it is.
                    let step = if curvature > 0.0 { slope / curvature } else { 0.0 };
                    falls[(row, place)] += share * slope * step;
                    expected[(row, place)] += share * (points[(row, place)] - step);
                }
            }
        });
        let sums = falls.sum_axis(Axis(1));
        for ((mut falls, &distance), &sum) in falls.rows_mut().into_iter().zip(&distances).zip(&sums) {
            let scale = if sum > 0.0 { 0.5 * distance / sum } else { 0.0 };
            falls.mapv_inplace(|fall| fall * scale);
        }
        Blame { parts: falls, expected }
    }
}

/// The coordinates of points that are to blame for the surprises at these points.
///
/// By one Gaussian, the surprise of a point falls by (slope)² / (2 curvature) where a coordinate is put where it is likeliest given all
/// others, at a distance of slope / curvature.
pub(crate) struct Blame {
    /// The part of each coordinate, (points, D): in proportion to these falls, and together half of the squared distance of
    /// Mahalanobis; the mean over mixtures and components, by how much of the point belongs to each.
    pub(crate) parts: Array2<f64>,
    /// The likeliest coordinates, (points, D), each given all others; the same mean.
    pub(crate) expected: Array2<f64>,
}

impl Projection {
    fn apply(&self, points: ArrayView2<'_, f64>) -> Array2<f64> {
        (&points - &self.mean).dot(&self.directions.t())
    }
}
