//! The parameters as the kernels want them, in panels.

use std::ops::Range;

use autoencoder_kernels::{Activation, Instructions, Line, Operand, PANEL, Panels, panels};

use crate::boundary::Boundary;
use crate::parameters::Parameters;
use crate::specification::{Architecture, Loss};

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

    /// All weights as [`Boundary::weights`] wants them.
    pub(crate) fn packed<B: Boundary>(&self) -> Vec<B::Operand> {
        let mut packed = Vec::new();
        for layer in &self.layers {
            for lines in self.lines[layer.range()].chunks(layer.stride()) {
                let first = packed.len();
                packed.resize(first + B::packed_lines(layer.inputs), B::Operand::ZERO);
                B::pack(self.instructions, &lines[..layer.inputs], &mut packed[first..]);
            }
        }
        packed
    }
}
