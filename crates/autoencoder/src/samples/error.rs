//! Errors of samples: numbers that are no samples, and samples that do not fit a model.

use std::fmt;

use super::scaling::ScalingKind;

/// A reason why numbers are no samples, or why samples do not fit a model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SamplesError {
    /// There is no row, or no column.
    Empty {
        /// The number of rows.
        samples: usize,
        /// The number of columns.
        features: usize,
    },
    /// A number is not finite.
    NotFinite {
        /// The row of the number, from 0.
        row: usize,
        /// The column of the number, from 0.
        column: usize,
        /// The number.
        value: f64,
    },
    /// A number is finite, but not once it is scaled and rounded to f32.
    TooLarge {
        /// The row of the number, from 0.
        row: usize,
        /// The column of the number, from 0.
        column: usize,
        /// The number before it was scaled.
        value: f64,
    },
    /// The scaling or the model is made for another number of features.
    Features {
        /// The number of features of the scaling or the model.
        expected: usize,
        /// The number of columns found.
        found: usize,
    },
    /// The model was trained on bytes, and the numbers are floating-point numbers, which may or may not have
    /// been divided by 255 already.
    NotBytes,
    /// A word of a table is none of its column's words.
    NoSuchWord {
        /// The row of the word, from 0.
        row: usize,
        /// The column among the columns of words, from 0.
        column: usize,
        /// The number of words in the column.
        words: usize,
        /// The place found.
        found: u32,
    },
    /// The model was made for the rows of a table with words or holes and the samples are others, or the other way round.
    Table {
        /// Whether the model was made for the rows of a table.
        expected: bool,
    },
    /// The codes have another width than the model's codes.
    CodeWidth {
        /// The width of the model's codes.
        expected: usize,
        /// The number of columns found.
        found: usize,
    },
    /// The samples are scaled in another way than the samples on which the model was trained.
    Scaling {
        /// The kind of the model's scaling.
        expected: ScalingKind,
        /// The kind of the samples' scaling; the same kind if only the numbers of the scalings differ.
        found: ScalingKind,
    },
    /// A number of the scaling is not finite, a maximum lies below its minimum, or a deviation is negative.
    ScalingNumber {
        /// The feature, from 0.
        feature: usize,
        /// The name of the number, such as `minimum`.
        what: &'static str,
        /// The numbers that are possible.
        expected: String,
        /// The number found.
        found: f64,
    },
    /// The shape has another size than a sample, or differs from the shape of the model's samples.
    Shape {
        /// The shape of the model's samples, or the number of features.
        expected: Vec<usize>,
        /// The shape found.
        found: Vec<usize>,
    },
    /// There are too few rows in time for a window.
    NoWindow {
        /// The number of rows in a window.
        expected: usize,
        /// The number of rows.
        found: usize,
    },
    /// Windows are made of rows of numbers, and the samples are rows of a table with words or holes, or windows already.
    NoRowsInTime,
    /// There is not one target with the same number of features for each input.
    Pair {
        /// The numbers of samples and features of the inputs.
        expected: (usize, usize),
        /// The numbers of samples and features of the targets.
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
            Self::TooLarge { row, column, value } => {
                write!(
                    f,
                    "row {row}, column {column} (both from 0): expected a number that is within f32 (3.4e38) when it is scaled, found {value}"
                )
            }
            Self::Features { expected, found } => {
                write!(f, "expected {expected} features in a sample, found {found}")
            }
            Self::NotBytes => {
                write!(
                    f,
                    "expected bytes (0 to 255), as in the model's training samples, found floating-point numbers"
                )
            }
            Self::NoSuchWord { row, column, words, found } => {
                write!(
                    f,
                    "row {row}, column {column} of words (both from 0): expected a word below {words}, found {found}"
                )
            }
            Self::Table { expected: true } => f.write_str(
                "expected the rows of a table with the model's columns of numbers and words, found others",
            ),
            Self::Table { expected: false } => {
                f.write_str("expected plain rows of numbers, found the rows of a table with words or holes")
            }
            Self::ScalingNumber { feature, what, expected, found } => {
                write!(
                    f,
                    "{what} of the scaling of feature {feature} (from 0): expected {expected}, found "
                )?;
                // All digits of a number that is too large would say nothing.
                if found.is_finite() && found.abs() >= 1e16 {
                    write!(f, "{found:e}")
                } else {
                    write!(f, "{found}")
                }
            }
            Self::CodeWidth { expected, found } => {
                write!(f, "expected {expected} numbers in a code, found {found}")
            }
            Self::Scaling { expected, found } if expected == found => {
                write!(
                    f,
                    "expected samples with the model's {expected} scaling, found {found} scaling with other numbers"
                )
            }
            Self::Scaling { expected, found } => {
                write!(f, "expected samples with the model's {expected} scaling, found {found}")
            }
            Self::Shape { expected, found } => {
                write!(f, "expected samples of the shape {expected:?}, found {found:?}")
            }
            Self::NoWindow { expected, found } => {
                write!(
                    f,
                    "expected at least {expected} rows without a break, as many as a window has, found {found}"
                )
            }
            Self::NoRowsInTime => f.write_str(
                "expected rows of numbers to make windows of, found rows with words or holes, or windows",
            ),
            Self::Pair { expected, found } => write!(
                f,
                "expected a target for each input, {} of {} features, found {} of {}",
                expected.0, expected.1, found.0, found.1
            ),
        }
    }
}

impl std::error::Error for SamplesError {}
