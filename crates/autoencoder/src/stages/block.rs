//! A block of rows on its way through the stages: what one thread does alone.

use std::ops::Range;

use autoencoder_kernels::{Line, Panels, PanelsMut};

use super::list::StageList;
use super::meeting::Direction;
use super::stage::{Rows, Stage, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::samples::Samples;

/// Rows that pass all stages together, so that their values stay in the processor's caches; and all that they leave behind
/// for the gradients.
pub(crate) struct Block<B: Buffer> {
    stages: Vec<Box<dyn Stage<B>>>,
    /// The places of the layers' stages.
    layers: Vec<usize>,
}

impl<B: Buffer> Block<B> {
    /// A block of up to `height` rows, a multiple of 32. `samples` are what is shifted, if anything is.
    pub(crate) fn new(list: &StageList, network: &Network, samples: Option<&Samples>, height: usize) -> Self {
        let layers = (0..network.layers.len()).filter_map(|layer| list.place_of(layer)).collect();
        Self { stages: list.stages(network, samples, height), layers }
    }

    /// Writes the values of the first stage: those of a [`Source`](super::stage::Source) that is filled.
    pub(crate) fn fill(&mut self, rows: usize, fill: impl FnOnce(&mut PanelsMut<'_>)) {
        let values = self.stages.first_mut().and_then(|stage| stage.output_mut());
        if let Some(mut values) = values.and_then(|output| output.values_mut(rows)) {
            fill(&mut values);
        }
    }

    /// Through these stages, from the samples towards the loss.
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

    /// Back through these stages, from the last of them to the first.
    pub(crate) fn backward(&mut self, stages: Range<usize>, step: &Step<'_, B>, rows: Rows<'_>) {
        for place in stages.rev() {
            let (below, rest) = self.stages.split_at_mut(place);
            if let Some((stage, above)) = rest.split_first_mut() {
                stage.backward(below, above, step, rows);
            }
        }
    }

    /// What the stage at this place measures of the rows.
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

    /// The values that come out of the last stage.
    pub(crate) fn outputs(&self, rows: usize) -> Panels<'_> {
        input(&self.stages).values(rows)
    }

    /// The values of the first stage.
    pub(crate) fn inputs(&self, rows: usize) -> Panels<'_> {
        input(&self.stages[..1]).values(rows)
    }

    /// One panel of what goes into a layer, as a factor of its gradients, and which of its columns are zero in no row, if
    /// that is known.
    pub(crate) fn inputs_of(
        &self,
        layer: usize,
        panel: usize,
        rows: usize,
    ) -> (&[B::Operand], Option<&[u32]>) {
        let (below, above) = self.stages.split_at(self.layers[layer]);
        (input(below).steps(panel, rows), above[0].nonzero(panel))
    }

    /// One panel of the gradients at a layer's sums, as the other factor.
    pub(crate) fn gradient(&self, layer: usize, panel: usize, rows: usize) -> &[B::Operand] {
        let gradient = self.stages[self.layers[layer]].gradient();
        gradient.expect("a layer has gradients while it is trained").steps(panel, rows)
    }
}
