//! Parameters of a model: all weights and biases in one flat buffer, with views by the names used in model
//! files.

use std::ops::Range;

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2};

use crate::specification::architecture::Architecture;

/// Name, shape and place of one tensor in the flat buffer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tensor {
    /// Name of the tensor: `encoder.0.weight`, `encoder.0.bias`, ...
    pub name: String,
    /// Shape of the tensor: (outputs, inputs) for a weight, (outputs) for a bias, a scale, a mean and a
    /// variance.
    pub shape: Vec<usize>,
    /// Range of the tensor's numbers in the buffer, in row-major order (the last index varies fastest).
    pub range: Range<usize>,
}

/// Names of a layer's vectors. A layer without normalisation has only the bias.
const VECTORS: [&str; 4] = ["bias", "scale", "mean", "variance"];

/// The index of a layer's weight among the tensors (`None` if tied), and the indices of the layer's vectors.
type LayerTensors = (Option<usize>, Range<usize>);

/// Parameters of a model in one flat buffer, layer by layer.
///
/// Each layer's weight (outputs, inputs) stands before its bias (outputs). A normalised layer has three more
/// vectors (outputs) after the bias: the scale, and the running mean and running variance of the layer's
/// sums. A tied layer has no weight of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    tensors: Vec<Tensor>,
    layers: Vec<LayerTensors>,
    values: Vec<f32>,
}

impl Parameters {
    /// Parameters for `architecture`, all zero.
    pub fn zeros(architecture: &Architecture) -> Self {
        let (tensors, layers) = Self::layout(architecture);
        let end = tensors.last().map_or(0, |tensor| tensor.range.end);
        Self { tensors, layers, values: vec![0.0; end] }
    }

    /// The tensors of parameters for `architecture`, without the memory for their numbers.
    pub(crate) fn tensors_of(architecture: &Architecture) -> Vec<Tensor> {
        Self::layout(architecture).0
    }

    fn layout(architecture: &Architecture) -> (Vec<Tensor>, Vec<LayerTensors>) {
        let (mut tensors, mut layers) = (Vec::new(), Vec::new());
        let mut end = 0;
        for layer in architecture.layers() {
            let mut add = |kind: &str, shape: Vec<usize>| {
                let start = end;
                end += shape.iter().product::<usize>();
                tensors.push(Tensor { name: format!("{}.{kind}", layer.name), shape, range: start..end });
                tensors.len() - 1
            };
            let weight =
                layer.tied_to.is_none().then(|| add("weight", vec![layer.units(), layer.unit_inputs()]));
            let first = add(VECTORS[0], vec![layer.units()]);
            for kind in &VECTORS[1..layer.vectors()] {
                add(kind, vec![layer.units()]);
            }
            layers.push((weight, first..first + layer.vectors()));
        }
        (tensors, layers)
    }

    /// The tensors, in the order of the buffer.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The numbers of all tensors, in the order of [`tensors`](Self::tensors).
    pub fn as_slice(&self) -> &[f32] {
        &self.values
    }

    /// The numbers of all tensors, for writing.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// The numbers of the tensor called `name`; `None` if no tensor has this name.
    pub fn get(&self, name: &str) -> Option<&[f32]> {
        let tensor = self.tensors.iter().find(|tensor| tensor.name == name)?;
        Some(&self.values[tensor.range.clone()])
    }

    /// The numbers of the tensor called `name`, for writing; `None` if no tensor has this name.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut [f32]> {
        let tensor = self.tensors.iter().find(|tensor| tensor.name == name)?;
        Some(&mut self.values[tensor.range.clone()])
    }

    /// The weight (outputs, inputs) of layer `layer`.
    ///
    /// # Panics
    /// If `layer` is not below the number of layers, or the layer is tied and so has no weight of its own.
    pub fn weight(&self, layer: usize) -> ArrayView2<'_, f32> {
        let tensor = self.weight_tensor(layer);
        ArrayView2::from_shape((tensor.shape[0], tensor.shape[1]), &self.values[tensor.range.clone()])
            .expect("a tensor's range holds its shape")
    }

    /// The weight (outputs, inputs) of layer `layer`, for writing.
    ///
    /// # Panics
    /// If `layer` is not below the number of layers, or the layer is tied and so has no weight of its own.
    pub fn weight_mut(&mut self, layer: usize) -> ArrayViewMut2<'_, f32> {
        let Tensor { shape, range, .. } = self.weight_tensor(layer).clone();
        ArrayViewMut2::from_shape((shape[0], shape[1]), &mut self.values[range])
            .expect("a tensor's range holds its shape")
    }

    /// The bias (outputs) of layer `layer`.
    ///
    /// # Panics
    /// If `layer` is not below the number of layers.
    pub fn bias(&self, layer: usize) -> ArrayView1<'_, f32> {
        ArrayView1::from(&self.values[self.tensors[self.layers[layer].1.start].range.clone()])
    }

    /// The bias (outputs) of layer `layer`, for writing.
    ///
    /// # Panics
    /// If `layer` is not below the number of layers.
    pub fn bias_mut(&mut self, layer: usize) -> &mut [f32] {
        &mut self.values[self.tensors[self.layers[layer].1.start].range.clone()]
    }

    /// The vectors (outputs) of a layer: the bias, and for a normalised layer also scale, running mean and
    /// running variance.
    pub(crate) fn vectors(&self, layer: usize) -> impl Iterator<Item = &[f32]> {
        self.tensors[self.layers[layer].1.clone()].iter().map(|tensor| &self.values[tensor.range.clone()])
    }

    /// The vectors (outputs) of a layer in the same order, for writing.
    pub(crate) fn vectors_mut(&mut self, layer: usize) -> impl Iterator<Item = &mut [f32]> {
        let tensors = &self.tensors[self.layers[layer].1.clone()];
        let range = tensors[0].range.start..tensors[tensors.len() - 1].range.end;
        self.values[range].chunks_exact_mut(tensors[0].range.len())
    }

    /// The weight (outputs, inputs) of layer `layer`; `None` for a tied layer.
    pub(crate) fn own_weight(&self, layer: usize) -> Option<ArrayView2<'_, f32>> {
        self.layers[layer].0.map(|_| self.weight(layer))
    }

    /// The tensor of a layer's weight. Panics for a tied layer.
    #[track_caller]
    fn weight_tensor(&self, layer: usize) -> &Tensor {
        &self.tensors[self.layers[layer].0.expect("a tied layer has no weight of its own")]
    }
}
