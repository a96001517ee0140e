//! The score above which samples are flagged.

use autoencoder::{ThresholdOrigin, Thresholds};

use crate::arguments::TypedScoring;
use crate::terminal::Notes;
use crate::terminal::numerals;

/// The score above which samples are flagged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    pub(crate) score: f64,
    /// The share of usual samples below it, where it was chosen by that.
    pub(crate) quantile: Option<f64>,
    /// The share of the scored samples above it, where it was chosen by that.
    pub(crate) contamination: Option<f64>,
}

/// How many times as far above the median as nine tenths of the usual scores reach a threshold is without a word. That of 0.99 is 2.4
/// times as far where scores fall off exponentially.
const FAR: f64 = 8.0;

/// The samples that thresholds come from, in words.
pub(crate) fn samples_of(origin: ThresholdOrigin) -> &'static str {
    match origin {
        ThresholdOrigin::HeldOut => "samples that the training held out",
        ThresholdOrigin::CrossFitted => "samples of the training",
    }
}

impl Threshold {
    /// Notes where the samples that the threshold comes of say little of it: where they are too few, or where a few of their scores are
    /// far from all others.
    pub(crate) fn tell(&self, thresholds: &Thresholds, notes: Notes) {
        let Some(share) = self.quantile else { return };
        let samples = samples_of(thresholds.origin());
        let count = thresholds.count();
        let score = numerals::short(self.score);
        if share < 1.0 && count as f64 * (1.0 - share) < 1.0 {
            notes.say(format_args!(
                "the threshold of {score}: {} {samples} cannot tell a share of {share}; it lies by the greatest of their scores",
                numerals::grouped(count)
            ));
            return;
        }
        let [half, most] = [0.5, 0.9].map(|share| thresholds.quantile(share));
        if share > 0.9 && self.score - half > FAR * (most - half) {
            notes.say(format_args!(
                "the threshold of {score} lies far above nine tenths of the scores of {} {samples}, which are below {}: odd ones may be among them; a lower --quantile, --contamination or --threshold finds more, and train --without-labels learns without those that are known",
                numerals::grouped(count),
                numerals::short(most)
            ));
        }
    }

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
                let share = typed.quantile.unwrap_or(Thresholds::USUAL_SHARE);
                Self { score: thresholds.quantile(share), quantile: Some(share), ..none }
            }
        }
    }
}
