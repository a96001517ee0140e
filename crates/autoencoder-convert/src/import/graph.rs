//! The dense layers of an ONNX graph, one after the other.

use autoencoder::Activation;

use super::conversions::Conversions;
use super::elementwise::Applied;
use super::error::ImportError;
use super::linear::{Layers, Linear, finite, matrix};
use super::map::Map;
use super::numbers::Converted;
use super::tensors::{self, Constants, Users};
use crate::onnx::messages::{GraphProto, NodeProto, TensorProto};

/// What is understood of a graph.
const UNDERSTOOD: &str = "one chain of Gemm, or of MatMul and Add, with activations between them";

/// Reads the layers of a graph, in the order in which a sample passes them, and notes what was converted.
pub(super) fn read(graph: &GraphProto, map: &Map, notes: &mut Vec<String>) -> Result<Layers, ImportError> {
    let constants = Constants::of(graph);
    let inputs = graph.input.iter().filter(|input| constants.get(&input.name).is_none());
    let Some(input) = inputs.map(|input| input.name.as_str()).next() else {
        return Err(ImportError::NoLayers);
    };
    let users = Users::of(graph);
    let mut walk = Walk {
        graph,
        constants,
        users,
        conversions: Conversions::default(),
        layers: Vec::new(),
        value: input,
    };
    // Each step passes a node, so that a graph that bites its tail ends too.
    for _ in 0..=graph.node.len() {
        if !walk.step()? {
            break;
        }
    }
    walk.conversions.tell(notes);
    let layers = walk.layers;
    if !map.is_empty() {
        return map.sort(layers);
    }
    Ok(Layers { layers, log_variance: None })
}

/// A walk along a graph.
struct Walk<'a> {
    graph: &'a GraphProto,
    constants: Constants<'a>,
    users: Users<'a>,
    conversions: Conversions,
    layers: Vec<Linear>,
    /// The value that the walk has come to.
    value: &'a str,
}

impl Walk<'_> {
    /// Passes the nodes behind the value; returns whether there were any.
    fn step(&mut self) -> Result<bool, ImportError> {
        let users = self.users.get(self.value);
        let Some(&node) = users.first() else { return Ok(false) };
        let is_single = users.len() == 1;
        let output = node.output.first().map_or("", String::as_str);
        match node.op_type.as_str() {
            "Identity" | "Flatten" | "Reshape" | "Dropout" | "Squeeze" | "Unsqueeze" if is_single => {
                self.value = output;
            }
            "Gemm" | "MatMul" if is_single => {
                let layer = self.dense(node)?;
                self.layers.push(layer);
                self.value = output;
                self.pass_bias(node);
            }
            _ => self.pass_activation(node)?,
        }
        Ok(true)
    }

    /// Passes the nodes of an activation.
    fn pass_activation(&mut self, node: &NodeProto) -> Result<(), ImportError> {
        let is_output = |name: &str| self.graph.output.iter().any(|output| output.name == name);
        let applied = Applied::behind(self.value, &self.users, &self.constants, is_output);
        let (Some(applied), Some(layer)) = (applied, self.layers.last_mut()) else {
            return Err(unknown(node, UNDERSTOOD));
        };
        let Some(activation) = applied.activation() else {
            let expected = "an activation: linear, sigmoid, tanh, relu, leaky-relu by 0.01, elu by 1, gelu, silu or softplus";
            return Err(unknown(node, expected));
        };
        layer.activation = Some(activation);
        self.value = applied.end;
        Ok(())
    }

    /// The layer of a `Gemm` or `MatMul`.
    fn dense(&mut self, node: &NodeProto) -> Result<Linear, ImportError> {
        let attribute = |name: &str| node.attribute.iter().find(|attribute| attribute.name == name);
        let is_one = |name: &str| {
            attribute(name)
                .and_then(|attribute| attribute.f)
                .is_none_or(|factor| factor.to_bits() == 1.0_f32.to_bits())
        };
        let is_set =
            |name: &str| attribute(name).and_then(|attribute| attribute.i).is_some_and(|flag| flag != 0);
        let weight = node.input.get(1).and_then(|name| self.constants.get(name));
        let is_first = node.input.first().is_some_and(|name| name == self.value);
        let (Some(weight), true) =
            (weight, is_first && is_one("alpha") && is_one("beta") && !is_set("transA"))
        else {
            return Err(unknown(node, "the samples times a constant matrix, and no other factor"));
        };
        let &[rows, columns] = tensors::sizes(weight.tensor)?.as_slice() else {
            return Err(tensors::unknown(weight.tensor, "a matrix of two sizes"));
        };
        // A product x W has W (inputs, outputs), unless it is told that its matrix is transposed.
        let is_by_outputs = is_set("transB") != weight.is_transposed;
        let numbers = self.numbers(weight.tensor)?;
        let name = if node.name.is_empty() { &weight.tensor.name } else { &node.name };
        let weight_of = matrix(&weight.tensor.name, [rows, columns], numbers, !is_by_outputs)?;
        let mut layer = Linear {
            name: name.clone(),
            tensor: weight.tensor.name.clone(),
            bias: vec![0.0; weight_of.nrows()],
            weight: weight_of,
            // A graph has a node for every activation but this one.
            activation: Some(Activation::Linear),
        };
        if let Some(bias) = node.input.get(2).filter(|name| !name.is_empty()) {
            match self.constants.get(bias) {
                Some(bias) => layer.bias = self.bias(bias.tensor, layer.outputs())?,
                None => return Err(unknown(node, "a constant bias")),
            }
        }
        Ok(layer)
    }

    /// Takes the Add behind a `MatMul` as the bias of its layer, if it adds a constant vector to nothing but the product.
    fn pass_bias(&mut self, node: &NodeProto) {
        let Some(layer) = self.layers.last() else { return };
        let outputs = layer.outputs();
        let (&[add], "MatMul") = (self.users.get(self.value), node.op_type.as_str()) else { return };
        if add.op_type != "Add" {
            return;
        }
        let constant = add.input.iter().find_map(|name| self.constants.get(name));
        let Some(constant) = constant else { return };
        let bias = self.bias(constant.tensor, outputs);
        if let (Ok(bias), Some(layer), Some(output)) = (bias, self.layers.last_mut(), add.output.first()) {
            layer.bias = bias;
            self.value = output;
        }
    }

    /// A bias, (outputs) or (1, outputs).
    fn bias(&mut self, tensor: &TensorProto, outputs: usize) -> Result<Vec<f32>, ImportError> {
        let sizes = tensors::sizes(tensor)?;
        if sizes.last() != Some(&outputs) || sizes.iter().rev().skip(1).any(|&size| size != 1) {
            return Err(tensors::unknown(
                tensor,
                &format!("a bias of {outputs} numbers, one for each output"),
            ));
        }
        let numbers = self.numbers(tensor)?;
        finite(&tensor.name, numbers)
    }

    fn numbers(&mut self, tensor: &TensorProto) -> Result<Converted, ImportError> {
        let (float, converted) = tensors::numbers(tensor)?;
        self.conversions.add(&tensor.name, float, &converted);
        Ok(converted)
    }
}

fn unknown(node: &NodeProto, expected: &'static str) -> ImportError {
    let name = if node.name.is_empty() { node.output.first() } else { Some(&node.name) };
    ImportError::Node { node: name.cloned().unwrap_or_default(), operator: node.op_type.clone(), expected }
}
