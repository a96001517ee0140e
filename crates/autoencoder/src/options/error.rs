//! Errors of a training and its options.

use std::fmt;

use crate::samples::error::SamplesError;
use crate::samples::fingerprint::SamplesDifference;
use crate::specification::error::SpecificationError;

/// A reason why a training cannot begin or go on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TrainingError {
    /// An option is out of its range.
    Option {
        /// The name of the option.
        name: &'static str,
        /// The value of the option.
        found: String,
        /// The values that the option may have.
        expected: &'static str,
    },
    /// No model can be built from the specification.
    Specification(SpecificationError),
    /// The samples have another number of features than the model.
    Features {
        /// The model's number of features.
        expected: usize,
        /// The samples' number of features.
        found: usize,
    },
    /// The training samples are rows of a table that is not the model's, or plain rows where the model's are those of a table.
    Table(SamplesError),
    /// The training samples reach outside the range of the model's output.
    Range {
        /// The least and the greatest possible output.
        expected: (f32, f32),
        /// The least and the greatest value of the samples.
        found: (f32, f32),
    },
    /// The validation samples reach outside the range that the loss is defined for.
    ValidationRange {
        /// The range of the loss.
        expected: (f32, f32),
        /// The least and the greatest value of the samples.
        found: (f32, f32),
    },
    /// The validation samples differ from the training samples in features, scaling or shape.
    Validation(SamplesError),
    /// The samples are not those that the training began with.
    OtherSamples {
        /// The part of the data: `training` or `validation`.
        part: &'static str,
        /// The first difference.
        difference: SamplesDifference,
    },
    /// The progress of the training, such as a checkpoint has it, does not fit the number of samples.
    Progress {
        /// The name of the number, such as `steps`.
        what: &'static str,
        /// The numbers that are possible.
        expected: String,
        /// The number found.
        found: u64,
    },
    /// An option or a way of training does not fit the model, the samples or another option.
    Combination {
        /// The option or the way of training.
        of: &'static str,
        /// The part of the model, the samples or the options that `of` does not fit.
        with: &'static str,
        /// The reason why `of` and `with` do not fit.
        reason: &'static str,
    },
    /// A number that must be finite is not, or the loss of a step is above [`EXPLODED`] and also above
    /// [`EXPLODED`] times the loss of the first step.
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
        /// The step, counted from 1 over all epochs.
        step: u64,
        /// The name of the number, such as `loss` or `parameter`.
        what: &'static str,
        /// The value of the number.
        found: f64,
        /// The name of the first tensor with a number that is not finite, if there is one.
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
            Self::Table(error) => error.fmt(f),
            Self::Range { expected, found } => write!(
                f,
                "the model's output lies in [{}, {}], found samples in [{}, {}]",
                expected.0, expected.1, found.0, found.1
            ),
            Self::ValidationRange { expected, found } => write!(
                f,
                "validation: the loss is defined for values in [{}, {}], found samples in [{}, {}]",
                expected.0, expected.1, found.0, found.1
            ),
            Self::OtherSamples { part, difference } => {
                write!(f, "expected the {part} samples that the training began with, found {difference}")
            }
            Self::Progress { what, expected, found } => {
                write!(
                    f,
                    "{what} of the training so far: expected {expected} for this number of samples, found {found}"
                )
            }
            Self::Validation(error) => write!(f, "validation: {error}"),
            Self::Combination { of, with, reason } => write!(f, "{of} does not go with {with}: {reason}"),
            Self::Diverged { epoch, step, what, found, tensor } => {
                write!(f, "training diverged in epoch {epoch}, step {step}: expected ")?;
                if found.is_finite() {
                    write!(
                        f,
                        "a {what} of at most {EXPLODED}, or {EXPLODED} times that of the first step, "
                    )?;
                    write!(f, "found {found}")?;
                } else {
                    write!(f, "a finite {what}, found {found}")?;
                }
                if let Some(tensor) = tensor {
                    write!(f, "; the first tensor that is not finite is {tensor}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for TrainingError {}

/// The bound of a step's loss: a training has diverged if the loss is above this number and above this
/// multiple of the first step's loss.
pub const EXPLODED: f64 = 1e4;
