//! Rows of JSON lines that come piece by piece: an object a line, whose keys are names of columns, or an array a line.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use autoencoder::LabelColumn;
use csv::StringRecord;

use crate::arriving::Arriving;
use crate::columns::Columns;
use crate::decimal_mark::DecimalMark;
use crate::dialect::{Dialect, Separator};
use crate::error::{Outcome, TableError};
use crate::first_line::{FirstLine, Sign};
use crate::json_line::{JsonFault, JsonLine};
use crate::line_by_line::read_row;
use crate::nearest::similar;
use crate::options::{Expected, HeaderLine, ReadOptions};
use crate::role::Role;
use crate::rows::Rows;
use crate::wording::listed;
use crate::{encoding, names};

/// The largest number of keys in a message.
const SHOWN: usize = 5;

/// Advice where a line is no object or array.
const ONE_A_LINE: &str = "write one object, or one array, in each line";

/// JSON lines whose columns are known.
#[derive(Debug)]
pub(crate) struct JsonRows {
    pub(crate) columns: Columns,
    /// The column of each key; none if lines are arrays.
    keys: Option<HashMap<String, usize>>,
    /// Whether a key was told of that is no column.
    has_told_key: bool,
}

impl JsonRows {
    /// Tells the columns from the first line that is not blank, once it is whole.
    pub(crate) fn open(text: &Arriving, options: &ReadOptions) -> Outcome<Option<(Self, FirstLine)>> {
        refuse_options_of_csv(options)?;
        let whole = if text.is_over() { text.bytes().len() } else { text.whole() };
        let Some((line, first)) = Lines::of(&text.bytes()[..whole], text.lines()).next() else {
            text.check_length(false)?;
            return Ok(None);
        };
        let first = parsed(first, line)?;
        let (mut columns, told, keys) = match &first {
            JsonLine::Object(fields) => {
                let keys: Vec<&str> = fields.iter().map(|(key, _)| &**key).collect();
                let names = names_of(&keys, line, options)?;
                let told = FirstLine::Names(Sign::Words);
                let columns =
                    Columns::of(&StringRecord::from(names.clone()), told, &[], options, Dialect::USUAL)?;
                (columns, told, Some(names.into_iter().map(str::to_owned).zip(0..).collect()))
            }
            JsonLine::Array(fields) => {
                let told = FirstLine::Sample { may_be_names: false };
                (Columns::of(&record(fields), told, &[], options, Dialect::USUAL)?, told, None)
            }
        };
        columns.is_keyed = keys.is_some();
        if let (JsonLine::Object(fields), Some(expected)) = (&first, &options.expected) {
            columns.notes.extend(mistyped(fields, expected, line));
        }
        Ok(Some((Self { columns, keys, has_told_key: false }, told)))
    }

    /// Reads all whole lines; at the end of the text, everything. Where a line is at fault, `rows` has all rows before it.
    pub(crate) fn read(&mut self, text: &mut Arriving, rows: &mut Rows) -> Outcome {
        let end = if text.is_over() { text.bytes().len() } else { text.whole() };
        let mut lines = Lines::of(&text.bytes()[..end], text.lines());
        lines.try_for_each(|(line, bytes)| self.read_line(bytes, line, rows))?;
        text.take(end);
        text.check_length(false)
    }

    fn read_line(&mut self, bytes: &[u8], line: u64, rows: &mut Rows) -> Outcome {
        let record = match (parsed(bytes, line)?, &self.keys) {
            (JsonLine::Array(fields), None) => record(&fields),
            (JsonLine::Object(fields), Some(keys)) => {
                let mut texts: Vec<Option<Cow<'_, str>>> = vec![None; self.columns.count];
                for (key, text) in fields {
                    let Some(&column) = keys.get(&*key) else {
                        if !self.has_told_key {
                            self.has_told_key = true;
                            let note = format!("line {line}: the key {key} is no column, and is left out");
                            self.columns.notes.push(note);
                        }
                        continue;
                    };
                    if texts[column].replace(text).is_some() {
                        let what = format_args!("line {line}: the key {key} stands there twice");
                        return Err(TableError::new(what).advise("write each key once"));
                    }
                }
                self.expect_some(&texts, line)?;
                record(&texts.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>())
            }
            (JsonLine::Array(_), Some(_)) => return Err(of_other_form(line, "an object", "an array")),
            (JsonLine::Object(_), None) => return Err(of_other_form(line, "an array", "an object")),
        };
        read_row(&self.columns, &record, line, rows)
    }

