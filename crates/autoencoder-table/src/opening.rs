//! A table as it is opened: its first lines tell the columns before any row is read.

use std::io::{BufReader, Read};
use std::vec;

use csv::{Reader, StringRecord, Trim};

use crate::blocks::Recorder;
use crate::cell::Cell;
use crate::columns::Columns;
use crate::error::Outcome;
use crate::first_line::FirstLine;
use crate::long_lines::LongLines;
use crate::options::{HeaderLine, ReadOptions};
use crate::{encoding, refusal};

/// The number of lines that are looked at to tell what the first line is, and of fields in them.
pub(crate) const LOOKED_AT: (usize, usize) = (100, 200_000);

/// A table whose first lines were looked at.
pub(crate) struct Opened<R> {
    pub(crate) columns: Columns,
    pub(crate) told: FirstLine,
    pub(crate) lines: Lines<R>,
}

/// The samples' lines, of which some were read already.
pub(crate) struct Lines<R> {
    pub(crate) read: vec::IntoIter<StringRecord>,
    pub(crate) reader: Reader<Recorder<LongLines<BufReader<R>>>>,
}

/// The reader of all tables.
pub(crate) fn reader<R: Read>(input: R) -> Reader<R> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        // Rows may differ in length, so that the message about them is ours.
        .flexible(true)
        .trim(Trim::All)
        .from_reader(input)
}

impl<R: Read> Lines<R> {
    /// Reads the next line; returns whether there is one.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Outcome<bool> {
        match self.read.next() {
            Some(read) => {
                *record = read;
                Ok(true)
            }
            None => self.reader.read_record(record).map_err(|error| encoding::explain(&error, 0)),
        }
    }
}

impl<R: Read> Opened<R> {
    pub(crate) fn open(input: R, options: &ReadOptions) -> Outcome<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        encoding::check(&mut input)?;
        let reader = reader(Recorder::new(LongLines::new(input)));
        let mut lines = Lines { read: Vec::new().into_iter(), reader };
        let mut first = StringRecord::new();
        if !lines.next(&mut first)? {
            return Err(refusal::no_samples());
        }
        let (mut below, mut fields, mut record) = (Vec::new(), 0, StringRecord::new());
        while below.len() < LOOKED_AT.0
            && (fields < LOOKED_AT.1 || below.is_empty())
            && lines.next(&mut record)?
        {
            fields += record.len();
            below.push(record.clone());
        }
        refusal::check_lengths(&first, &below)?;
        let told = tell(&first, &below, options);
        let columns = Columns::of(&first, told, options)?;
        if let FirstLine::Sample = told {
            below.insert(0, first);
        }
        lines.read = below.into_iter();
        Ok(Self { columns, told, lines })
    }
}

/// Tells what the first line is, unless that was said.
fn tell(first: &StringRecord, below: &[StringRecord], options: &ReadOptions) -> FirstLine {
    match options.header {
        HeaderLine::Yes => return FirstLine::Names { counts: false },
        HeaderLine::No => return FirstLine::Sample,
        HeaderLine::Auto => {}
    }
    if options.expected.as_ref().is_some_and(|expected| expected.is_named_by(first.iter())) {
        return FirstLine::Names { counts: false };
    }
    let cells = |record: &StringRecord| record.iter().map(Cell::of).collect::<Vec<_>>();
    let column = options.label_column.as_deref();
    let index = column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < first.len());
    FirstLine::of(&cells(first), &below.iter().map(cells).collect::<Vec<_>>(), index)
}
