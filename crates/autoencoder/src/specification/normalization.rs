//! Normalisation of the sums of hidden layers.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// What is done to the sums of a hidden layer before its activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    /// Nothing.
    #[default]
    None,
    /// Batch normalisation (Ioffe and Szegedy 2015): y = f(scale (z - μ) / √(v + 1e-5) + bias), where μ and v are the mean
    /// and the variance of each unit's sums z over the batch while training, and running means of both (a tenth of
    /// each batch's) from then on, when it can be folded into the weights ([`Model::folded`](crate::Model::folded)).
    ///
    /// Of every layer but the code and the output. A layer's `scale`, `mean` and `variance` are tensors beside its `bias`.
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
    /// What is added to a variance before its root is divided by.
    pub(crate) const EPSILON: f64 = 1e-5;
}
