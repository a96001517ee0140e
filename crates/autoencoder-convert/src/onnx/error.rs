//! Why a model cannot be written.

use std::fmt;

use autoencoder::{Activation, Choice, ScoreKind};

/// Error of writing a model, or a part of it, in the format of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// The format has no such activation.
    Activation {
        /// The activation.
        activation: Activation,
    },
    /// The model restores rows of a table and does not know how their columns are scaled.
    UnknownScaling,
    /// The scores of the model are those of rows in time.
    ScoresOfRows {
        /// The number of rows in a window.
        rows: usize,
    },
    /// The scores are made of numbers, and the samples have none.
    NoNumbers {
        /// The kind of the scores.
        kind: ScoreKind,
    },
    /// The densities that the score is made of do not fit the model.
    Scorer,
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activation { activation } => {
                write!(f, "the activation {} has no form in this format", activation.name())
            }
            Self::UnknownScaling => {
                f.write_str("the model restores words and does not know the columns that these are in: it was not trained")
            }
            Self::ScoresOfRows { rows } => write!(
                f,
                "a score is that of a row in time, the mean over all windows of {rows} rows that the row is in, and a graph sees one window at a time"
            ),
            Self::NoNumbers { kind } => {
                write!(f, "scores of the kind {} are made of numbers alone, and the table has none", kind.name())
            }
            Self::Scorer => f.write_str("what the model keeps for scores does not fit its columns"),
        }
    }
}

impl std::error::Error for ExportError {}
