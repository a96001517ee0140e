//! Numbers of any type as finite f32, or the row and column of the first number that is not finite.

use std::fmt;
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// Refuses numbers that are not finite, in samples of `features` numbers each.
pub(super) fn finite(path: &Path, features: usize, numbers: Vec<f32>) -> Outcome<Vec<f32>> {
    match numbers.iter().position(|number| !number.is_finite()) {
        Some(index) => Err(not_finite(path, features, index, numbers[index])),
        None => Ok(numbers),
    }
}

/// Rounds the numbers of samples of `features` numbers each to f32; a number that f32 cannot hold is refused.
pub(super) fn narrow(path: &Path, features: usize, numbers: &[f64]) -> Outcome<Vec<f32>> {
    let narrowed = |(index, &number): (usize, &f64)| {
        #[allow(clippy::cast_possible_truncation, reason = "what it truncates to is looked at")]
        let narrow = number as f32;
        if narrow.is_finite() { Ok(narrow) } else { Err(not_finite(path, features, index, number)) }
    };
    numbers.iter().enumerate().map(narrowed).collect()
}

fn not_finite(path: &Path, features: usize, index: usize, found: impl fmt::Debug) -> Failure {
    let (row, column) = (index / features, index % features);
    Failure::at(
        path,
        format_args!(
            "row {row}, column {column} (both from 0): expected a finite f32 number, found {found:?}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_named_by_row_and_column() {
        let path = Path::new("a.npy");
        let numbers = vec![0.0, 1.0, 2.0, 3.0, f32::NAN, f32::INFINITY];
        assert_eq!(
            finite(path, 3, numbers).unwrap_err().to_string(),
            "a.npy: row 1, column 1 (both from 0): expected a finite f32 number, found NaN"
        );
        assert_eq!(
            narrow(path, 2, &[0.0, 1.0, 2.0, -1e300]).unwrap_err().to_string(),
            "a.npy: row 1, column 1 (both from 0): expected a finite f32 number, found -1e300"
        );
        assert_eq!(narrow(path, 2, &[0.1, -1e-300]).unwrap(), [0.1, 0.0]);
    }
}
