//! The mean of the logarithms of several densities, each fitted to some of the points: what no single fit says alone.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, concatenate};

use super::gaussian::{Gaussian, WeightedMoments};
use super::mixture::{Mixture, MixtureOptions};
use crate::parallel::prelude::*;
use crate::random::{Purpose, Stream};

/// Options of the fit of an [`Ensemble`]. docs/presets.md has where the usual ones come from.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsembleOptions {
    /// The number of mixtures; at least 1.
    pub members: usize,
    /// The largest number of components of each mixture; at least 1.
    pub components: usize,
    /// The share of its points that each mixture leaves out of its second fit, those that the first holds least likely; from 0 to
    /// below 1.
    pub trimmed: f64,
    /// The share of all points that each mixture is fitted to; above 0, at most 1.
    pub share: f64,
    /// The most points that a mixture is fitted to; at least 1.
    pub most_points: usize,
    /// What is added to the variances of standardised coordinates; above 0.
    pub regularization: f64,
    /// The seed of all that is drawn.
    pub seed: u64,
}

impl Default for EnsembleOptions {
    fn default() -> Self {
        Self {
            members: 8,
            components: 4,
            trimmed: 0.3,
            share: 0.5,
            most_points: 2000,
            regularization: 1e-2,
            seed: 0,
        }
    }
}

/// Gaussian mixtures with full covariances, each fitted to a random part of the same points.
///
/// ```
/// use autoencoder::{Ensemble, EnsembleOptions};
/// use ndarray::{Array2, array};
/// let points = Array2::from_shape_fn((200, 2), |(point, coordinate)| ((point * (7 + 4 * coordinate)) % 31) as f64);
/// let ensemble = Ensemble::fit(points.view(), EnsembleOptions::default());
/// let [usual, odd] = [array![[15.0, 15.0]], array![[15.0, 90.0]]].map(|point| ensemble.surprises(point.view())[0]);
/// assert!(odd > usual + 10.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    members: Vec<Mixture>,
    stacked: Stacked,
}

impl Ensemble {
    /// Fits mixtures to points (points, d), which are finite. The same on any number of threads.
    ///
    /// # Panics
    /// If there are no points, or an option is out of its range.
    pub fn fit(points: ArrayView2<'_, f64>, options: EnsembleOptions) -> Self {
        let EnsembleOptions { members, components, trimmed, share, most_points, regularization, seed } =
            options;
        let is_right = members > 0
            && components > 0
            && (0.0..1.0).contains(&trimmed)
            && share > 0.0
            && share <= 1.0
            && most_points > 0
            && regularization > 0.0;
        assert!(is_right && !points.is_empty(), "Ensemble::fit: {options:?}, points {:?}", points.dim());
        #[allow(clippy::cast_sign_loss, reason = "a share is not negative")]
        let count = ((points.nrows() as f64 * share) as usize).clamp(1, most_points);
        let member = |number: usize| {
            let seed = [seed, number as u64];
            let mut drawn = Stream::new(seed[0], Purpose::Members, [seed[1], 0]).permutation(points.nrows());
            drawn.truncate(count);
            drawn.sort_unstable();
            let points = points.select(Axis(0), &drawn);
            Mixture::fit(points.view(), MixtureOptions { components, trimmed, regularization, seed })
        };
        Self::of_members((0..members).map(member).collect())
    }

    /// The surprise at points (points, d), in nats: the mean, over the mixtures, of the negative logarithm of the density. What is
    /// computed for a point does not depend on the others.
    ///
    /// # Panics
    /// If the points have another length than those of the fit.
    pub fn surprises(&self, points: ArrayView2<'_, f64>) -> Vec<f64> {
        let mut surprises = vec![0.0; points.nrows()];
        let blocks = points.axis_chunks_iter(Axis(0), ROWS).into_par_iter();
        let buffers =
            || [points.ncols(), self.stacked.whitening.ncols()].map(|columns| Array2::zeros((ROWS, columns)));
        blocks.zip(surprises.par_chunks_mut(ROWS)).for_each_init(buffers, |buffers, (points, surprises)| {
            self.stacked.surprises(points, buffers, surprises);
        });
        surprises
    }

    fn of_members(members: Vec<Mixture>) -> Self {
        let stacked = Stacked::of(&members);
        Self { members, stacked }
    }

