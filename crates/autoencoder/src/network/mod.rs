//! Network: the parameters of a model in panels, the layout that the kernels read.

pub(crate) mod buffer;
pub(crate) mod pieces;
pub(crate) mod weights;

use std::ops::Range;

use autoencoder_kernels::{Activation, Instructions, Line, PANEL, Panels, panels};

use crate::model::parameters::Parameters;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::loss::Loss;

/// The place of one layer in the lines of the network.
///
/// Each panel of 32 outputs consists of `inputs` lines of weights, W transposed to (inputs, outputs), and one
/// line of biases. A normalised layer has three more lines per panel: scales, running means and running
/// variances. All numbers that the update of a panel touches therefore lie in one contiguous range of lines.
///
/// A variational encoder's last two layers (means and logarithms of variances) are packed side by side as one
/// layer.
#[derive(Clone, Debug)]
pub(crate) struct PackedLayer {
    pub inputs: usize,
    pub outputs: usize,
    pub activation: Activation,
    pub first_line: usize,
    /// The layer whose transposed weights this layer uses. Such a tied layer has lines of biases only.
    pub tied_to: Option<usize>,
    /// Whether the layer's sums are normalised before the bias is added.
    pub normalized: bool,
    /// The layers of the architecture that are packed here side by side, each with its first column, a
    /// multiple of 32. Columns between two of them are zero and stay zero.
    architecture_layers: Vec<(usize, usize)>,
}

impl PackedLayer {
    /// The number of lines of weights in a panel; 0 for a tied layer.
    pub(crate) fn weight_lines(&self) -> usize {
        if self.tied_to.is_some() { 0 } else { self.inputs }
    }

    /// The number of lines in a panel: weights, bias and other vectors.
    pub(crate) fn stride(&self) -> usize {
        self.weight_lines() + self.vectors()
    }

    /// The number of lines after the weights in a panel: the bias, and the vectors of a normalised layer.
    pub(crate) fn vectors(&self) -> usize {
        if self.normalized { 4 } else { 1 }
    }

    /// The number of these lines that gradients train: bias and scale. Running statistics have no gradients.
    pub(crate) fn trained_vectors(&self) -> usize {
        if self.normalized { 2 } else { 1 }
    }

    /// The lines of one panel's vectors, as a range in the network's lines.
    fn vector_lines(&self, panel: usize) -> Range<usize> {
        let end = self.first_line + (panel + 1) * self.stride();
        end - self.vectors()..end
    }

    /// The lines of the whole layer, as a range in the network's lines.
    fn range(&self) -> Range<usize> {
        self.first_line..self.first_line + panels(self.outputs) * self.stride()
    }

    /// The indices of the architecture's layers that are packed here.
    pub(crate) fn architecture_layers(&self) -> impl Iterator<Item = usize> {
        self.architecture_layers.iter().map(|&(architecture_layer, _)| architecture_layer)
    }

    /// The index of the architecture's layer that the columns of one panel belong to.
    pub(crate) fn architecture_layer(&self, panel: usize) -> usize {
        let mine = self.architecture_layers.iter().rfind(|(_, first_column)| *first_column <= panel * PANEL);
        mine.map_or(usize::MAX, |&(architecture_layer, _)| architecture_layer)
    }

    /// The line of one unit's bias and the unit's column in that line. The unit's weights are in the lines
    /// before.
    fn place(&self, first_column: usize, unit: usize) -> (usize, usize) {
        let column = first_column + unit;
        (self.first_line + column / PANEL * self.stride() + self.weight_lines(), column % PANEL)
    }
}

/// All parameters of a model in panels.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub instructions: Instructions,
    pub layers: Vec<PackedLayer>,
    pub encoder_layers: usize,
    /// The number of units of the code.
    pub code: usize,
    pub specification: Specification,
    pub lines: Vec<Line>,
}

