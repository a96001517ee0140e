//! The rows of a table as they are read: numbers, words, labels and ids.

use std::collections::BTreeMap;

use autoencoder::TableValues;
use ndarray::Array2;

use crate::cell::{Cell, is_hole_among_words};
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::field::{Field, Layout};
use crate::words::{FoundWords, LONGEST, TooMany, UnknownWords};

/// Rows of a table, or of a block of it.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) count: usize,
    /// The numbers of each row; NaN is a hole.
    pub(crate) numbers: Vec<f64>,
    /// The places of the words of each row.
    pub(crate) words: Vec<u32>,
    /// For each column of words those that the table brings.
    pub(crate) found: Vec<FoundWords>,
    /// For each column of words the fields whose words are not known.
    pub(crate) unknown: Vec<UnknownWords>,
    /// The labels, where a column holds labels.
    pub(crate) labels: Vec<String>,
    /// What each row is called, where a column says so.
    pub(crate) ids: Vec<String>,
    /// For each place of a number in a row the first line, if there is one, in which it is a whole number that `f64` rounds.
    pub(crate) rounded: BTreeMap<usize, u64>,
    /// The lines without an id: how many there are, and the first.
    pub(crate) nameless: (usize, u64),
    /// The line of each row, where that is asked for.
    pub(crate) lines: Option<Vec<u64>>,
}

/// Why a field does not go with its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no finite number.
    NoNumber,
    /// It is no date or time of the column's form.
    NoTime,
    /// It is longer than a word.
    LongWord,
    /// It is one more different word than a column may have.
    TooManyWords,
}

/// The word of a hole.
const HOLE: u32 = TableValues::HOLE;

impl Rows {
    pub(crate) fn new(layout: &Layout) -> Self {
        let columns = layout.words.len();
        Self {
            found: vec![FoundWords::default(); columns],
            unknown: vec![UnknownWords::default(); columns],
            ..Self::default()
        }
    }

    /// The same rows, with the line of each that comes.
    pub(crate) fn with_lines(self) -> Self {
        Self { lines: Some(Vec::new()), ..self }
    }

