//! The refusal of results that are no numbers: a model with finite weights may still compute infinities.

use std::path::Path;

use ndarray::{ArrayView1, ArrayView2};

use crate::failure::{Failure, Outcome};

/// Refuses what the model at `model` computed from samples, one row for each, where a number of it is not finite. `what` names a row,
/// such as `code`.
pub(crate) fn expect_finite<T: Copy + Into<f64>>(
    model: &Path,
    what: &str,
    computed: ArrayView2<'_, T>,
) -> Outcome {
    let is_finite = |number: T| number.into().is_finite();
    // A row is looked at without an early exit, which the compiler turns into vector instructions.
    let are_finite = |row: &[T]| row.iter().fold(true, |finite, &number| finite & is_finite(number));
    let mut rows = computed.rows().into_iter().enumerate();
    let are_finite = |numbers: &ArrayView1<'_, T>| match numbers.to_slice() {
        Some(numbers) => are_finite(numbers),
        None => are_finite(&numbers.to_vec()),
    };
    let Some((row, numbers)) = rows.find(|(_, numbers)| !are_finite(numbers)) else { return Ok(()) };
    let found = numbers.iter().enumerate().find(|&(_, &number)| !is_finite(number));
    let (column, found) = found.map_or((0, f64::NAN), |(column, &number)| (column, number.into()));
    let what = format_args!(
        "{what} of row {row}, column {column} (both from 0): expected a finite number, found {found}"
    );
    Err(Failure::at(model, what).advise(TOO_LARGE))
}

/// Refuses a mean error that is not finite.
pub(crate) fn expect_finite_error(what: &str, found: f64) -> Outcome {
    if found.is_finite() {
        return Ok(());
    }
    let what = format_args!("{what}: expected a finite number, found {found}");
    Err(Failure::new(what).advise(TOO_LARGE))
}

const TOO_LARGE: &str = "weights or samples are too large for f32: train again with a smaller --learning-rate, or with --scale standard";

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_first_number_that_is_none_is_named() {
        let model = Path::new("model.safetensors");
        assert!(expect_finite(model, "code", array![[1.0, -3e38], [0.0, 2.0]].view()).is_ok());
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let computed = array![[1.0, 2.0], [3.0, bad], [bad, 4.0]];
            let refused = expect_finite(model, "code", computed.view()).unwrap_err().to_string();
            let expected = format!(
                "model.safetensors: code of row 1, column 1 (both from 0): expected a finite number, found {bad}; "
            );
            assert!(refused.starts_with(&expected), "{refused}");
            let turned = expect_finite(model, "code", computed.t()).unwrap_err().to_string();
            assert!(turned.contains("row 0, column 2"), "{turned}");
        }
        assert!(expect_finite_error("mean squared error", 0.0).is_ok());
        assert!(expect_finite_error("mean squared error", f64::NAN).is_err());
    }
}
