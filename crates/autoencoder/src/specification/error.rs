//! Errors of specifications: the reasons why no model can be built.

use std::fmt;

use autoencoder_kernels::Activation;

use crate::bounds::{MOST_LAYERS, MOST_PARAMETERS};

/// A reason why no model can be built from a specification.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpecificationError {
    /// A sample has no features.
    NoFeatures,
    /// There is no layer.
    NoLayers,
    /// A layer has no units.
    EmptyLayer {
        /// The place of the layer in the encoder, from 0.
        layer: usize,
    },
    /// The model would have more parameters than allowed, which is 2,000,000,000.
    TooLarge {
        /// The number of parameters that the model would have.
        parameters: u128,
    },
    /// The encoder has more than [`MOST_LAYERS`] layers.
    TooDeep {
        /// The number of layers.
        layers: usize,
    },
    /// There is no memory for the parameters.
    OutOfMemory {
        /// The number of parameters.
        parameters: usize,
    },
    /// Cross-entropy needs outputs in [0, 1], which only the sigmoid gives.
    CrossEntropyNeedsSigmoid {
        /// The output activation found.
        found: Activation,
    },
    /// The delta of the Huber loss is not a finite number above 0.
    HuberDelta {
        /// The delta found.
        found: f32,
    },
    /// A number of the loss or the penalty is out of its range.
    OutOfRange {
        /// The name of the number.
        name: &'static str,
        /// The values that the number may have.
        expected: &'static str,
        /// The number found.
        found: f32,
    },
    /// More numbers of a code are to stay than it has, or none.
    TopK {
        /// The length of the code.
        code: usize,
        /// The number found.
        found: usize,
    },
    /// The columns of a table have another number of features than a sample.
    TableFeatures {
        /// The number of features in a sample.
        expected: usize,
        /// The number of features of the columns.
        found: usize,
    },
    /// A table tells of holes in more columns than it has.
    Indicators {
        /// The number of columns.
        expected: usize,
        /// The number of columns of whose holes a model is told.
        found: usize,
    },
    /// A column of words has no words.
    NoWords,
    /// Two parts of the specification do not fit each other.
    Combination {
        /// The first part.
        of: &'static str,
        /// The second part.
        with: &'static str,
        /// The reason why the parts do not fit each other.
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
            Self::TooDeep { layers } => {
                write!(f, "the encoder would have {layers} layers, expected at most {MOST_LAYERS}")
            }
            Self::OutOfMemory { parameters } => write!(f, "there is no memory for {parameters} parameters"),
            Self::CrossEntropyNeedsSigmoid { found } => {
                write!(f, "the loss bce needs the output activation sigmoid, found {}", found.name())
            }
            Self::HuberDelta { found } => {
                write!(f, "the loss huber needs a finite delta above 0, found {found}")
            }
            Self::OutOfRange { name, expected, found } => {
                write!(f, "the {name} must be {expected}, found {found}")
            }
            Self::TopK { code, found } => {
                write!(f, "top-k: expected from 1 to {code}, the length of the code, found {found}")
            }
            Self::TableFeatures { expected, found } => {
                write!(
                    f,
                    "the columns of the table have {found} features, expected {expected} as in a sample"
                )
            }
            Self::Indicators { expected, found } => {
                write!(
                    f,
                    "indicators of holes: expected at most {expected}, one for each column, found {found}"
                )
            }
            Self::NoWords => write!(f, "a column of words needs at least 1 word, found 0"),
            Self::Combination { of, with, reason } => write!(f, "{of} does not go with {with}: {reason}"),
        }
    }
}

impl std::error::Error for SpecificationError {}
