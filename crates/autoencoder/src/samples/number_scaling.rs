//! Scalings of one column of numbers, in which there may be holes.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The scaling of one column of numbers.
///
/// ```
/// use autoencoder::{NumberScaling, NumberScalingKind};
/// let hole = f64::NAN;
/// let scaling = NumberScaling::fit(NumberScalingKind::Robust, &[1.0, 2.0, hole, 3.0, 4.0, 1000.0]);
/// assert_eq!(scaling.apply(3.0), 0.0); // the median
/// assert_eq!(scaling.undo(scaling.apply(1000.0)), 1000.0);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NumberScaling {
    /// Map from numbers as they were read to scaled numbers.
    pub by: NumberMap,
    /// Mean of the scaled numbers, which stands for the holes where a model sees them.
    pub mean: f32,
}

/// A map from numbers as they were read to scaled numbers, which can be undone. A width or a deviation of 0 stands for a column
/// that was constant, and nothing is divided by it: so a number that differs later is as far off as it differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum NumberMap {
    /// The numbers stay as they are.
    None,
    /// (x - `least`) / `width`.
    MinMax {
        /// The least number.
        least: f64,
        /// The greatest number less the least.
        width: f64,
    },
    /// (x - `mean`) / `deviation`.
    Standard {
        /// The mean.
        mean: f64,
        /// The standard deviation.
        deviation: f64,
    },
    /// (x - `median`) / `width`: outliers change neither number.
    Robust {
        /// The median.
        median: f64,
        /// The upper less the lower quartile; the standard deviation where these are the same.
        width: f64,
    },
    /// (l - `mean`) / `deviation` with l = ln(1 + |x|), and the sign of x: for numbers over several orders of magnitude.
    Log1p {
        /// The mean of all l.
        mean: f64,
        /// The standard deviation of all l.
        deviation: f64,
    },
    /// The place of x among `quantiles`, as a number with a normal distribution. Between quantiles the map is linear; outside
    /// it rises by 1 for each `deviation`.
    RankGauss {
        /// The quantiles, at evenly spaced shares of the numbers.
        quantiles: Vec<f64>,
        /// The standard deviation of the numbers.
        deviation: f64,
    },
}

/// The kind of a scaling of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberScalingKind {
    /// The kind of [`NumberMap::None`].
    None,
    /// The kind of [`NumberMap::MinMax`].
    MinMax,
    /// The kind of [`NumberMap::Standard`].
    Standard,
    /// The kind of [`NumberMap::Robust`].
    Robust,
    /// The kind of [`NumberMap::Log1p`].
    Log1p,
    /// The kind of [`NumberMap::RankGauss`].
    RankGauss,
}

impl Choice for NumberScalingKind {
    const ALL: &'static [Self] =
        &[Self::None, Self::MinMax, Self::Standard, Self::Robust, Self::Log1p, Self::RankGauss];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::MinMax => "min-max",
            Self::Standard => "standard",
            Self::Robust => "robust",
            Self::Log1p => "log1p",
            Self::RankGauss => "rank-gauss",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::None => "No scaling",
            Self::MinMax => "The least number becomes 0 and the greatest 1",
            Self::Standard => "Mean 0 and standard deviation 1",
            Self::Robust => "Median 0 and a distance of 1 between the quartiles, for columns with outliers",
            Self::Log1p => {
                "ln(1 + x) with mean 0 and standard deviation 1, for numbers over several orders of magnitude"
            }
            Self::RankGauss => "The order of the numbers as a normal distribution, whatever theirs is",
        }
    }
}

/// The most quantiles that are kept of a column.
const MOST_QUANTILES: usize = 200;

impl NumberScaling {
    /// The scaling of this kind, fitted to numbers, among which NaN is a hole. Where all are holes, they stay as they are.
    pub fn fit(kind: NumberScalingKind, numbers: &[f64]) -> Self {
        let known = || numbers.iter().copied().filter(|number| !number.is_nan());
        let by = if known().next().is_none() { NumberMap::None } else { NumberMap::fit(kind, &known) };
        let (mut sum, mut count) = (0.0, 0_usize);
        for number in known() {
            sum += f64::from(by.apply(number));
            count += 1;
        }
        Self { by, mean: (sum / count.max(1) as f64) as f32 }
    }

