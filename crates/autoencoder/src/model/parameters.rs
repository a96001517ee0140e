//! All weights and biases of a model in one flat buffer, with views by name, as the files have them.

use std::ops::Range;

use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2};

use crate::specification::architecture::Architecture;

/// One tensor within the flat buffer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tensor {
    /// `encoder.0.weight`, `encoder.0.bias`, ...
    pub name: String,
    /// (outputs, inputs) of a weight, (outputs) of a bias.
    pub shape: Vec<usize>,
    /// Where its numbers lie, the last index fastest.
    pub range: Range<usize>,
}

/// The vectors of a layer; all but the bias only of a normalised one.
const VECTORS: [&str; 4] = ["bias", "scale", "mean", "variance"];

/// Weights and biases in the order of the layers, each weight (outputs, inputs) before its bias; after that a normalised
/// layer's scale, and the running mean and variance of its sums.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    tensors: Vec<Tensor>,
    /// Of each layer, where in `tensors` its weight and its vectors are.
    layers: Vec<(Option<usize>, Range<usize>)>,
    values: Vec<f32>,
}

impl Parameters {
    /// All zero.
    pub fn zeros(architecture: &Architecture) -> Self {
        let (mut tensors, mut layers) = (Vec::new(), Vec::new());
        let mut end = 0;
        for layer in architecture.layers() {
            let mut add = |kind: &str, shape: Vec<usize>| {
                let start = end;
                end += shape.iter().product::<usize>();
                tensors.push(Tensor { name: format!("{}.{kind}", layer.name), shape, range: start..end });
                tensors.len() - 1
            };
            let weight = layer.tied_to.is_none().then(|| add("weight", vec![layer.outputs, layer.inputs]));
            let first = add(VECTORS[0], vec![layer.outputs]);
            for kind in &VECTORS[1..layer.vectors()] {
                add(kind, vec![layer.outputs]);
            }
            layers.push((weight, first..first + layer.vectors()));
        }
        Self { tensors, layers, values: vec![0.0; end] }
    }

    /// The tensors in the order of the buffer.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The whole buffer.
    pub fn as_slice(&self) -> &[f32] {
        &self.values
    }

    /// The whole buffer, to be written.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// The numbers of the tensor of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<&[f32]> {
        let tensor = self.tensors.iter().find(|tensor| tensor.name == name)?;
        Some(&self.values[tensor.range.clone()])
    }

    /// The numbers of the tensor of this name, to be written.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut [f32]> {
        let tensor = self.tensors.iter().find(|tensor| tensor.name == name)?;
        Some(&mut self.values[tensor.range.clone()])
    }

    /// The weight (outputs, inputs) of layer `layer`.
    ///
    /// # Panics
    /// If there is no such layer, or it is tied to another and has no weight of its own.
    pub fn weight(&self, layer: usize) -> ArrayView2<'_, f32> {
        let tensor = self.weight_tensor(layer);
        ArrayView2::from_shape((tensor.shape[0], tensor.shape[1]), &self.values[tensor.range.clone()])
            .expect("a tensor's range holds its shape")
    }

    /// The weight (outputs, inputs) of layer `layer`, to be written.
    ///
    /// # Panics
    /// If there is no such layer, or it is tied to another and has no weight of its own.
    pub fn weight_mut(&mut self, layer: usize) -> ArrayViewMut2<'_, f32> {
        let Tensor { shape, range, .. } = self.weight_tensor(layer).clone();
        ArrayViewMut2::from_shape((shape[0], shape[1]), &mut self.values[range])
            .expect("a tensor's range holds its shape")
    }

    /// The bias (outputs) of layer `layer`.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn bias(&self, layer: usize) -> ArrayView1<'_, f32> {
        ArrayView1::from(&self.values[self.tensors[self.layers[layer].1.start].range.clone()])
    }

    /// The bias (outputs) of layer `layer`, to be written.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn bias_mut(&mut self, layer: usize) -> &mut [f32] {
        &mut self.values[self.tensors[self.layers[layer].1.start].range.clone()]
    }

    /// The bias of a layer, and of a normalised one its scale, mean and variance.
    pub(crate) fn vectors(&self, layer: usize) -> impl Iterator<Item = &[f32]> {
        self.tensors[self.layers[layer].1.clone()].iter().map(|tensor| &self.values[tensor.range.clone()])
    }

    /// The same, to be written: a vector after the other, each of as many numbers as the layer has outputs.
    pub(crate) fn vectors_mut(&mut self, layer: usize) -> impl Iterator<Item = &mut [f32]> {
        let tensors = &self.tensors[self.layers[layer].1.clone()];
        let range = tensors[0].range.start..tensors[tensors.len() - 1].range.end;
        self.values[range].chunks_exact_mut(tensors[0].range.len())
    }

    /// The weight (outputs, inputs) of layer `layer`, unless it is tied to another.
    pub(crate) fn own_weight(&self, layer: usize) -> Option<ArrayView2<'_, f32>> {
        self.layers[layer].0.map(|_| self.weight(layer))
    }

    #[track_caller]
    fn weight_tensor(&self, layer: usize) -> &Tensor {
        &self.tensors[self.layers[layer].0.expect("a tied layer has no weight of its own")]
    }
}
