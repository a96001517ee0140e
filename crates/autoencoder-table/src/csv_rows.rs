//! Rows of CSV text that comes piece by piece: the first line tells the columns, and whole records are read as they come.

use csv::StringRecord;

use crate::arriving::Arriving;
use crate::columns::Columns;
use crate::decimal_mark::{DecimalMark, MarkSign, mark_sign};
use crate::dialect::{self, Dialect};
use crate::encoding;
use crate::error::Outcome;
use crate::field::Field;
use crate::first_line::FirstLine;
use crate::opening::tell;
use crate::options::{Expected, ReadOptions};
use crate::record_ends::RecordEnds;
use crate::rows::Rows;
use crate::{line_by_line, plain, refusal};

/// CSV text whose columns are known.
#[derive(Debug)]
pub(crate) struct CsvRows {
    pub(crate) columns: Columns,
    ends: RecordEnds,
    /// Whether the first number with decimals tells what marks them.
    seeks_mark: bool,
}

impl CsvRows {
    /// Tells the columns from the first line, once it is whole, and takes it away if it has their names.
    pub(crate) fn open(text: &mut Arriving, options: &ReadOptions) -> Outcome<Option<(Self, FirstLine)>> {
        let is_settled = text.settle_line_ends();
        if !is_settled || text.whole() == 0 && !text.is_over() {
            text.check_length(false)?;
            return refuse_foreign(text.bytes()).map(|()| None);
        }
        let before = dialect::before(text.bytes()).len();
        let Some((mut dialect, end)) = dialect_of(text, before, options) else {
            // Names that go on over so many lines are a quote that is never closed.
            return if text.bytes().len() < dialect::BYTES {
                Ok(None)
            } else {
                Err(refusal::unclosed(text.lines() + 1))
            };
        };
        encoding::check(&text.bytes()[..end])?;
        dialect.refuse_ambiguous()?;
        let (first, line_end) = first_line(text, before..end, dialect)?;
        let told = tell(&first, &[], options, dialect);
        let seeks_mark = options.decimal_mark == DecimalMark::Auto && dialect.separator != b',';
        if seeks_mark {
            dialect.decimal_mark = b'.';
        }
        // Fields of a single line say nothing about other lines of their columns.
        let columns = Columns::of(&first, told, &[], options, dialect)?;
        text.take(if matches!(told, FirstLine::Names(_)) { line_end } else { before });
        let ends = RecordEnds::new(dialect.separator);
        Ok(Some((Self { columns, ends, seeks_mark }, told)))
    }

    /// Reads all whole records; at the end of the text, everything. Where a line is at fault, `rows` has all rows before it.
    pub(crate) fn read(&mut self, text: &mut Arriving, rows: &mut Rows) -> Outcome {
        let whole = self.ends.whole(text.bytes());
        // Without its last line end, the last record may be whole too.
        let is_open = self.ends.is_quoted() && text.bytes()[whole..].trim_ascii_end().contains(&b'\n');
        let end = if text.is_over() && !is_open { text.bytes().len() } else { whole };
        let block = &text.bytes()[..end];
        if self.seeks_mark && block.iter().any(|byte| matches!(byte, b',' | b'.')) {
            self.seek_mark(block);
        }
        let columns = &self.columns;
        let mut parsed = Rows::new(&columns.layout).with_lines();
        match plain::read(block, columns, &mut parsed) {
            Some(_) => {
                let appended = rows.append(&mut parsed, text.lines());
                appended.map_err(|unmet| refusal::of_rows(columns, unmet))?;
            }
            None => line_by_line::read_text(block, text.lines(), columns, rows, text.is_over())?,
        }
        text.take(end);
        self.ends.take();
        if text.is_over() && is_open {
            return Err(refusal::unclosed(text.lines() + 1));
        }
        text.check_length(self.ends.is_quoted())
    }

