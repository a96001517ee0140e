//! The check of a scaling's numbers, which may come from a file.

use super::error::SamplesError;
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
        };
        for (feature, (&first, &second)) in firsts.iter().zip(seconds).enumerate() {
            if !is_finite(first) {
                return refuse(feature, names[0], finite(), first);
            }
            if !is_finite(second) {
                return refuse(feature, names[1], finite(), second);
            }
            let least = match self {
                Self::None | Self::Bytes | Self::Standard { .. } => 0.0,
                Self::MinMax { .. } => first,
            };
            if second < least {
                return refuse(feature, names[1], format!("a number from {least}"), second);
            }
        }
        Ok(())
    }
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
