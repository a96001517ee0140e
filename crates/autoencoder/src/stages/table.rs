//! The outputs of a model of a table: numbers and words, restored and held against the rows of the table.

use autoencoder_kernels::{
    Activation, LOSS_ROWS, LossSums, NumberLoss, TableBuffers, TableFeatures, forward, softmax,
    table_loss_gradients,
};

use super::dense::propagate;
use super::stage::{MOST_ROWS, Rows, Source, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::{Buffer, Uses};

/// The last layer with the loss of a table's columns: holds its sums, the numbers and logits (rows, features), and then in their
/// place the gradients dz at them.
pub(crate) struct TableLoss<B> {
    layer: usize,
    buffers: TableBuffers,
    dz: B,
    /// Whether anything below is trained, so that gradients must propagate.
    propagates: bool,
}

/// The most groups of rows in a block.
const MOST_GROUPS: usize = MOST_ROWS / LOSS_ROWS;

impl<B: Buffer> TableLoss<B> {
    pub(crate) fn new(
        layer: usize,
        height: usize,
        features: &TableFeatures,
        dz: Uses,
        propagates: bool,
    ) -> Self {
        let dz = B::zeros(height, features.count(), Uses { values: true, ..dz });
        Self { layer, buffers: TableBuffers::new(features), dz, propagates }
    }
}

impl<B: Buffer> Stage<B> for TableLoss<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]) {
        let Self { layer, buffers, dz, .. } = self;
        let Source::Samples(samples) = step.source else { unreachable!("only samples have a loss") };
        let table = samples.table().expect("samples are checked to be rows of the model's table");
        let (network, x) = (step.network, input(below).rows(rows.count));
        let weights = step.weights.forward::<B>(network, *layer);
        let bias = |panel| network.bias(*layer, panel);
        forward(network.instructions, x, weights, bias, Activation::Linear, dz.target(rows.count), None);
        let mut losses = [LossSums::default(); MOST_GROUPS];
        let losses = &mut losses[..sums.len()];
        let factor = 1.0 / (step.loss_samples as f32 * network.specification.terms() as f32);
        let mut outputs = dz.values_mut(rows.count).expect("they are written as values");
        let row = |row| table.row(rows.index(row));
        let number = number_loss(network);
        table_loss_gradients(network.instructions, buffers, number, row, &mut outputs, factor, losses);
        dz.update_operands(network.instructions, rows.count);
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

/// The loss of a number in a network's loss.
pub(crate) fn number_loss(network: &Network) -> NumberLoss {
    let loss = network.specification.loss;
    let (scale, shift) = loss.scale_and_shift();
    NumberLoss { element: loss.element(), scale: scale as f32, shift: shift as f32 }
}

/// The probabilities of words, in place of their logits.
pub(crate) struct Softmax {
    buffers: TableBuffers,
}

impl Softmax {
    pub(crate) fn new(features: &TableFeatures) -> Self {
        Self { buffers: TableBuffers::new(features) }
    }
}

impl<B: Buffer> Stage<B> for Softmax {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let outputs = below.iter_mut().rev().find_map(|stage| stage.output_mut());
        if let Some(mut outputs) = outputs.and_then(|outputs| outputs.values_mut(rows.count)) {
            softmax(step.network.instructions, &mut self.buffers, &mut outputs);
        }
    }
}
