//! Text that is not UTF-8, and files that are no tables of text.

use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::foreign::Foreign;

/// The number of first bytes that are looked at.
const FIRST: usize = 512;

/// Refuses a file that is no table of UTF-8 text by its first bytes, and says what it is.
pub(crate) fn check(head: &[u8]) -> Outcome {
    if let Some(foreign) = Foreign::of(head) {
        return Err(foreign.refused());
    }
    let first = &head[..head.len().min(FIRST)];
    let zeros = first.split(|&byte| byte == 0).count() - 1;
    let is_marked = |marks: [&[u8]; 2]| marks.iter().any(|mark| first.starts_with(mark));
    // ASCII has three zeros a letter in UTF-32, and one in UTF-16.
    let encoding = if is_marked([b"\xFF\xFE\0\0", b"\0\0\xFE\xFF"]) || 10 * zeros > 6 * first.len() {
        "UTF-32"
    } else if is_marked([b"\xFF\xFE", b"\xFE\xFF"]) || 4 * zeros > first.len() {
        "UTF-16"
    } else {
        return Ok(());
    };
    let what = format_args!("expected text in UTF-8, found what looks like {encoding}");
    Err(TableError::new(what)
        .advise(format_args!("save the table as UTF-8, as with iconv -f {encoding} -t UTF-8")))
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
