//! Scores of samples: how badly they fit what a model has learnt, and which columns are to blame.

#[cfg(feature = "pca")]
pub(crate) mod detectors;
#[cfg(feature = "pca")]
pub(crate) mod fit;
mod seen;

use std::fmt;

use ndarray::{Array2, Axis, Slice};

use crate::inference::Inference;
use crate::model::Model;
use crate::parallel::prelude::*;
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::scorer::Scorer;
use crate::scorer::kind::{Part, View};
use seen::{Seen, Tails, blocks, stacked};

/// The scores of samples, and what of them is whose.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scores {
    /// The score of each sample, in nats: the larger, the less the sample fits.
    pub scores: Vec<f64>,
    /// What each column has of the score, (samples, columns): numbers first, and then words; features where the samples are no
    /// rows of a table with words or holes. Parts that belong to no column, such as those of a code, are left out.
    pub parts: Array2<f64>,
    /// The samples as the model restores them, scaled, (samples, features).
    pub restored: Array2<f32>,
}

impl Inference {
    /// Scores samples by what `scorer` knows; see [`Scorer`]. What is computed for a sample does not depend on the others.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// # Panics
    /// If the scorer is that of another model, with other columns or codes.
    pub fn scores(&self, scorer: &Scorer, samples: &Samples) -> Result<Vec<f64>, SamplesError> {
        let of_block = |rows| Ok(scores_of(scorer, &Seen::new(self, samples, rows)?));
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
        let of_block = |rows| {
            let seen = Seen::new(self, samples, rows)?;
            Ok((scores_of(scorer, &seen), parts_of(scorer, &seen), seen.restored))
        };
        let found: Result<Vec<_>, SamplesError> =
            blocks(samples.len()).into_par_iter().map(of_block).collect();
        let (mut scores, mut parts, mut restored) = (Vec::new(), Vec::new(), Vec::new());
        for (of_block, parts_of_block, restored_of_block) in found? {
            scores.extend(of_block);
            parts.push(parts_of_block);
            restored.push(restored_of_block);
        }
        Ok(Scores { scores, parts: stacked(&parts), restored: stacked(&restored) })
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

fn scores_of(scorer: &Scorer, seen: &Seen) -> Vec<f64> {
    let mut scores = vec![0.0; seen.len()];
    for &part in scorer.kind.parts() {
        let residual = |tails| seen.residual_parts(&scorer.sizes, tails).sum_axis(Axis(1)).to_vec();
        let surprises = match part {
            Part::Residual => residual(Tails::Normal),
            Part::TailedResidual => residual(Tails::Cauchy),
            Part::Words => residual(Tails::None),
            Part::Density(view) => match scorer.density(view) {
                Some(density) => density.surprises(seen.points(view).view()),
                // A table of words alone has no numbers.
                None => continue,
            },
        };
        for (score, surprise) in scores.iter_mut().zip(surprises) {
            *score += surprise;
        }
    }
    scores
}

/// What each column has of the scores, (samples, columns). Where a score has nothing to do with single columns, the residual tells
/// which of them are to blame: the coordinates of a code belong to none, and those of a residual beside it partly cancel them.
fn parts_of(scorer: &Scorer, seen: &Seen) -> Array2<f64> {
    let mut parts = Array2::zeros((seen.len(), seen.columns()));
    for &part in scorer.kind.parts() {
        match part {
            Part::Density(View::Sample) => {
                let Some(density) = scorer.density(View::Sample) else { continue };
                // Numbers are the first columns.
                let of_numbers = density.parts(seen.points(View::Sample).view());
                let mut numbers = parts.slice_axis_mut(Axis(1), Slice::from(..of_numbers.ncols()));
                numbers += &of_numbers;
            }
            Part::TailedResidual => parts += &seen.residual_parts(&scorer.sizes, Tails::Cauchy),
            Part::Words => parts += &seen.residual_parts(&scorer.sizes, Tails::None),
            Part::Residual | Part::Density(View::Joint | View::Code) => {
                parts += &seen.residual_parts(&scorer.sizes, Tails::Normal);
            }
        }
    }
    parts
}
