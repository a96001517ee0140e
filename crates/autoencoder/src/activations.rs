//! Rows on their way forward through some layers of a network.

use std::ops::Range;

use autoencoder_kernels::{Activation, Nonzeros, Panels, PanelsMut, RowLine, forward};

use crate::boundary::{Boundary, Uses};
use crate::network::Network;

/// What a block of rows holds at the inputs of some layers, and behind the last of them.
pub(crate) struct Activations<B> {
    layers: Range<usize>,
    /// The inputs of each of the layers, and the outputs of the last.
    values: Vec<B>,
    /// Of the first layer's inputs, if skipping their zeros pays.
    nonzeros: Option<Nonzeros>,
}

impl<B: Boundary> Activations<B> {
    /// For up to `height` rows, a multiple of 32. `uses` says what the values before each layer, and behind the last,
    /// are read for.
    pub(crate) fn new(
        network: &Network,
        layers: Range<usize>,
        height: usize,
        sparse: bool,
        uses: impl Fn(usize) -> Uses,
    ) -> Self {
        let first = network.layers[layers.start].inputs;
        let outputs = network.layers[layers.clone()].iter().map(|layer| layer.outputs);
        let widths = std::iter::once(first).chain(outputs);
        Self {
            values: widths
                .zip(layers.start..)
                .map(|(width, layer)| B::zeros(height, width, uses(layer)))
                .collect(),
            nonzeros: sparse.then(|| Nonzeros::new(height, first)),
            layers,
        }
    }

    /// Takes in rows: `fill` writes them.
    pub(crate) fn take(&mut self, network: &Network, rows: usize, fill: impl FnOnce(&mut PanelsMut<'_>)) {
        let inputs = &mut self.values[0];
        if let Some(mut values) = inputs.values_mut(rows) {
            fill(&mut values);
        }
        inputs.written(network.instructions, rows);
        if let Some(nonzeros) = &mut self.nonzeros {
            nonzeros.find(network.instructions, inputs.values(rows));
        }
    }

    /// Passes the rows through all layers: `packed` as [`Boundary::weights`] wants it. Where a layer's slopes cannot be had
    /// from its outputs, they go to its place in `slopes`, if there is one.
    pub(crate) fn forward(
        &mut self,
        network: &Network,
        packed: &[B::Operand],
        rows: usize,
        activation: impl Fn(usize) -> Activation,
        slopes: &mut [B],
    ) {
        for layer in self.layers.clone() {
            let index = layer - self.layers.start;
            let (before, after) = self.values.split_at_mut(index + 1);
            forward(
                network.instructions,
                before[index].rows(rows).skipping_zeros(self.nonzeros.as_ref().filter(|_| index == 0)),
                B::weights(network, layer, packed),
                |panel| network.bias(layer, panel),
                activation(layer),
                after[0].target(rows),
                slopes.get_mut(layer).and_then(|slopes| slopes.values_mut(rows)),
            );
        }
    }

    /// The inputs of `layer`, or behind the last layer its outputs.
    pub(crate) fn values(&self, layer: usize, rows: usize) -> Panels<'_> {
        self.values[layer - self.layers.start].values(rows)
    }

    /// The same as the left operand of a product.
    pub(crate) fn rows(&self, layer: usize, rows: usize) -> Panels<'_, RowLine<B::Operand>> {
        self.values[layer - self.layers.start].rows(rows)
    }

    /// One panel of the same, as a factor of gradients, and what of it is not zero, if that is known.
    pub(crate) fn steps(&self, layer: usize, panel: usize, rows: usize) -> (&[B::Operand], Option<&[u32]>) {
        let index = layer - self.layers.start;
        let nonzeros = self.nonzeros.as_ref().filter(|_| index == 0);
        (self.values[index].steps(panel, rows), nonzeros.map(|nonzeros| nonzeros.panel(panel)))
    }
}
