//! Refusals of rows: what was found, and what somebody with such a file can do.

use csv::StringRecord;

use crate::cell::{Cell, Look};
use crate::columns::Columns;
use crate::error::{Outcome, TableError};
use crate::field::Field;
use crate::rows::{Fault, Unmet};
use crate::strays;
use crate::words::{LONGEST, MOST_FOUND};

/// The failure that a field does not go with its column.
pub(crate) fn of_field(
    columns: &Columns,
    (line, record): (u64, &StringRecord),
    column: usize,
    fault: Fault,
) -> TableError {
    let field = &record[column];
    let shown: String = field.chars().take(40).collect();
    let (place, name) = (columns.place(column), columns.option(column));
    let failed = |what: &str| TableError::new(format_args!("line {line}, {place}: {what}"));
    match fault {
        Fault::TooManyWords => too_many(line, &place, &name),
        Fault::LongWord if field.contains('\n') => unclosed(line),
        Fault::LongWord => failed(&format!("found {} bytes, and a word has at most {LONGEST}", field.len()))
            .advise(format_args!("leave the column out with --drop {name}")),
        Fault::NoTime => failed(&format!("expected a date or time as in the first lines, found \"{shown}\""))
            .advise("write all dates in the same order, with years of four digits"),
        Fault::NoNumber => {
            let failure = failed(&format!("expected a finite number, found \"{shown}\""));
            if let Some(advice) = strays::advice(columns, line, record, column).filter(|_| !columns.is_keyed)
            {
                return failure.advise(advice);
            }
            match columns.dialect.cell(field) {
                Cell::Number(_) | Cell::Hole => failure,
                Cell::Other(look) => match look.advice() {
                    Some(advice) if look == Look::Misspelt => failure.advise(format_args!(
                        "{advice}; or say --column {name}=words if it is a code, --id-column {name} if it names the row"
                    )),
                    Some(advice) if look == Look::Measured => failure
                        .advise(format_args!("{advice}; or read the column as words with --column {name}=words")),
                    Some(advice) if look == Look::Thousands && columns.dialect.separator != b',' => failure
                        .advise(format_args!("{advice}; or say --decimal comma if it has decimals")),
                    Some(advice) => failure.advise(advice),
                    None => failure.advise(format_args!(
                        "--column {name}=words reads the column as words, --label-column and --id-column keep it beside the rows, and --drop leaves it out"
                    )),
                },
            }
        }
    }
}

/// The failure that the rows of a block cannot be added to those before it.
pub(crate) fn of_rows(columns: &Columns, unmet: Unmet) -> TableError {
    let (words, line) = match unmet {
        Unmet::TooManyWords { column, line } => (column, line),
        Unmet::Memory(failure) => return failure,
    };
    let is_column = |field: &Field| *field == Field::Word(words);
    let column = columns.layout.fields.iter().position(is_column).unwrap_or_default();
    too_many(line, &columns.place(column), &columns.option(column))
}

fn too_many(line: u64, place: &str, name: &str) -> TableError {
    let what = format_args!("line {line}, {place}: found more than {MOST_FOUND} different words");
    TableError::new(what).advise(format_args!(
        "if they name the rows, say --id-column {name}; if they are times, --column {name}=days; else leave the column out with --drop {name}"
    ))
}

/// Refuses a field that begins with blanks and a quote, which is then part of the field, and the separator in it is none.
pub(crate) fn check_quotes(record: &StringRecord, line: u64) -> Outcome {
    let is_quoted = |field: &str| field.starts_with([' ', '\t']) && field.trim_start().starts_with('"');
    let Some(column) = record.iter().position(is_quoted) else { return Ok(()) };
    let shown: String = record[column].trim().chars().take(40).collect();
    let what = format_args!("line {line}, column {}: found a quote behind a blank: {shown}", column + 1);
    Err(TableError::new(what).advise("write quotes at the very beginning of a field"))
}

/// Whether the last field of a record goes on over several lines, as it does to the end of the table where a quote is never closed.
pub(crate) fn goes_on(record: &StringRecord) -> bool {
    record.iter().next_back().is_some_and(|field| field.contains('\n'))
}

/// The failure that a quote is never closed.
pub(crate) fn unclosed(line: u64) -> TableError {
    let what = format_args!(
        "line {line}: a quote that is opened there is never closed, and takes all lines below into its field"
    );
    TableError::new(what).advise("close the quote, or double a quote that is part of a field")
}

/// Whether a line holds a row, and not only blanks; a line of another length is an error.
pub(crate) fn is_row(columns: &Columns, record: &StringRecord, line: u64) -> Outcome<bool> {
    if record.len() == 1 && record[0].is_empty() && columns.count > 1 {
        return Ok(false);
    }
    if record.len() != columns.count {
        return Err(of_length(columns, line, record));
    }
    Ok(true)
}

/// The failure that a row has another number of fields than the first line.
fn of_length(columns: &Columns, line: u64, record: &StringRecord) -> TableError {
    let (expected, found) = (columns.count, record.len());
    let what = format_args!("line {line}: expected {expected} columns as in the first line, found {found}");
    let failure = TableError::new(what);
    if found == expected + 1 && record.get(expected) == Some("") {
        let sign = columns.dialect.separator_name();
        failure.advise(format_args!("take the {sign} at the end of the line away"))
    } else if found == 1 && expected > 1 && Cell::of(&record[0]) == Cell::Other(Look::Word) {
        failure.advise("if the line is a remark and no sample, take it away")
    } else if record.iter().any(|field| field.contains('\n')) {
        failure.advise(
            "a field goes on over several lines: close its quote, or double a quote that is part of a field",
        )
    } else if record.iter().any(|field| Cell::of(field) == Cell::Other(Look::Fields)) {
        failure.advise(Look::Fields.advice().unwrap_or_default())
    } else {
        failure
    }
}

/// The failure that there are no rows.
pub(crate) fn no_samples() -> TableError {
    TableError::new("expected at least 1 sample of at least 1 number, found none")
}
