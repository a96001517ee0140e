//! Dense layers, activations and top-k codes as nodes.

use std::f32::consts::FRAC_1_SQRT_2;

use autoencoder::Activation;

use super::error::ExportError;
use super::graph::{Graph, Value, float, int, signed, tensor};
use crate::network::{Dense, Network};

/// What an encoder makes of samples.
pub(super) struct Encoded {
    /// The codes, (N, code): of a variational model their means.
    pub(super) codes: Value,
    /// The logarithms of the variances of the codes of a variational model.
    pub(super) log_variances: Option<Value>,
}

impl Encoded {
    /// What the encoder makes of scaled samples, (N, features).
    pub(super) fn of(graph: &mut Graph, network: &Network, samples: &Value) -> Result<Self, ExportError> {
        let (hidden, code) = network.encoder.split_at(network.encoder.len() - 1);
        let hidden = dense_layers(graph, hidden, samples)?;
        let mut codes = dense_layers(graph, code, &hidden)?;
        if let Some(k) = network.top_k {
            codes = top_k(graph, &codes, k);
        }
        let log_variance = network.log_variance.as_ref();
        let log_variances = log_variance.map(|layer| dense(graph, layer, &hidden)).transpose()?;
        Ok(Self { codes, log_variances })
    }
}

/// The codes of scaled samples, (N, code), alone.
pub(super) fn codes(graph: &mut Graph, network: &Network, samples: &Value) -> Result<Value, ExportError> {
    let codes = dense_layers(graph, &network.encoder, samples)?;
    Ok(match network.top_k {
        Some(k) => top_k(graph, &codes, k),
        None => codes,
    })
}

/// The layers from the codes to the last layer's outputs, (N, features).
pub(super) fn decoder(graph: &mut Graph, network: &Network, codes: &Value) -> Result<Value, ExportError> {
    dense_layers(graph, &network.decoder, codes)
}

/// Layers one after the other.
pub(super) fn dense_layers(graph: &mut Graph, layers: &[Dense], x: &Value) -> Result<Value, ExportError> {
    layers.iter().try_fold(x.clone(), |x, layer| dense(graph, layer, &x))
}

/// One layer, y = f(x Wᵀ + b); weight and bias have the names that they have in model files.
pub(super) fn dense(graph: &mut Graph, layer: &Dense, x: &Value) -> Result<Value, ExportError> {
    let Dense { name, weight, bias, activation } = layer;
    let shape = [weight.nrows(), weight.ncols()];
    let weight = graph.named_constant(&format!("{name}.weight"), &shape, weight.iter().copied());
    let bias = graph.named_constant(&format!("{name}.bias"), &[bias.len()], bias.iter().copied());
    let sums = graph.node_with("Gemm", &[x, &weight, &bias], vec![int("transB", 1)]);
    activate(graph, *activation, &sums)
}

fn activate(graph: &mut Graph, activation: Activation, z: &Value) -> Result<Value, ExportError> {
    Ok(match activation {
        Activation::Linear => z.clone(),
        Activation::Sigmoid => graph.node("Sigmoid", &[z]),
        Activation::Tanh => graph.node("Tanh", &[z]),
        Activation::Relu => graph.node("Relu", &[z]),
        Activation::LeakyRelu => graph.node_with("LeakyRelu", &[z], vec![float("alpha", Activation::LEAK)]),
        Activation::Elu => graph.node_with("Elu", &[z], vec![float("alpha", 1.0)]),
        Activation::Gelu => {
            let [root, one, half] = [FRAC_1_SQRT_2, 1.0, 0.5].map(|number| graph.scalar(number));
            let scaled = graph.node("Mul", &[z, &root]);
            let erf = graph.node("Erf", &[&scaled]);
            let twice = graph.node("Add", &[&erf, &one]);
            let share = graph.node("Mul", &[&twice, &half]);
            graph.node("Mul", &[z, &share])
        }
        Activation::Silu => {
            let sigmoid = graph.node("Sigmoid", &[z]);
            graph.node("Mul", &[z, &sigmoid])
        }
        Activation::Softplus => graph.node("Softplus", &[z]),
        other => return Err(ExportError::Activation { activation: other }),
    })
}

/// The k largest numbers of each code, and zeros in place of the others.
fn top_k(graph: &mut Graph, code: &Value, k: usize) -> Value {
    let count = graph.vector(&[signed(k)]);
    let (numbers, places) = graph.two_outputs("TopK", &[code, &count], vec![int("axis", 1)]);
    let shape = graph.node("Shape", &[code]);
    let zeros = graph.node_with("ConstantOfShape", &[&shape], vec![tensor("value", 0.0)]);
    graph.node_with("ScatterElements", &[&zeros, &places, &numbers], vec![int("axis", 1)])
}
