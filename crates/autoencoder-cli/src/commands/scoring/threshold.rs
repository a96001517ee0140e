//! The score above which samples are flagged.

use autoencoder::Thresholds;

use crate::arguments::TypedScoring;

/// The share of usual samples that lie below the threshold where nothing is said.
const USUAL: f64 = 0.99;

/// The score above which samples are flagged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    pub(crate) score: f64,
    /// The share of usual samples below it, where it was chosen by that.
    pub(crate) quantile: Option<f64>,
    /// The share of the scored samples above it, where it was chosen by that.
    pub(crate) contamination: Option<f64>,
}

impl Threshold {
    /// The number of scores above it.
    pub(crate) fn flagged(self, scores: &[f64]) -> usize {
        scores.iter().filter(|&&score| score > self.score).count()
    }

    pub(crate) fn of(typed: &TypedScoring, thresholds: &Thresholds, scores: &[f64]) -> Self {
        let none = Self { score: 0.0, quantile: None, contamination: None };
        match (typed.threshold, typed.contamination) {
            (Some(score), _) => Self { score, ..none },
            (None, Some(share)) => {
                let own = Thresholds::of(
                    scores.iter().copied().filter(|score| !score.is_nan()).collect(),
                    thresholds.origin(),
                );
                Self { score: own.quantile(1.0 - share), contamination: Some(share), ..none }
            }
            (None, None) => {
                let share = typed.quantile.unwrap_or(USUAL);
                Self { score: thresholds.quantile(share), quantile: Some(share), ..none }
            }
        }
    }
}
