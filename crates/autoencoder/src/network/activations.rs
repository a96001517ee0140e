//! Rows on their way forward through some layers of a network.

use std::ops::Range;

use autoencoder_kernels::{Activation, Line, Nonzeros, Panels, PanelsMut, RowLine, forward, normalize};

use crate::network::Network;
use crate::network::buffer::{Buffer, Uses};
use crate::network::weights::Weights;
use crate::samples::Zeros;
use crate::stages::normalization::Statistics;

/// What a block of rows holds at the inputs of some layers, and behind the last of them.
pub(crate) struct Activations<B> {
    layers: Range<usize>,
    /// The inputs of each of the layers, and the outputs of the last.
    values: Vec<B>,
    /// What goes into a layer instead, where something comes between: noise, dropout, the drawing of codes.
    passed: Vec<Option<B>>,
    /// Of what goes into the first layer, if skipping its zeros pays anywhere.
    nonzeros: Option<Nonzeros>,
    /// Whether it pays on the way forward, and in gradients.
    skips_forward: bool,
    skips_gradients: bool,
}

impl<B: Buffer> Activations<B> {
    /// For up to `height` rows, a multiple of 32. `uses` says what the values before each layer, and behind the last,
    /// are read for, `zeros` how many numbers of the samples are, and `passed` how wide what goes into a layer instead is.
    pub(crate) fn new(
        network: &Network,
        layers: Range<usize>,
        height: usize,
        zeros: Zeros,
        uses: impl Fn(usize) -> Uses,
        passed: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        let first = network.layers[layers.start].inputs;
        let outputs = network.layers[layers.clone()].iter().map(|layer| layer.outputs);
        let widths = std::iter::once(first).chain(outputs);
        let (mut values, mut others) = (Vec::new(), Vec::new());
        for (width, layer) in widths.zip(layers.start..) {
            let passed = passed(layer);
            let given = Uses { values: true, rows: false, steps: false };
            values.push(B::zeros(height, width, if passed.is_some() { given } else { uses(layer) }));
            others.push(passed.map(|width| B::zeros(height, width, Uses { values: true, ..uses(layer) })));
        }
        let skips_forward = zeros.in_two >= B::SKIPPING_PAYS.in_two;
        let skips_gradients = uses(layers.start).steps && zeros.groups >= B::SKIPPING_PAYS.groups;
        let nonzeros = (skips_forward || skips_gradients).then(|| Nonzeros::new(height, first));
        Self { layers, values, passed: others, nonzeros, skips_forward, skips_gradients }
    }

    /// Takes in rows: `fill` writes them.
    pub(crate) fn take(&mut self, network: &Network, rows: usize, fill: impl FnOnce(&mut PanelsMut<'_>)) {
        let inputs = &mut self.values[0];
        if let Some(mut values) = inputs.values_mut(rows) {
            fill(&mut values);
        }
        if self.passed[0].is_none() {
            inputs.written(network.instructions, rows);
            if let Some(nonzeros) = &mut self.nonzeros {
                nonzeros.find(network.instructions, inputs.values(rows));
            }
        }
    }

    /// Makes what goes into `layer` instead of its inputs: `make` writes it.
    pub(crate) fn pass(
        &mut self,
        network: &Network,
        layer: usize,
        rows: usize,
        make: impl FnOnce(Panels<'_>, &mut PanelsMut<'_>),
    ) {
        let index = layer - self.layers.start;
        let Some(passed) = &mut self.passed[index] else { return };
        if let Some(mut target) = passed.values_mut(rows) {
            make(self.values[index].values(rows), &mut target);
        }
        passed.written(network.instructions, rows);
        if let Some(nonzeros) = self.nonzeros.as_mut().filter(|_| index == 0) {
            nonzeros.find(network.instructions, passed.values(rows));
        }
    }

    /// Passes the rows through one layer. Where its slopes cannot be had from its outputs, they go to `slopes`.
    pub(crate) fn forward(
        &mut self,
        network: &Network,
        weights: &Weights<B::Operand>,
        rows: usize,
        layer: usize,
        activation: Activation,
        slopes: Option<&mut B>,
    ) {
        let index = layer - self.layers.start;
        let (before, after) = self.values.split_at_mut(index + 1);
        let inputs = self.passed[index].as_ref().unwrap_or(&before[index]);
        forward(
            network.instructions,
            inputs
                .rows(rows)
                .skipping_zeros(self.nonzeros.as_ref().filter(|_| index == 0 && self.skips_forward)),
            weights.forward::<B>(network, layer),
            |panel| network.bias(layer, panel),
            activation,
            after[0].target(rows),
            slopes.and_then(|slopes| slopes.values_mut(rows)),
        );
    }

    /// The sums of one layer without its bias, for a normalisation that comes before its activation.
    pub(crate) fn sums(
        &self,
        network: &Network,
        weights: &Weights<B::Operand>,
        rows: usize,
        layer: usize,
        sums: &mut B,
    ) {
        forward(
            network.instructions,
            self.rows(layer, rows).skipping_zeros(
                self.nonzeros.as_ref().filter(|_| layer == self.layers.start && self.skips_forward),
            ),
            weights.forward::<B>(network, layer),
            |_| &Line::ZERO,
            Activation::Linear,
            sums.target(rows),
            None,
        );
    }

    /// The outputs of that layer, of its sums; those become normal.
    pub(crate) fn normalize(
        &mut self,
        network: &Network,
        statistics: &Statistics,
        rows: usize,
        sums: &mut B,
        slopes: Option<&mut B>,
    ) {
        let layer = statistics.layer;
        let Some(mut sums) = sums.values_mut(rows) else { return };
        normalize(
            network.instructions,
            |panel| statistics.normalizer(network, panel),
            network.training_activation(layer),
            &mut sums,
            self.values[layer + 1 - self.layers.start].target(rows),
            slopes.and_then(|slopes| slopes.values_mut(rows)),
        );
    }

    /// What came out before `layer`, or behind the last layer its outputs.
    pub(crate) fn values(&self, layer: usize, rows: usize) -> Panels<'_> {
        self.values[layer - self.layers.start].values(rows)
    }

    /// What goes into `layer`.
    pub(crate) fn inputs(&self, layer: usize, rows: usize) -> Panels<'_> {
        self.input(layer).values(rows)
    }

    /// The same as the left operand of a product.
    pub(crate) fn rows(&self, layer: usize, rows: usize) -> Panels<'_, RowLine<B::Operand>> {
        self.input(layer).rows(rows)
    }

    /// One panel of the same, as a factor of gradients, and what of it is not zero, if that is known.
    pub(crate) fn steps(&self, layer: usize, panel: usize, rows: usize) -> (&[B::Operand], Option<&[u32]>) {
        let nonzeros = self.nonzeros.as_ref().filter(|_| layer == self.layers.start && self.skips_gradients);
        (self.input(layer).steps(panel, rows), nonzeros.map(|nonzeros| nonzeros.panel(panel)))
    }

    fn input(&self, layer: usize) -> &B {
        let index = layer - self.layers.start;
        self.passed[index].as_ref().unwrap_or(&self.values[index])
    }
}
