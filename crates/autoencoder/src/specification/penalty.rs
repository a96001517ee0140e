//! The penalties: what is added to the loss for the sake of the code.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// What is added to the loss for the sake of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Penalty {
    /// Nothing.
    #[default]
    None,
    /// weight Σ KL(target ‖ mean of a unit over the batch), over the units of the code (Ng 2011). The units lie in (0, 1).
    #[serde(alias = "kl-sparsity")]
    Sparse {
        /// How active a unit is to be on average; in (0, 1).
        target: f32,
        /// Above 0.
        weight: f32,
    },
    /// weight Σ |h| over the units of the code, mean over the samples.
    L1 {
        /// Above 0.
        weight: f32,
    },
    /// weight ‖∂h/∂x‖², the squared Frobenius norm of the code's derivative in the sample, mean over the samples (Rifai et
    /// al. 2011); exact, through all layers of the encoder.
    #[serde(alias = "contraction")]
    Contractive {
        /// Above 0.
        weight: f32,
    },
    /// weight KL(N(μ, σ²) ‖ N(0, 1)), where a code is drawn from N(μ, σ²), mean over the samples (Kingma and Welling
    /// 2014; with another weight than 1 Higgins et al. 2017).
    ///
    /// The encoder's last layer is two: `encoder.mu` and `encoder.logvar`. The loss is in nats a sample: the sum over
    /// features and not their mean.
    Variational {
        /// 0 or more.
        #[serde(alias = "kl_weight")]
        weight: f32,
    },
}

impl Choice for Penalty {
    const ALL: &'static [Self] = &[
        Self::None,
        Self::Sparse { target: 0.05, weight: 1e-3 },
        Self::L1 { weight: 1e-5 },
        Self::Contractive { weight: 1e-4 },
        Self::Variational { weight: 1.0 },
    ];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sparse { .. } => "sparse",
            Self::L1 { .. } => "l1",
            Self::Contractive { .. } => "contractive",
            Self::Variational { .. } => "variational",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::None => "No penalty",
            Self::Sparse { .. } => {
                "Sparse autoencoder: the KL divergence of each unit's mean activation from a target"
            }
            Self::L1 { .. } => {
                "Sparse autoencoder for codes of any activation: the sum of the code's absolute values"
            }
            Self::Contractive { .. } => {
                "Contractive autoencoder: the squared derivative of the code with respect to the sample"
            }
            Self::Variational { .. } => {
                "Variational autoencoder: codes are drawn from normal distributions, whose KL divergence from the \
                 standard normal distribution is the penalty; with a weight other than 1 a beta-VAE. Unless told \
                 otherwise the code is linear and the loss bce"
            }
        }
    }
}

impl Penalty {
    /// Whether codes are drawn from distributions, so that the encoder ends in two layers.
    pub fn draws_codes(self) -> bool {
        match self {
            Self::Variational { .. } => true,
            Self::None | Self::Sparse { .. } | Self::L1 { .. } | Self::Contractive { .. } => false,
        }
    }

    /// Whether the penalty takes the derivative of the code in the sample, through all layers of the encoder.
    pub(crate) fn takes_derivative(self) -> bool {
        match self {
            Self::Contractive { .. } => true,
            Self::None | Self::Sparse { .. } | Self::L1 { .. } | Self::Variational { .. } => false,
        }
    }

    /// The factor of the penalty in the loss; 0 without a penalty.
    pub fn weight(self) -> f32 {
        match self {
            Self::None => 0.0,
            Self::Sparse { weight, .. }
            | Self::L1 { weight }
            | Self::Contractive { weight }
            | Self::Variational { weight } => weight,
        }
    }
}
