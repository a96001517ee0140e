//! The parameters as the kernels want them, in panels, and the way of samples through the layers.

use std::ops::Range;

use autoencoder_kernels::{
    Activation, Instructions, Line, LossSums, PANEL, Panels, PanelsMut, forward, gather, lines, loss, panels,
};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::parameters::Parameters;
use crate::samples::{Samples, row_slice};
use crate::specification::{Architecture, Loss};

/// Rows that pass through all layers together when nothing is trained. Two buffers hold their activations, and
/// every block reads all weights once. Fixed, because losses are summed by blocks.
const BLOCK: usize = 64;

/// One layer's place in the network's lines.
///
/// Each panel of 32 outputs is `inputs` lines of weights, W transposed to (inputs, outputs), and one line of
/// biases: so a panel with all that an update of it touches is one contiguous piece.
#[derive(Clone, Debug)]
pub(crate) struct PackedLayer {
    pub inputs: usize,
    pub outputs: usize,
    pub activation: Activation,
    pub first_line: usize,
}

impl PackedLayer {
    /// Lines from one panel to the next.
    pub(crate) fn stride(&self) -> usize {
        self.inputs + 1
    }

    fn range(&self) -> Range<usize> {
        self.first_line..self.first_line + panels(self.outputs) * self.stride()
    }
}

/// All parameters in panels.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub instructions: Instructions,
    pub layers: Vec<PackedLayer>,
    pub encoder_layers: usize,
    pub loss: Loss,
    pub lines: Vec<Line>,
}

impl Network {
    pub(crate) fn new(architecture: &Architecture, parameters: &Parameters) -> Self {
        let mut first_line = 0;
        let layers = architecture
            .layers()
            .iter()
            .map(|layer| {
                let packed = PackedLayer {
                    inputs: layer.inputs,
                    outputs: layer.outputs,
                    activation: layer.activation,
                    first_line,
                };
                first_line = packed.range().end;
                packed
            })
            .collect();
        let mut network = Self {
            instructions: Instructions::best(),
            layers,
            encoder_layers: architecture.encoder_layers(),
            loss: architecture.specification().loss,
            lines: Vec::new(),
        };
        network.lines = network.pack(parameters);
        network
    }

    /// Lines of the same layout as the network's own, holding `parameters`: weights, moments or gradients.
    pub(crate) fn pack(&self, parameters: &Parameters) -> Vec<Line> {
        let end = self.layers.last().map_or(0, |layer| layer.range().end);
        let mut lines = vec![Line::ZERO; end];
        for (index, layer) in self.layers.iter().enumerate() {
            let (weight, bias) = (parameters.weight(index), parameters.bias(index));
            for (panel, lines) in lines[layer.range()].chunks_mut(layer.stride()).enumerate() {
                let first = panel * PANEL;
                for unit in first..(first + PANEL).min(layer.outputs) {
                    for (line, &value) in lines.iter_mut().zip(weight.row(unit).iter().chain([&bias[unit]])) {
                        line.0[unit - first] = value;
                    }
                }
            }
        }
        lines
    }

    /// Copies lines of the network's layout back into named parameters.
    pub(crate) fn unpack(&self, lines: &[Line], parameters: &mut Parameters) {
        for (index, layer) in self.layers.iter().enumerate() {
            for (panel, lines) in lines[layer.range()].chunks(layer.stride()).enumerate() {
                let first = panel * PANEL;
                let width = PANEL.min(layer.outputs - first);
                parameters.bias_mut(index)[first..first + width]
                    .copy_from_slice(&lines[layer.inputs].0[..width]);
                let mut weight = parameters.weight_mut(index);
                for unit in 0..width {
                    for (value, line) in weight.row_mut(first + unit).iter_mut().zip(lines) {
                        *value = line.0[unit];
                    }
                }
            }
        }
    }

