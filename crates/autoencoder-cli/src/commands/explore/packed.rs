//! Numbers as a page carries them: little-endian bytes in base64.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ndarray::ArrayView2;
use serde::Serialize;

/// The number of steps between the least and the greatest number of a column.
const STEPS: f64 = 65_534.0;

/// The whole number that stands for nothing being known.
const UNKNOWN: u16 = u16::MAX;

/// Bytes in base64.
pub(super) fn bytes(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Whole numbers of 16 bits.
pub(super) fn whole(numbers: impl IntoIterator<Item = u16>) -> String {
    bytes(&numbers.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
}

/// Numbers of 32 bits.
pub(super) fn floats(numbers: impl IntoIterator<Item = f32>) -> String {
    bytes(&numbers.into_iter().flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
}

/// A matrix whose numbers are whole numbers of 16 bits, from 0 at the least number of a column to [`STEPS`] at its greatest: a number
/// is `low + step * whole`. A number that is none stands for nothing being known.
#[derive(Debug, Serialize)]
pub(super) struct Quantised {
    low: Vec<f64>,
    step: Vec<f64>,
    data: String,
}

impl Quantised {
    /// The matrix (rows, columns), of which each number is finite or not a number.
    pub(super) fn of(matrix: ArrayView2<'_, f32>) -> Self {
        let ranges: Vec<(f64, f64)> = matrix
            .columns()
            .into_iter()
            .map(|column| {
                let known = column.iter().filter(|number| !number.is_nan());
                let [low, high] = known.fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], &number| {
                    [low.min(number), high.max(number)]
                });
                if low > high {
                    (0.0, 0.0)
                } else {
                    (f64::from(low), (f64::from(high) - f64::from(low)) / STEPS)
                }
            })
            .collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "steps from 0 to STEPS")]
        let whole_of = |(&number, &(low, step)): (&f32, &(f64, f64))| match step {
            _ if number.is_nan() => UNKNOWN,
            step if step > 0.0 => ((f64::from(number) - low) / step).round().clamp(0.0, STEPS) as u16,
            _ => 0,
        };
        let numbers = matrix
            .rows()
            .into_iter()
            .flat_map(|row| row.iter().zip(&ranges).map(whole_of).collect::<Vec<u16>>());
        let data = whole(numbers);
        let (low, step) = ranges.into_iter().unzip();
        Self { low, step, data }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    /// The matrix as the page reads it.
    fn read(quantised: &Quantised) -> Vec<f64> {
        let bytes = BASE64_STANDARD.decode(&quantised.data).unwrap();
        let columns = quantised.low.len();
        let number = |(place, two): (usize, &[u8])| match u16::from_le_bytes([two[0], two[1]]) {
            UNKNOWN => f64::NAN,
            whole => quantised.low[place % columns] + quantised.step[place % columns] * f64::from(whole),
        };
        bytes.chunks_exact(2).enumerate().map(number).collect()
    }

    #[test]
    fn extremes_are_exact_and_holes_stay_holes() {
        let matrix = array![[-1.5, 7.0, f32::NAN], [2.5, 7.0, f32::NAN], [f32::NAN, 7.0, f32::NAN]];
        let found = read(&Quantised::of(matrix.view()));
        assert_eq!((found[0], found[1], found[4]), (-1.5, 7.0, 7.0));
        assert!((found[3] - 2.5).abs() < 1e-12, "{found:?}");
        assert!([2, 5, 6, 8].iter().all(|&place| found[place].is_nan()), "{found:?}");
    }

    proptest! {
        #[test]
        fn numbers_are_kept_to_half_a_step(numbers in prop::collection::vec(-1e6_f32..1e6, 2..60)) {
            let matrix = ArrayView2::from_shape((numbers.len(), 1), &numbers).unwrap();
            let quantised = Quantised::of(matrix);
            let half = 0.5 * quantised.step[0] + 1e-9;
            for (found, &number) in read(&quantised).into_iter().zip(&numbers) {
                prop_assert!((found - f64::from(number)).abs() <= half, "{found} {number}");
            }
        }
    }
}
