//! Gaussian mixtures with full covariances, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977), and fitted
//! again to the points that the first fit holds likely, so that odd points among those of the fit do not lead (after Neykov et
//! al. 2007, "Robust fitting of mixtures using the trimmed likelihood estimator").

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::gaussian::{Gaussian, WeightedMoments};
use crate::parallel::prelude::*;
use crate::random::{Purpose, Stream};

/// The number of points that are computed together.
const ROWS: usize = 256;

/// Options of the fit of a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct MixtureOptions {
    /// The largest number of components.
    pub(crate) components: usize,
    /// The share of the points that is left out of the second fit, those that the first holds least likely; from 0 to below 1.
    pub(crate) trimmed: f64,
    /// What is added to the variances of standardised coordinates; above 0.
    pub(crate) regularization: f64,
    /// The seed of the first components, and the number of the mixture.
    pub(crate) seed: [u64; 2],
}

/// A mixture of Gaussian distributions with full covariances.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mixture {
    /// The weights of the components, which add up to 1.
    weights: Vec<f64>,
    components: Vec<Gaussian>,
}

impl Mixture {
    /// Fits a mixture to points (points, d), which are finite. The same on any number of threads.
    pub(crate) fn fit(points: ArrayView2<'_, f64>, options: MixtureOptions) -> Self {
        let MixtureOptions { components, trimmed, regularization, seed } = options;
        let standard = Standard::of(points);
        let points = standard.apply(points);
        #[allow(clippy::cast_sign_loss, reason = "a share is not negative")]
        let kept = ((points.nrows() as f64 * (1.0 - trimmed)).ceil() as usize).max(1);
        let all: Vec<usize> = (0..points.nrows()).collect();
        let shares = first_shares(&points, components, seed);
        let (mut mixture, shares) = improve(&points, shares, &all, regularization);
        if kept < points.nrows() {
            let keep = most_likely(&mixture.log_densities(points.view()), kept);
            mixture = improve(&points, shares, &keep, regularization).0;
        }
        standard.undo(mixture)
    }

