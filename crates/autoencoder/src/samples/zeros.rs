//! Zeros among samples, which products pass over where that pays.

use super::{Samples, row_slice};

/// Shares of numbers that products can pass over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Zeros {
    /// Of the features of two samples, those that are zero in both: a product's tile has two rows.
    pub in_two: f64,
    /// Of the groups of eight neighbours, those that are all zero: a gradient's tile has a few columns.
    pub groups: f64,
}

impl Zeros {
    /// Of numbers that are hardly ever zero.
    pub(crate) const NONE: Self = Self { in_two: 0.0, groups: 0.0 };

    /// From here on products of f32 gain by passing over zeros.
    pub(crate) const PAY_IN_F32: Self = Self { in_two: 0.12, groups: 0.1 };

    /// From here on products of bfloat16, which are faster, gain by it.
    pub(crate) const PAY_IN_BF16: Self = Self { in_two: 0.25, groups: 0.3 };
}

impl Samples {
    /// How many scaled numbers are zero, in some samples spread over all.
    pub(crate) fn zeros(&self) -> Zeros {
        const LOOKED_AT: usize = 128;
        let spread = (0..self.len()).step_by(self.len().div_ceil(LOOKED_AT));
        let share = |zeros: usize, count: usize| zeros as f64 / count as f64;
        let (mut zeros, rows) = (Zeros::NONE, spread.len() as f64);
        // Each is held against the one before it, and the first against the last.
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

    /// Sixteen features: the first eight of every sample are zero, of the others a half, by turns the even and the odd ones.
    #[test]
    fn zeros_are_counted_by_groups_and_by_two_samples() {
        let value = |(row, column): (usize, usize)| u8::from(column >= 8 && (row + column) % 2 == 1);
        let zeros = |rows| {
            let samples =
                Samples::new(Values::Bytes(Array2::from_shape_fn((rows, 16), value)), Scaling::Bytes);
            samples.expect("finite").zeros()
        };
        assert_eq!(zeros(4), Zeros { in_two: 0.5, groups: 0.5 });
        // One sample is held against itself.
        assert_eq!(zeros(1), Zeros { in_two: 0.75, groups: 0.5 });
        // Of many, those looked at are far apart: every second one, all with the same zeros.
        assert_eq!(zeros(256), Zeros { in_two: 0.75, groups: 0.5 });
    }
}
