//! How unlikely single samples are under a variational model, and which columns make them so.
//!
//! ```text
//! bound       KL(q(z|x) ‖ p(z)) - 1/K Σ ln p(x|z)
//! likelihood  -ln 1/K Σ p(x|z) p(z) / q(z|x),   z₁ ... z_K drawn from q(z|x)
//! ```
//!
//! All samples are drawn for with the same normal numbers, so that a sample has the same surprise wherever it stands, alone and
//! in company.

use autoencoder_kernels::{
    HOLE, PANEL, Panels, TableFeatures, TableRow, column_losses, gaussian_divergence, panels,
};
use ndarray::{Array2, Axis};

use super::drawn::{Decoder, DrawnFor};
use super::passes::encode_statistics;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::parallel::prelude::*;
use crate::samples::Samples;
use crate::scorer::kind::Estimate;

/// The surprises of samples, in nats.
pub(crate) struct Surprises {
    pub(crate) nats: Vec<f64>,
    /// How far the negative log-likelihood of each column lies above the least that is possible for it, (samples, columns): the
    /// mean over the codes, by how much each of them counts. Holes have none.
    pub(crate) parts: Array2<f64>,
}

impl Estimate {
    /// The logarithm of how much a code counts in the mean over all codes, given ln p(x|z) p(z) / q(z|x).
    fn logarithm_of_weight(self, logarithm: f64) -> f64 {
        match self {
            Self::Bound => 0.0,
            Self::Likelihood => logarithm,
        }
    }
}

/// Computes the surprises of samples under a variational model.
pub(crate) fn surprises<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    estimate: Estimate,
) -> Surprises {
    let statistics = encode_statistics::<B>(network, weights, samples);
    let across = 2 * panels(network.code);
    let columns = network.specification.columns();
    let mut nats = vec![0.0; samples.len()];
    let mut parts = Array2::zeros((samples.len(), columns));
    let rows = nats.par_iter_mut().zip(parts.axis_iter_mut(Axis(0)).into_par_iter()).enumerate();
    rows.with_min_len(8).for_each_init(
        || (Decoder::<B>::new(network, weights), vec![0.0; columns]),
        |(decoder, losses), (place, (nats, mut parts))| {
            let statistics = &statistics[place * across..][..across];
            let sample = DrawnFor { samples, place, statistics, row: 0 };
            let mut mean = WeightedMean::new(columns);
            let mut least = vec![0.0; columns];
            decoder.draw(sample, estimate.draws(), |ratio, output, target| {
                match (&network.table, samples.table()) {
                    (Some(features), Some(table)) => {
                        table_losses(network, features, table.row(place), output, losses, &mut least);
                    }
                    _ => feature_losses(network, output, target, losses, &mut least),
                }
                mean.add(estimate.logarithm_of_weight(ratio - losses.iter().sum::<f64>()), losses);
            });
            let statistics = Panels::new(statistics, 1, across * PANEL, 1);
            *nats = match estimate {
                Estimate::Bound => {
                    gaussian_divergence(network.instructions, statistics) + mean.means().sum::<f64>()
                }
                Estimate::Likelihood => -mean.log_mean_weight(estimate.draws()),
            };
            for ((part, mean), least) in parts.iter_mut().zip(mean.means()).zip(&least) {
                *part = mean - least;
            }
        },
    );
    Surprises { nats, parts }
}

/// The negative log-likelihood of each feature, and the least that is possible for it.
fn feature_losses(
    network: &Network,
    output: Panels<'_>,
    target: Panels<'_>,
    losses: &mut [f64],
    least: &mut [f64],
) {
    let loss = network.specification.loss;
    let (scale, shift) = loss.scale_and_shift();
    column_losses(network.instructions, loss.element(), output, target, losses);
    for (column, (loss_of_column, least)) in losses.iter_mut().zip(least).enumerate() {
        *loss_of_column = scale * *loss_of_column + shift;
        *least = loss.least(f64::from(target.at(0, column)));
    }
}

/// The negative log-likelihood of each column of a row of a table, and the least that is possible for it. The numbers of tables are
/// normally distributed, and words count once each, whatever their weight in training.
fn table_losses(
    network: &Network,
    features: &TableFeatures,
    row: TableRow<'_>,
    output: Panels<'_>,
    losses: &mut [f64],
    least: &mut [f64],
) {
    let (scale, shift) = network.specification.loss.scale_and_shift();
    for (column, &number) in row.numbers.iter().enumerate() {
        let error = f64::from(output.at(0, column)) - f64::from(number);
        let is_hole = number.is_nan();
        losses[column] = if is_hole { 0.0 } else { scale * error * error + shift };
        least[column] = if is_hole { 0.0 } else { shift };
    }
    let mut first = features.numbers;
    for ((&(count, _), &word), loss) in
        features.words.iter().zip(row.words).zip(&mut losses[features.numbers..])
    {
        let logits = || (first..first + count).map(|feature| f64::from(output.at(0, feature)));
        let largest = logits().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits().map(|logit| (logit - largest).exp()).sum();
        *loss = match word {
            HOLE => 0.0,
            word => largest + sum.ln() - f64::from(output.at(0, first + word as usize)),
        };
        first += count;
    }
}

/// The mean of numbers by weights whose logarithms are known. The largest weight is taken out, so that no exponential overflows and
/// not all of them vanish.
struct WeightedMean {
    /// The logarithm of the largest weight.
    largest: f64,
    /// The sum of the weights over the largest.
    weights: f64,
    sums: Vec<f64>,
}

impl WeightedMean {
    fn new(count: usize) -> Self {
        Self { largest: f64::NEG_INFINITY, weights: 0.0, sums: vec![0.0; count] }
    }

    fn add(&mut self, logarithm: f64, numbers: &[f64]) {
        let largest = self.largest.max(logarithm);
        let [before, now] = [self.largest, logarithm].map(|logarithm| (logarithm - largest).exp());
        self.weights = self.weights * before + now;
        for (sum, number) in self.sums.iter_mut().zip(numbers) {
            *sum = *sum * before + number * now;
        }
        self.largest = largest;
    }

    fn means(&self) -> impl Iterator<Item = f64> {
        self.sums.iter().map(|sum| sum / self.weights)
    }

    /// The logarithm of the mean of so many weights.
    fn log_mean_weight(&self, count: usize) -> f64 {
        self.largest + (self.weights / count as f64).ln()
    }
}