    /// The scaled value of `x`: computed in f64, and rounded once.
    #[inline]
    pub fn apply(&self, x: f64) -> f32 {
        self.by.apply(x)
    }

    /// The numbers that [`NumberMap::RankGauss`] makes of so many quantiles, in order: below each, a standard normal distribution has
    /// the share (k + ½) / `count`.
    pub fn normal_quantiles(count: usize) -> Vec<f64> {
        (0..count).map(|index| normal_quantile(index, count)).collect()
    }

    /// The value whose scaled value is `y`: the inverse of [`NumberScaling::apply`].
    #[inline]
    pub fn undo(&self, y: f32) -> f64 {
        self.by.undo(f64::from(y))
    }
}

impl NumberMap {
    fn fit<I: Iterator<Item = f64>>(kind: NumberScalingKind, known: &impl Fn() -> I) -> Self {
        match kind {
            NumberScalingKind::None => Self::None,
            NumberScalingKind::MinMax => {
                let least = known().fold(f64::INFINITY, f64::min);
                let most = known().fold(f64::NEG_INFINITY, f64::max);
                Self::MinMax { least, width: most - least }
            }
            NumberScalingKind::Standard => {
                let (mean, deviation) = moments(known);
                Self::Standard { mean, deviation }
            }
            NumberScalingKind::Robust => {
                let sorted = sorted(known());
                let [lower, median, upper] = [0.25, 0.5, 0.75].map(|share| quantile(&sorted, share));
                let width = if upper > lower { upper - lower } else { moments(known).1 };
                Self::Robust { median, width }
            }
            NumberScalingKind::Log1p => {
                let (mean, deviation) = moments(&|| known().map(signed_log1p));
                Self::Log1p { mean, deviation }
            }
            NumberScalingKind::RankGauss => {
                let sorted = sorted(known());
                let count = sorted.len().min(MOST_QUANTILES);
                let share = |index: usize| index as f64 / (count - 1).max(1) as f64;
                let quantiles = (0..count).map(|index| quantile(&sorted, share(index))).collect();
                Self::RankGauss { quantiles, deviation: moments(known).1 }
            }
        }
    }

    /// The kind of the map.
    pub const fn kind(&self) -> NumberScalingKind {
        match self {
            Self::None => NumberScalingKind::None,
            Self::MinMax { .. } => NumberScalingKind::MinMax,
            Self::Standard { .. } => NumberScalingKind::Standard,
            Self::Robust { .. } => NumberScalingKind::Robust,
            Self::Log1p { .. } => NumberScalingKind::Log1p,
            Self::RankGauss { .. } => NumberScalingKind::RankGauss,
        }
    }

    /// Whether all numbers to which the map was fitted were the same.
    pub fn is_constant(&self) -> bool {
        self.named().last().is_some_and(|&(_, width)| width <= 0.0)
    }

    fn apply(&self, x: f64) -> f32 {
        let scaled = match self {
            Self::None => x,
            Self::MinMax { least: offset, width }
            | Self::Standard { mean: offset, deviation: width }
            | Self::Robust { median: offset, width } => over(x - offset, *width),
            Self::Log1p { mean, deviation } => over(signed_log1p(x) - mean, *deviation),
            Self::RankGauss { quantiles, deviation } => to_normal(quantiles, *deviation, x),
        };
        scaled as f32
    }

    fn undo(&self, y: f64) -> f64 {
        match self {
            Self::None => y,
            Self::MinMax { least: offset, width }
            | Self::Standard { mean: offset, deviation: width }
            | Self::Robust { median: offset, width } => times(y, *width) + offset,
            Self::Log1p { mean, deviation } => {
                let l = times(y, *deviation) + mean;
                l.abs().exp_m1().copysign(l)
            }
            Self::RankGauss { quantiles, deviation } => of_normal(quantiles, *deviation, y),
        }
    }

    /// Numbers of the map with their names, of which the last must not be negative.
    pub(super) fn named(&self) -> Vec<(&'static str, f64)> {
        match self {
            Self::None => vec![],
            Self::MinMax { least, width } => vec![("least", *least), ("width", *width)],
            Self::Standard { mean, deviation } | Self::Log1p { mean, deviation } => {
                vec![("mean", *mean), ("deviation", *deviation)]
            }
            Self::Robust { median, width } => vec![("median", *median), ("width", *width)],
            Self::RankGauss { quantiles, deviation } => {
                let quantiles = quantiles.iter().map(|&quantile| ("quantile", quantile));
                quantiles.chain([("deviation", *deviation)]).collect()
            }
        }
    }
}

