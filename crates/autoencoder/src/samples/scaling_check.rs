//! The check of a scaling's numbers, which may come from a file.

use super::error::SamplesError;
use super::number_scaling::{NumberMap, NumberScaling};
use super::scaling::Scaling;

impl Scaling {
    /// Checks the numbers of the scaling: all finite in f32, no maximum below its minimum, no negative deviation.
    ///
    /// # Errors
    /// [`SamplesError::ScalingNumber`] has the first feature with another number.
    pub fn check(&self) -> Result<(), SamplesError> {
        let refuse = |feature, what, expected: String, found| {
            Err(SamplesError::ScalingNumber { feature, what, expected, found })
        };
        let finite = || "a finite f32 number".to_owned();
        // What is scaled back is an f32 in most places where it goes.
        let is_finite = |number: f64| number.abs() <= f64::from(f32::MAX);
        let (firsts, seconds, names) = match self {
            Self::None | Self::Bytes => return Ok(()),
            Self::MinMax { minimum, maximum } => (minimum, maximum, ["minimum", "maximum"]),
            Self::Standard { mean, deviation } => (mean, deviation, ["mean", "deviation"]),
            Self::Columns { numbers, words, indicators } => {
                check_columns(numbers, words)?;
                return check_indicators(indicators, numbers.len() + words.len());
            }
        };
        for (feature, (&first, &second)) in firsts.iter().zip(seconds).enumerate() {
            if !is_finite(first) {
                return refuse(feature, names[0], finite(), first);
            }
            if !is_finite(second) {
                return refuse(feature, names[1], finite(), second);
            }
            let least = match self {
                Self::None | Self::Bytes | Self::Standard { .. } | Self::Columns { .. } => 0.0,
                Self::MinMax { .. } => first,
            };
            if second < least {
                return refuse(feature, names[1], format!("a number from {least}"), second);
            }
        }
        Ok(())
    }
}

/// Checks the scalings of columns of numbers, and the shares of words.
fn check_columns(numbers: &[NumberScaling], words: &[Vec<f32>]) -> Result<(), SamplesError> {
    let refuse = |feature, what, expected: &str, found| {
        Err(SamplesError::ScalingNumber { feature, what, expected: expected.to_owned(), found })
    };
    for (feature, NumberScaling { by, mean }) in numbers.iter().enumerate() {
        let (named, mean) = (by.named(), [("mean of the scaled numbers", f64::from(*mean))]);
        if let Some(&(what, found)) = named
            .iter()
            .chain(&mean)
            .find(|(_, number)| number.is_nan() || number.abs() > f64::from(f32::MAX))
        {
            return refuse(feature, what, "a finite f32 number", found);
        }
        if let Some(&(what, found)) = named.last().filter(|&&(_, width)| width < 0.0) {
            return refuse(feature, what, "a number from 0", found);
        }
        if let NumberMap::RankGauss { quantiles, .. } = by {
            if quantiles.is_empty() {
                return refuse(feature, "number of quantiles", "a number from 1", 0.0);
            }
            if let Some(pair) = quantiles.windows(2).find(|pair| pair[1] < pair[0]) {
                return refuse(feature, "quantile", &format!("a number from {}", pair[0]), pair[1]);
            }
        }
    }
    let mut feature = numbers.len();
    for shares in words {
        for share in shares {
            if !(0.0..=1.0).contains(share) {
                return refuse(feature, "share of a word", "a number from 0 to 1", f64::from(*share));
            }
            feature += 1;
        }
    }
    Ok(())
}

/// Checks the columns of whose holes a model is told: each of `columns` once at most, in their order.
fn check_indicators(indicators: &[usize], columns: usize) -> Result<(), SamplesError> {
    let mut least = 0;
    for &column in indicators {
        if !(least..columns).contains(&column) {
            let expected = format!("a column from {least} to {}", columns.saturating_sub(1));
            let (what, found) = ("indicator of holes", column as f64);
            return Err(SamplesError::ScalingNumber { feature: column, what, expected, found });
        }
        least = column + 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_scale_nothing_are_refused_by_feature() {
        let min_max = |minimum: f64, maximum: f64| Scaling::MinMax {
            minimum: vec![0.0, minimum],
            maximum: vec![1.0, maximum],
        };
        let standard = |mean: f64, deviation: f64| Scaling::Standard {
            mean: vec![0.0, mean],
            deviation: vec![1.0, deviation],
        };
        for scaling in
            [Scaling::None, Scaling::Bytes, min_max(2.0, 2.0), min_max(-3e38, 3e38), standard(-1.0, 0.0)]
        {
            assert_eq!(scaling.check(), Ok(()), "{scaling:?}");
        }
        for (scaling, says) in [
            (
                min_max(f64::NEG_INFINITY, 0.0),
                "minimum of the scaling of feature 1 (from 0): expected a finite f32 number, found -inf",
            ),
            (
                min_max(0.0, f64::NAN),
                "maximum of the scaling of feature 1 (from 0): expected a finite f32 number, found NaN",
            ),
            (
                min_max(5.0, 1.0),
                "maximum of the scaling of feature 1 (from 0): expected a number from 5, found 1",
            ),
            (
                standard(f64::INFINITY, 1.0),
                "mean of the scaling of feature 1 (from 0): expected a finite f32 number, found inf",
            ),
            (
                standard(0.0, -1.0),
                "deviation of the scaling of feature 1 (from 0): expected a number from 0, found -1",
            ),
        ] {
            assert_eq!(scaling.check().unwrap_err().to_string(), says);
        }
    }
}
