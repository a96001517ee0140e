//! The last layer and the loss in one product. The outputs are compared with the clean samples while they are
//! in registers, and only the gradients of the outputs are kept.

use autoencoder_kernels::{LOSS_ROWS, LossSums, Output, forward_loss};

use super::dense::propagate;
use super::stage::{MOST_ROWS, Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};

/// The last layer with the loss: holds the gradients dz (rows, features) at the layer's sums.
pub(crate) struct LossLayer<B> {
    layer: usize,
    dz: B,
    /// Whether anything below is trained, so that gradients must propagate.
    propagates: bool,
}

/// The most groups of rows in a block.
const MOST_GROUPS: usize = MOST_ROWS / LOSS_ROWS;

impl<B: Buffer> LossLayer<B> {
    pub(crate) fn new(layer: usize, height: usize, features: usize, dz: Uses, propagates: bool) -> Self {
        Self { layer, dz: B::zeros(height, features, dz), propagates }
    }
}

impl<B: Buffer> Stage<B> for LossLayer<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]) {
        let (network, layer) = (step.network, self.layer);
        let (clean, x) = (input(&below[..1]).values(rows.count), input(below).rows(rows.count));
        let elements = if network.draws_codes() { 1 } else { clean.columns() };
        let (scale, _) = network.specification.loss.scale_and_shift();
        let output = Output {
            activation: network.training_activation(layer),
            loss: network.specification.loss.element(),
            targets: clean,
            scale: scale as f32 / (step.loss_samples as f32 * elements as f32),
        };
        let mut losses = [LossSums::default(); MOST_GROUPS];
        let losses = &mut losses[..sums.len()];
        let weights = step.weights.forward::<B>(network, layer);
        let bias = |panel| network.bias(layer, panel);
        let dz = self.dz.target(rows.count);
        forward_loss(network.instructions, x, weights, bias, output, dz, losses);
        for (sums, &reconstruction) in sums.iter_mut().zip(&*losses) {
            sums.reconstruction = reconstruction;
        }
    }

    fn backward(&mut self, below: &mut StageSlice<B>, _: &StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>) {
        if self.propagates {
            propagate(self.layer, &self.dz, below, step, rows);
        }
    }

    fn layer(&self) -> Option<usize> {
        Some(self.layer)
    }

    fn gradient(&self) -> Option<&B> {
        Some(&self.dz)
    }
}
