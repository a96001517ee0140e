//! The signs of a table: what stands between its fields, and what marks decimals.

use std::cmp::Reverse;
use std::io::{self, Read};
use std::str;

use autoencoder::Choice;
use csv::{Position, Reader, StringRecord};

use crate::cell::{Cell, Look, is_several};
use crate::decimal_mark::{DecimalMark, MarkSign, mark_sign, of_comma};
use crate::error::{Outcome, TableError};

/// What stands between the fields of a line.
///
/// ```
/// use autoencoder_table::{ReadOptions, read};
/// use ndarray::array;
///
/// let table = read("size;price\n1;2,5\n3;4,25\n".as_bytes(), &ReadOptions::default(), None)?;
/// assert_eq!(table.numbers(), array![[1.0, 2.5], [3.0, 4.25]]);
/// assert_eq!(table.told, "2 columns separated by semicolons, with decimal commas, named in line 1");
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// The sign by which the first lines have the same number of fields, and whose fields look like numbers.
    #[default]
    Auto,
    /// Commas.
    Comma,
    /// Semicolons.
    Semicolon,
    /// Tabs.
    Tab,
    /// Upright bars, `|`.
    Bar,
}

impl Choice for Separator {
    const ALL: &'static [Self] = &[Self::Auto, Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Bar => "bar",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Auto => "The first lines tell, and a note says what was assumed if it is no comma",
            Self::Comma => "Commas",
            Self::Semicolon => "Semicolons",
            Self::Tab => "Tabs",
            Self::Bar => "Upright bars, |",
        }
    }
}

/// The signs of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) separator: u8,
    pub(crate) decimal_mark: u8,
    /// Whether lines end in a carriage return and a line feed.
    pub(crate) has_returns: bool,
}

/// The separators that are looked for; where several would do, the first of them is taken.
const SEPARATORS: [Separator; 4] = [Separator::Comma, Separator::Tab, Separator::Semicolon, Separator::Bar];

/// The number of first lines that are looked at.
const LINES: usize = 100;

/// The number of first bytes that are looked at.
pub(crate) const BYTES: usize = 1 << 16;

/// The mark of the order of bytes, with which text in UTF-8 may begin.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The beginning of a file in which spreadsheets say what separates the fields.
const SAID: &[u8] = b"sep=";

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Auto | Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

impl Dialect {
    /// Commas and points.
    pub(crate) const USUAL: Self = Self { separator: b',', decimal_mark: b'.', has_returns: false };

    /// The dialect that was asked for, as far as it was, and for the rest what the first bytes of a table tell.
    pub(crate) fn of(head: &[u8], separator: Separator, mark: DecimalMark) -> Self {
        let separator = match separator {
            Separator::Auto => said(head).unwrap_or_else(|| found(head)),
            asked => asked.byte(),
        };
        Self::separated(head, separator, mark)
    }

    /// The same where the separator is known.
    pub(crate) fn separated(head: &[u8], separator: u8, mark: DecimalMark) -> Self {
        let decimal_mark = match mark {
            DecimalMark::Comma => b',',
            DecimalMark::Auto if separator != b',' => {
                match mark_sign(records(head, separator).iter().flat_map(StringRecord::iter)) {
                    MarkSign::Comma | MarkSign::Unclear => b',',
                    MarkSign::Point | MarkSign::None => b'.',
                }
            }
            DecimalMark::Auto | DecimalMark::Point => b'.',
        };
        let has_returns = head.windows(2).any(|pair| pair == b"\r\n");
        Self { separator, decimal_mark, has_returns }
    }

    /// The line in which a record begins, from 1, that was read last by a reader which is at this place now. A reader takes a
    /// carriage return for the end of a line, and counts the line feed behind it with the next.
    pub(crate) fn line(self, position: &Position, record: &StringRecord) -> u64 {
        // A reader tells where a record begins, but for empty lines in front of it.
        let begin = record.position().map_or(1, |position| self.line_before(position));
        if record.iter().any(|field| field.contains('\n')) {
            return begin;
        }
        // A carriage return within a line ends a record too.
        begin.max(position.line() - u64::from(!self.has_returns))
    }

    /// The line at a place of a reader, from 1.
    pub(crate) fn line_before(self, position: &Position) -> u64 {
        position.line() + u64::from(self.has_returns && position.record() > 0)
    }