/// x over a width, or x where the width is 0.
pub(super) fn over(x: f64, width: f64) -> f64 {
    if width > 0.0 { x / width } else { x }
}

/// The inverse of [`over`].
pub(super) fn times(y: f64, width: f64) -> f64 {
    if width > 0.0 { y * width } else { y }
}

/// The mean and the standard deviation.
fn moments<I: Iterator<Item = f64>>(numbers: &impl Fn() -> I) -> (f64, f64) {
    let first = numbers().next().unwrap_or(0.0);
    // The mean of equal numbers is rounded: what is left as their deviation would make numbers of nothing.
    if numbers().all(|number| number.to_bits() == first.to_bits()) {
        return (first, 0.0);
    }
    let count = numbers().count() as f64;
    let mean = numbers().sum::<f64>() / count;
    let squares = numbers().map(|number| (number - mean).powi(2)).sum::<f64>();
    (mean, (squares / count).sqrt())
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The number below which a share of sorted numbers lies, between two of them by a straight line.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor();
    #[allow(clippy::cast_sign_loss, reason = "a place among the numbers")]
    let index = below as usize;
    let above = sorted[(index + 1).min(sorted.len() - 1)];
    sorted[index] + (place - below) * (above - sorted[index])
}

/// ln(1 + |x|) with the sign of x.
fn signed_log1p(x: f64) -> f64 {
    x.abs().ln_1p().copysign(x)
}

/// The number below which a standard normal distribution has the share of quantile `index` of `count`. The outermost quantiles
/// stand for the outermost of `count` numbers.
fn normal_quantile(index: usize, count: usize) -> f64 {
    inverse_normal((index as f64 + 0.5) / count as f64)
}

/// The scaled place of x among quantiles: in the middle of those that are equal to it.
fn to_normal(quantiles: &[f64], deviation: f64, x: f64) -> f64 {
    let count = quantiles.len();
    let (Some(&least), Some(&most)) = (quantiles.first(), quantiles.last()) else { return x };
    if x < least {
        return normal_quantile(0, count) + over(x - least, deviation);
    }
    if x > most {
        return normal_quantile(count - 1, count) + over(x - most, deviation);
    }
    let below = quantiles.partition_point(|&quantile| quantile < x);
    let until = quantiles.partition_point(|&quantile| quantile <= x);
    if until > below {
        return 0.5 * (normal_quantile(below, count) + normal_quantile(until - 1, count));
    }
    let [left, right] = [below - 1, below].map(|index| (quantiles[index], normal_quantile(index, count)));
    left.1 + (x - left.0) / (right.0 - left.0) * (right.1 - left.1)
}

/// The number whose scaled place among quantiles is y.
fn of_normal(quantiles: &[f64], deviation: f64, y: f64) -> f64 {
    let count = quantiles.len();
    let (Some(&least), Some(&most)) = (quantiles.first(), quantiles.last()) else { return y };
    let place = |index| normal_quantile(index, count);
    if y <= place(0) {
        return least + times(y - place(0), deviation);
    }
    if y >= place(count - 1) {
        return most + times(y - place(count - 1), deviation);
    }
    let (mut low, mut high) = (0, count - 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if place(middle) <= y { low = middle } else { high = middle }
    }
    let (left, right) = (place(low), place(high));
    quantiles[low] + (y - left) / (right - left) * (quantiles[high] - quantiles[low])
}