    /// Refuses a line without any of the columns that are read: as one of holes alone it would say nothing.
    fn expect_some(&self, texts: &[Option<Cow<'_, str>>], line: u64) -> Outcome {
        let is_read = |role: &Role| matches!(role, Role::Feature(_));
        let mut columns = texts.iter().zip(&self.columns.roles);
        if columns.any(|(text, role)| text.is_some() && is_read(role)) {
            return Ok(());
        }
        let names: Vec<String> =
            self.columns.read().into_iter().map(|column| self.columns.name(column)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let what =
            format_args!("line {line}: expected keys such as {}, found none of them", listed(&names, SHOWN));
        Err(TableError::new(what).advise("write null where nothing is known"))
    }
}

/// The lines that are not blank, each with its number.
struct Lines<'a> {
    lines: std::slice::Split<'a, u8, fn(&u8) -> bool>,
    line: u64,
}

impl<'a> Lines<'a> {
    /// The lines of a text that stands behind `before` lines.
    fn of(text: &'a [u8], before: u64) -> Self {
        let is_end: fn(&u8) -> bool = |&byte| byte == b'\n';
        Self { lines: text.split(is_end), line: before }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        for line in self.lines.by_ref() {
            self.line += 1;
            if !line.trim_ascii().is_empty() {
                return Some((self.line, line));
            }
        }
        None
    }
}

/// The fields of a row, without blanks at their ends.
fn record(fields: &[Cow<'_, str>]) -> StringRecord {
    fields.iter().map(|field| field.trim()).collect()
}

/// Reads a line.
fn parsed(bytes: &[u8], line: u64) -> Outcome<JsonLine<'_>> {
    let text = str::from_utf8(bytes)
        .map_err(|error| encoding::not_utf8(format_args!("line {line}, byte {}", error.valid_up_to() + 1)))?;
    // A mark of the order of bytes may stand before the first line.
    let text = if line == 1 { text.trim_start_matches('\u{FEFF}') } else { text };
    JsonLine::of(text).map_err(|fault| match fault {
        JsonFault::Broken { byte, what } => {
            let failure = TableError::new(format_args!("line {line}, byte {byte}: expected JSON, found {what}"));
            let has_no_number = ["NaN", "Infinity"].iter().any(|word| text.contains(word));
            failure.advise(if has_no_number {
                "JSON has no NaN and no infinity: write null where nothing is known"
            } else {
                ONE_A_LINE
            })
        }
        JsonFault::Plain => {
            let what = format_args!("line {line}: expected an object or an array, found a single value");
            TableError::new(what).advise(ONE_A_LINE)
        }
        JsonFault::Nested { key } => {
            let what = format_args!(
                "line {line}, key {key}: expected a number, a string, true, false or null, found an object or an array"
            );
            TableError::new(what).advise(format_args!("give what is in it keys of its own; {ONE_A_LINE}"))
        }
    })
}

/// What is to be said where the first line has a key that seems to be a mistyped name: else its column would be unknown for ever.
fn mistyped(fields: &[(Cow<'_, str>, Cow<'_, str>)], expected: &Expected, line: u64) -> Option<String> {
    let names = &expected.columns.names;
    let keys: BTreeSet<&str> = fields.iter().map(|(key, _)| &**key).collect();
    let mut missing = names.iter().map(String::as_str).filter(|name| !keys.contains(name));
    let further = || keys.iter().copied().filter(|key| !names.iter().any(|name| name == key));
    let (name, key) = missing.find_map(|name| Some((name, similar(further(), name)?)))?;
    Some(format!("line {line} has the key {key} and none called {name}: are they the same?"))
}

fn of_other_form(line: u64, expected: &str, found: &str) -> TableError {
    TableError::new(format_args!("line {line}: expected {expected} as in the first line, found {found}"))
}

/// Refuses options of which JSON knows nothing.
fn refuse_options_of_csv(options: &ReadOptions) -> Outcome {
    let for_csv = [
        ("--header", options.header != HeaderLine::Auto),
        ("--separator", options.separator != Separator::Auto),
        ("--decimal", options.decimal_mark != DecimalMark::Auto),
    ];
    match for_csv.into_iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(TableError::usage(option, "this is for CSV, found JSON lines".to_owned())),
        None => Ok(()),
    }
}

/// The names of all columns: those that are expected, in their order, and behind them those of labels, of ids and of options, and
/// the other keys of the first line.
fn names_of<'a>(keys: &[&'a str], line: u64, options: &'a ReadOptions) -> Outcome<Vec<&'a str>> {
    let columns = options.expected.as_ref().map(|expected: &Expected| &expected.columns);
    let expected = columns.map_or(&[][..], |columns| &columns.names);
    let origin = options.expected.as_ref().map_or("", |expected| &expected.origin);
    if expected.is_empty() {
        let what =
            format_args!("line {line}: found an object with keys, and {origin} knows no names of columns");
        return Err(
            TableError::new(what).advise("write the numbers of each row as an array, such as [1.5, 2]")
        );
    }
    if let Some(name) = names::doubled(expected) {
        let what = format_args!(
            "more than one column of {origin} is called {name}, and keys cannot tell them apart"
        );
        return Err(TableError::new(what).advise("write each row as an array, or as CSV"));
    }
    let mut names: Vec<&str> = expected.iter().map(String::as_str).collect();
    let beside = columns.into_iter().flat_map(|columns| [&columns.label, &columns.id]).flatten();
    let beside = beside.filter_map(|column| match column {
        LabelColumn::Name(name) => Some(name.as_str()),
        LabelColumn::Index(_) => None,
    });
    let mut known: BTreeSet<&str> = names.iter().copied().collect();
    for name in beside.chain(keys.iter().copied()) {
        if known.insert(name) {
            names.push(name);
        }
    }
    let lists = [
        ("--label-column", options.label_column.as_slice()),
        ("--id-column", options.id_column.as_slice()),
        ("--drop", &options.drop),
        ("--columns", &options.only),
    ];
    let mut typed = lists.into_iter().flat_map(|(option, list)| list.iter().map(move |name| (option, name)));
    if let Some((option, name)) = typed.find(|(_, name)| !known.contains(name.as_str())) {
        let failure = TableError::usage(option, format!("line {line} has no key {name}"));
        return Err(match similar(names.iter().copied(), name) {
            Some(name) => failure.advise(format_args!("the nearest name is `{name}`")),
            None => failure.advise("give the names of keys"),
        });
    }
    Ok(names)
}
