//! Blocks of plain lines, in which separators and line ends are nothing else: read fast, or left to the reader of all tables.

use std::str;

use crate::columns::Columns;
use crate::decimal::decimal;
use crate::dialect::Dialect;
use crate::field::Field;
use crate::rows::{Rows, is_rounded};

/// Reads a block after the rows that are there; `None` where anything in it is not plain: a quote within a field or around a line
/// end, a line that ends in a carriage return alone, another number of fields, a field that does not go with its column, bytes
/// that are no UTF-8.
///
/// Returns the number of lines. A block that is read has the rows that the reader of all tables finds in it.
pub(crate) fn read(block: &[u8], columns: &Columns, rows: &mut Rows) -> Option<u64> {
    let (layout, dialect) = (&columns.layout, columns.dialect);
    let (mut at, mut lines) = (0, 0);
    while at < block.len() {
        lines += 1;
        if !block[at].is_ascii_graphic() {
            let end = end_of(&block[at..], |byte| byte == b'\n');
            // The reader of all tables skips lines of nothing, and lines of blanks where there are several columns.
            let is_nothing = matches!(&block[at..at + end], b"" | b"\r");
            let is_blank = || str::from_utf8(&block[at..at + end]).is_ok_and(|line| line.trim().is_empty());
            if is_nothing || columns.count > 1 && is_blank() {
                at += end + 1;
                continue;
            }
        }
        rows.begin(layout, lines);
        for (column, field) in layout.fields.iter().enumerate() {
            let rest = &block[at..];
            let is_last = column + 1 == columns.count;
            // Nearly all fields of numbers are like this.
            if let Field::Number(place) = *field
                && let Some((number, length)) =
                    decimal(rest, dialect.decimal_mark, if is_last { b'\n' } else { dialect.separator })
            {
                rows.last(layout)[place] = number;
                at += length + 1;
                continue;
            }
            let length = match *field {
                Field::Number(place) if let Some((number, length)) = number(rest, dialect) => {
                    rows.last(layout)[place] = number;
                    if is_rounded(number, &rest[..length]) {
                        rows.round(place, lines);
                    }
                    length
                }
                _ => {
                    let (text, length) = text(rest, dialect)?;
                    rows.put(field, (layout, dialect), text, lines).ok()?;
                    length
                }
            };
            at += length;
            at += match (&block[at..], is_last) {
                ([separator, ..], false) if *separator == dialect.separator => 1,
                ([b'\n', ..], true) => 1,
                ([b'\r', b'\n', ..], true) => 2,
                ([], true) => 0,
                _ => return None,
            };
        }
    }
    Some(lines)
}

/// The finite number in the field at the beginning of a line's rest, and the field's length, if nothing stands around the number.
#[cold]
fn number(rest: &[u8], dialect: Dialect) -> Option<(f64, usize)> {
    let is_end = |byte: Option<&u8>| {
        byte.is_none_or(|byte| matches!(byte, b'\n' | b'\r') || *byte == dialect.separator)
    };
    match fast_float2::parse_partial::<f64, _>(rest) {
        Ok((number, length)) if dialect.decimal_mark == b'.' && is_end(rest.get(length)) => {
            number.is_finite().then_some((number, length))
        }
        _ => None,
    }
}

/// The field at the beginning of a line's rest, without quotes around it and blanks at its ends, and its length; `None` if it has
/// other quotes, holds a carriage return, or is no UTF-8.
fn text(rest: &[u8], dialect: Dialect) -> Option<(&str, usize)> {
    if let Some(quoted) = rest.strip_prefix(b"\"") {
        let length = end_of(quoted, |byte| matches!(byte, b'"' | b'\n' | b'\r'));
        // What ends the field stands right behind the second quote.
        let is_end = match quoted.get(length + 1) {
            None | Some(b'\n' | b'\r') => true,
            Some(byte) => *byte == dialect.separator,
        };
        let is_closed = quoted.get(length) == Some(&b'"') && is_end;
        return Some((str::from_utf8(&quoted[..length]).ok().filter(|_| is_closed)?.trim(), length + 2));
    }
    let end = end_of(rest, |byte| byte == dialect.separator || byte == b'\n');
    let ends_line = rest.get(end) == Some(&b'\n');
    let field =
        if ends_line { rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]) } else { &rest[..end] };
    if field.iter().any(|byte| matches!(byte, b'"' | b'\r')) {
        return None;
    }
    Some((str::from_utf8(field).ok()?.trim(), field.len()))
}

/// The place of the first byte of a kind, or the length where there is none.
fn end_of(bytes: &[u8], is_end: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&byte| is_end(byte)).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_number(field: &str) -> Option<f64> {
        let whole = number(field.as_bytes(), Dialect::USUAL).map(|(number, length)| {
            assert_eq!(length, field.len(), "{field}");
            number
        });
        whole.or_else(|| Dialect::USUAL.number(text(field.as_bytes(), Dialect::USUAL)?.0))
    }

    #[test]
    fn numbers_of_all_forms() {
        for field in [
            "0",
            "-0",
            "007",
            ".5",
            "5.",
            "1e5",
            "+1",
            "-1E-7",
            "18446744073709551616",
            "1.7976931348623157e308",
        ] {
            let expected: f64 = field.parse().unwrap();
            assert_eq!(read_number(field).map(f64::to_bits), Some(expected.to_bits()), "{field}");
        }
        assert_eq!(read_number(" 12.5\t"), Some(12.5));
        assert_eq!(read_number("\"12.5\""), Some(12.5));
        for field in ["", "-", ".", "-.", "1.2.3", "1e999", "inf", "NaN", "e", "1-2", "+-1", "1 2"] {
            assert_eq!(read_number(field), None, "{field}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_what_the_standard_library_reads(field in "[+-]?[0-9]{0,18}\\.?[0-9]{0,18}(e-?[0-9]{1,2})?") {
            prop_assert_eq!(read_number(&field).map(f64::to_bits), field.parse().ok().map(f64::to_bits));
        }
    }
}