    /// The mixture of components with these weights; `None` if there are none, a weight is not above 0, or a covariance is none.
    pub(super) fn of(parts: Vec<WeightedMoments>) -> Option<Self> {
        let mut mixture = Self { weights: Vec::new(), components: Vec::new() };
        for (weight, mean, covariance) in parts {
            if !(weight > 0.0 && weight.is_finite()) {
                return None;
            }
            mixture.weights.push(weight);
            mixture.components.push(Gaussian::new(mean, covariance)?);
        }
        (!mixture.weights.is_empty()).then_some(mixture)
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn components(&self) -> &[Gaussian] {
        &self.components
    }

    /// The logarithms of the densities at points (points, d). What is computed for a point does not depend on the others.
    pub(super) fn log_densities(&self, points: ArrayView2<'_, f64>) -> Vec<f64> {
        self.densities_and_shares(points).0
    }

    /// The logarithms of the densities at points, and how much of each point belongs to each component, (points, components).
    pub(crate) fn densities_and_shares(&self, points: ArrayView2<'_, f64>) -> (Vec<f64>, Array2<f64>) {
        let mut densities = vec![0.0; points.nrows()];
        let mut shares = Array2::zeros((points.nrows(), self.components.len()));
        let blocks = points.axis_chunks_iter(Axis(0), ROWS).into_par_iter();
        let of_blocks = shares.axis_chunks_iter_mut(Axis(0), ROWS).into_par_iter();
        let buffers = || [(); 2].map(|()| Array2::zeros((ROWS.min(points.nrows()), points.ncols())));
        blocks.zip(of_blocks).zip(densities.par_chunks_mut(ROWS)).for_each_init(
            buffers,
            |buffers, ((points, mut shares), densities)| {
                let components = self.components.iter().zip(&self.weights);
                for (index, (component, weight)) in components.enumerate() {
                    let log_weight = weight.ln();
                    component.log_densities(points, buffers, |row, density| {
                        shares[(row, index)] = log_weight + density;
                    });
                }
                for (mut shares, density) in shares.rows_mut().into_iter().zip(densities) {
                    let largest = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let sum: f64 = shares.iter().map(|share| (share - largest).exp()).sum();
                    *density = largest + sum.ln();
                    shares.mapv_inplace(|share| (share - *density).exp());
                }
            },
        );
        (densities, shares)
    }
}

/// The most iterations of a fit.
const ITERATIONS: usize = 100;
/// The rise of the mean logarithm of the density from which on iterations are worth their time.
const ENOUGH: f64 = 1e-3;

/// The mixture that iterations make of some points, beginning with how much of each belongs to each component, and what belongs
/// to each at the end.
fn improve(
    points: &Array2<f64>,
    mut shares: Array2<f64>,
    keep: &[usize],
    regularization: f64,
) -> (Mixture, Array2<f64>) {
    let (mut mixture, mut before) = (maximize(points, &shares, keep, regularization), f64::NEG_INFINITY);
    for _ in 0..ITERATIONS {
        let densities;
        (densities, shares) = mixture.densities_and_shares(points.view());
        let mean = keep.iter().map(|&point| densities[point]).sum::<f64>() / keep.len() as f64;
        if mean - before < ENOUGH {
            break;
        }
        before = mean;
        mixture = maximize(points, &shares, keep, regularization);
    }
    (mixture, shares)
}

/// The points with the greatest densities, in their order; of equal densities the first.
fn most_likely(densities: &[f64], count: usize) -> Vec<usize> {
    let mut points: Vec<usize> = (0..densities.len()).collect();
    if count < points.len() {
        let order = |a: &usize, b: &usize| densities[*b].total_cmp(&densities[*a]).then(a.cmp(b));
        points.select_nth_unstable_by(count, order);
        points.truncate(count);
        points.sort_unstable();
    }
    points
}

/// The mixture of what belongs to each component.
fn maximize(points: &Array2<f64>, shares: &Array2<f64>, keep: &[usize], regularization: f64) -> Mixture {
    let count = shares.ncols();
    let fitted: Vec<(f64, Option<Gaussian>)> = (0..count)
        .into_par_iter()
        .map(|component| {
            let (weight, mean, covariance) = moments(points, shares, keep, component, regularization);
            (weight, Gaussian::new(mean, covariance))
        })
        .collect();
    // A component to which nothing belongs is left out.
    let fitted = fitted.into_iter().filter_map(|(weight, gaussian)| Some((weight, gaussian?)));
    let (weights, components): (Vec<f64>, Vec<Gaussian>) = fitted.filter(|(weight, _)| *weight > 0.0).unzip();
    let all: f64 = weights.iter().sum();
    Mixture { weights: weights.into_iter().map(|weight| weight / all).collect(), components }
}

/// The weight, the mean and the regularised covariance of what belongs to a component.
fn moments(
    points: &Array2<f64>,
    shares: &Array2<f64>,
    keep: &[usize],
    component: usize,
    regularization: f64,
) -> WeightedMoments {
    let width = points.ncols();
    let weight: f64 = keep.iter().map(|&point| shares[(point, component)]).sum();
    let mut mean = Array1::<f64>::zeros(width);
    for &point in keep {
        mean.scaled_add(shares[(point, component)], &points.row(point));
    }
    mean /= weight.max(f64::MIN_POSITIVE);
    let mut products = Array2::<f64>::zeros((width, width));
    let mut centred = Array2::<f64>::zeros((ROWS, width));
    for keep in keep.chunks(ROWS) {
        let mut centred = centred.slice_axis_mut(Axis(0), (..keep.len()).into());
        for (&point, mut row) in keep.iter().zip(centred.rows_mut()) {
            row.assign(&points.row(point));
            row -= &mean;
            row *= shares[(point, component)].sqrt();
        }
        general_mat_mul(1.0, &centred.t(), &centred, 1.0, &mut products);
    }
    products /= weight.max(f64::MIN_POSITIVE);
    products.diag_mut().iter_mut().for_each(|variance| *variance += regularization);
    (weight, mean, products)
}

/// How much of each point belongs to each component at first: to the nearest of some centres, drawn far from each other (Arthur and
/// Vassilvitskii 2007, "k-means++") and moved to the middles of what is nearest to them.
fn first_shares(points: &Array2<f64>, count: usize, [seed, number]: [u64; 2]) -> Array2<f64> {
    /// The number of times that centres are moved.
    const MOVES: usize = 10;
    let mut stream = Stream::new(seed, Purpose::Components, [number, 0]);
    let distance = |point: usize, centre: &Array1<f64>| -> f64 {
        points.row(point).iter().zip(centre).map(|(a, b)| (a - b).powi(2)).sum()
    };
    let drawn = stream.below(points.nrows() as u64) as usize;
    let mut centres = vec![points.row(drawn).to_owned()];
    let mut squares: Vec<f64> = (0..points.nrows()).map(|point| distance(point, &centres[0])).collect();
    while centres.len() < count {
        let target = squares.iter().sum::<f64>() * f64::from(stream.uniform());
        let mut sum = 0.0;
        let drawn = squares.iter().position(|square| {
            sum += square;
            sum > target
        });
        // All points are at a centre.
        let Some(drawn) = drawn else { break };
        let centre = points.row(drawn).to_owned();
        for (point, square) in squares.iter_mut().enumerate() {
            *square = square.min(distance(point, &centre));
        }
        centres.push(centre);
    }
    let mut nearest = vec![0; points.nrows()];
    for _ in 0..MOVES {
        let before = nearest.clone();
        nearest.par_iter_mut().enumerate().for_each(|(point, nearest)| {
            let by_distance = |a: &usize, b: &usize| {
                distance(point, &centres[*a]).total_cmp(&distance(point, &centres[*b])).then(a.cmp(b))
            };
            *nearest = (0..centres.len()).min_by(by_distance).unwrap_or(0);
        });
        if nearest == before {
            break;
        }
        let mut sums = vec![(0.0, Array1::<f64>::zeros(points.ncols())); centres.len()];
        for (point, &nearest) in nearest.iter().enumerate() {
            sums[nearest].0 += 1.0;
            sums[nearest].1 += &points.row(point);
        }
        for (centre, (count, sum)) in centres.iter_mut().zip(sums) {
            if count > 0.0 {
                *centre = sum / count;
            }
        }
    }
    let mut shares = Array2::zeros((points.nrows(), centres.len()));
    for (point, &nearest) in nearest.iter().enumerate() {
        shares[(point, nearest)] = 1.0;
    }
    shares
}

/// Coordinates with mean 0 and deviation 1.
struct Standard {
    mean: Array1<f64>,
    deviation: Array1<f64>,
}

impl Standard {
    fn of(points: ArrayView2<'_, f64>) -> Self {
        let mean = points.sum_axis(Axis(0)) / points.nrows() as f64;
        let mut deviation = Array1::<f64>::zeros(points.ncols());
        for point in points.rows() {
            for ((sum, number), mean) in deviation.iter_mut().zip(point).zip(&mean) {
                *sum += (number - mean).powi(2);
            }
        }
        // A coordinate that does not vary stays as it is.
        deviation.mapv_inplace(|squares| match (squares / points.nrows() as f64).sqrt() {
            deviation if deviation > 0.0 => deviation,
            _ => 1.0,
        });
        Self { mean, deviation }
    }

