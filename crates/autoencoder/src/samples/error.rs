//! Why numbers are no samples, or none for a model.

use std::fmt;

use super::scaling::ScalingKind;

/// Why numbers are no samples, or none for a model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SamplesError {
    /// There is no row, or no column.
    Empty {
        /// Rows found.
        samples: usize,
        /// Columns found.
        features: usize,
    },
    /// A number that is not finite.
    NotFinite {
        /// Its row, from 0.
        row: usize,
        /// Its column, from 0.
        column: usize,
        /// The number.
        value: f32,
    },
    /// The scaling was fitted to another number of features, or a model takes another.
    Features {
        /// Features of the scaling or the model.
        expected: usize,
        /// Columns found.
        found: usize,
    },
    /// Numbers that are no bytes for a model that learnt from bytes: whether they were divided by 255 already cannot be told.
    NotBytes,
    /// Codes of another width than the model's.
    CodeWidth {
        /// Numbers in a code of the model.
        expected: usize,
        /// Columns found.
        found: usize,
    },
    /// A model was trained on samples that were scaled in another way.
    Scaling {
        /// How the model's samples are scaled.
        expected: ScalingKind,
        /// How these are scaled; the same kind where its numbers differ.
        found: ScalingKind,
    },
    /// The samples' shape is of another size than a sample, or not the model's.
    Shape {
        /// The model's, or the number of features.
        expected: Vec<usize>,
        /// The shape found.
        found: Vec<usize>,
    },
    /// Targets that are not one for each input.
    Pair {
        /// Samples and features of the inputs.
        expected: (usize, usize),
        /// Samples and features of the targets.
        found: (usize, usize),
    },
}

impl fmt::Display for SamplesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { samples, features } => {
                write!(f, "no data: {samples} samples of {features} features")
            }
            Self::NotFinite { row, column, value } => {
                write!(f, "row {row}, column {column} (both from 0): expected a finite number, found {value}")
            }
            Self::Features { expected, found } => {
                write!(f, "expected {expected} features in a sample, found {found}")
            }
            Self::NotBytes => {
                write!(
                    f,
                    "expected bytes as the model learnt from, from 0 to 255, found floating-point numbers"
                )
            }
            Self::CodeWidth { expected, found } => {
                write!(f, "expected {expected} numbers in a code, found {found}")
            }
            Self::Scaling { expected, found } if expected == found => {
                write!(
                    f,
                    "expected samples with the model's {expected} scaling, found other numbers in theirs"
                )
            }
            Self::Scaling { expected, found } => {
                write!(f, "expected samples with the model's {expected} scaling, found {found}")
            }
            Self::Shape { expected, found } => {
                write!(f, "expected samples of the shape {expected:?}, found {found:?}")
            }
            Self::Pair { expected, found } => write!(
                f,
                "expected a target for each input, {} of {} features, found {} of {}",
                expected.0, expected.1, found.0, found.1
            ),
        }
    }
}

impl std::error::Error for SamplesError {}
