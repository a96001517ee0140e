//! Normalisation of the sums of hidden layers.

use serde::{Deserialize, Serialize};

use super::error::SpecificationError;
use super::penalty::Penalty;
use crate::choice::Choice;

/// The normalisation of a hidden layer's sums before its activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    /// No normalisation.
    #[default]
    None,
    /// Batch normalisation (Ioffe and Szegedy 2015): y = f(scale (z - μ) / √(v + 1e-5) + bias). While
    /// training, μ and v are the mean and the variance of each unit's sums z over the batch. In use, μ and v
    /// are running means over the batches, in which a new batch has the weight 0.1, and the normalisation can
    /// be folded into the weights ([`Model::folded`](crate::Model::folded)).
    ///
    /// Every layer but the code and the output is normalised. The `scale`, `mean` and `variance` of a layer
    /// are tensors beside its `bias`.
    Batch,
}

impl Choice for Normalization {
    const ALL: &'static [Self] = &[Self::None, Self::Batch];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Batch => "batch",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::None => "No normalisation",
            Self::Batch => {
                "Batch normalisation: mean 0 and variance 1 over each batch, then a learnt scale and bias"
            }
        }
    }
}

impl Normalization {
    /// The number that is added to a variance before the sums are divided by its square root.
    pub(crate) const EPSILON: f64 = 1e-5;

    /// Checks that the normalisation fits an encoder of this many layers, and the penalty.
    pub(super) fn check(self, layers: usize, penalty: Penalty) -> Result<(), SpecificationError> {
        let refuse =
            |with, reason| Err(SpecificationError::Combination { of: "batch normalisation", with, reason });
        match self {
            Self::Batch if layers < 2 => {
                refuse("an encoder of one layer", "there are no hidden layers beside the code")
            }
            Self::Batch if penalty.takes_derivative() => {
                let reason = "the derivative of a code would run through all samples of the batch";
                refuse("the contractive penalty", reason)
            }
            Self::None | Self::Batch => Ok(()),
        }
    }
}
