//! Rows that are read line by line, as in every table that is not plain.

use std::io::Read;

use csv::{Position, StringRecord};

use crate::blocks::LastByte;
use crate::columns::Columns;
use crate::error::Outcome;
use crate::rows::Rows;
use crate::{encoding, refusal};

/// Reads the rows of an input that ends a table and begins behind `before` lines.
pub(crate) fn read(input: impl Read, before: u64, columns: &Columns, rows: &mut Rows) -> Outcome {
    let dialect = columns.dialect;
    read_with(input, columns, rows, true, |begin, now| {
        before + now.map_or_else(|| dialect.line_before(begin), |(now, record)| dialect.line(now, record))
    })
}

/// Reads the rows of some text of whole records, which stands behind `before` lines of a table and `ends` it or does not. Where a
/// line is at fault, `rows` has all rows before it.
pub(crate) fn read_text(text: &[u8], before: u64, columns: &Columns, rows: &mut Rows, ends: bool) -> Outcome {
    let (mut at, mut line) = (0, before + 1);
    read_with(text, columns, rows, ends, |begin, _| {
        // A line of nothing stands before the text, and others before a record.
        let begin = usize::try_from(begin.byte()).unwrap_or(usize::MAX).saturating_sub(1).max(at);
        let end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let begin = begin + text[begin..].iter().take_while(|byte| end(byte)).count();
        line += text[at..begin].iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
        at = begin;
        line
    })
}

/// Reads rows whose lines are told by where each record begins, and by where the reader is behind it, if it was read.
fn read_with(
    input: impl Read,
    columns: &Columns,
    rows: &mut Rows,
    ends: bool,
    mut line_of: impl FnMut(&Position, Option<(&Position, &StringRecord)>) -> u64,
) -> Outcome {
    // An empty line stands before the input, as a mark of the order of bytes may be passed over only where a table begins;
    // one that ends in a carriage return is not counted.
    let mut reader = columns.dialect.reader(LastByte::new(b"\r".chain(input)));
    let (mut record, mut line, mut goes_on, mut whole) = (StringRecord::new(), 0, false, rows.count);
    loop {
        let is_there = reader.read_record(&mut record);
        if !is_there.map_err(|error| encoding::explain(&error, |begin| line_of(begin, None)))? {
            break;
        }
        let begin = record.position().cloned().unwrap_or_else(Position::new);
        line = line_of(&begin, Some((reader.position(), &record)));
        refusal::check_quotes(&record, line)?;
        record.trim();
        goes_on = refusal::goes_on(&record);
        whole = rows.count;
        read_row(columns, &record, line, rows)?;
    }
    if ends && goes_on && reader.get_ref().last() != b'"' {
        rows.truncate(&columns.layout, whole);
        return Err(refusal::unclosed(line));
    }
    Ok(())
}

/// Reads the fields of a line into a row, if the line is no blank one. There is no row where a field is at fault.
pub(crate) fn read_row(columns: &Columns, record: &StringRecord, line: u64, rows: &mut Rows) -> Outcome {
    if !refusal::is_row(columns, record, line)? {
        return Ok(());
    }
    let (layout, before) = (&columns.layout, rows.count);
    rows.begin(layout, line);
    let mut fields = record.iter().enumerate().zip(&layout.fields);
    let put = fields.try_for_each(|((column, text), field)| {
        rows.put(field, (layout, columns.dialect), text, line).map_err(|fault| (column, fault))
    });
    put.map_err(|(column, fault)| {
        rows.truncate(layout, before);
        refusal::of_field(columns, (line, record), column, fault)
    })
}
