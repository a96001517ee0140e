//! What a model is to be, as a user writes it.

pub(crate) mod architecture;
mod checks;
pub(crate) mod error;
pub(crate) mod loss;
pub(crate) mod normalization;
pub(crate) mod penalty;
mod with;

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use loss::Loss;
use normalization::Normalization;
use penalty::Penalty;

/// What a model is to be, before anything was checked.
///
/// ```
/// use autoencoder::{Architecture, Specification};
/// let architecture = Architecture::new(Specification::new(784, [256, 128]))?;
/// assert_eq!(architecture.to_string(), "784-256-128-256-784");
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Specification {
    /// Numbers in a sample: the width of the first and of the last layer.
    pub features: usize,
    /// Widths of the encoder's layers; the last is the code. The decoder mirrors them.
    pub layers: Vec<usize>,
    /// Activation of every layer but the code and the output.
    pub activation: Activation,
    /// Activation of the code.
    pub code_activation: Activation,
    /// Activation of the output.
    pub output_activation: Activation,
    /// What restoring a sample costs.
    pub loss: Loss,
    /// Whether each weight of the decoder is the transpose of the encoder's: one buffer, half the numbers.
    #[serde(default)]
    pub tied: bool,
    /// What is added to the loss for the sake of the code.
    #[serde(default)]
    pub penalty: Penalty,
    /// What is done to the sums of the hidden layers before their activation.
    #[serde(default)]
    pub normalization: Normalization,
}

impl Specification {
    /// Sigmoid throughout and least squares, the classic autoencoder; the methods, or the fields, make others of it.
    pub fn new(features: usize, layers: impl Into<Vec<usize>>) -> Self {
        Self {
            features,
            layers: layers.into(),
            activation: Activation::Sigmoid,
            code_activation: Activation::Sigmoid,
            output_activation: Activation::Sigmoid,
            loss: Loss::Mse,
            tied: false,
            penalty: Penalty::None,
            normalization: Normalization::None,
        }
    }

    /// Whether codes are drawn from distributions.
    pub fn is_variational(&self) -> bool {
        self.penalty.draws_codes()
    }
}
