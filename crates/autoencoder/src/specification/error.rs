//! Why a specification stands for no model.

use std::fmt;

use autoencoder_kernels::Activation;

/// The most parameters a model may have; a checkpoint of Adam then takes 24 GB.
pub(super) const MOST_PARAMETERS: u128 = 2_000_000_000;

/// Why a specification stands for no model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpecificationError {
    /// A sample has no features.
    NoFeatures,
    /// There is no layer.
    NoLayers,
    /// A layer has no units.
    EmptyLayer {
        /// Which of the encoder's layers, from 0.
        layer: usize,
    },
    /// More parameters than a model may have.
    TooLarge {
        /// How many it would have.
        parameters: u128,
    },
    /// Cross-entropy is for outputs in [0, 1], which only the sigmoid gives.
    CrossEntropyNeedsSigmoid {
        /// The output activation found.
        found: Activation,
    },
    /// The bound of the Huber loss is not above 0.
    HuberDelta {
        /// The bound found.
        found: f32,
    },
    /// A number of the loss or the penalty is out of its range.
    OutOfRange {
        /// Which.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// The number found.
        found: f32,
    },
    /// Two parts of the specification make no sense together.
    Combination {
        /// The one.
        of: &'static str,
        /// The other.
        with: &'static str,
        /// Why not.
        reason: &'static str,
    },
}

impl fmt::Display for SpecificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFeatures => write!(f, "a sample needs at least 1 feature, found 0"),
            Self::NoLayers => write!(f, "the encoder needs at least 1 layer, the code, found none"),
            Self::EmptyLayer { layer } => {
                write!(f, "layer {} of the encoder: expected a width of at least 1, found 0", layer + 1)
            }
            Self::TooLarge { parameters } => {
                write!(f, "the model would have {parameters} parameters, expected at most {MOST_PARAMETERS}")
            }
            Self::CrossEntropyNeedsSigmoid { found } => {
                write!(f, "the loss bce needs the output activation sigmoid, found {}", found.name())
            }
            Self::HuberDelta { found } => {
                write!(f, "the loss huber needs a finite delta above 0, found {found}")
            }
            Self::OutOfRange { name, expected, found } => {
                write!(f, "the {name} must be {expected}, found {found}")
            }
            Self::Combination { of, with, reason } => write!(f, "{of} does not go with {with}: {reason}"),
        }
    }
}

impl std::error::Error for SpecificationError {}
