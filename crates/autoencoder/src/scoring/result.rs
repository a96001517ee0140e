//! The scores of samples, and what of them is whose.

use ndarray::{Array2, Axis};

/// The scores of samples, and what of them is whose. Where the samples are windows over rows in time, it is the rows that have scores,
/// and all of this is of them, with the columns of a row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scores {
    /// The score of each sample, in nats: the larger, the less the sample fits. A row in time that is in no window has none, which
    /// is not a number here, in the parts and in what is restored.
    pub scores: Vec<f64>,
    /// What each column has of the score, (samples, columns): numbers first, and then words; features where the samples are no
    /// rows of a table with words or holes. Parts that belong to no column, such as those of a code, are left out, and so is what no
    /// reconstruction could make less.
    pub parts: Array2<f64>,
    /// The samples as the model restores them, scaled, (samples, features): of a row in time the mean over the windows that it is
    /// in.
    pub restored: Array2<f32>,
    /// What is expected of the samples, scaled, (samples, features): where the score is made of a density of the sample, of each number
    /// that which the density holds likeliest given all others, and else what the model restores.
    pub expected: Array2<f32>,
}

impl Scores {
    /// The scores of the samples with these indices, in this order.
    ///
    /// # Panics
    /// If an index is not below the number of scores.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            scores: indices.iter().map(|&index| self.scores[index]).collect(),
            parts: self.parts.select(Axis(0), indices),
            restored: self.restored.select(Axis(0), indices),
            expected: self.expected.select(Axis(0), indices),
        }
    }
}
