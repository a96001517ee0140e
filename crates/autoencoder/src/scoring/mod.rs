//! Scores of samples: how badly they fit what a model has learnt, and which columns are to blame.

mod by_row;
#[cfg(feature = "pca")]
pub(crate) mod detectors;
#[cfg(feature = "pca")]
pub(crate) mod fit;
mod parts;
mod result;
mod seen;

use std::fmt;

use crate::inference::Inference;
use crate::model::Model;
use crate::parallel::prelude::*;
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::scorer::Scorer;
use crate::scorer::kind::Part;
use crate::scorer::residual::Residual;
use parts::{blame_of, scores_of};
pub use result::Scores;
use seen::{Seen, blocks, stacked};

impl Inference {
    /// Scores samples by what `scorer` knows; see [`Scorer`]. What is computed for a sample does not depend on the others.
    ///
    /// Where the samples are windows over rows in time, the rows are scored: a row has what its own numbers have of the score of a
    /// window, and an even share of what belongs to no number, in the mean over the windows that the row is in. A row in no
    /// window has no score, which is not a number.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// # Panics
    /// If the scorer is that of another model, with other columns or codes, or of a variational one where this is none.
    pub fn scores(&self, scorer: &Scorer, samples: &Samples) -> Result<Vec<f64>, SamplesError> {
        if let Some(windows) = samples.over_rows() {
            return Ok(by_row::scores(self, scorer, samples, windows)?.scores);
        }
        if scorer.kind.parts() == [Part::Residual] && samples.table().is_none() {
            self.check(samples)?;
            return Ok(self.residuals(samples, &Residual::new(&scorer.sizes)));
        }
        let of_block = |rows| Ok(scores_of(scorer, &Seen::by(scorer, self, samples, rows)?));
        let scores: Result<Vec<Vec<f64>>, SamplesError> =
            blocks(samples.len()).into_par_iter().map(of_block).collect();
        Ok(scores?.concat())
    }

    /// Scores samples as [`Inference::scores`] does, with the parts of each column and the restored samples.
    ///
    /// # Errors
    /// As [`Inference::scores`].
    ///
    /// # Panics
    /// As [`Inference::scores`].
    pub fn scores_with_parts(&self, scorer: &Scorer, samples: &Samples) -> Result<Scores, SamplesError> {
        if let Some(windows) = samples.over_rows() {
            return by_row::scores(self, scorer, samples, windows);
        }
        let of_block = |rows| {
            let seen = Seen::by(scorer, self, samples, rows)?;
            let (parts, expected) = blame_of(scorer, &seen);
            Ok((scores_of(scorer, &seen), parts, expected, seen.restored))
        };
        let found: Result<Vec<_>, SamplesError> =
            blocks(samples.len()).into_par_iter().map(of_block).collect();
        let (mut scores, mut parts) = (Vec::new(), Vec::new());
        let (mut expected, mut restored) = (Vec::new(), Vec::new());
        for (of_block, parts_of_block, expected_of_block, restored_of_block) in found? {
            scores.extend(of_block);
            parts.push(parts_of_block);
            expected.push(expected_of_block);
            restored.push(restored_of_block);
        }
        Ok(Scores {
            scores,
            parts: stacked(&parts),
            restored: stacked(&restored),
            expected: stacked(&expected),
        })
    }
}

/// Error of scoring by a model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScoreError {
    /// The model keeps nothing to score with.
    NoScorer,
    /// The samples are none of the model.
    Samples(SamplesError),
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoScorer => {
                f.write_str("the model keeps nothing to score with; fit a scorer to samples of its training")
            }
            Self::Samples(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ScoreError {}

impl Model {
    /// Scores samples by what the model keeps for that: the larger a score, the less its sample fits.
    ///
    /// # Errors
    /// If the model keeps nothing to score with, or the samples are none that it takes.
    pub fn scores(&self, samples: &Samples) -> Result<Vec<f64>, ScoreError> {
        let scorer = self.scorer.as_ref().ok_or(ScoreError::NoScorer)?;
        Inference::new(self).scores(scorer, samples).map_err(ScoreError::Samples)
    }
}