impl Network {
    /// Packs `parameters`. The two last layers of a variational encoder become one layer: the means, and from
    /// the next panel on the logarithms of the variances.
    pub(crate) fn new(architecture: &Architecture, parameters: &Parameters) -> Self {
        let specification = architecture.specification();
        let mut layers: Vec<PackedLayer> = Vec::new();
        for (index, layer) in architecture.layers().iter().enumerate() {
            let is_variance = specification.is_variational() && index == architecture.encoder_layers();
            if is_variance && let Some(means) = layers.last_mut() {
                let first_column = means.outputs.next_multiple_of(PANEL);
                means.architecture_layers.push((index, first_column));
                means.outputs = first_column + layer.outputs;
                continue;
            }
            layers.push(PackedLayer {
                inputs: layer.inputs,
                outputs: layer.outputs,
                activation: layer.activation,
                first_line: layers.last().map_or(0, |layer| layer.range().end),
                tied_to: layer.tied_to,
                normalized: layer.normalized,
                architecture_layers: vec![(index, 0)],
            });
        }
        let mut network = Self {
            instructions: Instructions::best(),
            layers,
            encoder_layers: architecture.encoder_layers(),
            code: architecture.code(),
            specification: specification.clone(),
            lines: Vec::new(),
        };
        network.lines = network.pack(parameters);
        network
    }

    /// Packs `parameters` into lines of this network's layout. Moments and gradients are packed like weights.
    pub(crate) fn pack(&self, parameters: &Parameters) -> Vec<Line> {
        let end = self.layers.last().map_or(0, |layer| layer.range().end);
        let mut lines = vec![Line::ZERO; end];
        for layer in &self.layers {
            for &(architecture_layer, first_column) in &layer.architecture_layers {
                for unit in 0..parameters.bias(architecture_layer).len() {
                    let (place, column) = layer.place(first_column, unit);
                    for (line, values) in
                        lines[place..].iter_mut().zip(parameters.vectors(architecture_layer))
                    {
                        line.0[column] = values[unit];
                    }
                    if layer.tied_to.is_none() {
                        let lines = &mut lines[place - layer.inputs..place];
                        for (line, &weight) in
                            lines.iter_mut().zip(parameters.weight(architecture_layer).row(unit))
                        {
                            line.0[column] = weight;
                        }
                    }
                }
            }
        }
        lines
    }

    /// Unpacks lines of this network's layout into named `parameters`, which are overwritten.
    pub(crate) fn unpack(&self, lines: &[Line], parameters: &mut Parameters) {
        for layer in &self.layers {
            for &(architecture_layer, first_column) in &layer.architecture_layers {
                for unit in 0..parameters.bias(architecture_layer).len() {
                    let (place, column) = layer.place(first_column, unit);
                    for (line, values) in
                        lines[place..].iter().zip(parameters.vectors_mut(architecture_layer))
                    {
                        values[unit] = line.0[column];
                    }
                    if layer.tied_to.is_none() {
                        let lines = &lines[place - layer.inputs..place];
                        let mut weight = parameters.weight_mut(architecture_layer);
                        for (weight, line) in weight.row_mut(unit).iter_mut().zip(lines) {
                            *weight = line.0[column];
                        }
                    }
                }
            }
        }
    }

    /// The weights of a layer that is not tied, as Wᵀ (inputs, outputs) in panels.
    pub(crate) fn weights(&self, layer: usize) -> Panels<'_> {
        let layer = &self.layers[layer];
        Panels::new(&self.lines[layer.range()], layer.weight_lines(), layer.outputs, layer.stride())
    }

    /// The bias of one panel of a layer.
    pub(crate) fn bias(&self, layer: usize, panel: usize) -> &Line {
        &self.vectors(layer, panel)[0]
    }

    /// The vectors of one panel of a layer: the bias, and for a normalised layer also scale, running mean and
    /// running variance.
    pub(crate) fn vectors(&self, layer: usize, panel: usize) -> &[Line] {
        &self.lines[self.layers[layer].vector_lines(panel)]
    }

    /// The vectors of one panel of a layer in the same order, for writing.
    pub(crate) fn vectors_mut(&mut self, layer: usize, panel: usize) -> &mut [Line] {
        &mut self.lines[self.layers[layer].vector_lines(panel)]
    }

    /// The activation that a layer applies in training. The last layer stays linear with cross-entropy,
    /// because that loss is computed from logits.
    pub(crate) fn training_activation(&self, layer: usize) -> Activation {
        if self.specification.loss == Loss::Bce && layer + 1 == self.layers.len() {
            Activation::Linear
        } else {
            self.layers[layer].activation
        }
    }

    /// Whether the encoder gives distributions from which codes are drawn (a variational model).
    pub(crate) fn draws_codes(&self) -> bool {
        self.specification.is_variational()
    }
}