    /// Wᵀ (inputs, outputs) of a layer.
    pub(crate) fn weights(&self, layer: usize) -> Panels<'_> {
        let layer = &self.layers[layer];
        Panels::new(&self.lines[layer.range()], layer.inputs, layer.outputs, layer.stride())
    }

    /// The bias of one panel of a layer's outputs.
    pub(crate) fn bias(&self, layer: usize, panel: usize) -> &Line {
        let layer = &self.layers[layer];
        &self.lines[layer.first_line + panel * layer.stride() + layer.inputs]
    }

    /// The activation of a layer while training: cross-entropy takes the last layer's logits.
    pub(crate) fn training_activation(&self, layer: usize) -> Activation {
        if self.loss == Loss::Bce && layer + 1 == self.layers.len() {
            Activation::Linear
        } else {
            self.layers[layer].activation
        }
    }

    /// The outputs of the last of `layers` for each row: `fill` writes the inputs of the rows from the given one on.
    pub(crate) fn run(
        &self,
        layers: Range<usize>,
        rows: usize,
        fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
    ) -> Array2<f32> {
        let mut outputs = Array2::zeros((rows, self.layers[layers.end - 1].outputs));
        outputs.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate().for_each_init(
            || Scratch::new(self, layers.clone()),
            |scratch, (block, mut outputs)| {
                let rows = outputs.nrows();
                fill(block * BLOCK, &mut scratch.inputs(rows));
                let result =
                    scratch.forward(self, layers.clone(), rows, |layer| self.layers[layer].activation);
                for (row, output) in outputs.rows_mut().into_iter().enumerate() {
                    let output = output.into_slice().expect("rows of a new array are contiguous");
                    for (panel, output) in output.chunks_mut(PANEL).enumerate() {
                        output.copy_from_slice(&result.panel(panel)[row].0[..output.len()]);
                    }
                }
            },
        );
        outputs
    }

    /// The sums of loss and squared error of reconstructing all samples, in the order of their blocks.
    pub(crate) fn reconstruction_loss(&self, samples: &Samples) -> LossSums {
        let layers = 0..self.layers.len();
        let blocks: Vec<LossSums> = (0..samples.len().div_ceil(BLOCK))
            .into_par_iter()
            .map_init(
                || (Scratch::new(self, layers.clone()), vec![Line::ZERO; lines(BLOCK, samples.features())]),
                |(scratch, targets), block| {
                    let first = block * BLOCK;
                    let rows = BLOCK.min(samples.len() - first);
                    let mut target = PanelsMut::new(targets, rows, samples.features(), BLOCK);
                    samples.gather(self.instructions, &mut target, |row| first + row);
                    samples.gather(self.instructions, &mut scratch.inputs(rows), |row| first + row);
                    let outputs =
                        scratch.forward(self, layers.clone(), rows, |layer| self.training_activation(layer));
                    loss(self.instructions, self.loss.element(), outputs, target.view())
                },
            )
            .collect();
        let mut sums = LossSums::default();
        for block in blocks {
            sums += block;
        }
        sums
    }

    /// The codes of all samples.
    pub(crate) fn encode(&self, samples: &Samples) -> Array2<f32> {
        self.run(0..self.encoder_layers, samples.len(), |first, target| {
            samples.gather(self.instructions, target, |row| first + row);
        })
    }

    /// The reconstructions of all samples, as the network sees them.
    pub(crate) fn reconstruct(&self, samples: &Samples) -> Array2<f32> {
        self.run(0..self.layers.len(), samples.len(), |first, target| {
            samples.gather(self.instructions, target, |row| first + row);
        })
    }

    /// The samples that the decoder makes of codes, as the network sees them.
    pub(crate) fn decode(&self, codes: ArrayView2<'_, f32>) -> Array2<f32> {
        let codes = codes.as_standard_layout();
        self.run(self.encoder_layers..self.layers.len(), codes.nrows(), |first, target| {
            gather(self.instructions, target, |row| row_slice(&codes, first + row), |_, value| value);
        })
    }
}

/// Two buffers that a block's activations alternate between.
struct Scratch {
    buffers: [Vec<Line>; 2],
    inputs: usize,
}

impl Scratch {
    fn new(network: &Network, layers: Range<usize>) -> Self {
        let inputs = network.layers[layers.start].inputs;
        let widest = network.layers[layers].iter().map(|layer| layer.outputs).fold(inputs, usize::max);
        Self { buffers: std::array::from_fn(|_| vec![Line::ZERO; lines(BLOCK, widest)]), inputs }
    }

    /// The first layer's input, to be written.
    fn inputs(&mut self, rows: usize) -> PanelsMut<'_> {
        PanelsMut::new(&mut self.buffers[0][..lines(BLOCK, self.inputs)], rows, self.inputs, BLOCK)
    }

    fn forward(
        &mut self,
        network: &Network,
        layers: Range<usize>,
        rows: usize,
        activation: impl Fn(usize) -> Activation,
    ) -> Panels<'_> {
        let mut width = self.inputs;
        for index in layers {
            let layer = &network.layers[index];
            let [from, to] = &mut self.buffers;
            forward(
                network.instructions,
                Panels::new(&from[..lines(BLOCK, layer.inputs)], rows, layer.inputs, BLOCK),
                network.weights(index),
                |panel| network.bias(index, panel),
                activation(index),
                PanelsMut::new(&mut to[..lines(BLOCK, layer.outputs)], rows, layer.outputs, BLOCK),
                None,
            );
            self.buffers.swap(0, 1);
            width = layer.outputs;
        }
        Panels::new(&self.buffers[0][..lines(BLOCK, width)], rows, width, BLOCK)
    }
}
