//! The parameters as the kernels want them, in panels.

pub(crate) mod buffer;
pub(crate) mod pieces;
pub(crate) mod weights;

use std::ops::Range;

use autoencoder_kernels::{Activation, Instructions, Line, PANEL, Panels, panels};

use crate::model::parameters::Parameters;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::loss::Loss;

/// One layer's place in the network's lines.
///
/// Each panel of 32 outputs is `inputs` lines of weights, W transposed to (inputs, outputs), and one line of
/// biases, after which a normalised layer has one each of scales, running means and variances: so a panel with all
/// that an update of it touches is one contiguous piece.
#[derive(Clone, Debug)]
pub(crate) struct PackedLayer {
    pub inputs: usize,
    pub outputs: usize,
    pub activation: Activation,
    pub first_line: usize,
    /// The layer whose weights, transposed, are this one's: then its lines are biases only.
    pub tied_to: Option<usize>,
    /// Whether its sums are normalised before the bias is added.
    pub normalized: bool,
    /// Layers of the architecture side by side, each with its first column, a multiple of 32. What is between them is
    /// zero and stays so.
    architecture_layers: Vec<(usize, usize)>,
}

impl PackedLayer {
    /// Lines of weights of its own in a panel.
    pub(crate) fn weight_lines(&self) -> usize {
        if self.tied_to.is_some() { 0 } else { self.inputs }
    }

    /// Lines from one panel to the next.
    pub(crate) fn stride(&self) -> usize {
        self.weight_lines() + self.vectors()
    }

    /// Lines of a panel after those of weights.
    pub(crate) fn vectors(&self) -> usize {
        if self.normalized { 4 } else { 1 }
    }

    /// Those of them that are trained by their gradients.
    pub(crate) fn trained_vectors(&self) -> usize {
        if self.normalized { 2 } else { 1 }
    }

    /// The place of one panel's vectors.
    fn vector_lines(&self, panel: usize) -> Range<usize> {
        let end = self.first_line + (panel + 1) * self.stride();
        end - self.vectors()..end
    }

    fn range(&self) -> Range<usize> {
        self.first_line..self.first_line + panels(self.outputs) * self.stride()
    }

    /// The layers of the architecture that it is made of.
    pub(crate) fn architecture_layers(&self) -> impl Iterator<Item = usize> {
        self.architecture_layers.iter().map(|&(architecture_layer, _)| architecture_layer)
    }

    /// The layer of the architecture that one panel belongs to.
    pub(crate) fn architecture_layer(&self, panel: usize) -> usize {
        let mine = self.architecture_layers.iter().rfind(|(_, first_column)| *first_column <= panel * PANEL);
        mine.map_or(usize::MAX, |&(architecture_layer, _)| architecture_layer)
    }

    /// The place of one unit's biases, and its column there; its weights are in the lines before.
    fn place(&self, first_column: usize, unit: usize) -> (usize, usize) {
        let column = first_column + unit;
        (self.first_line + column / PANEL * self.stride() + self.weight_lines(), column % PANEL)
    }
}

/// All parameters in panels.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub instructions: Instructions,
    pub layers: Vec<PackedLayer>,
    pub encoder_layers: usize,
    /// Numbers in a code.
    pub code: usize,
    pub specification: Specification,
    pub lines: Vec<Line>,
}

impl Network {
    /// The last layer of a variational encoder is one of means and, from the next panel on, of logarithms of variances.
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

    /// Lines of the same layout as the network's own, holding `parameters`: weights, moments or gradients.
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

    /// Copies lines of the network's layout back into named parameters.
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

    /// Wᵀ (inputs, outputs) of a layer with weights of its own.
    pub(crate) fn weights(&self, layer: usize) -> Panels<'_> {
        let layer = &self.layers[layer];
        Panels::new(&self.lines[layer.range()], layer.weight_lines(), layer.outputs, layer.stride())
    }

    /// The bias of one panel of a layer's outputs.
    pub(crate) fn bias(&self, layer: usize, panel: usize) -> &Line {
        &self.vectors(layer, panel)[0]
    }

    /// The bias of one panel, and of a normalised layer its scale, running mean and variance.
    pub(crate) fn vectors(&self, layer: usize, panel: usize) -> &[Line] {
        &self.lines[self.layers[layer].vector_lines(panel)]
    }

    /// The same, to be written.
    pub(crate) fn vectors_mut(&mut self, layer: usize, panel: usize) -> &mut [Line] {
        &mut self.lines[self.layers[layer].vector_lines(panel)]
    }

    /// The activation of a layer while training: cross-entropy takes the last layer's logits.
    pub(crate) fn training_activation(&self, layer: usize) -> Activation {
        if self.specification.loss == Loss::Bce && layer + 1 == self.layers.len() {
            Activation::Linear
        } else {
            self.layers[layer].activation
        }
    }

    /// Whether codes are drawn from distributions that the encoder gives.
    pub(crate) fn draws_codes(&self) -> bool {
        self.specification.is_variational()
    }
}
