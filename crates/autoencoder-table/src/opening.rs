//! A table as it is opened: its first lines tell the columns before any row is read.

use std::io::{self, BufReader, Chain, Cursor, Read};
use std::vec;

use csv::{Reader, StringRecord};

use crate::blocks::{LastByte, Recorder};
use crate::cell::Cell;
use crate::columns::Columns;
use crate::dialect::{self, Dialect};
use crate::error::{Outcome, TableError};
use crate::first_line::{FirstLine, Relation, Sign, usual};
use crate::guessing::Line;
use crate::long_lines::LongLines;
use crate::options::{HeaderLine, ReadOptions};
use crate::{encoding, names, refusal, strays};

/// The number of lines that are looked at to tell what the first line is, and of fields in them.
pub(crate) const LOOKED_AT: (usize, usize) = (100, 200_000);

/// A table whose first lines were looked at.
pub(crate) struct Opened<R> {
    pub(crate) columns: Columns,
    pub(crate) told: FirstLine,
    pub(crate) lines: Lines<R>,
    /// What stands before the table: a mark of the order of bytes, and a line that only says what separates the fields.
    pub(crate) before: Vec<u8>,
}

/// An input whose first bytes were looked at, and which ends its last line.
type Whole<R> = Chain<LineEnds<Chain<Cursor<Vec<u8>>, R>>, &'static [u8]>;

/// An input whose lines have a bounded length.
type Checked<R> = LastByte<LongLines<BufReader<Whole<R>>>>;

/// The samples' lines, of which some were read already.
pub(crate) struct Lines<R> {
    dialect: Dialect,
    pub(crate) read: vec::IntoIter<Line>,
    pub(crate) reader: Reader<Recorder<Checked<R>>>,
    /// The number of the last line that was read.
    last: u64,
}

impl<R: Read> Lines<R> {
    /// Reads the next line, and returns its number if there is one.
    pub(crate) fn next(&mut self, record: &mut StringRecord) -> Outcome<Option<u64>> {
        if let Some((line, read)) = self.read.next() {
            *record = read;
            return Ok(Some(line));
        }
        let goes_on = refusal::goes_on(record);
        let is_there = self.reader.read_record(record);
        if !is_there.map_err(|error| encoding::explain(&error, |begin| self.dialect.line_before(begin)))? {
            let is_closed = self.reader.get_ref().input().last() == b'"';
            return if goes_on && !is_closed { Err(refusal::unclosed(self.last)) } else { Ok(None) };
        }
        self.last = self.dialect.line(self.reader.position(), record);
        refusal::check_quotes(record, self.last)?;
        record.trim();
        Ok(Some(self.last))
    }
}

/// An input in which a carriage return alone ends a line: it becomes a line feed, if `are_returns`.
pub(crate) struct LineEnds<R> {
    input: R,
    are_returns: bool,
}

impl<R: Read> Read for LineEnds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        if self.are_returns {
            buffer[..count].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        Ok(count)
    }
}

impl<R: Read> Opened<R> {
    pub(crate) fn open(mut input: R, options: &ReadOptions) -> Outcome<Self> {
        let mut head = dialect::head(&mut input).map_err(TableError::new)?;
        encoding::check(&head)?;
        let are_returns = head.contains(&b'\r') && !head.contains(&b'\n');
        if are_returns {
            head.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        let dialect = Dialect::of(&head, options.separator, options.decimal_mark);
        dialect.refuse_ambiguous()?;
        let before = dialect::before(&head).to_vec();
        dialect::empty_what_is_said(&mut head);
        let input = LineEnds { input: Cursor::new(head).chain(input), are_returns };
        let input = BufReader::with_capacity(1 << 16, input.chain(dialect.line_end()));
        let reader = dialect.reader(Recorder::new(LastByte::new(LongLines::new(input))));
        let mut lines = Lines { dialect, read: Vec::new().into_iter(), reader, last: 0 };
        let mut first = StringRecord::new();
        let Some(line) = lines.next(&mut first)? else { return Err(refusal::no_samples()) };
        let (mut below, mut fields, mut record) = (Vec::new(), 0, StringRecord::new());
        while below.len() < LOOKED_AT.0 && (fields < LOOKED_AT.1 || below.is_empty()) {
            let Some(line) = lines.next(&mut record)? else { break };
            fields += record.len();
            below.push((line, record.clone()));
        }
        strays::check_first(&first, &below, dialect)?;
        let told = tell(&first, &below, options, dialect);
        if let FirstLine::Sample { .. } = told {
            below.insert(0, (line, first.clone()));
        }
        let columns = Columns::of(&first, told, &below, options, dialect)?;
        lines.read = below.into_iter();
        Ok(Self { columns, told, lines, before })
    }
}

/// Tells what the first line is, unless that was said.
pub(crate) fn tell(
    first: &StringRecord,
    below: &[Line],
    options: &ReadOptions,
    dialect: Dialect,
) -> FirstLine {
    match options.header {
        HeaderLine::Yes => return FirstLine::Names(Sign::Words),
        HeaderLine::No => return FirstLine::Sample { may_be_names: false },
        HeaderLine::Auto => {}
    }
    if options.expected.as_ref().is_some_and(|expected| expected.is_named_by(first.iter())) {
        return FirstLine::Names(Sign::Words);
    }
    // Whoever asks for a column that is called so in the first line takes that line for names; numbers are indices.
    let is_word = |column: &str| Cell::of(column).number().is_none();
    if options.named().any(|column| is_word(column) && first.iter().any(|field| field == column)) {
        return FirstLine::Names(Sign::Words);
    }
    let cells = |record: &StringRecord| record.iter().map(|field| dialect.cell(field)).collect::<Vec<_>>();
    let column = options.label_column.as_deref();
    let index = column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < first.len());
    let rows: Vec<Vec<Cell>> = below.iter().map(|(_, row)| cells(row)).collect();
    let cells = cells(first);
    // Names that are repeated further below do not come again in a sample.
    let is_over_numbers = |column: usize| {
        let below = rows.iter().filter_map(|row| row.get(column).copied());
        matches!(cells[column], Cell::Other(_)) && matches!(usual(below), Some(Cell::Number(_)))
    };
    let has_words = cells.iter().all(|cell| cell.number().is_none());
    let repeats_names = has_words && (0..first.len()).any(is_over_numbers);
    let relation = |column: usize| {
        let rows = below.iter().map(|(_, row)| row).filter(|row| !repeats_names || *row != first);
        Relation::of(&first[column], rows.filter_map(|row| row.get(column)))
    };
    // numpy writes the names of columns as a comment.
    if names::is_commented(first) && relation(0) != Relation::Again {
        return FirstLine::Names(Sign::Words);
    }
    let fields: Vec<&str> = first.iter().collect();
    FirstLine::of((&fields, &cells), &rows, index, relation)
}
