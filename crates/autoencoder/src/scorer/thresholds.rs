//! Quantiles of the scores of usual samples.

use serde::{Deserialize, Serialize};

/// The samples whose scores thresholds are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdOrigin {
    /// Samples that were held out of the training.
    HeldOut,
    /// Samples of the training: those of each half were scored by what was fitted to the other half, but the network has
    /// learnt from both.
    CrossFitted,
}

/// Quantiles of the scores of usual samples, from which thresholds are taken.
///
/// ```
/// use autoencoder::{ThresholdOrigin, Thresholds};
/// let scores = (0..=1000).map(f64::from).collect();
/// let thresholds = Thresholds::of(scores, ThresholdOrigin::HeldOut);
/// assert_eq!(thresholds.quantile(0.99), 990.0);
/// assert_eq!(thresholds.share_below(250.0), 0.25);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// The scores at even shares, from the least to the greatest.
    pub(crate) quantiles: Vec<f64>,
    /// The number of samples.
    pub(crate) count: usize,
    pub(crate) origin: ThresholdOrigin,
}

/// The most quantiles that are kept.
pub(crate) const MOST_QUANTILES: usize = 1001;

impl Thresholds {
    /// The share of usual samples that lie below the threshold where nobody says another.
    pub const USUAL_SHARE: f64 = 0.99;

    /// The quantiles of the scores of some samples.
    ///
    /// # Panics
    /// If there are no scores.
    pub fn of(mut scores: Vec<f64>, origin: ThresholdOrigin) -> Self {
        assert!(!scores.is_empty(), "Thresholds::of: no scores");
        scores.sort_by(f64::total_cmp);
        let kept = scores.len().min(MOST_QUANTILES);
        let steps = kept.saturating_sub(1).max(1) as f64;
        let quantiles = (0..kept).map(|index| between(&scores, index as f64 / steps)).collect();
        Self { quantiles, count: scores.len(), origin }
    }

    /// The score below which this share of the samples lies, from 0 to 1; between two samples by interpolation.
    pub fn quantile(&self, share: f64) -> f64 {
        between(&self.quantiles, share)
    }

    /// The share of the samples whose scores lie below a score, from 0 to 1.
    pub fn share_below(&self, score: f64) -> f64 {
        let above = self.quantiles.partition_point(|&quantile| quantile < score);
        let last = self.quantiles.len() - 1;
        if above == 0 {
            return 0.0;
        }
        if above > last {
            return 1.0;
        }
        let (low, high) = (self.quantiles[above - 1], self.quantiles[above]);
        let rest = if high > low { (score - low) / (high - low) } else { 1.0 };
        ((above - 1) as f64 + rest) / last.max(1) as f64
    }

    /// The scores at even shares of the samples, from the least to the greatest: at most 1001.
    pub fn quantiles(&self) -> &[f64] {
        &self.quantiles
    }

    /// The number of samples.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The samples that the quantiles are those of.
    pub fn origin(&self) -> ThresholdOrigin {
        self.origin
    }
}

/// The number at a share of sorted numbers, which are not none.
fn between(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    #[allow(clippy::cast_sign_loss, reason = "a place is not negative")]
    let low = (place as usize).min(last);
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_shares_are_inverse_to_each_other() {
        let scores: Vec<f64> = (0..5000).map(|index| f64::from(index * 37 % 5000).sqrt()).collect();
        let thresholds = Thresholds::of(scores, ThresholdOrigin::CrossFitted);
        assert_eq!((thresholds.quantiles.len(), thresholds.count()), (MOST_QUANTILES, 5000));
        for share in [0.0, 0.013, 0.5, 0.99, 0.9995, 1.0] {
            let score = thresholds.quantile(share);
            assert!((thresholds.share_below(score) - share).abs() < 1e-9, "{share}");
        }
        assert_eq!((thresholds.share_below(-1.0), thresholds.share_below(1e9)), (0.0, 1.0));
    }

    #[test]
    fn a_single_score_and_equal_scores_have_quantiles() {
        let one = Thresholds::of(vec![3.0], ThresholdOrigin::HeldOut);
        assert_eq!((one.quantile(0.99), one.share_below(2.0), one.share_below(4.0)), (3.0, 0.0, 1.0));
        let same = Thresholds::of(vec![3.0; 9], ThresholdOrigin::HeldOut);
        assert_eq!((same.share_below(3.0), same.share_below(3.5)), (0.0, 1.0));
    }
}