/// The number below which a standard normal distribution has this share, between 0 and 1, to nine digits (P. J. Acklam's approximation by
/// quotients of polynomials).
///
/// ```
/// use autoencoder::inverse_normal;
/// assert!(inverse_normal(0.5).abs() < 1e-9);
/// assert!((inverse_normal(0.975) - 1.959_964).abs() < 1e-6);
/// ```
pub fn inverse_normal(share: f64) -> f64 {
    const TAIL: f64 = 0.024_25;
    let polynomial = |x: f64, coefficients: &[f64]| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if share < TAIL {
        let q = (-2.0 * share.ln()).sqrt();
        let above = [
            -7.784_894_002_430_293e-3,
            -0.322_396_458_041_136_5,
            -2.400_758_277_161_838,
            -2.549_732_539_343_734,
            4.374_664_141_464_968,
            2.938_163_982_698_783,
        ];
        let below = [
            7.784_695_709_041_462e-3,
            0.322_467_129_070_039_8,
            2.445_134_137_142_996,
            3.754_408_661_907_416,
            1.0,
        ];
        polynomial(q, &above) / polynomial(q, &below)
    } else if share > 1.0 - TAIL {
        -inverse_normal(1.0 - share)
    } else {
        let q = share - 0.5;
        let above = [
            -39.696_830_286_653_76,
            220.946_098_424_520_5,
            -275.928_510_446_968_7,
            138.357_751_867_269,
            -30.664_798_066_147_16,
            2.506_628_277_459_239,
        ];
        let below = [
            -54.476_098_798_224_06,
            161.585_836_858_040_9,
            -155.698_979_859_886_6,
            66.801_311_887_719_72,
            -13.280_681_552_885_72,
            1.0,
        ];
        q * polynomial(q * q, &above) / polynomial(q * q, &below)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn normal_quantiles_are_those_of_tables() {
        for (share, expected) in [
            (0.5, 0.0),
            (0.841_344_746_068_543, 1.0),
            (0.975, 1.959_963_984_540),
            (0.001, -3.090_232_306_168),
        ] {
            assert!((inverse_normal(share) - expected).abs() < 1e-8, "{share}");
        }
    }

    #[test]
    fn columns_by_hand() {
        let hole = f64::NAN;
        let fit = |kind, numbers: &[f64]| NumberScaling::fit(kind, numbers);
        let robust = fit(NumberScalingKind::Robust, &[hole, 1.0, 2.0, 3.0, 4.0, 1000.0]);
        assert_eq!(robust.by, NumberMap::Robust { median: 3.0, width: 2.0 });
        assert!((f64::from(robust.mean) - (202.0 - 3.0) / 2.0).abs() < 1e-4);
        let zeros = fit(NumberScalingKind::Robust, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 12.0, 0.0]);
        assert!(matches!(zeros.by, NumberMap::Robust { width, .. } if width > 3.0 && width < 5.0));
        let log = fit(NumberScalingKind::Log1p, &[0.0, 1e3, 1e6, -1e6]);
        assert!(log.apply(-1e6) < log.apply(0.0) && log.apply(0.0) < log.apply(1e3));
        // Half of all numbers are the least: they lie in the middle of their half.
        let ranks = fit(NumberScalingKind::RankGauss, &[0.0, 0.0, 0.0, 5.0, 6.0, 7.0]);
        let expected = 0.5 * (inverse_normal(0.5 / 6.0) + inverse_normal(2.5 / 6.0));
        assert!((f64::from(ranks.apply(0.0)) - expected).abs() < 1e-6);
        for kind in NumberScalingKind::ALL {
            assert_eq!(fit(*kind, &[hole, hole]).by, NumberMap::None);
            let constant = fit(*kind, &[7.0, hole, 7.0]);
            assert!((constant.undo(constant.apply(7.0)) - 7.0).abs() < 1e-5, "{kind:?}");
            let (at, off) = (constant.apply(7.0), constant.apply(1007.0));
            assert!(at.is_finite() && off > at, "{kind:?}: what was constant and changes is seen");
        }
    }

    proptest! {
        #[test]
        fn every_map_can_be_undone(
            numbers in prop::collection::vec(-1e4..1e4_f64, 2..400),
            x in -2e4..2e4_f64,
        ) {
            for kind in NumberScalingKind::ALL {
                let scaling = NumberScaling::fit(*kind, &numbers);
                let spread = numbers.iter().fold(0.0_f64, |most, number| most.max(number.abs()));
                for x in numbers.iter().copied().take(20).chain([x]) {
                    let back = scaling.undo(scaling.apply(x));
                    prop_assert!((back - x).abs() <= 1e-5 * (spread + x.abs()), "{kind:?} {x} {back}");
                }
                prop_assert!(scaling.apply(x) <= scaling.apply(x + 1.0));
            }
        }
    }
}
