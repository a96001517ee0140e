//! Finite numbers, or the row and column of the first number that is not.

use std::fmt;
use std::path::Path;

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::failure::{Failure, Outcome};

/// Refuses numbers that are not finite, in samples of `features` numbers each.
pub(super) fn finite<T: Copy + Into<f64> + fmt::Debug + Sync>(
    path: &Path,
    features: usize,
    numbers: Vec<T>,
) -> Outcome<Vec<T>> {
    const TOGETHER: usize = 1 << 12;
    // The loop has no early exit, which would prevent the compiler from vectorising it.
    let are_finite =
        |numbers: &[T]| numbers.iter().fold(true, |finite, &number| finite & number.into().is_finite());
    let Some(chunk) = numbers.par_chunks(TOGETHER).position_first(|chunk| !are_finite(chunk)) else {
        return Ok(numbers);
    };
    let first = numbers[chunk * TOGETHER..].iter().position(|&number| !number.into().is_finite());
    let index = chunk * TOGETHER + first.expect("the chunk has one");
    Err(not_finite(path, features, index, numbers[index]))
}

/// Numbers rounded to f32; a number that f32 cannot hold is refused.
pub(super) fn narrowed(path: &Path, numbers: ArrayView2<'_, f64>) -> Outcome<Array2<f32>> {
    #[allow(clippy::cast_possible_truncation, reason = "what it truncates to is looked at")]
    let narrow = numbers.mapv(|number| number as f32);
    match narrow.iter().position(|number| !number.is_finite()) {
        Some(index) => {
            let features = numbers.ncols();
            Err(not_finite(path, features, index, numbers[(index / features, index % features)]))
        }
        None => Ok(narrow),
    }
}

fn not_finite<T: Copy + Into<f64> + fmt::Debug>(
    path: &Path,
    features: usize,
    index: usize,
    found: T,
) -> Failure {
    let number: f64 = found.into();
    let (row, column) = (index / features, index % features);
    let what =
        format_args!("row {row}, column {column} (both from 0): expected a finite number, found {found:?}");
    let failure = Failure::at(path, what);
    if number.is_nan() {
        failure.advise(
            "a .csv file takes NaN as unknown, as numpy.savetxt writes it; numpy.nan_to_num(array) puts 0 in its place",
        )
    } else if number.is_infinite() {
        failure.advise("put a finite number in its place")
    } else {
        failure
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn what_is_not_finite_is_named_by_row_and_column() {
        let path = Path::new("a.npy");
        let numbers = vec![0.0, 1.0, 2.0, 3.0, f32::NAN, f32::INFINITY];
        assert_eq!(
            finite(path, 3, numbers).unwrap_err().to_string(),
            "a.npy: row 1, column 1 (both from 0): expected a finite number, found NaN; a .csv file takes NaN as unknown, \
             as numpy.savetxt writes it; numpy.nan_to_num(array) puts 0 in its place"
        );
        let infinite = finite(path, 1, vec![f64::INFINITY]).unwrap_err().to_string();
        assert!(infinite.ends_with("found inf; put a finite number in its place"), "{infinite}");
        assert_eq!(
            narrowed(path, array![[0.0, 1.0], [2.0, -1e300]].view()).unwrap_err().to_string(),
            "a.npy: row 1, column 1 (both from 0): expected a finite number, found -1e300"
        );
        assert_eq!(narrowed(path, array![[0.1, -1e-300]].view()).unwrap(), array![[0.1, 0.0]]);
    }
}
