//! A table as it is opened: its first lines tell the columns before any row is read.

use std::io::{BufReader, Chain, Cursor, Read};
use std::vec;

use csv::{Reader, StringRecord};

use crate::blocks::Recorder;
use crate::columns::Columns;
use crate::dialect::{self, Dialect};
use crate::error::{Outcome, TableError};
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

/// An input whose first bytes were looked at.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// The samples' lines, of which some were read already.
pub(crate) struct Lines<R> {
    dialect: Dialect,
    pub(crate) read: vec::IntoIter<StringRecord>,
    pub(crate) reader: Reader<Recorder<LongLines<BufReader<Whole<R>>>>>,
}

impl<R: Read> Lines<R> {
    /// Reads the next line; returns whether there is one.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Outcome<bool> {
        match self.read.next() {
            Some(read) => {
                *record = read;
                Ok(true)
            }
            None => {
                self.reader.read_record(record).map_err(|error| encoding::explain(&error, 0, self.dialect))
            }
        }
    }
}

impl<R: Read> Opened<R> {
    pub(crate) fn open(mut input: R, options: &ReadOptions) -> Outcome<Self> {
        let mut head = dialect::head(&mut input).map_err(TableError::new)?;
        encoding::check(&head)?;
        let dialect = Dialect::of(&head, options.separator, options.decimal_mark);
        if dialect.is_ambiguous() {
            let what = "commas cannot mark decimals where they separate fields".to_owned();
            return Err(
                TableError::usage("--decimal", what).advise("say what separates the fields with --separator")
            );
        }
        dialect::empty_what_is_said(&mut head);
        let input = BufReader::with_capacity(1 << 16, Cursor::new(head).chain(input));
        let reader = dialect.reader(Recorder::new(LongLines::new(input)));
        let mut lines = Lines { dialect, read: Vec::new().into_iter(), reader };
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
        refusal::check_lengths(&first, &below, dialect)?;
        let told = tell(&first, &below, options, dialect);
        let columns = Columns::of(&first, told, options, dialect)?;
        if let FirstLine::Sample = told {
            below.insert(0, first);
        }
        lines.read = below.into_iter();
        Ok(Self { columns, told, lines })
    }
}

/// Tells what the first line is, unless that was said.
fn tell(first: &StringRecord, below: &[StringRecord], options: &ReadOptions, dialect: Dialect) -> FirstLine {
    match options.header {
        HeaderLine::Yes => return FirstLine::Names { counts: false },
        HeaderLine::No => return FirstLine::Sample,
        HeaderLine::Auto => {}
    }
    if options.expected.as_ref().is_some_and(|expected| expected.is_named_by(first.iter())) {
        return FirstLine::Names { counts: false };
    }
    let cells = |record: &StringRecord| record.iter().map(|field| dialect.cell(field)).collect::<Vec<_>>();
    let column = options.label_column.as_deref();
    let index = column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < first.len());
    FirstLine::of(&cells(first), &below.iter().map(cells).collect::<Vec<_>>(), index)
}
