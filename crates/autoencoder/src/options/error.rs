//! Why a training cannot begin or go on.

use std::fmt;

use crate::samples::error::SamplesError;
use crate::specification::error::SpecificationError;

/// Why a training cannot begin or go on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainingError {
    /// An option is out of its range.
    Option {
        /// Its name.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The specification stands for no model.
    Specification(SpecificationError),
    /// The samples have another number of features than the model.
    Features {
        /// The model's.
        expected: usize,
        /// The samples'.
        found: usize,
    },
    /// The training samples reach outside what the model's output can be.
    Range {
        /// The least and the greatest output.
        expected: (f32, f32),
        /// The least and the greatest value of the samples.
        found: (f32, f32),
    },
    /// The validation samples are not such as the training samples.
    Validation(SamplesError),
    /// A way of training does not fit the model or the samples.
    Combination {
        /// The way.
        of: &'static str,
        /// What it does not fit.
        with: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// A number that must be finite is not, or the loss is above [`EXPLODED`], and as many times that of
    /// the first step.
    Diverged {
        /// In which epoch, from 1.
        epoch: usize,
        /// In which step of all, from 1.
        step: u64,
        /// Which number.
        what: &'static str,
        /// Its value.
        found: f64,
        /// The first tensor with a number that is not finite, if there is one.
        tensor: Option<String>,
    },
}

impl fmt::Display for TrainingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option { name, found, expected } => write!(f, "{name}: expected {expected}, found {found}"),
            Self::Specification(error) => error.fmt(f),
            Self::Features { expected, found } => {
                write!(f, "the model takes samples of {expected} features, found {found}")
            }
            Self::Range { expected, found } => write!(
                f,
                "the model's output lies in [{}, {}], found samples in [{}, {}]",
                expected.0, expected.1, found.0, found.1
            ),
            Self::Validation(error) => write!(f, "validation: {error}"),
            Self::Combination { of, with, reason } => write!(f, "{of} does not go with {with}: {reason}"),
            Self::Diverged { epoch, step, what, found, tensor } => {
                write!(f, "training diverged in epoch {epoch}, step {step}: expected ")?;
                if found.is_finite() {
                    write!(f, "a {what} of at most {EXPLODED} times that of the first step, found {found}")?;
                } else {
                    write!(f, "a finite {what}, found {found}")?;
                }
                if let Some(tensor) = tensor {
                    write!(f, ", first in {tensor}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for TrainingError {}

/// A loss that is so many times that of a training's first step, and so many times 1, is not coming back.
pub const EXPLODED: f64 = 1e4;
