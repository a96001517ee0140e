//! Refusals of rows: what was found, and what somebody with such a file can do.

use csv::StringRecord;

use crate::cell::{Cell, Look};
use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};

/// Advice for holes.
const FILL_IN: &str = "fill in missing values, or leave their rows out";

/// Advice for words.
const WORDS: &str = "if the column holds labels or names of rows, say so with --label-column or --id-column; --drop leaves it out";

/// The failure that a field is no number that can be learnt from.
pub(crate) fn of_field(columns: &Columns, line: u64, column: usize, field: &str) -> TableError {
    let name = columns.names.as_ref().and_then(|names| names.get(column));
    let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
    let shown: String = field.chars().take(40).collect();
    let what =
        format!("line {line}, column {}{name}: expected a finite number, found \"{shown}\"", column + 1);
    let failure = TableError::new(what);
    match columns.dialect.cell(field) {
        Cell::Number(_) => failure,
        Cell::Hole => failure.advise(FILL_IN),
        Cell::Other(look) => match look.advice() {
            Some(advice) => failure.advise(advice),
            None if columns.label().is_none() => failure.advise(WORDS),
            None => failure.advise("leave the column out with --drop, or write its words as numbers"),
        },
    }
}

/// The failure that a row has another number of fields than the first line.
pub(crate) fn of_length(columns: &Columns, line: u64, record: &StringRecord) -> TableError {
    let (expected, found) = (columns.count, record.len());
    let what = format_args!("line {line}: expected {expected} columns as in the first line, found {found}");
    let failure = TableError::new(what);
    if found == expected + 1 && record.get(expected) == Some("") {
        failure.advise("take the comma at the end of the line away")
    } else if record.iter().any(|field| Cell::of(field) == Cell::Other(Look::Fields)) {
        failure.advise(Look::Fields.advice().unwrap_or_default())
    } else {
        failure
    }
}

/// Refuses a table whose rows all have one field more than the first line: R writes the names of rows so.
pub(crate) fn check_lengths(first: &StringRecord, below: &[StringRecord], dialect: Dialect) -> Outcome {
    let is_words = first.iter().all(|field| Cell::of(field).number().is_none());
    let is_longer = |row: &StringRecord| row.len() == first.len() + 1;
    if below.len() < if is_words { 1 } else { 2 } || !below.iter().all(is_longer) {
        return Ok(());
    }
    let line = below[0].position().map_or(2, |position| dialect.line(position));
    let what = format_args!(
        "line 1 has {} fields and line {line} has {}: the first column seems to hold names of rows, which line 1 does not name",
        first.len(),
        first.len() + 1
    );
    let advice = "write the table without names of rows (in R: row.names = FALSE), or name their column in line 1 and give it with --id-column";
    Err(TableError::new(what).advise(advice))
}

/// The failure that there are no rows.
pub(crate) fn no_samples() -> TableError {
    TableError::new("expected at least 1 sample of at least 1 number, found none")
}
