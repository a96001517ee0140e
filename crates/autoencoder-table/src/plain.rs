//! Blocks of plain lines, in which separators and line ends are nothing else: read fast, or left to the reader of all tables.

use std::str;

use crate::columns::Columns;
use crate::decimal::decimal;
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::role::Role;

/// The rows of a block.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) numbers: Vec<f64>,
    /// The labels, where a column holds labels.
    pub(crate) labels: Vec<String>,
    /// What each row is called, where a column says so.
    pub(crate) ids: Vec<String>,
}

impl Rows {
    /// Removes all rows, and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.numbers.clear();
        self.labels.clear();
        self.ids.clear();
    }

    /// Adds the rows of the next block, which loses its labels and ids. Memory grows by an eighth at a time, as a table is large beside its blocks.
    pub(crate) fn append(&mut self, next: &mut Self) -> Outcome {
        let (held, more) = (self.numbers.len(), next.numbers.len());
        if self.numbers.capacity() - held < more {
            let added = more.max(held / 8);
            self.numbers.try_reserve_exact(added).map_err(|_| {
                let bytes = (held + added).saturating_mul(size_of::<f64>());
                TableError::new(format_args!("not enough memory for {bytes} bytes"))
            })?;
        }
        self.numbers.extend_from_slice(&next.numbers);
        self.labels.append(&mut next.labels);
        self.ids.append(&mut next.ids);
        Ok(())
    }
}

/// Reads a block after the rows that are there; `None` where anything in it is not plain: a quote, a line that ends in a
/// carriage return alone, another number of fields, a field that is no finite number, bytes that are no UTF-8.
///
/// Returns the number of lines. A block that is read has the rows that the reader of all tables finds in it.
pub(crate) fn read(block: &[u8], columns: &Columns, rows: &mut Rows) -> Option<u64> {
    let dialect = columns.dialect;
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
        let row = rows.numbers.len();
        rows.numbers.resize(row + columns.features, 0.0);
        let row = &mut rows.numbers[row..];
        for (column, role) in columns.roles.iter().enumerate() {
            let rest = &block[at..];
            let is_last = column + 1 == columns.count;
            // Nearly all fields are like this.
            if let Role::Feature(feature) = *role
                && let Some((number, length)) =
                    decimal(rest, dialect.decimal_mark, if is_last { b'\n' } else { dialect.separator })
            {
                row[feature] = number;
                at += length + 1;
                continue;
            }
            let length = match *role {
                Role::Feature(feature) => {
                    let (number, length) = number(rest, dialect)?;
                    row[feature] = number;
                    length
                }
                Role::Label => {
                    let (label, length) = text(rest, dialect)?;
                    rows.labels.push(label.to_owned());
                    length
                }
                Role::Id => {
                    let (id, length) = text(rest, dialect)?;
                    rows.ids.push(id.to_owned());
                    length
                }
                Role::Ignored => text(rest, dialect)?.1,
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

/// The finite number in the field at the beginning of a line's rest, perhaps between blanks, and the field's length.
#[cold]
fn number(rest: &[u8], dialect: Dialect) -> Option<(f64, usize)> {
    let is_end = |byte: Option<&u8>| {
        byte.is_none_or(|byte| matches!(byte, b'\n' | b'\r') || *byte == dialect.separator)
    };
    match fast_float2::parse_partial::<f64, _>(rest) {
        Ok((number, length)) if dialect.decimal_mark == b'.' && is_end(rest.get(length)) => {
            number.is_finite().then_some((number, length))
        }
        _ => {
            let (field, length) = text(rest, dialect)?;
            Some((dialect.number(field)?, length))
        }
    }
}

/// The field at the beginning of a line's rest, without blanks at its ends, and its length; `None` if it is quoted, holds a
/// carriage return, or is no UTF-8.
fn text(rest: &[u8], dialect: Dialect) -> Option<(&str, usize)> {
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
        number(field.as_bytes(), Dialect::USUAL).map(|(number, length)| {
            assert_eq!(length, field.len(), "{field}");
            number
        })
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
        for field in ["", "-", ".", "-.", "1.2.3", "1e999", "inf", "NaN", "e", "1-2", "+-1", "1 2", "\"1\""] {
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