    /// Removes all rows, and keeps their memory.
    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.numbers.clear();
        self.words.clear();
        self.found.iter_mut().for_each(FoundWords::clear);
        self.unknown.iter_mut().for_each(UnknownWords::clear);
        self.labels.clear();
        self.ids.clear();
        self.rounded.clear();
        self.nameless = (0, 0);
        if let Some(lines) = &mut self.lines {
            lines.clear();
        }
    }

    /// Removes all rows but the first `count`.
    pub(crate) fn truncate(&mut self, layout: &Layout, count: usize) {
        self.count = count;
        self.numbers.truncate(count * layout.numbers);
        self.words.truncate(count * layout.words.len());
        self.labels.truncate(count);
        self.ids.truncate(count);
        if let Some(lines) = &mut self.lines {
            lines.truncate(count);
        }
    }

    /// Adds a row of holes, which is read from this line.
    #[inline]
    pub(crate) fn begin(&mut self, layout: &Layout, line: u64) {
        self.count += 1;
        if let Some(lines) = &mut self.lines {
            lines.push(line);
        }
        self.numbers.resize(self.numbers.len() + layout.numbers, f64::NAN);
        self.words.resize(self.words.len() + layout.words.len(), HOLE);
    }

    /// The numbers of the last row.
    #[inline]
    pub(crate) fn last(&mut self, layout: &Layout) -> &mut [f64] {
        let first = self.numbers.len() - layout.numbers;
        &mut self.numbers[first..]
    }

    /// Puts the text of a field, without blanks at its ends, into the last row.
    pub(crate) fn put(
        &mut self,
        field: &Field,
        (layout, dialect): (&Layout, Dialect),
        text: &str,
        line: u64,
    ) -> Result<(), Fault> {
        match field {
            Field::Number(place) => match dialect.number(text) {
                Some(number) => {
                    self.last(layout)[*place] = number;
                    if is_rounded(number, text.as_bytes()) {
                        self.round(*place, line);
                    }
                }
                None if dialect.cell(text) == Cell::Hole => {}
                None => return Err(Fault::NoNumber),
            },
            Field::Time(place, reading) => {
                let numbers = &mut self.last(layout)[*place..][..reading.features()];
                if reading.read(text, numbers).is_none() {
                    numbers.fill(f64::NAN);
                    if Cell::of(text) != Cell::Hole {
                        return Err(Fault::NoTime);
                    }
                }
            }
            Field::Word(column) => {
                if is_hole_among_words(text) {
                    return Ok(());
                }
                let place = match &layout.words[*column] {
                    Some(known) => known.place(text).unwrap_or_else(|| {
                        self.unknown[*column].add(text, line);
                        known.other()
                    }),
                    None if text.len() > LONGEST => return Err(Fault::LongWord),
                    None => {
                        self.found[*column].place(text, line).map_err(|TooMany { .. }| Fault::TooManyWords)?
                    }
                };
                let first = self.words.len() - layout.words.len();
                self.words[first + column] = place;
            }
            Field::Label => self.labels.push(text.to_owned()),
            Field::Id => {
                if text.is_empty() {
                    self.nameless(1, line);
                }
                self.ids.push(text.to_owned());
            }
            Field::Ignored => {}
        }
        Ok(())
    }

    /// Keeps the first line in which the number of this place is rounded.
    pub(crate) fn round(&mut self, place: usize, line: u64) {
        self.rounded.entry(place).or_insert(line);
    }

    fn nameless(&mut self, count: usize, line: u64) {
        if self.nameless.0 == 0 {
            self.nameless.1 = line;
        }
        self.nameless.0 += count;
    }

    /// Adds the rows of the next block, which begins behind `before` lines and loses its labels and ids. Memory grows by an
    /// eighth at a time, as a table is large beside its blocks. A column with too many words is told by its place among the
    /// columns of words.
    pub(crate) fn append(&mut self, next: &mut Self, before: u64) -> Result<(), Unmet> {
        reserve(&mut self.numbers, next.numbers.len())?;
        reserve(&mut self.words, next.words.len())?;
        let columns = self.found.len();
        let mut places = Vec::with_capacity(columns);
        for column in 0..columns {
            let found = self.found[column].append(&next.found[column], before);
            places.push(found.map_err(|TooMany { line }| Unmet::TooManyWords { column, line })?);
            self.unknown[column].append(&next.unknown[column], before);
        }
        for row in next.words.chunks(columns.max(1)) {
            let place = |(column, &word): (usize, &u32)| {
                // The words of a column that is known have their places already.
                if places[column].is_empty() || word == HOLE { word } else { places[column][word as usize] }
            };
            self.words.extend(row.iter().enumerate().map(place));
        }
        self.numbers.extend_from_slice(&next.numbers);
        self.labels.append(&mut next.labels);
        self.ids.append(&mut next.ids);
        for (&place, &line) in &next.rounded {
            self.round(place, before + line);
        }
        if next.nameless.0 > 0 {
            self.nameless(next.nameless.0, before + next.nameless.1);
        }
        if let (Some(lines), Some(next)) = (&mut self.lines, &next.lines) {
            lines.extend(next.iter().map(|line| before + line));
        }
        self.count += next.count;
        Ok(())
    }

    /// The numbers and words of all rows, which go. Each column of words has so many, and one more for all others.
    pub(crate) fn take_values(
        &mut self,
        layout: &Layout,
        words: impl Iterator<Item = usize>,
    ) -> Outcome<TableValues> {
        let (numbers, places) = (std::mem::take(&mut self.numbers), std::mem::take(&mut self.words));
        let numbers =
            Array2::from_shape_vec((self.count, layout.numbers), numbers).map_err(TableError::new)?;
        let places =
            Array2::from_shape_vec((self.count, layout.words.len()), places).map_err(TableError::new)?;
        let counts: Vec<usize> = words.map(|count| count + 1).collect();
        TableValues::new(numbers, places, counts).map_err(TableError::new)
    }
}

/// Whether a number is whole and so large that it has lost some of the digits of its text.
#[inline]
pub(crate) fn is_rounded(number: f64, text: &[u8]) -> bool {
    /// The least whole number, 2^53, above which `f64` leaves some out.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    number.abs() >= EXACT && is_other(number, text)
}

/// Whether a text of digits alone is another number.
#[cold]
fn is_other(number: f64, text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let first = digits.iter().position(|&digit| digit != b'0').unwrap_or(digits.len());
    digits.iter().all(u8::is_ascii_digit) && format!("{:.0}", number.abs()).as_bytes() != &digits[first..]
}

/// Why rows of a block cannot be added.
#[derive(Debug)]
pub(crate) enum Unmet {
    /// This column of words has more different words than it may have, the first too many in this line.
    TooManyWords {
        column: usize,
        line: u64,
    },
    Memory(TableError),
}

/// Makes room for more values.
fn reserve<T>(values: &mut Vec<T>, more: usize) -> Result<(), Unmet> {
    let held = values.len();
    if values.capacity() - held >= more {
        return Ok(());
    }
    let added = more.max(held / 8);
    values.try_reserve_exact(added).map_err(|_| {
        let bytes = (held + added).saturating_mul(size_of::<T>());
        Unmet::Memory(TableError::new(format_args!("not enough memory for {bytes} bytes")))
    })
}