    /// Looks for the first number with decimals, which tells what marks them in all lines: whole numbers before it are the same
    /// either way. Where it may have a group of thousands as well, nothing is told, and it is refused as a number.
    fn seek_mark(&mut self, block: &[u8]) {
        let of_numbers = |record: &StringRecord| {
            let fields = record.iter().zip(&self.columns.layout.fields);
            let numbers = fields.filter(|(_, field)| matches!(field, Field::Number(_)));
            mark_sign(numbers.map(|(text, _)| text))
        };
        let mut records = self.columns.dialect.reader(block).into_records().map_while(Result::ok);
        let sign = records.find_map(|mut record| {
            record.trim();
            Some(of_numbers(&record)).filter(|sign| *sign != MarkSign::None)
        });
        match sign {
            Some(MarkSign::Comma) => {
                self.columns.dialect.decimal_mark = b',';
                self.columns.notes.push("the first number with decimals has a comma before them".to_owned());
            }
            Some(MarkSign::Point | MarkSign::Unclear) => {}
            Some(MarkSign::None) | None => return,
        }
        self.seeks_mark = false;
    }
}

/// Refuses what is no text, where there is no line end in a long beginning.
fn refuse_foreign(text: &[u8]) -> Outcome {
    let head = &text[..text.len().min(dialect::BYTES)];
    if head.len() < encoding::FIRST { Ok(()) } else { encoding::check(head) }
}

/// The dialect of a text that begins behind `before` bytes, and where its first record ends that is not empty; `None` while that
/// is not whole. Where names of columns are expected, the separator that tells them apart is the right one.
fn dialect_of(text: &Arriving, before: usize, options: &ReadOptions) -> Option<(Dialect, usize)> {
    let bytes = text.bytes();
    let end = |separator: u8| {
        let end = RecordEnds::first(&bytes[before..], separator).map(|end| before + end);
        end.or(text.is_over().then_some(bytes.len()))
    };
    let separators = dialect::possible_separators(bytes, options.separator);
    let ends: Vec<(u8, Option<usize>)> =
        separators.into_iter().map(|separator| (separator, end(separator))).collect();
    let whole = ends.iter().filter_map(|&(separator, end)| Some((separator, end?)));
    for (separator, end) in whole {
        let dialect = Dialect::separated(&bytes[..end], separator, options.decimal_mark);
        if let Some(expected) = &options.expected
            && has_names(&bytes[before..end], dialect, expected)
        {
            return Some((dialect, end));
        }
    }
    let ends: Option<Vec<usize>> = ends.iter().map(|&(_, end)| end).collect();
    let end = ends?.into_iter().max()?;
    Some((Dialect::of(&bytes[..end], options.separator, options.decimal_mark), end))
}

/// Whether a first line has the names of all expected columns.
fn has_names(line: &[u8], dialect: Dialect, expected: &Expected) -> bool {
    let mut first = StringRecord::new();
    let is_read = dialect.reader(line).read_record(&mut first).unwrap_or(false);
    first.trim();
    is_read && expected.is_named_by(first.iter())
}

/// Reads the first record, and returns where it ends.
fn first_line(
    text: &Arriving,
    place: std::ops::Range<usize>,
    dialect: Dialect,
) -> Outcome<(StringRecord, usize)> {
    let (bytes, before) = (&text.bytes()[place.clone()], &text.bytes()[..place.start]);
    let lines = text.lines() + before.iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
    let (mut reader, mut first) = (dialect.reader(bytes), StringRecord::new());
    let is_there = reader.read_record(&mut first);
    if !is_there.map_err(|error| encoding::explain(&error, |begin| lines + dialect.line_before(begin)))? {
        return Err(refusal::no_samples());
    }
    let line = lines + dialect.line(reader.position(), &first);
    refusal::check_quotes(&first, line)?;
    first.trim();
    let is_closed = bytes.trim_ascii_end().ends_with(b"\"");
    if text.is_over() && refusal::goes_on(&first) && !is_closed {
        return Err(refusal::unclosed(line));
    }
    let length = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(bytes.len());
    Ok((first, place.start + length))
}
