//! Why bytes are no model or checkpoint.

use std::fmt;

use safetensors::SafeTensorError;

use super::kind::FileKind;
use crate::options::error::TrainingError;
use crate::specification::error::SpecificationError;

/// The metadata key of our JSON object.
pub(super) const KEY: &str = "autoencoder";

/// The format's version; a reader refuses what is newer.
pub(super) const VERSION: u32 = 1;

/// The longest head that is looked at, bytes; safetensors' own bound.
pub(super) const LONGEST_HEAD: u64 = 100_000_000;

/// Why bytes are no model or checkpoint.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// They are no whole safetensors file.
    Safetensors(SafeTensorError),
    /// The head is longer than any of ours.
    HeadTooLong {
        /// Its length, bytes.
        found: u64,
    },
    /// They are a safetensors file of another program: the metadata has no key `autoencoder`.
    Foreign,
    /// The JSON object is not of our form.
    Description(serde_json::Error),
    /// The options of the training that it holds are out of their range, or do not fit its model.
    Options(TrainingError),
    /// The version is newer than this crate's, or none.
    Version {
        /// The version found.
        found: u32,
    },
    /// The file is of another kind.
    Kind {
        /// The kind expected.
        expected: FileKind,
        /// The kind found.
        found: FileKind,
    },
    /// The specification stands for no model.
    Specification(SpecificationError),
    /// A tensor is missing.
    Missing {
        /// Its name.
        tensor: String,
    },
    /// A tensor is not one of the model's.
    Extra {
        /// Its name.
        tensor: String,
    },
    /// A tensor has another type or shape.
    Shape {
        /// Its name.
        tensor: String,
        /// The shape expected, of F32.
        expected: Vec<usize>,
        /// The type and shape found.
        found: String,
    },
    /// A running variance is below zero.
    NegativeVariance {
        /// Its name.
        tensor: String,
        /// The number.
        value: f32,
    },
    /// A tensor holds a number that is not finite.
    NotFinite {
        /// Its name.
        tensor: String,
        /// Which of its numbers, from 0, the last index fastest.
        index: usize,
        /// The number.
        value: f32,
    },
    /// What is said of the model contradicts it.
    Contradiction {
        /// What it is about.
        what: &'static str,
        /// What the model needs.
        expected: String,
        /// What is said.
        found: String,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Safetensors(error) => write!(f, "not a whole safetensors file: {error}"),
            Self::HeadTooLong { found } => {
                write!(
                    f,
                    "not a safetensors file: expected a head of at most {LONGEST_HEAD} bytes, found {found}"
                )
            }
            Self::Foreign => {
                write!(
                    f,
                    "a safetensors file of another program: expected the metadata key \"{KEY}\", found none"
                )
            }
            Self::Description(error) => {
                write!(f, "the metadata \"{KEY}\" is not of the expected form: {error}")
            }
            Self::Options(error) => {
                write!(f, "the metadata \"{KEY}\" is not of the expected form: {error}")
            }
            Self::Version { found } => {
                write!(f, "expected a format version from 1 to {VERSION}, found {found}")
            }
            Self::Kind { expected, found } => {
                write!(f, "expected a {}, found a {}", expected.name(), found.name())
            }
            Self::Specification(error) => error.fmt(f),
            Self::Missing { tensor } => write!(f, "expected the tensor {tensor}, found none"),
            Self::Extra { tensor } => write!(f, "found the tensor {tensor}, which the model does not have"),
            Self::Shape { tensor, expected, found } => {
                write!(f, "tensor {tensor}: expected F32 {expected:?}, found {found}")
            }
            Self::NotFinite { tensor, index, value } => {
                write!(f, "tensor {tensor}, element {index}: expected a finite number, found {value}")
            }
            Self::NegativeVariance { tensor, value } => {
                write!(f, "tensor {tensor}: expected numbers from 0, found {value}")
            }
            Self::Contradiction { what, expected, found } => {
                write!(f, "{what}: expected {expected}, found {found}")
            }
        }
    }
}

/// The inner errors are in the message already.
impl std::error::Error for FileError {}
