//! The kinds of samplers.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The distribution that codes are drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SamplerKind {
    /// The standard normal distribution, which the codes of a variational model are trained to have.
    Prior,
    /// One Gaussian distribution, fitted to the codes of samples.
    Gaussian,
    /// Several Gaussian distributions, fitted to the codes of samples.
    Mixture,
}

impl Choice for SamplerKind {
    const ALL: &'static [Self] = &[Self::Prior, Self::Gaussian, Self::Mixture];

    fn name(self) -> &'static str {
        match self {
            Self::Prior => "prior",
            Self::Gaussian => "gaussian",
            Self::Mixture => "mixture",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Prior => "Standard normal distribution of the codes; variational models only",
            Self::Gaussian => "Gaussian distribution, fitted to the codes of the training",
            Self::Mixture => "Mixture of Gaussian distributions, fitted to the codes of the training",
        }
    }
}
