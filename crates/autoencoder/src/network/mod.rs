//! Network: the parameters of a model in panels, the layout that the kernels read.

pub(crate) mod buffer;
pub(crate) mod matrix;
pub(crate) mod pieces;
pub(crate) mod weights;

use autoencoder_kernels::{Activation, Instructions, Line, PANEL, Panels, TableFeatures};

use matrix::Matrix;

use crate::model::parameters::Parameters;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::table::TableColumns;

/// A layer: the widths of the values that pass it, and its matrix.
///
/// A variational encoder's last two layers (means and logarithms of variances) are packed side by side as one layer.
#[derive(Clone, Debug)]
pub(crate) struct PackedLayer {
    /// The width of the values that go in.
    pub inputs: usize,
    /// The width of the values that come out.
    pub outputs: usize,
    pub activation: Activation,
    /// Whether the layer's sums are normalised before the bias is added.
    pub normalized: bool,
    /// The weights and vectors. The matrix of a dense layer has a row for each input and a column for each output.
    pub matrix: Matrix,
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
    /// What the features stand for, if they are those of a table with words or holes.
    pub table: Option<TableFeatures>,
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
                means.outputs = first_column + layer.outputs;
                means.matrix.columns = first_column + layer.units();
                means.matrix.architecture_layers.push((index, first_column));
                continue;
            }
            layers.push(PackedLayer {
                inputs: layer.inputs,
                outputs: layer.outputs,
                activation: layer.activation,
                normalized: layer.normalized,
                matrix: Matrix {
                    rows: layer.unit_inputs(),
                    columns: layer.units(),
                    first_line: layers.last().map_or(0, |layer| layer.matrix.range().end),
                    tied_to: layer.tied_to,
                    vectors: [layer.vectors(), layer.trained_vectors()],
                    architecture_layers: vec![(index, 0)],
                },
            });
        }
        let mut network = Self {
            instructions: Instructions::best(),
            layers,
            encoder_layers: architecture.encoder_layers(),
            code: architecture.code(),
            specification: specification.clone(),
            table: specification.table.as_ref().map(TableColumns::for_kernels),
            lines: Vec::new(),
        };
        network.lines = network.pack(parameters);
        network
    }

    /// The name of each layer, given the architecture that was packed. The layer of a variational code has the name of its means.
    pub(crate) fn layer_names(&self, architecture: &Architecture) -> Vec<String> {
        let packed = self.layers.iter().filter_map(|layer| layer.matrix.architecture_layers.first());
        packed.map(|&(layer, _)| architecture.layers()[layer].name.clone()).collect()
    }

    /// Packs `parameters` into lines of this network's layout. Moments and gradients are packed like weights.
    pub(crate) fn pack(&self, parameters: &Parameters) -> Vec<Line> {
        let end = self.layers.last().map_or(0, |layer| layer.matrix.range().end);
        let mut lines = vec![Line::ZERO; end];
        for PackedLayer { matrix, .. } in &self.layers {
            for &(architecture_layer, first_column) in &matrix.architecture_layers {
                for unit in 0..parameters.bias(architecture_layer).len() {
                    let (place, column) = matrix.place(first_column, unit);
                    for (line, values) in
                        lines[place..].iter_mut().zip(parameters.vectors(architecture_layer))
                    {
                        line.0[column] = values[unit];
                    }
                    if matrix.tied_to.is_none() {
                        let lines = &mut lines[place - matrix.rows..place];
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
        for PackedLayer { matrix, .. } in &self.layers {
            for &(architecture_layer, first_column) in &matrix.architecture_layers {
                for unit in 0..parameters.bias(architecture_layer).len() {
                    let (place, column) = matrix.place(first_column, unit);
                    for (line, values) in
                        lines[place..].iter().zip(parameters.vectors_mut(architecture_layer))
                    {
                        values[unit] = line.0[column];
                    }
                    if matrix.tied_to.is_none() {
                        let lines = &lines[place - matrix.rows..place];
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
        let matrix = &self.layers[layer].matrix;
        Panels::new(&self.lines[matrix.range()], matrix.weight_lines(), matrix.columns, matrix.stride())
    }

    /// The bias of one panel of a layer.
    pub(crate) fn bias(&self, layer: usize, panel: usize) -> &Line {
        &self.vectors(layer, panel)[0]
    }

    /// The vectors of one panel of a layer: the bias, and for a normalised layer also scale, running mean and
    /// running variance.
    pub(crate) fn vectors(&self, layer: usize, panel: usize) -> &[Line] {
        &self.lines[self.layers[layer].matrix.vector_lines(panel)]
    }

    /// The vectors of one panel of a layer in the same order, for writing.
    pub(crate) fn vectors_mut(&mut self, layer: usize, panel: usize) -> &mut [Line] {
        &mut self.lines[self.layers[layer].matrix.vector_lines(panel)]
    }

    /// The activation that a layer applies in training. The last layer stays linear with cross-entropy,
    /// because that loss is computed from logits.
    pub(crate) fn training_activation(&self, layer: usize) -> Activation {
        if self.specification.loss.takes_logits() && layer + 1 == self.layers.len() {
            Activation::Linear
        } else {
            self.layers[layer].activation
        }
    }

    /// Whether the encoder gives distributions from which codes are drawn (a variational model).
    pub(crate) fn draws_codes(&self) -> bool {
        self.specification.penalty.draws_codes()
    }
}
