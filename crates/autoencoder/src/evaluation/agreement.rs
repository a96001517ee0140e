//! How far two lists of scores agree on which samples are odd, where nobody knows it.

/// How far two lists of scores of the same samples agree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Agreement {
    /// The number of samples that are among the greatest of both.
    pub shared: usize,
    /// The correlation of the ranks of all samples, where equal scores share their mean rank (Spearman). From -1 to 1; 0 by
    /// chance, and where all scores of a list are equal.
    pub rank_correlation: f64,
}

impl Agreement {
    /// Holds two lists of scores to each other, and the `count` greatest of each; of equal scores the first are greater. `None` if a
    /// score is none.
    ///
    /// ```
    /// use autoencoder::Agreement;
    /// let agreement = Agreement::of(&[0.1, 0.2, 0.8, 0.9], &[5.0, 6.0, 9.0, 8.0], 1).unwrap();
    /// assert_eq!(agreement.shared, 0);
    /// assert!((agreement.rank_correlation - 0.8).abs() < 1e-12);
    /// ```
    ///
    /// # Panics
    /// If the lists are not of the same length.
    pub fn of(one: &[f64], other: &[f64], count: usize) -> Option<Self> {
        assert_eq!(one.len(), other.len(), "Agreement::of: scores of the same samples");
        if one.iter().chain(other).any(|score| score.is_nan()) {
            return None;
        }
        let [(order, ranks), (other_order, other_ranks)] = [one, other].map(ranked);
        let mut is_among = vec![false; one.len()];
        for &sample in order.iter().take(count) {
            is_among[sample] = true;
        }
        let shared = other_order.iter().take(count).filter(|&&sample| is_among[sample]).count();
        // The mean of ranks is the same whether they are shared or not.
        let mean = (one.len() as f64 - 1.0) / 2.0;
        let product = |one: &[f64], other: &[f64]| -> f64 {
            one.iter().zip(other).map(|(one, other)| (one - mean) * (other - mean)).sum()
        };
        let deviations = (product(&ranks, &ranks) * product(&other_ranks, &other_ranks)).sqrt();
        let rank_correlation =
            if deviations > 0.0 { product(&ranks, &other_ranks) / deviations } else { 0.0 };
        Some(Self { shared, rank_correlation })
    }
}

/// The samples from the greatest score to the least, and the rank of each, from 0.
fn ranked(scores: &[f64]) -> (Vec<usize>, Vec<f64>) {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let mut ranks = vec![0.0; scores.len()];
    let mut before = 0;
    for equal in order.chunk_by(|&a, &b| scores[a] <= scores[b]) {
        let rank = before as f64 + (equal.len() as f64 - 1.0) / 2.0;
        for &sample in equal {
            ranks[sample] = rank;
        }
        before += equal.len();
    }
    (order, ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_order_the_reverse_and_equal_scores() {
        let scores = [1.0, 7.0, 3.0, 5.0];
        let with = |other: [f64; 4], count| Agreement::of(&scores, &other, count).unwrap();
        let same = with([10.0, 70.0, 30.0, 50.0], 2);
        assert_eq!((same.shared, same.rank_correlation), (2, 1.0));
        let reverse = with([-1.0, -7.0, -3.0, -5.0], 2);
        assert_eq!((reverse.shared, reverse.rank_correlation), (0, -1.0));
        let equal = with([2.0, 2.0, 2.0, 2.0], 9);
        assert_eq!((equal.shared, equal.rank_correlation), (4, 0.0));
        // The ranks are 3, 0, 2, 1 and 2, 0, 2, 2, with the mean 1.5.
        let partly = with([2.0, 3.0, 2.0, 2.0], 1);
        assert_eq!(partly.shared, 1);
        assert!((partly.rank_correlation - 3.0 / 15_f64.sqrt()).abs() < 1e-12, "{partly:?}");
    }

    #[test]
    fn nothing_is_said_of_what_is_no_score() {
        assert_eq!(Agreement::of(&[1.0, f64::NAN], &[1.0, 2.0], 1), None);
        assert_eq!(Agreement::of(&[], &[], 3).map(|found| found.shared), Some(0));
    }
}
