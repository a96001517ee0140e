//! Text that is not UTF-8, and files that are no text.

use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};

/// The number of first bytes that are looked at.
const FIRST: usize = 512;

/// Refuses a file that is no UTF-8 text by its first bytes, and says what it is.
pub(crate) fn check(head: &[u8]) -> Outcome {
    let first = &head[..head.len().min(FIRST)];
    let zeros = first.split(|&byte| byte == 0).count() - 1;
    let (what, advice) = if first.starts_with(b"PK\x03\x04") {
        (
            "expected text, found a zip archive, such as an Excel workbook",
            "save the sheet as CSV, or unpack the archive",
        )
    } else if first.starts_with(b"\xD0\xCF\x11\xE0") {
        ("expected text, found an old Excel workbook", "save the sheet as CSV")
    } else if first.starts_with(&[0x1F, 0x8B]) {
        ("found gzip, which is read only around IDX files", "unpack the file first")
    } else if first.starts_with(b"\xFF\xFE") || first.starts_with(b"\xFE\xFF") || 4 * zeros > first.len() {
        (
            "expected text in UTF-8, found what looks like UTF-16",
            "save the table as UTF-8, as with iconv -f UTF-16 -t UTF-8",
        )
    } else {
        return Ok(());
    };
    Err(TableError::new(what).advise(advice))
}

/// The failure to read a line, by a reader that began behind `before` lines.
pub(crate) fn explain(error: &csv::Error, before: u64, dialect: Dialect) -> TableError {
    let csv::ErrorKind::Utf8 { pos, err } = error.kind() else { return TableError::new(error) };
    let (line, field) =
        (before + pos.as_ref().map_or(0, |position| dialect.line_before(position)), err.field() + 1);
    let what = format_args!("line {line}, column {field}: expected text in UTF-8, found other bytes");
    TableError::new(what).advise(
        "save the table as UTF-8; if it is in the usual encoding of Windows: iconv -f WINDOWS-1252 -t UTF-8",
    )
}
