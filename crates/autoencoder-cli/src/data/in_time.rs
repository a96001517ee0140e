//! Rows in time: windows over them are the samples, and none goes over a gap.

use std::path::Path;

use autoencoder::{ColumnKind, Values, Window};
use autoencoder_table::times_of;
use ndarray::{Array2, ArrayViewMut1};

use super::samples::Data;
use super::series::Series;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals::{self, counted};

/// The step from one row to the next, in usual steps, from which on rows are missing between them.
const GAP: f64 = 1.5;

impl Data {
    /// Takes the rows for rows in time, over which windows are the samples. Where the rows are called by their times, these must
    /// rise, and no window goes over a gap.
    pub(super) fn in_time(mut self, window: Window, is_timed: bool) -> Outcome<Self> {
        let path = Path::new(&self.name).to_owned();
        if self.sample_shape.len() > 1 {
            let found = numerals::shape(&self.sample_shape);
            let what = format_args!("--window is for rows of numbers in time, found samples of {found}");
            return Err(Failure::at(&path, what).advise("give a table, or an array (rows, columns)"));
        }
        let filled = self.expect_numbers(&path)?;
        let count = self.values.dim().0;
        let breaks = if let Some(times) = self.names.as_ref().filter(|_| is_timed) {
            let (breaks, usual) = gaps(&path, times)?;
            if !breaks.is_empty() {
                self.assumed.push(format!(
                    "{} between rows that are usually {usual} apart: no window goes over one",
                    counted(breaks.len(), "gap")
                ));
            }
            breaks
        } else {
            if is_timed {
                self.assumed.push("no column of times, so that gaps between rows are not seen".to_owned());
            }
            Vec::new()
        };
        let series = Series { window, breaks, filled };
        let starts = series.starts(count);
        if starts.is_empty() {
            let ends = series.breaks.iter().copied().chain([count]);
            let begins = [0].into_iter().chain(series.breaks.iter().copied());
            let longest = begins.zip(ends).map(|(begin, end)| end - begin).max().unwrap_or_default();
            let what = format_args!(
                "expected at least {} in time without a gap, as many as a window has, found {}{}",
                counted(window.rows.get(), "row"),
                numerals::grouped(longest),
                if longest < count {
                    format!(" in the longest piece of {}", numerals::grouped(count))
                } else {
                    String::new()
                }
            );
            return Err(Failure::at(&path, what)
                .advise("give more rows, those before these too, or train with a shorter --window"));
        }
        let mut is_left_out = vec![true; count];
        for start in &starts {
            is_left_out[*start..start + window.rows.get()].fill(false);
        }
        let left_out = is_left_out.into_iter().filter(|&left_out| left_out).count();
        self.assumed.push(format!(
            "{} in time make {} of {}{}",
            counted(count, "row"),
            counted(starts.len(), "window"),
            counted(window.rows.get(), "row"),
            if left_out > 0 {
                format!("; {} in no window", numerals::grouped(left_out))
            } else {
                String::new()
            }
        ));
        self.series = Some(series);
        Ok(self)
    }

    /// Refuses words and times among the features, and fills holes in from the rows before and behind them. Returns the fields that were
    /// filled in.
    fn expect_numbers(&mut self, path: &Path) -> Outcome<Vec<(usize, usize)>> {
        let columns = self.schema.iter().flat_map(|schema| &schema.columns);
        for column in columns {
            let (what, advice) = match column.kind {
                ColumnKind::Words { .. } => ("words", format!("leave it out with --drop {}", column.name)),
                ColumnKind::Time { .. } => {
                    ("times", format!("--time-column {} calls the rows by it", column.name))
                }
                ColumnKind::Number { .. } | ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => {
                    continue;
                }
            };
            let what = format_args!("windows are made of numbers, and column {} holds {what}", column.name);
            return Err(Failure::at(path, what).advise(advice));
        }
        if self.schema.as_ref().is_some_and(|schema| !schema.indicators().is_empty()) {
            return Err(Failure::usage(
                "--hole-indicators does not go with --window, which fills holes in from the rows around them",
            ));
        }
        if !matches!(self.values, Values::Table(_)) {
            return Ok(Vec::new());
        }
        let rows = std::mem::replace(&mut self.values, Values::Doubles(Array2::zeros((0, 0))));
        let Values::Table(table) = rows else { unreachable!("it was a table") };
        if !table.counts().is_empty() {
            let what = "windows are made of numbers, found words";
            return Err(Failure::at(path, what).advise("leave the columns of words out with --drop"));
        }
        let mut numbers = table.into_numbers();
        let filled: Vec<(usize, usize)> =
            numbers.indexed_iter().filter(|(_, number)| number.is_nan()).map(|(field, _)| field).collect();
        if let Some(place) =
            numbers.columns().into_iter().position(|column| column.iter().all(|number| number.is_nan()))
        {
            let name = self.columns.as_ref().and_then(|columns| columns.names.get(place));
            let name = name.map_or_else(|| place.to_string(), Clone::clone);
            let what =
                format_args!("column {name} has no value in any row, from which others could be filled in");
            return Err(Failure::at(path, what).advise("give a file in which it has some"));
        }
        numbers.columns_mut().into_iter().for_each(fill_in);
        if filled.is_empty() {
            self.values = Values::Doubles(numbers);
            return Ok(filled);
        }
        self.assumed.push(format!(
            "{} without a value, read as on the line between the values before and behind, and of no account in scores",
            counted(filled.len(), "field")
        ));
        self.values = Values::Doubles(numbers);
        Ok(filled)
    }
}