    /// What ends a line.
    pub(crate) fn line_end(self) -> &'static [u8] {
        if self.has_returns { b"\r\n" } else { b"\n" }
    }

    /// Refuses commas that would both separate fields and mark decimals.
    pub(crate) fn refuse_ambiguous(self) -> Outcome {
        if self.separator != self.decimal_mark {
            return Ok(());
        }
        let what = "commas cannot mark decimals where they separate fields".to_owned();
        Err(TableError::usage("--decimal", what).advise("say what separates the fields with --separator"))
    }

    /// The reader of all tables with these signs.
    pub(crate) fn reader<R: Read>(self, input: R) -> Reader<R> {
        csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            // Rows may differ in length, so that the message about them is ours.
            .flexible(true)
            .from_reader(input)
    }

    /// What a field looks like.
    pub(crate) fn cell(self, field: &str) -> Cell {
        match Cell::of(field) {
            Cell::Number(_) | Cell::Other(Look::DecimalComma | Look::Thousands)
                if self.decimal_mark == b',' =>
            {
                of_comma(field).map_or(Cell::Other(Look::DecimalPoint), Cell::Number)
            }
            cell => cell,
        }
    }

    /// The finite number in a field, if it is one.
    pub(crate) fn number(self, field: &str) -> Option<f64> {
        let number: Option<f64> =
            if self.decimal_mark == b'.' { field.parse().ok() } else { of_comma(field) };
        number.filter(|number| number.is_finite())
    }

    /// What separates the fields, in words.
    pub(crate) fn separator_name(self) -> &'static str {
        match self.separator {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "bar",
            _ => "comma",
        }
    }

    /// The signs in words, where they are not the usual ones.
    pub(crate) fn told(self) -> String {
        let separator = match self.separator_name() {
            "comma" => String::new(),
            name => format!(" separated by {name}s"),
        };
        let decimals = if self.decimal_mark == b',' { ", with decimal commas" } else { "" };
        format!("{separator}{decimals}")
    }
}

