//! Errors of reading a model or a checkpoint.

use std::fmt;

use safetensors::SafeTensorError;

use super::kind::FileKind;
use crate::bounds::LONGEST_HEAD;
use crate::model::schema::SchemaError;
use crate::options::error::TrainingError;
use crate::samples::error::SamplesError;
use crate::specification::error::SpecificationError;

/// The metadata key whose value is the JSON object that describes a file.
pub(super) const KEY: &str = "autoencoder";

/// The version of the format. Readers refuse newer versions.
pub(super) const VERSION: u32 = 1;

/// Error of reading bytes as a model or a checkpoint.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The bytes are no complete safetensors file.
    Safetensors(SafeTensorError),
    /// The head is longer than the format allows.
    HeadTooLong {
        /// Length of the head, in bytes.
        found: u64,
    },
    /// The bytes are a safetensors file of another program: the metadata has no key `autoencoder`.
    Foreign,
    /// The JSON object has another form than expected.
    Description(serde_json::Error),
    /// The training options in the file are out of their range, or do not fit the file's model.
    Options(TrainingError),
    /// The version of the format is 0 or newer than this crate's.
    Version {
        /// Version found.
        found: u32,
    },
    /// The file is of another kind than expected.
    Kind {
        /// Kind expected.
        expected: FileKind,
        /// Kind found.
        found: FileKind,
    },
    /// The specification describes no valid model.
    Specification(SpecificationError),
    /// A tensor of the model is missing.
    Missing {
        /// Name of the tensor.
        tensor: String,
    },
    /// A tensor is not one of the model's.
    Extra {
        /// Name of the tensor.
        tensor: String,
    },
    /// A tensor has another type or shape than the model's.
    Shape {
        /// Name of the tensor.
        tensor: String,
        /// Shape expected; the type must be F32.
        expected: Vec<usize>,
        /// Type and shape found.
        found: String,
    },
    /// A running variance is below zero.
    NegativeVariance {
        /// Name of the tensor.
        tensor: String,
        /// Number found.
        value: f32,
    },
    /// A tensor holds a number that is not finite.
    NotFinite {
        /// Name of the tensor.
        tensor: String,
        /// Index of the number, from 0, in row-major order (the last index varies fastest).
        index: usize,
        /// Number found.
        value: f32,
    },
    /// A part of the file is not what it was when the file was written.
    Checksum {
        /// The part: `description` or `tensors`.
        part: &'static str,
    },
    /// The numbers of the scaling scale nothing.
    Scaling(SamplesError),
    /// The columns of the table that the model was trained on are no schema.
    Schema(SchemaError),
    /// There is no memory for the parameters.
    OutOfMemory {
        /// The number of parameters.
        parameters: usize,
    },
    /// The description of the model contradicts itself or the tensors.
    Contradiction {
        /// Subject of the contradiction.
        what: &'static str,
        /// Value that the model needs.
        expected: String,
        /// Value found.
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
            Self::Checksum { part } => write!(
                f,
                "the {part} changed after the file was written: damaged, or edited by another program that kept the field \"checksum\""
            ),
            Self::Scaling(error) => error.fmt(f),
            Self::Schema(error) => error.fmt(f),
            Self::OutOfMemory { parameters } => write!(f, "there is no memory for {parameters} parameters"),
            Self::Contradiction { what, expected, found } => {
                write!(f, "{what}: expected {expected}, found {found}")
            }
        }
    }
}

/// An error without a source, because the inner errors are already in the message.
impl std::error::Error for FileError {}
