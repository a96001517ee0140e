//! Simple detectors of odd samples, which stand beside every score: no network is needed for them.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::seen::blocks;
use crate::choice::Choice;
use crate::density::gaussian::Gaussian;
use crate::density::neighbours::Neighbours;
use crate::evaluation::pca::{Pca, PcaError};
use crate::samples::Samples;

/// A simple detector of odd samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detector {
    /// The squared error of restoring the sample from as many principal components as the code has numbers.
    PcaResidual,
    /// The distance of Mahalanobis from the mean of the training samples, each feature standardised.
    Mahalanobis,
    /// The same, where the most distant tenth is left out of mean and covariance, three times.
    TrimmedMahalanobis,
    /// The sum of the features' absolute distances from their means, in standard deviations.
    AbsoluteZ,
    /// The distance of the fifth of the nearest training samples, each feature standardised (Ramaswamy, Rastogi and Shim 2000).
    Neighbours,
}

impl Choice for Detector {
    const ALL: &'static [Self] =
        &[Self::PcaResidual, Self::Mahalanobis, Self::TrimmedMahalanobis, Self::AbsoluteZ, Self::Neighbours];

    fn name(self) -> &'static str {
        match self {
            Self::PcaResidual => "pca",
            Self::Mahalanobis => "mahalanobis",
            Self::TrimmedMahalanobis => "trimmed-mahalanobis",
            Self::AbsoluteZ => "absolute-z",
            Self::Neighbours => "neighbours",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::PcaResidual => "Residual of PCA with as many components as the code has numbers",
            Self::Mahalanobis => "Distance of Mahalanobis",
            Self::TrimmedMahalanobis => "Distance of Mahalanobis with trimming",
            Self::AbsoluteZ => "Sum of the distances from the means, in deviations",
            Self::Neighbours => "Distance of the fifth of the nearest training samples",
        }
    }
}

/// The most features for which covariances are formed.
const MOST_FEATURES: usize = 1024;
/// The most samples that covariances are formed of, and the most products of two features that are added up.
const MOST_SAMPLES: usize = 10_000;
const MOST_PRODUCTS: usize = 2_000_000_000;
/// The number of times that the most distant samples are left out, and their share.
const ROUNDS: usize = 3;
const TRIMMED: f64 = 0.1;
/// What is added to the variances of standardised features.
const REGULARIZATION: f64 = 1e-3;
/// The place, from 1, of the neighbour whose distance counts.
const NEIGHBOUR: usize = 5;
/// The most samples among which neighbours are looked for, and the most numbers that these have together.
const MOST_NEIGHBOURS: usize = 5000;
const MOST_NUMBERS: usize = 8_000_000;

/// Simple detectors, fitted to the samples of a training.
#[derive(Clone, Debug)]
pub struct Detectors {
    mean: Array1<f64>,
    deviation: Array1<f64>,
    pca: Pca,
    /// The Gaussian distribution of all standardised samples, and that without distant ones; `None` for many features.
    gaussians: Option<[Gaussian; 2]>,
    /// The standardised samples among which neighbours are looked for, if they are.
    neighbours: Option<Neighbours>,
}

impl Detectors {
    /// Fits the detectors to samples of a training; PCA has `components` components, where the samples have so many.
    ///
    /// # Errors
    /// If numbers are so large that their covariance is not finite.
    pub fn fit(train: &Samples, components: usize) -> Result<Self, PcaError> {
        let pca = Pca::fit(train, components.min(train.len().saturating_sub(1)))?;
        let features = train.features();
        let (mut mean, mut deviation) = (Array1::<f64>::zeros(features), Array1::<f64>::zeros(features));
        for rows in blocks(train.len()) {
            for row in train.scaled(rows).rows() {
                mean.iter_mut().zip(row).for_each(|(sum, &number)| *sum += f64::from(number));
            }
        }
        mean /= train.len() as f64;
        for rows in blocks(train.len()) {
            for row in train.scaled(rows).rows() {
                for ((sum, &number), mean) in deviation.iter_mut().zip(row).zip(&mean) {
                    *sum += (f64::from(number) - mean).powi(2);
                }
            }
        }
        deviation.mapv_inplace(|squares| match (squares / train.len() as f64).sqrt() {
            deviation if deviation > 0.0 => deviation,
            _ => 1.0,
        });
        let mut detectors = Self { mean, deviation, pca, gaussians: None, neighbours: None };
        if features <= MOST_FEATURES {
            let most = (MOST_PRODUCTS / (features * features)).min(MOST_SAMPLES).max(features);
            detectors.gaussians = detectors.gaussians_of(&evenly_apart(train, most));
        }
        Ok(detectors)
    }

    /// The same detectors, and the nearest of at most 5000 of the samples that they were fitted to. A sample that is one of these
    /// counts as its own nearest.
    #[must_use]
    pub fn with_neighbours(self, train: &Samples) -> Self {
        let most = (MOST_NUMBERS / train.features()).clamp(NEIGHBOUR, MOST_NEIGHBOURS);
        let some = evenly_apart(train, most);
        let neighbours = Neighbours::new(self.standard(some.scaled(0..some.len()).view()));
        Self { neighbours: Some(neighbours), ..self }
    }

