//! How well scores tell odd samples from usual ones, where it is known which are odd.

/// How well scores tell odd samples from usual ones.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Detection {
    /// Area under the curve of true against false positives: the chance that an odd sample has a greater score than a usual one,
    /// where equal scores count half (the statistic of Mann and Whitney). From 0 to 1; 0.5 by chance.
    pub auroc: f64,
    /// Average precision: the mean, over the odd samples, of the share of odd ones among all samples with a score as great. From the
    /// share of odd samples, by chance, to 1.
    pub average_precision: f64,
    /// The share of odd ones among the n samples with the greatest scores, where n of all are odd; of equal scores in part.
    pub precision_at_n: f64,
    /// The number of odd samples.
    pub odd: usize,
}

impl Detection {
    /// Holds scores against what is known; `None` where all samples are odd, or none, or a score is none.
    ///
    /// ```
    /// use autoencoder::Detection;
    /// let detection = Detection::of(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]).unwrap();
    /// assert_eq!((detection.auroc, detection.precision_at_n), (0.75, 0.5));
    /// assert!((detection.average_precision - 5.0 / 6.0).abs() < 1e-12);
    /// ```
    ///
    /// # Panics
    /// If there are not as many scores as samples of which it is known.
    pub fn of(scores: &[f64], is_odd: &[bool]) -> Option<Self> {
        assert_eq!(scores.len(), is_odd.len(), "Detection::of: scores and samples");
        let odd = is_odd.iter().filter(|&&odd| odd).count();
        let usual = scores.len() - odd;
        if odd == 0 || usual == 0 || scores.iter().any(|score| score.is_nan()) {
            return None;
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let (mut found, mut seen) = (0.0, 0.0);
        let (mut area, mut precisions, mut at_n) = (0.0, 0.0, None);
        // Samples of one score come together. Zeros of both signs are one score.
        for equal in order.chunk_by(|&a, &b| scores[a] <= scores[b]) {
            let odd_here = equal.iter().filter(|&&sample| is_odd[sample]).count() as f64;
            let usual_here = equal.len() as f64 - odd_here;
            area += usual_here * (found + 0.5 * odd_here);
            let before = seen;
            (found, seen) = (found + odd_here, seen + equal.len() as f64);
            precisions += odd_here * found / seen;
            if at_n.is_none() && seen >= odd as f64 {
                let part = (odd as f64 - before) / equal.len() as f64;
                at_n = Some((found - odd_here + part * odd_here) / odd as f64);
            }
        }
        Some(Self {
            auroc: area / (odd as f64 * usual as f64),
            average_precision: precisions / odd as f64,
            precision_at_n: at_n.unwrap_or_default(),
            odd,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfect_reversed_and_equal_scores() {
        let is_odd = [false, true, false, true, false];
        let of = |scores: [f64; 5]| Detection::of(&scores, &is_odd).unwrap();
        let perfect = of([0.0, 5.0, 1.0, 6.0, 2.0]);
        assert_eq!((perfect.auroc, perfect.average_precision, perfect.precision_at_n), (1.0, 1.0, 1.0));
        assert_eq!((of([3.0, 0.0, 4.0, 1.0, 5.0]).auroc, perfect.odd), (0.0, 2));
        let equal = of([0.0, -0.0, 0.0, 0.0, -0.0]);
        assert_eq!((equal.auroc, equal.average_precision, equal.precision_at_n), (0.5, 0.4, 0.4));
    }

    #[test]
    fn nothing_is_said_where_there_is_nothing_to_tell() {
        assert_eq!(Detection::of(&[1.0, 2.0], &[true, true]), None);
        assert_eq!(Detection::of(&[1.0, f64::NAN], &[true, false]), None);
        assert_eq!(Detection::of(&[], &[]), None);
    }
}
