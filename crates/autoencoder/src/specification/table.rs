//! Models of tables in which columns hold words: what their features stand for.

use autoencoder_kernels::{Activation, TableFeatures};
use serde::{Deserialize, Serialize};

use super::error::SpecificationError;
use super::loss::Loss;
use crate::samples::table::TableShape;

/// The columns that the features of a sample stand for: numbers first, one feature each, and then for each column of words as
/// many features as there are words, of which that of the sample's word is 1 and the others are 0.
///
/// A model of such a table restores the words as probabilities, the softmax of its last layer's sums. The loss of a sample is
/// the mean over its columns: of the specification's loss for a number, and for a column of words of `weight` times the
/// cross-entropy. Holes count nothing.
///
/// ```
/// use autoencoder::{Activation, Architecture, Specification, TableColumns, WordColumn};
/// let table = TableColumns::new(2, [WordColumn::new(3, 1.0)]);
/// let specification = Specification::new(5, [4, 2]).with_output_activation(Activation::Linear).with_table(table);
/// assert!(Architecture::new(specification.clone()).is_ok());
/// assert!(Architecture::new(specification.with_features(6)).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableColumns {
    /// Number of columns of numbers.
    pub numbers: usize,
    /// Columns of words.
    pub words: Vec<WordColumn>,
    /// Number of columns of which the model is told where nothing is known: each has one more feature behind all others, which
    /// is 1 for a hole and else 0, and which the model does not restore.
    #[serde(default, skip_serializing_if = "is_none")]
    pub indicators: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A column of words.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WordColumn {
    /// Number of words; at least 1.
    pub words: usize,
    /// Factor of the column's cross-entropy; finite and above 0.
    pub weight: f32,
}

impl WordColumn {
    /// A column of `words` words, whose cross-entropy counts `weight` times.
    pub const fn new(words: usize, weight: f32) -> Self {
        Self { words, weight }
    }

    /// The weight with which a column counts as much as a standardised number, where nothing is known but the shares of its
    /// words: one over their entropy, and at most 20.
    ///
    /// ```
    /// use autoencoder::WordColumn;
    /// let evenly = WordColumn::weight_of(&[0.25; 4]);
    /// assert!((evenly - 1.0 / 4f32.ln()).abs() < 1e-6);
    /// assert_eq!(WordColumn::weight_of(&[1.0, 0.0]), 20.0);
    /// ```
    pub fn weight_of(shares: &[f32]) -> f32 {
        const MOST: f32 = 20.0;
        let known = shares.iter().filter(|&&share| share > 0.0);
        let entropy: f32 = known.map(|share| -share * share.ln()).sum();
        (1.0 / entropy.max(1.0 / MOST)).min(MOST)
    }
}

impl TableColumns {
    /// The columns of a table with so many columns of numbers, and these of words.
    pub fn new(numbers: usize, words: impl Into<Vec<WordColumn>>) -> Self {
        Self { numbers, words: words.into(), indicators: 0 }
    }

    /// The same columns, where the model is told of the holes in so many of them.
    ///
    /// ```
    /// use autoencoder::{TableColumns, WordColumn};
    /// let table = TableColumns::new(2, [WordColumn::new(3, 1.0)]).with_indicators(1);
    /// assert_eq!((table.columns(), table.features()), (3, Some(6)));
    /// ```
    #[must_use]
    pub fn with_indicators(self, indicators: usize) -> Self {
        Self { indicators, ..self }
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.numbers + self.words.len()
    }

    /// The number of features, or `None` if that is no `usize`.
    pub fn features(&self) -> Option<usize> {
        let columns = self.words.iter().try_fold(self.numbers, |sum, column| sum.checked_add(column.words));
        columns?.checked_add(self.indicators)
    }

    /// The shape of the table.
    pub(crate) fn shape(&self) -> TableShape {
        let counts = self.words.iter().map(|column| column.words).collect();
        TableShape { numbers: self.numbers, counts, indicators: self.indicators }
    }

    /// The same columns as the kernels take them.
    pub(crate) fn for_kernels(&self) -> TableFeatures {
        let words = self.words.iter().map(|column| (column.words, column.weight)).collect();
        TableFeatures { numbers: self.numbers, words, unrestored: self.indicators }
    }

    /// Checks that the columns have this many features, and that a model of them can have this output and this loss.
    pub(super) fn check(
        &self,
        features: usize,
        output: Activation,
        loss: Loss,
    ) -> Result<(), SpecificationError> {
        if self.features() != Some(features) {
            let found = self.features().unwrap_or(usize::MAX);
            return Err(SpecificationError::TableFeatures { expected: features, found });
        }
        if self.indicators > self.columns() {
            let (expected, found) = (self.columns(), self.indicators);
            return Err(SpecificationError::Indicators { expected, found });
        }
        for &WordColumn { words, weight } in &self.words {
            if words == 0 {
                return Err(SpecificationError::NoWords);
            }
            if !(weight > 0.0 && weight.is_finite()) {
                let (name, expected) = ("weight of a column of words", "a finite number above 0");
                return Err(SpecificationError::OutOfRange { name, expected, found: weight });
            }
        }
        let refuse = |with, reason| {
            Err(SpecificationError::Combination { of: "a table of words or holes", with, reason })
        };
        if output != Activation::Linear {
            return refuse(
                "an output that is not linear",
                "words are restored from the sums of the last layer",
            );
        }
        match loss {
            Loss::Bce => refuse("the loss bce", "its numbers are no probabilities; take mse, mae or huber"),
            Loss::Mse | Loss::Mae | Loss::Huber { .. } | Loss::Gaussian { .. } => Ok(()),
        }
    }
}
