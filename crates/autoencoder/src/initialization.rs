//! Starting parameters, a pure function of the architecture and the seed.

use serde::{Deserialize, Serialize};

use crate::parameters::Parameters;
use crate::random::{Purpose, Stream};
use crate::specification::Architecture;

/// How weights and biases start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Initialization {
    /// Weights uniform within ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio 2010).
    #[default]
    Glorot,
    /// Glorot's with the gain of each layer's activation: four times as wide for sigmoid (Glorot and Bengio
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
            let mut stream = Stream::new(seed, Purpose::Initialization, [index as u64, 0]);
            let (inputs, outputs) = (layer.inputs as f32, layer.outputs as f32);
            let glorot = (6.0 / (inputs + outputs)).sqrt();
            let mut draw: Box<dyn FnMut() -> f32> = match self {
                Self::Glorot => Box::new(move || (2.0 * stream.uniform() - 1.0) * glorot),
                Self::GlorotGain => {
                    let sigmoid = layer.activation == autoencoder_kernels::Activation::Sigmoid;
                    let gain = if sigmoid && index + 1 < count { 4.0 } else { 1.0 };
                    Box::new(move || (2.0 * stream.uniform() - 1.0) * glorot * gain)
                }
                Self::He => {
                    let deviation = (2.0 / inputs).sqrt();
                    Box::new(move || stream.normal() * deviation)
                }
                Self::Normal => Box::new(move || stream.normal()),
            };
            parameters.weight_mut(index).iter_mut().for_each(|weight| *weight = draw());
            if self == Self::Normal {
                parameters.bias_mut(index).iter_mut().for_each(|bias| *bias = draw());
            }
        }
        parameters
    }
}