/// Fills the holes of a column in: those between two numbers lie on the line between them, those at an end are as the nearest
/// number.
fn fill_in(mut column: ArrayViewMut1<'_, f64>) {
    let known: Vec<usize> = (0..column.len()).filter(|&row| !column[row].is_nan()).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return };
    let (low, high) = (column[first], column[last]);
    column.iter_mut().take(first).for_each(|number| *number = low);
    column.iter_mut().skip(last + 1).for_each(|number| *number = high);
    for pair in known.windows(2) {
        let (low, high) = (column[pair[0]], column[pair[1]]);
        for row in pair[0] + 1..pair[1] {
            let along = (row - pair[0]) as f64 / (pair[1] - pair[0]) as f64;
            column[row] = low + (high - low) * along;
        }
    }
}

/// The rows before which there is a gap, and the usual step from row to row, in words. Times that do not rise are refused.
fn gaps(path: &Path, times: &[String]) -> Outcome<(Vec<usize>, String)> {
    let read = times_of(times.iter().map(String::as_str)).map_err(|row| {
        let what = format_args!(
            "row {row} (from 0): expected a date, a time or a number, as the rows before, found the time {:?}",
            times[row]
        );
        Failure::at(path, what).advise("mend it, or leave --time-column out and the column with --drop")
    })?;
    if let Some(row) = (1..read.len()).find(|&row| read[row] <= read[row - 1]) {
        let what = format_args!(
            "row {row} (from 0): expected a time behind {}, that of the row before, found {}",
            times[row - 1],
            times[row]
        );
        return Err(Failure::at(path, what).advise("sort the rows by their time, one series in a file"));
    }
    let steps: Vec<f64> = read.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let Some(&usual) = sorted.get(sorted.len() / 2) else { return Ok((Vec::new(), String::new())) };
    let breaks = (0..steps.len()).filter(|&step| steps[step] > GAP * usual).map(|step| step + 1).collect();
    let are_numbers = times.iter().all(|time| time.trim().parse::<f64>().is_ok());
    Ok((breaks, if are_numbers { numerals::short(usual) } else { duration(usual) }))
}

/// Days as a duration in the unit that suits it.
fn duration(days: f64) -> String {
    let units = [(1.0, "day"), (24.0, "hour"), (1440.0, "minute"), (86_400.0, "second")];
    // A clock's seconds are no exact part of a day.
    let (count, unit) = units
        .map(|(of_day, unit)| ((days * of_day * 1e6).round() / 1e6, unit))
        .into_iter()
        .find(|(count, _)| *count >= 1.0)
        .unwrap_or((days * 86_400.0, "second"));
    let s = if (count - 1.0).abs() < 1e-9 { "" } else { "s" };
    format!("{} {unit}{s}", numerals::short(count))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn times(of: &[&str]) -> Vec<String> {
        of.iter().map(|&time| time.to_owned()).collect()
    }

    fn gaps_of(of: &[&str]) -> Outcome<(Vec<usize>, String)> {
        gaps(Path::new("a.csv"), &times(of))
    }

    #[test]
    fn gaps_are_told_from_usual_steps() {
        let hours = [
            "2026-01-01 00:00",
            "2026-01-01 01:00",
            "2026-01-01 02:00",
            "2026-01-01 05:00",
            "2026-01-01 06:00",
        ];
        assert_eq!(gaps_of(&hours).unwrap(), (vec![3], "1 hour".to_owned()));
        assert_eq!(gaps_of(&["0", "10", "20", "35", "50"]).unwrap(), (vec![], "15".to_owned()));
        assert_eq!(
            gaps_of(&["2026-01-31", "2026-02-02", "2026-02-04"]).unwrap(),
            (vec![], "2 days".to_owned())
        );
        assert_eq!(gaps_of(&["7"]).unwrap(), (vec![], String::new()));
    }

    #[test]
    fn times_that_do_not_rise_are_refused_with_their_row() {
        let refused = |of: &[&str]| gaps_of(of).unwrap_err().to_string();
        let expected = "a.csv: row 2 (from 0): expected a time behind 20, that of the row before, found 20; sort the rows by their time, one series in a file";
        assert_eq!(refused(&["10", "20", "20"]), expected);
        assert!(
            refused(&["2026-01-01", "noon"]).contains("row 1 (from 0): expected a date, a time or a number")
        );
    }

    #[test]
    fn holes_lie_on_the_line_between_their_neighbours() {
        let mut column = array![f64::NAN, 1.0, f64::NAN, f64::NAN, 4.0, f64::NAN];
        fill_in(column.view_mut());
        assert_eq!(column, array![1.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
    }
}
