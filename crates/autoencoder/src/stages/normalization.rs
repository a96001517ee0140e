//! The statistics of a normalised layer over a batch: joined from those of groups of rows, in their order.

use autoencoder_kernels::{LOSS_ROWS, Line, Normalizer, PANEL, panels};

use crate::network::Network;

/// What is added to a variance before its root is divided by.
pub(crate) const EPSILON: f64 = 1e-5;

/// The share of a batch in the running means and variances.
const MOMENTUM: f64 = 0.1;

/// Of one layer, over the batch of the last step: a line a panel each.
pub(crate) struct Statistics {
    pub layer: usize,
    rows: usize,
    mean: Vec<Line>,
    /// Of the batch itself, not an estimate of what it is a sample of.
    variance: Vec<Line>,
    inverse_deviation: Vec<Line>,
    /// The gradients of shift and scale: of the gradients du, Σ du and Σ du ẑ.
    gradients: Vec<[Line; 2]>,
}

/// Of a column of numbers each, so that the compiler makes vectors of what is done to all.
type Column = [f64; PANEL];

impl Statistics {
    /// For every normalised layer, in their order.
    pub(crate) fn of(network: &Network) -> Vec<Self> {
        let layers = network.layers.iter().enumerate().filter(|(_, layer)| layer.normalized);
        let zeros = |outputs| vec![Line::ZERO; panels(outputs)];
        let statistics = layers.map(|(index, layer)| Self {
            layer: index,
            rows: 0,
            mean: zeros(layer.outputs),
            variance: zeros(layer.outputs),
            inverse_deviation: zeros(layer.outputs),
            gradients: vec![[Line::ZERO; 2]; panels(layer.outputs)],
        });
        statistics.collect()
    }

    /// From the means and the squares of each group of [`LOSS_ROWS`] rows (Chan et al. 1979), those of all panels before these.
    pub(crate) fn join_moments(&mut self, rows: usize, groups: &[Line]) {
        self.rows = rows;
        for panel in 0..self.mean.len() {
            let [mut mean, mut squares]: [Column; 2] = [[0.0; PANEL]; 2];
            for (index, group) in groups.chunks(2 * self.mean.len()).enumerate() {
                let before = index * LOSS_ROWS;
                let count = LOSS_ROWS.min(rows - before) as f64;
                let before = before as f64;
                let [weight, between] = [count / (before + count), before * count / (before + count)];
                let (means, rest) = (&group[panel].0, &group[self.mean.len() + panel].0);
                for column in 0..PANEL {
                    let difference = f64::from(means[column]) - mean[column];
                    mean[column] += weight * difference;
                    squares[column] += f64::from(rest[column]) + between * difference * difference;
                }
            }
            let variance = squares.map(|squares| squares / rows as f64);
            self.mean[panel] = line(mean);
            self.variance[panel] = line(variance);
            self.inverse_deviation[panel] = line(variance.map(|variance| 1.0 / (variance + EPSILON).sqrt()));
        }
    }

    /// From the sums of each group of rows: of du of all panels before those of du ẑ.
    pub(crate) fn join_gradients(&mut self, groups: &[Line]) {
        let across = self.mean.len();
        for (panel, gradients) in self.gradients.iter_mut().enumerate() {
            for (which, gradient) in gradients.iter_mut().enumerate() {
                let mut sums: Column = [0.0; PANEL];
                for group in groups.chunks(2 * across) {
                    let measured = &group[which * across + panel].0;
                    sums.iter_mut().zip(measured).for_each(|(sum, &value)| *sum += f64::from(value));
                }
                *gradient = line(sums);
            }
        }
    }

    /// What normalises one panel in this step.
    pub(crate) fn normalizer<'a>(&'a self, network: &'a Network, panel: usize) -> Normalizer<'a> {
        let [shift, scale, ..] = network.vectors(self.layer, panel) else {
            unreachable!("a normalised layer has a shift and a scale")
        };
        Normalizer {
            mean: &self.mean[panel],
            inverse_deviation: &self.inverse_deviation[panel],
            scale,
            shift,
        }
    }

    /// The gradients of one panel's shift and scale.
    pub(crate) fn gradients(&self, panel: usize) -> &[Line; 2] {
        &self.gradients[panel]
    }

    /// The means over the batch of one panel's du and of du ẑ.
    pub(crate) fn mean_gradients(&self, panel: usize) -> [Line; 2] {
        let one = 1.0 / self.rows as f32;
        self.gradients[panel].map(|sums| Line(sums.0.map(|sum| sum * one)))
    }

    /// Brings the running mean and variance nearer to this batch's; the variance to what it says of all samples, of which a
    /// single one says nothing.
    pub(crate) fn follow(&self, network: &mut Network) {
        if self.rows < 2 {
            return;
        }
        let unbiased = self.rows as f64 / (self.rows - 1) as f64;
        for panel in 0..self.mean.len() {
            let [.., mean, variance] = network.vectors_mut(self.layer, panel) else {
                unreachable!("a normalised layer has a running mean and variance")
            };
            follow(mean, &self.mean[panel], 1.0);
            follow(variance, &self.variance[panel], unbiased);
        }
    }
}

fn follow(running: &mut Line, of_batch: &Line, factor: f64) {
    for (running, &found) in running.0.iter_mut().zip(&of_batch.0) {
        let old = f64::from(*running);
        *running = (old + MOMENTUM * (factor * f64::from(found) - old)) as f32;
    }
}

fn line(column: Column) -> Line {
    Line(column.map(|value| value as f32))
}
