//! Rows that come one after the other, of columns that are known: read as soon as each is whole.

use std::ops::Range;

use autoencoder::{ColumnKind, TableValues};
use ndarray::{Array2, Axis, Slice, concatenate};

use crate::arriving::Arriving;
use crate::columns::{Columns, expect_features};
use crate::csv_rows::CsvRows;
use crate::error::{Outcome, TableError};
use crate::json_rows::JsonRows;
use crate::notes::Said;
use crate::options::{Expected, ReadOptions};
use crate::refusal;
use crate::rows::Rows;
use crate::table::holes;
use crate::words::KnownWords;

/// A table whose text comes piece by piece, and whose rows are read as soon as each is whole: CSV, or JSON lines, as the first
/// character tells.
///
/// The columns must be [expected](ReadOptions::expected), as those of a model are. The first line alone tells which columns the
/// table has, in which order, and what separates fields; the first number with decimals tells what marks them. The rows are
/// those that [`read`](crate::read) finds in the whole text, however it is cut into pieces.
///
/// In JSON lines each line is an object, whose keys are the names of columns in any order, or an array, whose values are in the
/// order of the columns. A string stands for the field with its text; where a key is missing or its value is `null`, nothing is known.
///
/// ```
/// use autoencoder_table::{Columns, Expected, ReadOptions, TableStream};
/// use ndarray::array;
///
/// let columns = Columns::of_names(["height", "weight"].map(str::to_owned));
/// let expected = Some(Expected::of_columns(columns, 2, "the model"));
/// let options = ReadOptions { expected, ..ReadOptions::default() };
/// let mut stream = TableStream::new(options.clone())?;
/// stream.push(b"weight,height\n30,0.5\n7");
/// let rows = stream.read()?.unwrap();
/// assert_eq!(rows.values.numbers(), array![[0.5, 30.0]]);
/// assert_eq!(rows.lines, [2]);
/// assert!(stream.read()?.is_none()); // 7 may go on
/// stream.push(b"0,1.5");
/// stream.end();
/// assert_eq!(stream.read()?.unwrap().values.numbers(), array![[1.5, 70.0]]);
///
/// let mut stream = TableStream::new(options)?;
/// stream.push(b"{\"weight\": 30, \"height\": null}\n{\"weight\": \"heavy\", \"height\": 2}\n");
/// assert!(stream.read()?.unwrap().values.numbers()[(0, 0)].is_nan());
/// let error = stream.read().unwrap_err();
/// assert!(error.what().starts_with("line 2, key weight: expected a finite number, found \"heavy\""));
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
#[derive(Debug)]
pub struct TableStream {
    options: ReadOptions,
    expected: Expected,
    text: Arriving,
    /// What the text is, once that is known.
    form: Option<Form>,
    opened: Option<StreamColumns>,
    said: Said,
    has_rows: bool,
    /// Whether all rows were read, up to the end or to the first fault.
    is_done: bool,
    /// The fault behind the rows that were read last.
    failure: Option<TableError>,
}

/// What the first line of a stream told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamColumns {
    /// The names of the columns that are read, and the columns of labels and ids that the stream has.
    pub columns: autoencoder::Columns,
    /// Whether the lines are JSON.
    pub is_json: bool,
    /// What was assumed of the columns, in words, as for a [`Table`](crate::Table).
    pub told: String,
}

/// Rows of a stream, at least one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamedRows {
    /// The numbers and words of the rows, with holes in both.
    pub values: TableValues,
    /// The label of each row, where a column holds labels.
    pub labels: Option<Vec<String>>,
    /// What each row is called, where a column says so.
    pub ids: Option<Vec<String>>,
    /// The line in which each row begins, from 1.
    pub lines: Vec<u64>,
    /// What is to be said of these rows and was not said of any before them, a sentence each.
    pub notes: Vec<String>,
}

impl StreamedRows {
    /// Some of the rows, at least one, without notes.
    ///
    /// # Panics
    /// If there are not so many rows, or none is asked for.
    #[must_use]
    pub fn select(&self, rows: Range<usize>) -> Self {
        assert!(!rows.is_empty(), "there is at least one row");
        let texts = |texts: &Option<Vec<String>>| texts.as_ref().map(|texts| texts[rows.clone()].to_vec());
        let values = &self.values;
        let numbers = values.numbers().slice_axis(Axis(0), Slice::from(rows.clone())).to_owned();
        let words = values.words().slice_axis(Axis(0), Slice::from(rows.clone())).to_owned();
        Self {
            values: of_valid(numbers, words, values.counts()),
            labels: texts(&self.labels),
            ids: texts(&self.ids),
            lines: self.lines[rows.clone()].to_vec(),
            notes: Vec::new(),
        }
    }

    /// Adds rows of the same stream that came later.
    ///
    /// # Panics
    /// If they are those of another stream, with other columns.
    pub fn append(&mut self, later: Self) {
        let (one, other) = (&self.values, &later.values);
        let numbers = concatenate![Axis(0), one.numbers().view(), other.numbers().view()];
        let words = concatenate![Axis(0), one.words().view(), other.words().view()];
        self.values = of_valid(numbers, words, one.counts());
        for (texts, later) in [(&mut self.labels, later.labels), (&mut self.ids, later.ids)] {
            assert_eq!(texts.is_some(), later.is_some(), "rows of one stream have the same columns");
            if let (Some(texts), Some(later)) = (texts, later) {
                texts.extend(later);
            }
        }
        self.lines.extend(later.lines);
        self.notes.extend(later.notes);
    }
}

