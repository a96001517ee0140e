//! Densities of points of many coordinates, where these are projected first.

use ndarray::{Array1, Array2, ArrayView2, Axis};

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
pub(crate) struct Density {
    pub(crate) projection: Projection,
    pub(crate) ensemble: Ensemble,
}

impl Density {
    /// Fits a density to points (points, D), which are projected first.
    pub(crate) fn fit(points: ArrayView2<'_, f64>, projection: Projection, options: EnsembleOptions) -> Self {
        let ensemble = Ensemble::fit(projection.apply(points).view(), options);
        Self { projection, ensemble }
    }

    /// The surprises at points (points, D), in nats, as [`Ensemble::surprises`] gives them.
    pub(crate) fn surprises(&self, points: ArrayView2<'_, f64>) -> Vec<f64> {
        self.ensemble.surprises(self.projection.apply(points).view())
    }

    /// The part that each coordinate has in the surprises at points, (points, D): they add up to the mean, over mixtures and
    /// components by how much of the point belongs to them, of half of the squared distance of Mahalanobis.
    pub(crate) fn parts(&self, points: ArrayView2<'_, f64>) -> Array2<f64> {
        let Projection { mean, directions } = &self.projection;
        let centred = &points - mean;
        let mut parts = Array2::zeros(points.dim());
        self.ensemble.slopes(self.projection.apply(points).view(), |share, middle, slopes| {
            let middle = middle.dot(directions);
            let slopes = slopes.dot(directions);
            parts += &((&centred - &middle) * slopes * share.insert_axis(Axis(1)));
        });
        0.5 * parts
    }
}

impl Projection {
    fn apply(&self, points: ArrayView2<'_, f64>) -> Array2<f64> {
        (&points - &self.mean).dot(&self.directions.t())
    }
}