    /// The scores of samples by each detector that was fitted; where the samples are windows over rows in time, those of the rows: the
    /// means over the windows that they are in.
    pub fn scores(&self, samples: &Samples) -> Vec<(Detector, Vec<f64>)> {
        let mut all: Vec<(Detector, Vec<f64>)> =
            Detector::ALL.iter().map(|&detector| (detector, Vec::new())).collect();
        for rows in blocks(samples.len()) {
            let scaled = samples.scaled(rows);
            let standard = self.standard(scaled.view());
            for (detector, scores) in &mut all {
                match detector {
                    Detector::PcaResidual => {
                        let left = &scaled - &self.pca.restore(scaled.view());
                        scores.extend(
                            left.rows().into_iter().map(|row| sum_of(row, |left| f64::from(left).powi(2))),
                        );
                    }
                    Detector::AbsoluteZ => {
                        scores.extend(standard.rows().into_iter().map(|row| sum_of(row, f64::abs)));
                    }
                    Detector::Mahalanobis | Detector::TrimmedMahalanobis => {
                        let Some(gaussians) = &self.gaussians else { continue };
                        let is_trimmed = *detector == Detector::TrimmedMahalanobis;
                        scores.extend(gaussians[usize::from(is_trimmed)].squared_distances(standard.view()));
                    }
                    Detector::Neighbours => {
                        let Some(neighbours) = &self.neighbours else { continue };
                        let nearest = neighbours.nearest(standard.view(), NEIGHBOUR);
                        scores.extend(nearest.iter().filter_map(|of| Some(of.last()?.distance)));
                    }
                }
            }
        }
        all.retain(|(_, scores)| scores.len() == samples.len());
        if let Some(windows) = samples.over_rows() {
            for (_, scores) in &mut all {
                *scores = windows.row_means(scores);
            }
        }
        all
    }

    fn standard(&self, scaled: ArrayView2<'_, f32>) -> Array2<f64> {
        (scaled.mapv(f64::from) - &self.mean) / &self.deviation
    }

    /// The distributions of the training samples; `None` if their numbers have no covariance.
    fn gaussians_of(&self, train: &Samples) -> Option<[Gaussian; 2]> {
        let blocks_of = |keep: &dyn Fn(usize) -> bool| -> Vec<Array2<f64>> {
            blocks(train.len())
                .into_iter()
                .map(|rows| {
                    let kept: Vec<usize> =
                        rows.clone().filter(|&row| keep(row)).map(|row| row - rows.start).collect();
                    self.standard(train.scaled(rows).view()).select(Axis(0), &kept)
                })
                .collect()
        };
        let plain = gaussian(&blocks_of(&|_| true))?;
        #[allow(clippy::cast_sign_loss, reason = "a share is not negative")]
        let kept = ((train.len() as f64 * (1.0 - TRIMMED)) as usize).max(1);
        let mut trimmed = plain.clone();
        for _ in 0..ROUNDS {
            let all = blocks_of(&|_| true);
            let distances: Vec<f64> =
                all.iter().flat_map(|rows| trimmed.squared_distances(rows.view())).collect();
            let mut order: Vec<usize> = (0..distances.len()).collect();
            order.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]).then(a.cmp(&b)));
            let mut is_kept = vec![false; distances.len()];
            for &row in &order[..kept] {
                is_kept[row] = true;
            }
            trimmed = gaussian(&blocks_of(&|row| is_kept[row]))?;
        }
        Some([plain, trimmed])
    }
}

/// Samples from the whole training, evenly apart, about as many as are wanted at most.
fn evenly_apart(train: &Samples, most: usize) -> Samples {
    let apart = train.len().div_ceil(most);
    train.select(&(0..train.len()).step_by(apart).collect::<Vec<_>>())
}

fn sum_of<T: Copy>(row: ArrayView1<'_, T>, of: impl Fn(T) -> f64) -> f64 {
    row.iter().map(|&number| of(number)).sum()
}

/// The Gaussian distribution of rows in blocks, with the regularisation of the detectors.
fn gaussian(blocks: &[Array2<f64>]) -> Option<Gaussian> {
    let count: usize = blocks.iter().map(Array2::nrows).sum();
    let width = blocks.first()?.ncols();
    let mut mean = Array1::<f64>::zeros(width);
    for block in blocks {
        mean += &block.sum_axis(Axis(0));
    }
    mean /= count.max(1) as f64;
    let mut covariance = Array2::<f64>::zeros((width, width));
    for block in blocks {
        let centred = block - &mean;
        covariance += &centred.t().dot(&centred);
    }
    covariance /= count.saturating_sub(1).max(1) as f64;
    covariance.diag_mut().iter_mut().for_each(|variance| *variance += REGULARIZATION);
    Gaussian::new(mean, covariance)
}
