//! Text that is not UTF-8, and files that are no tables of text.

use std::fmt;

use csv::Position;

use crate::error::{Outcome, TableError};
use crate::foreign::Foreign;

/// The number of first bytes that are looked at.
pub(crate) const FIRST: usize = 512;

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

/// The failure to read a record, of which the place that it begins at tells the line.
pub(crate) fn explain(error: &csv::Error, line: impl FnOnce(&Position) -> u64) -> TableError {
    let csv::ErrorKind::Utf8 { pos, err } = error.kind() else { return TableError::new(error) };
    let (line, field) = (pos.as_ref().map_or(0, line), err.field() + 1);
    not_utf8(format_args!("line {line}, column {field}"))
}

/// The failure that other bytes than UTF-8 stand at a place.
pub(crate) fn not_utf8(place: impl fmt::Display) -> TableError {
    TableError::new(format_args!("{place}: expected text in UTF-8, found other bytes")).advise(
        "save the table as UTF-8; if it is in the usual encoding of Windows: iconv -f WINDOWS-1252 -t UTF-8",
    )
}
