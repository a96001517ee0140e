//! Penalties for sparse codes: the divergence of each unit's mean over the batch from a target (Ng 2011), for
//! which all blocks meet, and the L1 norm of codes, which needs no meeting.

use autoencoder_kernels::{Line, PANEL, Panels, add_bias_gradient, panels};

use super::meeting::{Direction, MeasuredBatch, Meeting};
use super::stage::{Destination, Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::Buffer;

/// The penalty `weight Σ KL(target ‖ mean of a unit over the batch)`, summed over the units of the code. This
/// stage sums the units over a block's rows; [`CodeMeans`] does the rest.
pub(crate) struct Sparsity {
    /// The place of the stage in the list, by which the gradients are found.
    pub place: usize,
}

impl<B: Buffer> Stage<B> for Sparsity {
    fn forward(&mut self, _: &mut StageSlice<B>, _: &Step<'_, B>, _: Rows<'_>, _: &mut [Sums]) {}

    /// Sums the units over each group of rows, a line a panel.
    fn measure(
        &mut self,
        _: Direction,
        below: &mut StageSlice<B>,
        step: &Step<'_, B>,
        rows: Rows<'_>,
        _: &mut [Sums],
        measured: &mut [Line],
    ) {
        let codes = input(below).values(rows.count);
        for (sums, group) in measured.chunks_mut(panels(codes.columns())).zip(rows.groups()) {
            let codes = codes.slice_rows(group);
            for (panel, sum) in sums.iter_mut().enumerate() {
                *sum = Line::ZERO;
                add_bias_gradient(step.network.instructions, codes.panel(panel), sum);
            }
        }
    }

    fn describe_destination<'a>(
        &'a mut self,
        step: &'a Step<'_, B>,
        _: Rows<'_>,
        destination: &mut Destination<'a, B>,
    ) {
        destination.penalty.columns = Some(step.meetings.shared(self.place));
    }
}

/// The least distance of a mean from 0 and 1 that the divergence uses, because the divergence is infinite at
/// 0 and 1.
const NEAREST: f64 = 1e-6;

/// The means of the code's units over a batch, and the gradients of the penalty.
pub(crate) struct CodeMeans {
    code: usize,
    target: f64,
    /// The derivative of the penalty with respect to each row's unit, a line a panel.
    gradients: Vec<Line>,
}

impl CodeMeans {
    pub(crate) fn new(code: usize, target: f32) -> Self {
        Self { code, target: target.into(), gradients: vec![Line::ZERO; panels(code)] }
    }
}

impl Meeting for CodeMeans {
    fn lines(&self, direction: Direction) -> usize {
        match direction {
            Direction::Forward => self.gradients.len(),
            Direction::Backward => 0,
        }
    }

    fn join(&mut self, _: Direction, batch: MeasuredBatch<'_>) -> f64 {
        let MeasuredBatch { rows, loss_samples, penalty_weight, measured, exchange, .. } = batch;
        let across = self.gradients.len();
        let sum = |unit: usize| -> f64 {
            let groups = measured.chunks(across);
            groups.map(|lines| f64::from(lines[unit / PANEL].0[unit % PANEL])).sum()
        };
        let mut sums: Vec<f64> = (0..self.code).map(sum).chain([rows as f64]).collect();
        if let Some(exchange) = exchange {
            exchange.sum_f64(&mut sums);
        }
        let all_rows = sums.pop().unwrap_or_default();
        let mean = |sum: f64| (sum / all_rows).clamp(NEAREST, 1.0 - NEAREST);
        let means: Vec<f64> = sums.into_iter().map(mean).collect();
        let (rho, scale) = (self.target, f64::from(penalty_weight / loss_samples as f32));
        for (gradients, means) in self.gradients.iter_mut().zip(means.chunks(PANEL)) {
            for (gradient, &mean) in gradients.0.iter_mut().zip(means) {
                *gradient = (scale * ((1.0 - rho) / (1.0 - mean) - rho / mean)) as f32;
            }
        }
        let kl = |&mean: &f64| rho * (rho / mean).ln() + (1.0 - rho) * ((1.0 - rho) / (1.0 - mean)).ln();
        f64::from(penalty_weight) * means.iter().map(kl).sum::<f64>() * rows as f64
    }

    fn shared(&self) -> &[Line] {
        &self.gradients
    }
}

/// The penalty `weight Σ |h|`, summed over the units h of the code.
pub(crate) struct AbsoluteValues;

impl<B: Buffer> Stage<B> for AbsoluteValues {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]) {
        let codes = input(below).values(rows.count);
        for (sums, group) in sums.iter_mut().zip(rows.groups()) {
            sums.penalty = f64::from(step.penalty_weight) * absolute_sum(codes.slice_rows(group));
        }
    }

    fn describe_destination<'a>(
        &'a mut self,
        step: &'a Step<'_, B>,
        _: Rows<'_>,
        destination: &mut Destination<'a, B>,
    ) {
        destination.penalty.sign = step.penalty_scale();
    }
}

/// The sum Σ |h| in f64.
fn absolute_sum(codes: Panels<'_>) -> f64 {
    let sum = |panel: usize| -> f64 {
        let width = PANEL.min(codes.columns() - panel * PANEL);
        codes.panel(panel).iter().flat_map(|line| &line.0[..width]).map(|&h| f64::from(h.abs())).sum()
    };
    (0..panels(codes.columns())).map(sum).sum()
}
