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
    /// Holds scores against what is known; `None` where all samples are odd, or none, or a score is not a number.
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
        let Counted { odd, usual, levels } = Counted::of(scores, is_odd)?;
        let (mut found, mut seen) = (0.0, 0.0);
        let (mut area, mut precisions, mut at_n) = (0.0, 0.0, None);
        for Level { odd: odd_here, usual: usual_here, .. } in levels {
            let here = odd_here + usual_here;
            area += usual_here * (found + 0.5 * odd_here);
            let before = seen;
            (found, seen) = (found + odd_here, seen + here);
            precisions += odd_here * found / seen;
            if at_n.is_none() && seen >= odd {
                let part = (odd - before) / here;
                at_n = Some((found - odd_here + part * odd_here) / odd);
            }
        }
        Some(Self {
            auroc: area / (odd * usual),
            average_precision: precisions / odd,
            precision_at_n: at_n.unwrap_or_default(),
            odd: is_odd.iter().filter(|&&odd| odd).count(),
        })
    }
}

/// What is told of the samples whose scores are at least as great as one of them: a point of the two curves by which detectors are
/// compared.
///
/// The **ROC curve** begins at (0, 0) and goes in straight lines through the points (`false_positive_rate`, `recall`); the area below it is
/// [`Detection::auroc`]. The **precision-recall curve** goes in steps through the points (`recall`, `precision`): from the recall of the
/// point before, or 0, to that of a point, its precision is the point's. The area below these steps is [`Detection::average_precision`].
/// Straight lines between them would promise more than can be had (Davis and Goadrich, ICML 2006).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct DetectionPoint {
    /// The least of the scores.
    pub score: f64,
    /// The share of the odd samples that are among them, also called true positive rate or sensitivity.
    pub recall: f64,
    /// The share of the usual samples that are among them.
    pub false_positive_rate: f64,
    /// The share of odd ones among them.
    pub precision: f64,
}

impl DetectionPoint {
    /// A point for every score that some sample has, from the greatest to the least; samples of one score come together. `None` where all
    /// samples are odd, or none, or a score is not a number.
    ///
    /// ```
    /// use autoencoder::DetectionPoint;
    /// let points = DetectionPoint::of(&[0.9, 0.7, 0.7, 0.1], &[true, true, false, false]).unwrap();
    /// let recalls: Vec<f64> = points.iter().map(|point| point.recall).collect();
    /// assert_eq!(recalls, [0.5, 1.0, 1.0]);
    /// assert_eq!((points[1].false_positive_rate, points[1].precision), (0.5, 2.0 / 3.0));
    /// ```
    ///
    /// # Panics
    /// If there are not as many scores as samples of which it is known.
    pub fn of(scores: &[f64], is_odd: &[bool]) -> Option<Vec<Self>> {
        let Counted { odd, usual, levels } = Counted::of(scores, is_odd)?;
        let (mut found, mut wrong) = (0.0, 0.0);
        let points = levels.into_iter().map(|level| {
            found += level.odd;
            wrong += level.usual;
            let (recall, false_positive_rate) = (found / odd, wrong / usual);
            Self { score: level.score, recall, false_positive_rate, precision: found / (found + wrong) }
        });
        Some(points.collect())
    }
}

/// The numbers of odd and of usual samples, in all and of each score.
struct Counted {
    odd: f64,
    usual: f64,
    /// The scores from the greatest to the least.
    levels: Vec<Level>,
}

/// The numbers of samples of one score.
struct Level {
    score: f64,
    odd: f64,
    usual: f64,
}

impl Counted {
    /// Counts samples; `None` where all are odd, or none, or a score is not a number.
    fn of(scores: &[f64], is_odd: &[bool]) -> Option<Self> {
        assert_eq!(scores.len(), is_odd.len(), "scores and samples");
        let odd = is_odd.iter().filter(|&&odd| odd).count();
        let usual = scores.len() - odd;
        if odd == 0 || usual == 0 || scores.iter().any(|score| score.is_nan()) {
            return None;
        }
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        // Zeros of both signs are one score.
        let levels = order.chunk_by(|&a, &b| scores[a] <= scores[b]).map(|equal| {
            let odd = equal.iter().filter(|&&sample| is_odd[sample]).count() as f64;
            Level { score: scores[equal[0]], odd, usual: equal.len() as f64 - odd }
        });
        Some(Self { odd: odd as f64, usual: usual as f64, levels: levels.collect() })
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
        assert_eq!(DetectionPoint::of(&[1.0, 2.0], &[false, false]), None);
    }

    #[test]
    fn points_of_curves_as_counted_by_hand() {
        // From the greatest score: odd; usual and odd with one score; usual, usual; odd, with the least score of both signs.
        let scores = [9.0, 4.0, 4.0, 3.0, 2.0, 0.0, -0.0];
        let is_odd = [true, false, true, false, false, true, false];
        let points = DetectionPoint::of(&scores, &is_odd).unwrap();
        let found: Vec<[f64; 4]> = points
            .iter()
            .map(|point| [point.score, point.recall, point.false_positive_rate, point.precision])
            .collect();
        let third = 1.0 / 3.0;
        let expected = [
            [9.0, third, 0.0, 1.0],
            [4.0, 2.0 * third, 0.25, 2.0 / 3.0],
            [3.0, 2.0 * third, 0.5, 0.5],
            [2.0, 2.0 * third, 0.75, 0.4],
            [0.0, 1.0, 1.0, 3.0 / 7.0],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn areas_below_the_curves_are_those_of_the_detection() {
        let scores: Vec<f64> = (0..500).map(|index| f64::from(index * 37 % 101)).collect();
        let is_odd: Vec<bool> = (0..500).map(|index| index * 53 % 97 < 9).collect();
        let detection = Detection::of(&scores, &is_odd).unwrap();
        let (mut area, mut steps, mut before) = (0.0, 0.0, (0.0, 0.0));
        for point in DetectionPoint::of(&scores, &is_odd).unwrap() {
            area += (point.false_positive_rate - before.0) * f64::midpoint(point.recall, before.1);
            steps += (point.recall - before.1) * point.precision;
            before = (point.false_positive_rate, point.recall);
        }
        assert_eq!(before, (1.0, 1.0));
        assert!((area - detection.auroc).abs() < 1e-12, "{area} {detection:?}");
        assert!((steps - detection.average_precision).abs() < 1e-12, "{steps} {detection:?}");
    }
}
