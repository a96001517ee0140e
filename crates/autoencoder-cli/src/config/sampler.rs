//! The sampler that a training keeps in its model.

use autoencoder::{Choice, SamplerKind};

/// The distribution of codes that a training fits at its end, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskedSampler {
    Gaussian,
    Mixture,
    None,
}

impl Choice for AskedSampler {
    const ALL: &'static [Self] = &[Self::Gaussian, Self::Mixture, Self::None];

    fn name(self) -> &'static str {
        match self {
            Self::Gaussian => SamplerKind::Gaussian.name(),
            Self::Mixture => SamplerKind::Mixture.name(),
            Self::None => "none",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Gaussian => SamplerKind::Gaussian.summary(),
            Self::Mixture => SamplerKind::Mixture.summary(),
            Self::None => "Nothing: a variational model draws from the standard normal distribution",
        }
    }
}

/// The usual number of components of a mixture.
pub(crate) const COMPONENTS: usize = 10;
