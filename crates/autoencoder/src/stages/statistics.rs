//! Statistics of a normalised layer over a batch, joined from the statistics of groups of rows in their
//! order.

use autoencoder_kernels::{Instructions, LOSS_ROWS, Line, PANEL, map_lines, panels};

use super::meeting::{Direction, MeasuredBatch, Meeting};
use crate::exchange::Exchange;
use crate::network::Network;
use crate::network::pieces::Piece;
use crate::specification::normalization::Normalization;

/// The weight of a new batch in the running means and variances.
const MOMENTUM: f64 = 0.1;

/// The statistics of one panel of units that blocks read: the mean, 1 / √(v + ε), and the means over the
/// batch of du and of du ẑ.
pub(super) type PanelStatistics = [Line; 4];

/// The statistics of one layer over the batch of the last step.
pub(super) struct Statistics {
    layer: usize,
    /// The number of rows in the batch, over all trainers.
    rows: f64,
    /// The variances of the batch itself (divided by the number of rows), a line a panel.
    variance: Vec<Line>,
    /// The [`PanelStatistics`] of all panels, one after the other.
    shared: Vec<Line>,
    /// The gradients of shift and scale for each panel: Σ du and Σ du ẑ.
    gradients: Vec<[Line; 2]>,
}

/// One f64 number for each column of a panel; loops over the array compile to vector instructions.
type Column = [f64; PANEL];

impl Statistics {
    /// Statistics of a layer with `outputs` outputs.
    pub(super) fn new(layer: usize, outputs: usize) -> Self {
        let across = panels(outputs);
        Self {
            layer,
            rows: 0.0,
            variance: vec![Line::ZERO; across],
            shared: vec![Line::ZERO; 4 * across],
            gradients: vec![[Line::ZERO; 2]; across],
        }
    }

    /// The number of panels.
    fn across(&self) -> usize {
        self.variance.len()
    }

    /// Joins the means and the squared deviations of each group of [`LOSS_ROWS`] rows into mean and variance
    /// of the batch (Chan et al. 1979).
    fn join_moments(&mut self, rows: usize, groups: &[Line], exchange: Option<&dyn Exchange>) {
        let across = self.across();
        let mut moments: Vec<[Column; 2]> = Vec::with_capacity(across);
        for panel in 0..across {
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
            moments.push([mean, squares]);
        }
        self.rows = match exchange {
            None => rows as f64,
            Some(exchange) => over_all(exchange, rows, &mut moments),
        };
        let rows = self.rows;
        let of_panels = self.shared.as_chunks_mut::<4>().0.iter_mut();
        for (panel, (of_panel, [mean, squares])) in of_panels.zip(moments).enumerate() {
            let variance = squares.map(|squares| squares / rows);
            self.variance[panel] = line(variance);
            of_panel[0] = line(mean);
            of_panel[1] = line(variance.map(|variance| 1.0 / (variance + Normalization::EPSILON).sqrt()));
        }
    }

    /// Joins the sums Σ du and Σ du ẑ of each group of rows.
    fn join_gradients(&mut self, groups: &[Line], exchange: Option<&dyn Exchange>) {
        let across = self.across();
        let mut sums: Vec<Column> = vec![[0.0; PANEL]; 2 * across];
        for group in groups.chunks(2 * across) {
            for (sums, measured) in sums.iter_mut().zip(group) {
                sums.iter_mut().zip(&measured.0).for_each(|(sum, &value)| *sum += f64::from(value));
            }
        }
        for (panel, gradients) in self.gradients.iter_mut().enumerate() {
            *gradients = [line(sums[panel]), line(sums[across + panel])];
        }
        // The gradients of parameters stay sums over this trainer's rows, because all gradients are summed
        // over the trainers later. The gradients at z depend on the rows of all trainers.
        if let Some(exchange) = exchange {
            exchange.sum_f64(sums.as_flattened_mut());
        }
        let share = 1.0 / self.rows as f32;
        for (panel, of_panel) in self.shared.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            for which in [0, 1] {
                let sums = line(sums[which * across + panel]);
                of_panel[2 + which] = Line(sums.0.map(|sum| sum * share));
            }
        }
    }
}

impl Meeting for Statistics {
    fn lines(&self, _: Direction) -> usize {
        2 * self.across()
    }

    fn join(&mut self, direction: Direction, batch: MeasuredBatch<'_>) -> f64 {
        match direction {
            Direction::Forward => self.join_moments(batch.rows, batch.measured, batch.exchange),
            Direction::Backward => self.join_gradients(batch.measured, batch.exchange),
        }
        0.0
    }

    fn shared(&self) -> &[Line] {
        &self.shared
    }

    /// Adds the gradients of shift and scale.
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

    /// Moves the running mean and variance towards the batch's: running ← running + 0.1 (batch - running).
    /// The batch's variance is divided by the number of rows minus 1, as an estimate for all samples. A batch
    /// of one row says nothing about a variance and is left out.
    fn update_running_statistics(&self, network: &mut Network) {
        if self.rows < 2.0 {
            return;
        }
        let unbiased = self.rows / (self.rows - 1.0);
        for (panel, [of_batch, ..]) in self.shared.as_chunks::<4>().0.iter().enumerate() {
            let [.., mean, variance] = network.vectors_mut(self.layer, panel) else {
                unreachable!("a normalised layer has a running mean and variance")
            };
            move_towards(mean, of_batch, 1.0);
            move_towards(variance, &self.variance[panel], unbiased);
        }
    }
}

/// Replaces the means and squared deviations by those of the rows of all trainers, and returns the number of
/// all rows.
fn over_all(exchange: &dyn Exchange, rows: usize, moments: &mut [[Column; 2]]) -> f64 {
    let weighted = moments.iter().flat_map(|[mean, _]| mean.map(|mean| mean * rows as f64));
    let mut sums: Vec<f64> = weighted.chain([rows as f64]).collect();
    exchange.sum_f64(&mut sums);
    let all_rows = sums.pop().unwrap_or_default();
    let mut squares = Vec::with_capacity(sums.len());
    for ([mean, rest], sums) in moments.iter_mut().zip(sums.as_chunks::<PANEL>().0) {
        for column in 0..PANEL {
            let of_all = sums[column] / all_rows;
            let difference = mean[column] - of_all;
            squares.push(rest[column] + rows as f64 * difference * difference);
            mean[column] = of_all;
        }
    }
    exchange.sum_f64(&mut squares);
    for ([_, rest], squares) in moments.iter_mut().zip(squares.as_chunks::<PANEL>().0) {
        *rest = *squares;
    }
    all_rows
}

/// Moves running statistics towards `factor` times the batch's: running ← running + 0.1
/// (factor · batch - running).
fn move_towards(running: &mut Line, of_batch: &Line, factor: f64) {
    for (running, &found) in running.0.iter_mut().zip(&of_batch.0) {
        let old = f64::from(*running);
        *running = (old + MOMENTUM * (factor * f64::from(found) - old)) as f32;
    }
}

/// The column's numbers rounded to f32.
fn line(column: Column) -> Line {
    Line(column.map(|value| value as f32))
}