/// Reads the first bytes of an input: so many that there are enough lines, if the input has them.
pub(crate) fn head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let (mut head, mut length, mut lines) = (vec![0; BYTES], 0, 0);
    while length < head.len() && lines <= LINES {
        match input.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(count) => {
                lines += head[length..length + count].split(|&byte| byte == b'\n').count() - 1;
                length += count;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(length);
    Ok(head)
}

/// What a spreadsheet said of its separator in the first line.
fn said(head: &[u8]) -> Option<u8> {
    let head = head.strip_prefix(MARK).unwrap_or(head);
    let (said, rest) = head.split_at_checked(SAID.len())?;
    match rest {
        [separator @ (b',' | b';' | b'\t' | b'|'), b'\r' | b'\n', ..] if said.eq_ignore_ascii_case(SAID) => {
            Some(*separator)
        }
        _ => None,
    }
}

/// The separators that a table may have, as its first bytes and the one that was asked for tell.
pub(crate) fn possible_separators(head: &[u8], asked: Separator) -> Vec<u8> {
    match (asked, said(head)) {
        (Separator::Auto, None) => SEPARATORS.map(Separator::byte).to_vec(),
        (Separator::Auto, Some(said)) => vec![said],
        (asked, _) => vec![asked.byte()],
    }
}

/// What stands before a table: a mark of the order of bytes, and a line that only says what separates the fields.
pub(crate) fn before(head: &[u8]) -> &[u8] {
    let mark = if head.starts_with(MARK) { MARK.len() } else { 0 };
    let line = match said(head) {
        Some(_) => head.iter().position(|&byte| byte == b'\n').map_or(head.len(), |end| end + 1),
        None => mark,
    };
    &head[..line]
}

/// Empties a first line that only says what separates the fields: lines that end in a carriage return are not counted, and
/// the line's own end is.
pub(crate) fn empty_what_is_said(head: &mut [u8]) {
    if said(head).is_some() {
        let begin = if head.starts_with(MARK) { MARK.len() } else { 0 };
        head[begin..=begin + SAID.len()].fill(b'\r');
    }
}

/// The separator with which all first lines have the same number of fields: the one with the most numbers, and then with the
/// fewest fields that look like several.
fn found(head: &[u8]) -> u8 {
    let fitting = SEPARATORS.into_iter().map(Separator::byte).filter_map(|separator| {
        let records = records(head, separator);
        let is_number = |cell: &Cell| match cell {
            Cell::Number(_) => true,
            Cell::Other(Look::DecimalComma | Look::PointThousands) => separator != b',',
            Cell::Hole | Cell::Other(_) => false,
        };
        let cells = || records.iter().flat_map(StringRecord::iter).map(Cell::of);
        let numbers = cells().filter(is_number).count();
        let several = cells().filter(|cell| *cell == Cell::Other(Look::Fields)).count();
        // Numbers that blanks part stand in one field, where something else separates the columns.
        let parted = records.iter().filter(|record| record.iter().any(is_several)).count();
        let is_titled = is_titled(&records);
        let fits = (is_even(&records) || is_titled) && 2 * parted <= records.len();
        fits.then_some((is_titled, Reverse(numbers), several, separator))
    });
    let best = fitting.min_by_key(|&(is_titled, numbers, several, _)| (is_titled, numbers, several));
    best.map_or(b',', |(.., separator)| separator)
}

/// Whether all lines have the same number of fields, and more than one. The first may have one less: R writes names of columns
/// so.
fn is_even(records: &[StringRecord]) -> bool {
    let Some((first, below)) = records.split_first() else { return false };
    let count = below.first().map_or(first.len(), StringRecord::len);
    count > 1
        && below.iter().all(|record| record.len() == count)
        && (first.len() == count || first.len() > 1 && first.len() + 1 == count)
}

/// Whether several lines have the same number of fields, below a first line that is one field: it is a title, which is refused
/// with the separator of the others.
fn is_titled(records: &[StringRecord]) -> bool {
    const SEVERAL_BELOW: usize = 3;
    let Some((first, below)) = records.split_first() else { return false };
    first.len() == 1 && below.len() >= SEVERAL_BELOW && below[0].len() > 2 && is_even(below)
}

/// A record whose fields have no blanks at their ends.
fn trimmed(mut record: StringRecord) -> StringRecord {
    record.trim();
    record
}

/// The first lines, which are whole.
fn records(head: &[u8], separator: u8) -> Vec<StringRecord> {
    let is_cut = head.len() == BYTES || head.split(|&byte| byte == b'\n').count() - 1 > LINES;
    let end = head.iter().rposition(|&byte| byte == b'\n').filter(|_| is_cut);
    let whole = end.map_or(head, |end| &head[..end]);
    let text = str::from_utf8(whole).unwrap_or_default();
    let mut reader = Dialect { separator, ..Dialect::USUAL }.reader(text.as_bytes());
    let records = reader.records().take(LINES).filter_map(Result::ok).map(trimmed);
    // A line of nothing but blanks.
    let mut records: Vec<StringRecord> =
        records.filter(|record| !(record.len() == 1 && record[0].is_empty())).collect();
    // The last record may end within quotes, where the head was cut.
    if is_cut && records.len() > 1 && records.len() < LINES {
        records.pop();
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (char, char) {
        let Dialect { separator, decimal_mark, .. } =
            Dialect::of(text.as_bytes(), Separator::Auto, DecimalMark::Auto);
        (char::from(separator), char::from(decimal_mark))
    }

    #[test]
    fn the_first_lines_tell_the_signs() {
        for (text, expected) in [
            ("a,b\n1,2\n", (',', '.')),
            ("a;b\n1;2\n", (';', '.')),
            ("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", (';', ',')),
            ("1,5;2,5;3,5\n4,5;5,5;6,5\n", (';', ',')),
            ("a;b\n1.5;2\n", (';', '.')),
            ("a;b\n1.5;2,5\n", (';', '.')),
            ("a\tb\n1,234\t2\n", ('\t', ',')),
            ("a\tb\n1.5\t2\n", ('\t', '.')),
            ("a\n1\n2\n", (',', '.')),
            ("1,5\n2,25\n", (',', '.')),
            ("\"a;b\",\"c;d\"\n1,2\n", (',', '.')),
            ("sep=;\na;b\n1;2\n", (';', '.')),
            ("sep=,\r\na;b,c\n1,2\n", (',', '.')),
            ("a b\n1 2\n", (',', '.')),
            ("id,a,b\nHello; you,1,2\nBy; me,2,3\n", (',', '.')),
            ("a,b,kind\n1,2,x;1\n3,4,y;2\n", (',', '.')),
            ("1,5;2,5\n3,5;4,5\n", (';', ',')),
            ("a;b;c\n1,5;2,5;3\n4,5;5;6,5\n7,5;8,5;9\n", (';', ',')),
            ("A title\na;b;c\n1;2;3\n4;5;6\n", (';', '.')),
            ("a;b\n1.308,20;2\n1,5;3\n", (';', ',')),
            ("", (',', '.')),
        ] {
            assert_eq!(of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_asked_for_is_taken() {
        let text = b"a;b\n1,5;2,5\n";
        let usual = Dialect::of(text, Separator::Comma, DecimalMark::Auto);
        assert_eq!(usual, Dialect::USUAL);
        let points = Dialect::of(text, Separator::Auto, DecimalMark::Point);
        assert_eq!(points, Dialect { separator: b';', ..Dialect::USUAL });
        assert!(Dialect::of(text, Separator::Comma, DecimalMark::Comma).refuse_ambiguous().is_err());
    }

    #[test]
    fn numbers_with_commas() {
        let commas = Dialect { separator: b';', decimal_mark: b',', ..Dialect::USUAL };
        assert_eq!(
            (commas.number("1,5"), commas.number("-2"), commas.number("1e3")),
            (Some(1.5), Some(-2.0), Some(1e3))
        );
        for field in ["1.5", "1.234,5", "1,2,3", "x"] {
            assert_eq!(commas.number(field), None, "{field}");
        }
    }
}
