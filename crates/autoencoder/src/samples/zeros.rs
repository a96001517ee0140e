//! Shares of zeros among samples, which products skip where skipping is faster.

use super::{Samples, row_slice};

/// The shares of numbers that products can skip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Zeros {
    /// The share of features that are zero in both of two samples: a product's tile has two rows.
    pub in_two: f64,
    /// The share of groups of eight neighbouring features that are all zero: a gradient's tile has a few
    /// columns.
    pub groups: f64,
}

impl Zeros {
    /// The shares for numbers that are hardly ever zero.
    pub(crate) const NONE: Self = Self { in_two: 0.0, groups: 0.0 };

    /// The shares from which on products of f32 gain by skipping zeros.
    pub(crate) const PAY_IN_F32: Self = Self { in_two: 0.12, groups: 0.1 };

    /// The shares from which on products of bfloat16 gain by skipping zeros. The shares are greater than for
    /// f32, as products of bfloat16 are faster.
    pub(crate) const PAY_IN_BF16: Self = Self { in_two: 0.25, groups: 0.3 };

    /// The shares where of each sample only this share of its zeros is left, zeros side by side together.
    pub(crate) fn left_by(self, share: f64) -> Self {
        Self { in_two: self.in_two * share * share, groups: self.groups * share }
    }
}

impl Samples {
    /// The shares of zeros after scaling, estimated on up to 128 evenly spaced samples.
    pub(crate) fn zeros(&self) -> Zeros {
        const LOOKED_AT: usize = 128;
        let spread = (0..self.len()).step_by(self.len().div_ceil(LOOKED_AT));
        let share = |zeros: usize, count: usize| zeros as f64 / count as f64;
        let (mut zeros, rows) = (Zeros::NONE, spread.len() as f64);
        // Each sample is compared with the sample before it, and the first sample with the last.
        let mut before = self.scaled(spread.clone().next_back().map_or(0..0, |last| last..last + 1));
        for row in spread {
            let sample = self.scaled(row..row + 1);
            let pairs = before.iter().zip(&sample);
            let in_two = pairs.filter(|&(&before, &value)| before == 0.0 && value == 0.0).count();
            zeros.in_two += share(in_two, self.features()) / rows;
            let groups = row_slice(&sample, 0).chunks(8);
            let count = groups.len();
            let empty = groups.filter(|group| group.iter().all(|&value| value == 0.0)).count();
            zeros.groups += share(empty, count) / rows;
            before = sample;
        }
        zeros
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{Scaling, Values};

    /// Sixteen features: the first eight are zero in every sample, the others by turns in the even and in the
    /// odd columns.
    #[test]
    fn zeros_are_counted_in_groups_and_in_pairs_of_samples() {
        let value = |(row, column): (usize, usize)| u8::from(column >= 8 && (row + column) % 2 == 1);
        let zeros = |rows| {
            let samples =
                Samples::new(Values::Bytes(Array2::from_shape_fn((rows, 16), value)), Scaling::Bytes);
            samples.expect("finite").zeros()
        };
        assert_eq!(zeros(4), Zeros { in_two: 0.5, groups: 0.5 });
        // A single sample is compared with itself.
        assert_eq!(zeros(1), Zeros { in_two: 0.75, groups: 0.5 });
        // Among 256 samples, only every second one is counted; all of these have the same zeros.
        assert_eq!(zeros(256), Zeros { in_two: 0.75, groups: 0.5 });
    }
}
