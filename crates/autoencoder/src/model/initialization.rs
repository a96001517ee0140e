//! Initial parameters: a pure function of the architecture and the seed.

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use crate::choice::Choice;
use crate::model::parameters::Parameters;
use crate::random::{Purpose, Stream};
use crate::specification::architecture::Architecture;

/// The distribution that initial weights and biases are drawn from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initialization {
    /// Weights uniform in ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio 2010).
    #[default]
    Glorot,
    /// Weights as for [`Glorot`](Self::Glorot), but four times as wide in layers with the sigmoid activation,
    /// since the slope of tanh at 0 is four times that of the sigmoid (Glorot and Bengio 2010 derive the
    /// width for tanh). Deep stacks of sigmoid layers then leave sooner the plateau on which they reconstruct
    /// the mean sample. The last layer keeps gain 1, because its outputs must match the data and not feed
    /// another layer.
    GlorotGain,
    /// Weights normal with mean 0 and variance 2 / inputs, biases 0 (He et al. 2015), for ReLU and similar
    /// activations.
    He,
    /// Weights and biases normal with mean 0 and variance 1, as in many tutorials; far from the best choice.
    Normal,
}

impl Choice for Initialization {
    const ALL: &'static [Self] = &[Self::Glorot, Self::GlorotGain, Self::He, Self::Normal];

    fn name(self) -> &'static str {
        match self {
            Self::Glorot => "glorot",
            Self::GlorotGain => "glorot-gain",
            Self::He => "he",
            Self::Normal => "normal",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Glorot => {
                "Uniform weights within the root of 6 over the sum of a layer's two widths, biases 0"
            }
            Self::GlorotGain => "Weights as with glorot, four times as large in hidden sigmoid layers",
            Self::He => {
                "Normal weights of variance 2 over the number of a layer's inputs, biases 0, for ReLU"
            }
            Self::Normal => "Weights and biases from the standard normal distribution",
        }
    }
}

impl Initialization {
    /// Draws the initial parameters of `architecture`, a pure function of the architecture and `seed`.
    /// Normalised layers start with scale 1, running mean 0 and running variance 1.
    pub fn parameters(self, architecture: &Architecture, seed: u64) -> Parameters {
        let mut parameters = Parameters::zeros(architecture);
        let count = architecture.layers().len();
        for (index, layer) in architecture.layers().iter().enumerate() {
            let stream =
                |tensor: u64| Stream::new(seed, Purpose::Initialization, [2 * index as u64 + tensor, 0]);
            let (mut weights, mut biases) = (stream(0), stream(1));
            let (inputs, outputs) = (layer.unit_inputs() as f32, layer.units() as f32);
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
            // A normalised layer starts with scale 1 and the statistics of the standard normal distribution.
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
