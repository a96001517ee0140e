//! Starting parameters, a pure function of the architecture and the seed.

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use crate::model::parameters::Parameters;
use crate::random::{Purpose, Stream};
use crate::specification::architecture::Architecture;

/// How weights and biases start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialization {
    /// Weights uniform within ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio 2010).
    #[default]
    Glorot,
    /// Glorot's, but four times as wide where the activation is the sigmoid (Glorot and Bengio
    /// 2010 for tanh, whose slope at 0 is four times the sigmoid's). Deep sigmoid stacks leave the mean
    /// sample's plateau sooner. The last layer keeps gain 1: it must reach the data, not the next layer.
    GlorotGain,
    /// Weights normal with variance 2 / inputs, biases 0 (He et al. 2015), for ReLU and its kin.
    He,
    /// Weights and biases normal with mean 0 and variance 1, as tutorials have it; far from the best.
    Normal,
}

impl Initialization {
    /// Parameters for `architecture`.
    pub fn parameters(self, architecture: &Architecture, seed: u64) -> Parameters {
        let mut parameters = Parameters::zeros(architecture);
        let count = architecture.layers().len();
        for (index, layer) in architecture.layers().iter().enumerate() {
            let stream =
                |tensor: u64| Stream::new(seed, Purpose::Initialization, [2 * index as u64 + tensor, 0]);
            let (mut weights, mut biases) = (stream(0), stream(1));
            let (inputs, outputs) = (layer.inputs as f32, layer.outputs as f32);
            let glorot = (6.0 / (inputs + outputs)).sqrt();
            let gain = if layer.activation == Activation::Sigmoid && index + 1 < count { 4.0 } else { 1.0 };
            let deviation = (2.0 / inputs).sqrt();
            if layer.tied_to.is_none() {
                parameters.weight_mut(index).map_inplace(|weight| {
                    *weight = match self {
                        Self::Glorot => (2.0 * weights.uniform() - 1.0) * glorot,
                        Self::GlorotGain => (2.0 * weights.uniform() - 1.0) * glorot * gain,
                        Self::He => weights.normal() * deviation,
                        Self::Normal => weights.normal(),
                    }
                });
            }
            // A normalised layer begins as if its sums were normal already.
            if let [_, scale, _, variance] = parameters.vectors_mut(index).collect::<Vec<_>>().as_mut_slice()
            {
                scale.fill(1.0);
                variance.fill(1.0);
            }
            if self == Self::Normal {
                parameters.bias_mut(index).fill_with(|| biases.normal());
            }
        }
        parameters
    }
}
