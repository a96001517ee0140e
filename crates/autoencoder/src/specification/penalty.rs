//! Penalties: terms on the code that are added to the loss.

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use super::error::SpecificationError;
use super::loss::Loss;
use crate::choice::Choice;

/// A term on the code that is added to the loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Penalty {
    /// No penalty.
    #[default]
    None,
    /// KL sparsity: weight Σ KL(target ‖ mean of a unit over the batch), summed over the units of the code
    /// (Ng 2011). The activation of the code must be the sigmoid, whose values lie in (0, 1).
    #[serde(alias = "kl-sparsity")]
    Sparse {
        /// The mean activation that each unit should have, in (0, 1).
        target: f32,
        /// The weight of the penalty; finite and above 0.
        weight: f32,
    },
    /// L1 sparsity: weight Σ |h|, summed over the units h of the code, mean over the samples.
    L1 {
        /// The weight of the penalty; finite and above 0.
        weight: f32,
    },
    /// Contraction: weight ‖∂h/∂x‖², the squared Frobenius norm of the derivative of the code h with respect
    /// to the sample x, mean over the samples (Rifai et al. 2011). The derivative is exact, through all
    /// layers of the encoder.
    #[serde(alias = "contraction")]
    Contractive {
        /// The weight of the penalty; finite and above 0.
        weight: f32,
    },
    /// Divergence: weight KL(N(μ, σ²) ‖ N(0, 1)), mean over the samples, where a code is drawn from N(μ, σ²)
    /// (Kingma and Welling 2014; with a weight other than 1 Higgins et al. 2017).
    ///
    /// The encoder ends in two layers, `encoder.mu` and `encoder.logvar`. The loss is in nats per sample: the
    /// sum over features instead of their mean.
    Variational {
        /// The weight of the divergence; finite, 0 or more.
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
    /// Checks that the numbers of the penalty are in their range, and that the penalty fits the activation of
    /// the code, the loss, and tied weights.
    pub(super) fn check(self, code: Activation, loss: Loss, tied: bool) -> Result<(), SpecificationError> {
        let within = |name, found: f32, fits: bool, expected| {
            if fits { Ok(()) } else { Err(SpecificationError::OutOfRange { name, expected, found }) }
        };
        let refuse = |of, with, reason| Err(SpecificationError::Combination { of, with, reason });
        let weight = self.weight();
        let positive = weight > 0.0 && weight.is_finite();
        let above = "a finite number above 0";
        match self {
            Self::None => Ok(()),
            Self::Sparse { target, .. } => {
                within("weight of the sparsity", weight, positive, above)?;
                within(
                    "target of the sparsity",
                    target,
                    target > 0.0 && target < 1.0,
                    "above 0 and below 1",
                )?;
                if code == Activation::Sigmoid {
                    return Ok(());
                }
                let reason =
                    "the divergence is one of probabilities, which only the sigmoid gives; L1 fits any";
                refuse("KL sparsity", "a code activation other than sigmoid", reason)
            }
            Self::L1 { .. } => within("weight of L1", weight, positive, above),
            Self::Contractive { .. } => within("weight of the contraction", weight, positive, above),
            Self::Variational { .. } => {
                let expected = "a finite number from 0";
                within("weight of the divergence", weight, weight >= 0.0 && weight.is_finite(), expected)?;
                if !loss.is_likelihood() {
                    let reason = "the divergence must be added to a likelihood; take bce or gaussian";
                    return refuse("a variational model", "a loss that is no likelihood", reason);
                }
                if code != Activation::Linear {
                    let reason = "the means of its codes may be any numbers; take linear";
                    return refuse("a variational model", "an activation of the code", reason);
                }
                if tied {
                    let reason = "its encoder ends in two layers, its decoder begins with one";
                    return refuse("a variational model", "tied weights", reason);
                }
                Ok(())
            }
        }
    }

    /// Whether codes are drawn from distributions, so that the encoder ends in two layers.
    pub fn draws_codes(self) -> bool {
        match self {
            Self::Variational { .. } => true,
            Self::None | Self::Sparse { .. } | Self::L1 { .. } | Self::Contractive { .. } => false,
        }
    }

    /// Whether the penalty takes the derivative of the code with respect to the sample, through all layers of
    /// the encoder.
    pub(crate) fn takes_derivative(self) -> bool {
        match self {
            Self::Contractive { .. } => true,
            Self::None | Self::Sparse { .. } | Self::L1 { .. } | Self::Variational { .. } => false,
        }
    }

    /// The weight of the penalty or the divergence; 0 without a penalty.
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
