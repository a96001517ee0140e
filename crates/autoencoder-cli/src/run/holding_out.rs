//! Samples that are held out of a training.

use std::path::Path;

use crate::config::{Plan, Validation};
use crate::data::Data;
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// Holds nothing out of rows in time of which the usual part is shorter than a window, and says so.
pub(super) fn hold_nothing_out_of_short(plan: &mut Plan, data: &Data, notes: Notes) {
    let (Some(series), Some(Validation::Fraction(fraction))) = (&data.series, &plan.validation) else {
        return;
    };
    let rows = data.values.dim().0;
    let window = series.window.rows.get();
    // The border between the two parts may lie in a piece of its own.
    if rows as f64 * fraction < 2.0 * window as f64 {
        notes.say(format_args!(
            "{}: nothing is held out, as {fraction} of {} is hardly more than a window; --validation says otherwise",
            data.name,
            numerals::counted(rows, "row")
        ));
        plan.validation = Some(Validation::None);
    }
}

/// The indices to train on and the indices to validate on, each in rising order: `choose` returns so many to hold out.
pub(super) fn split(
    count: usize,
    fraction: f64,
    name: &str,
    choose: impl FnOnce(usize) -> Vec<usize>,
) -> Outcome<(Vec<usize>, Vec<usize>)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and count")]
    let held_out = (count as f64 * fraction).round() as usize;
    if held_out == 0 || held_out >= count {
        let what = format_args!(
            "{fraction} of {} leaves {} to train on and {held_out} to validate on; expected at least 1 of each",
            numerals::counted(count, "sample"),
            count - held_out.min(count)
        );
        return Err(Failure::at(Path::new(name), what).advise("give --validation another fraction, or none"));
    }
    let mut validation = choose(held_out);
    validation.sort_unstable();
    let train = (0..count).filter(|index| validation.binary_search(index).is_err()).collect();
    Ok((train, validation))
}
