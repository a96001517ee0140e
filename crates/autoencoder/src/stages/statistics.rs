//! The statistics of a normalised layer over a batch: joined from those of groups of rows, in their order.

use autoencoder_kernels::{Instructions, LOSS_ROWS, Line, PANEL, map_lines, panels};

use super::meeting::{Joined, Meeting, Way};
use crate::network::Network;
use crate::network::pieces::Piece;
use crate::specification::Normalization;

/// The share of a batch in the running means and variances.
const MOMENTUM: f64 = 0.1;

/// What the blocks read of one panel of units: mean, 1 / √(v + ε), and the means over the batch of du and of du ẑ.
pub(super) type OfPanel = [Line; 4];

/// The statistics of one layer over the batch of the last step.
pub(super) struct Statistics {
    layer: usize,
    rows: usize,
    /// Variances of the batch itself, not estimates of what it is a sample of; a line a panel.
    variance: Vec<Line>,
    /// [`OfPanel`], a panel after the other.
    shared: Vec<Line>,
    /// The gradients of shift and scale: Σ du and Σ du ẑ.
    gradients: Vec<[Line; 2]>,
}

/// A column of numbers each, so that the compiler makes vectors of what is done to all.
type Column = [f64; PANEL];

impl Statistics {
    /// Statistics of a layer with so many outputs.
    pub(super) fn new(layer: usize, outputs: usize) -> Self {
        let across = panels(outputs);
        Self {
            layer,
            rows: 0,
            variance: vec![Line::ZERO; across],
            shared: vec![Line::ZERO; 4 * across],
            gradients: vec![[Line::ZERO; 2]; across],
        }
    }

    fn across(&self) -> usize {
        self.variance.len()
    }

    /// Joins the means and the squared deviations of each group of [`LOSS_ROWS`] rows (Chan et al. 1979).
    fn join_moments(&mut self, rows: usize, groups: &[Line]) {
        self.rows = rows;
        let across = self.across();
        for (panel, of_panel) in self.shared.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let [mut mean, mut squares]: [Column; 2] = [[0.0; PANEL]; 2];
            for (index, group) in groups.chunks(2 * across).enumerate() {
                let before = index * LOSS_ROWS;
                let count = LOSS_ROWS.min(rows - before) as f64;
                let before = before as f64;
                let [weight, between] = [count / (before + count), before * count / (before + count)];
                let (means, rest) = (&group[panel].0, &group[across + panel].0);
                for column in 0..PANEL {
                    let difference = f64::from(means[column]) - mean[column];
                    mean[column] += weight * difference;
                    squares[column] += f64::from(rest[column]) + between * difference * difference;
                }
            }
            let variance = squares.map(|squares| squares / rows as f64);
            self.variance[panel] = line(variance);
            of_panel[0] = line(mean);
            of_panel[1] = line(variance.map(|variance| 1.0 / (variance + Normalization::EPSILON).sqrt()));
        }
    }

    /// Joins the sums of each group of rows.
    fn join_gradients(&mut self, groups: &[Line]) {
        let across = self.across();
        let share = 1.0 / self.rows as f32;
        for (panel, of_panel) in self.shared.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            for (which, gradient) in self.gradients[panel].iter_mut().enumerate() {
                let mut sums: Column = [0.0; PANEL];
                for group in groups.chunks(2 * across) {
                    let measured = &group[which * across + panel].0;
                    sums.iter_mut().zip(measured).for_each(|(sum, &value)| *sum += f64::from(value));
                }
                *gradient = line(sums);
                of_panel[2 + which] = Line(gradient.0.map(|sum| sum * share));
            }
        }
    }
}

impl Meeting for Statistics {
    fn lines(&self, _: Way) -> usize {
        2 * self.across()
    }

    fn join(&mut self, way: Way, batch: Joined<'_>) -> f64 {
        match way {
            Way::Forward => self.join_moments(batch.rows, batch.measured),
            Way::Backward => self.join_gradients(batch.measured),
        }
        0.0
    }

    fn shared(&self) -> &[Line] {
        &self.shared
    }

    /// The gradients of shift and scale.
    fn add_gradients(&self, instructions: Instructions, piece: &Piece, _: &[Line], lines: &mut [Line]) {
        let vectors = &mut lines[piece.weights()..];
        if piece.layer == self.layer
            && let [shift, scale, ..] = vectors
        {
            let [of_shift, of_scale] = &self.gradients[piece.panel];
            for (gradient, sum) in [(of_shift, shift), (of_scale, scale)] {
                let (gradient, sum) = (std::slice::from_ref(gradient), std::slice::from_mut(sum));
                map_lines(instructions, [gradient], sum, |[gradient], sum| sum + gradient);
            }
        }
    }

    /// Brings the running mean and variance nearer to this batch's; the variance to what it says of all samples, of which a
    /// single one says nothing.
    fn follow(&self, network: &mut Network) {
        if self.rows < 2 {
            return;
        }
        let unbiased = self.rows as f64 / (self.rows - 1) as f64;
        for (panel, [of_batch, ..]) in self.shared.as_chunks::<4>().0.iter().enumerate() {
            let [.., mean, variance] = network.vectors_mut(self.layer, panel) else {
                unreachable!("a normalised layer has a running mean and variance")
            };
            follow(mean, of_batch, 1.0);
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