/// The values of rows that were those of a table before.
fn of_valid(numbers: Array2<f64>, words: Array2<u32>, counts: &[usize]) -> TableValues {
    TableValues::new(numbers, words, counts.to_vec()).expect("rows of a table are a table")
}

/// What the text is.
#[derive(Debug)]
enum Form {
    Csv(Box<CsvRows>),
    Json(Box<JsonRows>),
}

impl TableStream {
    /// A stream of which nothing came yet.
    ///
    /// # Errors
    /// If the options expect no columns, or columns of words that are still to be found.
    pub fn new(options: ReadOptions) -> Result<Self, TableError> {
        let is_open = |kind: &ColumnKind| matches!(kind, ColumnKind::Words { words } if words.is_empty());
        let is_known = |expected: &Expected| {
            !expected.finds_words
                || expected.seen().into_iter().flatten().all(|column| !is_open(&column.kind))
        };
        let Some(expected) = options.expected.clone().filter(is_known) else {
            let what = "rows are read one after the other only where their columns are known";
            return Err(TableError::new(what));
        };
        Ok(Self {
            options,
            expected,
            text: Arriving::default(),
            form: None,
            opened: None,
            said: Said::default(),
            has_rows: false,
            is_done: false,
            failure: None,
        })
    }

    /// Adds text.
    pub fn push(&mut self, text: &[u8]) {
        if !self.is_done {
            self.text.push(text);
        }
    }

    /// Says that no more text comes: the last line needs no end.
    pub fn end(&mut self) {
        self.text.end();
    }

    /// What the first line told, as soon as [`read`](Self::read) has seen all of it.
    pub fn opened(&self) -> Option<&StreamColumns> {
        self.opened.as_ref()
    }

    /// Reads all rows that are whole, and returns them if there are any. Behind the end of the text, and behind a fault, there are
    /// none.
    ///
    /// # Errors
    /// The first fault, as of [`read`](crate::read), once all rows before it were returned.
    pub fn read(&mut self) -> Result<Option<StreamedRows>, TableError> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        if self.is_done {
            return Ok(None);
        }
        match self.read_whole() {
            Err(failure) => {
                self.is_done = true;
                Err(failure)
            }
            Ok(None) if self.is_done && !self.has_rows => Err(refusal::no_samples()),
            read => read,
        }
    }

    fn read_whole(&mut self) -> Outcome<Option<StreamedRows>> {
        self.open()?;
        let Some(form) = &mut self.form else { return Ok(None) };
        let mut rows = Rows::new(&form.columns().layout).with_lines();
        let read = match form {
            Form::Csv(csv) => csv.read(&mut self.text, &mut rows),
            Form::Json(json) => json.read(&mut self.text, &mut rows),
        };
        self.is_done = self.text.is_over() || read.is_err();
        if rows.count == 0 {
            return read.map(|()| None);
        }
        self.failure = read.err();
        self.has_rows = true;
        streamed(rows, form.columns(), (&mut self.said, &self.expected)).map(Some)
    }

    /// Tells the columns, if that is to be done and enough text is there.
    fn open(&mut self) -> Outcome {
        if self.form.is_some() {
            return Ok(());
        }
        let Some(is_json) = begins_json(self.text.bytes(), self.text.is_over()) else { return Ok(()) };
        let opened = if is_json {
            JsonRows::open(&self.text, &self.options)?.map(|(json, told)| (Form::Json(Box::new(json)), told))
        } else {
            CsvRows::open(&mut self.text, &self.options)?.map(|(csv, told)| (Form::Csv(Box::new(csv)), told))
        };
        let Some((mut form, told)) = opened else { return Ok(()) };
        let columns = form.columns();
        // Without a schema, nobody has counted them yet.
        expect_features(columns.kinds.len(), &self.expected)?;
        let (told, columns) = (columns.told(told), columns.of_model());
        self.opened = Some(StreamColumns { columns, is_json, told });
        self.form = Some(form);
        Ok(())
    }
}

/// Rows as they are returned, with what is to be said of them.
fn streamed(
    mut rows: Rows,
    columns: &mut Columns,
    (said, expected): (&mut Said, &Expected),
) -> Outcome<StreamedRows> {
    let known = columns.layout.words.iter().map(|words| words.as_ref().map_or(0, KnownWords::count));
    let values = rows.take_values(&columns.layout, known)?;
    let notes = said.of_more(columns, &rows, &holes(columns, &values), expected);
    let labels = columns.label().map(|_| rows.labels);
    let ids = columns.id().map(|_| rows.ids);
    Ok(StreamedRows { values, labels, ids, lines: rows.lines.unwrap_or_default(), notes })
}

impl Form {
    fn columns(&mut self) -> &mut Columns {
        match self {
            Self::Csv(csv) => &mut csv.columns,
            Self::Json(json) => &mut json.columns,
        }
    }
}

/// Whether a text begins as JSON lines do, and not as CSV; `None` while it has not begun.
fn begins_json(text: &[u8], is_over: bool) -> Option<bool> {
    const MARK: &[u8] = "\u{FEFF}".as_bytes();
    if !is_over && MARK.starts_with(text) {
        return None;
    }
    let text = text.strip_prefix(MARK).unwrap_or(text).trim_ascii_start();
    match text.first() {
        None if !is_over => None,
        first => Some(matches!(first, Some(b'{' | b'['))),
    }
}

#[cfg(test)]
mod tests;