    fn apply(&self, points: ArrayView2<'_, f64>) -> Array2<f64> {
        (&points - &self.mean) / &self.deviation
    }

    /// The mixture of points of which `mixture` is that of the standardised ones.
    fn undo(&self, mixture: Mixture) -> Mixture {
        let scaled = |Gaussian { mean, covariance, .. }: Gaussian| {
            let deviations = self.deviation.view().insert_axis(Axis(1));
            let covariance = covariance * &self.deviation * deviations;
            Gaussian::new(mean * &self.deviation + &self.mean, covariance)
        };
        let fitted = mixture.weights.into_iter().zip(mixture.components);
        let (weights, components) =
            fitted.filter_map(|(weight, component)| Some((weight, scaled(component)?))).unzip();
        Mixture { weights, components }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: MixtureOptions =
        MixtureOptions { components: 3, trimmed: 0.1, regularization: 1e-3, seed: [3, 0] };

    /// Points about (0, 0) and (10, 5), and some far away.
    fn points(count: usize, odd: usize) -> Array2<f64> {
        let mut stream = Stream::new(5, Purpose::Generation, [0, 0]);
        Array2::from_shape_fn((count, 2), |(point, coordinate)| {
            let centre = if point % 3 == 0 { [0.0, 0.0] } else { [10.0, 5.0] };
            let far = if point < odd { 40.0 } else { 0.0 };
            centre[coordinate] + far + f64::from(stream.normal()) * [1.0, 0.5][coordinate]
        })
    }

    #[test]
    fn components_are_found_and_odd_points_do_not_lead() {
        let points = points(3000, 90);
        let mixture = Mixture::fit(points.view(), OPTIONS);
        let found: Vec<(f64, f64)> = mixture
            .components
            .iter()
            .zip(&mixture.weights)
            .map(|(component, &weight)| (component.mean[0], weight))
            .collect();
        // Two components may share the larger group.
        let near = |centre: f64| {
            found.iter().filter(move |(mean, _)| (mean - centre).abs() < 1.0).map(|(_, weight)| weight)
        };
        let [small, large] = [0.0, 10.0].map(|centre| near(centre).sum::<f64>());
        assert!((small - 1.0 / 3.0).abs() < 0.03 && (small + large - 1.0).abs() < 1e-3, "{found:?}");
        let densities = mixture.log_densities(points.view());
        let (odd, usual) = densities.split_at(90);
        let most = odd.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(usual.iter().all(|&density| density > most + 10.0));
    }

    #[test]
    fn the_density_of_a_point_is_the_same_in_any_company() {
        let points = points(1100, 30);
        let mixture = Mixture::fit(points.view(), OPTIONS);
        let all = mixture.log_densities(points.view());
        for (row, point) in points.axis_chunks_iter(Axis(0), 1).enumerate() {
            let alone = mixture.log_densities(point);
            assert_eq!(alone[0].to_bits(), all[row].to_bits(), "{row}");
        }
    }

    #[test]
    fn points_that_do_not_vary_have_a_density() {
        let points = Array2::from_elem((20, 3), 7.0);
        let mixture = Mixture::fit(points.view(), OPTIONS);
        assert!(mixture.log_densities(points.view()).iter().all(|density| density.is_finite()));
        let single = Mixture::fit(Array2::zeros((1, 2)).view(), OPTIONS);
        assert!(single.log_densities(Array2::zeros((1, 2)).view())[0].is_finite());
    }
}