    /// Calls `take` for each component of each mixture at points (rows, d): with the share of each point that belongs to it, over the
    /// number of mixtures, and the slope of half of its squared distance of Mahalanobis (rows, d).
    pub(super) fn slopes(
        &self,
        points: ArrayView2<'_, f64>,
        mut take: impl FnMut(ArrayView1<'_, f64>, &Gaussian, &Array2<f64>),
    ) {
        for member in &self.members {
            let (_, shares) = member.densities_and_shares(points);
            let shares = shares / self.members.len() as f64;
            for (component, share) in member.components().iter().zip(shares.columns()) {
                take(share, component, &component.slopes(points));
            }
        }
    }

    /// The components of each mixture, with their weights.
    pub fn members(&self) -> impl Iterator<Item = impl Iterator<Item = (f64, &Gaussian)>> {
        self.members.iter().map(|mixture| mixture.weights().iter().copied().zip(mixture.components()))
    }

    /// The mixtures of components with these weights, means and covariances; `None` if a weight is not above 0, a covariance is none,
    /// or there are no mixtures or no components.
    pub(crate) fn of(members: Vec<Vec<WeightedMoments>>) -> Option<Self> {
        let members: Option<Vec<Mixture>> = members.into_iter().map(Mixture::of).collect();
        members.filter(|members| !members.is_empty()).map(Self::of_members)
    }
}

/// The number of points that are computed together.
const ROWS: usize = 256;

/// The components of all mixtures side by side, so that one product whitens points for all of them.
#[derive(Clone, Debug, PartialEq)]
struct Stacked {
    /// What is taken from points first, so that large numbers that differ little keep their differences, (d).
    middle: Array1<f64>,
    /// The whitening matrices, (d, components x d).
    whitening: Array2<f64>,
    /// The whitened means without the middle, (components x d).
    means: Vec<f64>,
    /// For each mixture the logarithms of the weighted densities at the means of its components.
    log_peaks: Vec<Vec<f64>>,
}

impl Stacked {
    fn of(members: &[Mixture]) -> Self {
        let components: Vec<&Gaussian> = members.iter().flat_map(Mixture::components).collect();
        let mut middle = Array1::<f64>::zeros(components[0].mean.len());
        for component in &components {
            middle += &component.mean;
        }
        middle /= components.len() as f64;
        let matrices: Vec<ArrayView2<'_, f64>> =
            components.iter().map(|component| component.whitening()).collect();
        let whitened =
            |component: &&Gaussian| (&component.mean - &middle).dot(&component.whitening()).to_vec();
        let log_peaks = members.iter().map(|member| {
            member
                .weights()
                .iter()
                .zip(member.components())
                .map(|(weight, component)| weight.ln() + component.log_peak())
                .collect()
        });
        Self {
            whitening: concatenate(Axis(1), &matrices).expect("components of points of one length"),
            means: components.iter().flat_map(whitened).collect(),
            log_peaks: log_peaks.collect(),
            middle,
        }
    }

    /// Writes the surprises at points (rows, d), at most [`ROWS`] of them.
    fn surprises(
        &self,
        points: ArrayView2<'_, f64>,
        [centred, whitened]: &mut [Array2<f64>; 2],
        surprises: &mut [f64],
    ) {
        let (rows, width) = points.dim();
        let mut centred = centred.slice_axis_mut(Axis(0), (..rows).into());
        let mut whitened = whitened.slice_axis_mut(Axis(0), (..rows).into());
        centred.assign(&points);
        centred -= &self.middle;
        general_mat_mul(1.0, &centred, &self.whitening, 0.0, &mut whitened);
        let mut densities = Vec::new();
        for (point, surprise) in whitened.rows().into_iter().zip(surprises) {
            let numbers = point.to_slice().expect("rows of a buffer lie one after the other");
            let mut components = numbers.chunks_exact(width).zip(self.means.chunks_exact(width));
            let mut sum = 0.0;
            for log_peaks in &self.log_peaks {
                densities.clear();
                densities.extend(components.by_ref().take(log_peaks.len()).zip(log_peaks).map(
                    |((point, mean), log_peak)| {
                        let squares: f64 =
                            point.iter().zip(mean).map(|(number, mean)| (number - mean).powi(2)).sum();
                        log_peak - 0.5 * squares
                    },
                ));
                let largest = densities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                sum -= largest + densities.iter().map(|density| (density - largest).exp()).sum::<f64>().ln();
            }
            *surprise = sum / self.log_peaks.len() as f64;
        }
    }
}
