//! Blocks: rows that pass through the stages together, computed by one thread alone.

use std::ops::Range;

use autoencoder_kernels::{Line, Panels, PanelsMut};

use super::list::StageList;
use super::meeting::Direction;
use super::stage::{Rows, Stage, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::samples::Samples;

/// A block of rows with the buffers of all stages. The block is small enough that its values stay in the
/// processor's caches. After a step, the block holds the values and gradients from which the gradients of
/// weights are formed.
pub(crate) struct Block<B: Buffer> {
    stages: Vec<Box<dyn Stage<B>>>,
    /// The place of each layer's stage.
    layers: Vec<usize>,
}

impl<B: Buffer> Block<B> {
    /// Makes a block for up to `height` rows, a multiple of 32. `samples` are needed only if images are
    /// shifted.
    pub(crate) fn new(list: &StageList, network: &Network, samples: Option<&Samples>, height: usize) -> Self {
        let layers = (0..network.layers.len()).filter_map(|layer| list.place_of(layer)).collect();
        Self { stages: list.stages(network, samples, height), layers }
    }

    /// Writes the values of the first stage with `fill`, for a [`Source`](super::stage::Source) that is
    /// `Filled`.
    pub(crate) fn fill(&mut self, rows: usize, fill: impl FnOnce(&mut PanelsMut<'_>)) {
        let values = self.stages.first_mut().and_then(|stage| stage.output_mut());
        if let Some(mut values) = values.and_then(|output| output.values_mut(rows)) {
            fill(&mut values);
        }
    }

    /// Runs the stages at these places forward, in rising order.
    pub(crate) fn forward(
        &mut self,
        stages: Range<usize>,
        step: &Step<'_, B>,
        rows: Rows<'_>,
        sums: &mut [Sums],
    ) {
        for place in stages {
            let (below, rest) = self.stages.split_at_mut(place);
            rest[0].forward(below, step, rows, sums);
        }
    }

    /// Runs the stages at these places backward, in falling order.
    pub(crate) fn backward(&mut self, stages: Range<usize>, step: &Step<'_, B>, rows: Rows<'_>) {
        for place in stages.rev() {
            let (below, rest) = self.stages.split_at_mut(place);
            if let Some((stage, above)) = rest.split_first_mut() {
                stage.backward(below, above, step, rows);
            }
        }
    }

    /// Lets the stage at `place` measure the rows for its meeting. The results overwrite `measured`.
    pub(crate) fn measure(
        &mut self,
        (place, direction): (usize, Direction),
        step: &Step<'_, B>,
        rows: Rows<'_>,
        sums: &mut [Sums],
        measured: &mut [Line],
    ) {
        let (below, rest) = self.stages.split_at_mut(place);
        rest[0].measure(direction, below, step, rows, sums, measured);
    }

    /// The values of the last stage, (rows, columns).
    pub(crate) fn outputs(&self, rows: usize) -> Panels<'_> {
        input(&self.stages).values(rows)
    }

    /// The values of the first stage, (rows, columns).
    pub(crate) fn inputs(&self, rows: usize) -> Panels<'_> {
        input(&self.stages[..1]).values(rows)
    }

    /// One panel of a layer's inputs, as a factor of the layer's weight gradients, and for each row a word
    /// whose bit i is 1 if column i is not zero, where the product skips zeros.
    pub(crate) fn inputs_of(
        &self,
        layer: usize,
        panel: usize,
        rows: usize,
    ) -> (&[B::Operand], Option<&[u32]>) {
        let (below, above) = self.stages.split_at(self.layers[layer]);
        (input(below).steps(panel, rows), above[0].nonzero(panel))
    }

    /// One panel of the gradients at a layer's sums, as the other factor of the layer's weight gradients.
    pub(crate) fn gradient(&self, layer: usize, panel: usize, rows: usize) -> &[B::Operand] {
        let gradient = self.stages[self.layers[layer]].gradient();
        gradient.expect("a layer has gradients while it is trained").steps(panel, rows)
    }
}
