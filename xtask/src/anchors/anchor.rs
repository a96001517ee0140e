//! A published number, how our program's number is measured, and how near the two must be.

use std::fmt;

/// A published number, and the number of our program that is compared with it.
#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) what: &'static str,
    /// The number as it was published.
    pub(super) published: &'static str,
    /// Who published it.
    pub(super) source: &'static str,
    pub(super) measure: Measure,
    pub(super) bound: Bound,
    /// Decimals that are worth showing.
    pub(super) decimals: usize,
    /// Whether the measurement is short enough for `--quick`.
    pub(super) is_quick: bool,
}

/// The commands that lead to our program's number.
#[derive(Debug)]
pub(super) enum Measure {
    /// `evaluate` of a model whose code has so many numbers; only its baselines count, so it need not be trained.
    Baseline {
        code: usize,
        /// JSON pointer to the number in the report that `evaluate` prints.
        pointer: &'static str,
        /// Factor for the number: 1, or the number of features, to turn a mean over them into a sum.
        times: f64,
    },
    /// `train` with these words.
    Training {
        words: &'static str,
        /// The preset that the words name, where it is one that a program may not have.
        preset: Option<&'static str>,
        reported: ReportedNumber,
    },
    /// 10,000 digits that `generate` with some words makes of a model that `train` with others trained, beside the test digits.
    NewDigits { train: &'static str, generate: &'static str, closeness: ClosenessNumber },
    /// The first 10,000 training digits beside the test digits, as if they were new: as near as new digits can be.
    TrainingDigits { closeness: ClosenessNumber },
}

/// The number that says how near new digits are.
#[derive(Debug, Clone, Copy)]
pub(super) enum ClosenessNumber {
    /// Frechet's distance.
    Frechet,
    /// The share of all digits whose nearest other one is of the same kind.
    SameKind,
}

/// The number of a training's report that is compared.
#[derive(Debug, Clone, Copy)]
pub(super) enum ReportedNumber {
    /// A key of the last epoch.
    LastEpoch(&'static str),
    /// A key of the model's evaluation on the validation samples.
    Validation(&'static str),
}

/// The condition that our program's number must meet.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    /// At a distance from the first number that is at most the second.
    Near(f64, f64),
    /// Between the two numbers, both included.
    Within(f64, f64),
    /// Less than the number.
    Below(f64),
}

impl Bound {
    /// Whether `value` meets the condition; a NaN never does.
    pub(super) fn holds(self, value: f64) -> bool {
        match self {
            Self::Near(expected, tolerance) => (value - expected).abs() <= tolerance,
            Self::Within(low, high) => (low..=high).contains(&value),
            Self::Below(bound) => value < bound,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Near(expected, tolerance) => write!(f, "{expected} +- {tolerance}"),
            Self::Within(low, high) => write!(f, "{low} to {high}"),
            Self::Below(bound) => write!(f, "below {bound}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_up_to_their_ends() {
        assert!(Bound::Near(1.0, 0.5).holds(1.5) && !Bound::Near(1.0, 0.5).holds(0.25));
        assert!(Bound::Within(1.0, 2.0).holds(2.0) && !Bound::Within(1.0, 2.0).holds(2.5));
        assert!(Bound::Below(2.5).holds(2.4) && !Bound::Below(2.5).holds(2.5));
        for bound in [Bound::Near(1.0, 0.5), Bound::Within(1.0, 2.0), Bound::Below(2.5)] {
            assert!(!bound.holds(f64::NAN), "{bound}");
        }
        assert_eq!(Bound::Near(105.6, 0.4).to_string(), "105.6 +- 0.4");
    }
}
