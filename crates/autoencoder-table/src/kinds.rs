//! What the columns of a table hold, told from the first lines.

use std::collections::HashSet;

use autoencoder::{ColumnKind, DateOrder, NumberScalingKind, TimePart};

use crate::cell::{Cell, Look, is_hole_among_words};
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::times;

/// A column of the first lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FirstFields<'a> {
    /// The column in words: `column 3 (name)`.
    pub(crate) place: &'a str,
    /// The name of the column, or its index, as options take it.
    pub(crate) name: &'a str,
    /// The fields, each with its line.
    pub(crate) fields: &'a [(u64, &'a str)],
    /// Whether the table has no other column, so that a field with several numbers has a separator that is not known.
    pub(crate) is_alone: bool,
}

/// What a column seems to hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Guess {
    Kind(ColumnKind),
    /// Words that name the rows: each of them differs from all others.
    Ids,
    /// Dates or times.
    Times,
    /// Numbers with a currency sign or a unit.
    Measured,
}

/// The fewest rows from which on fields that all differ, or that rise, are told to be ids.
const ENOUGH: usize = 20;

impl FirstFields<'_> {
    /// What the column seems to hold: numbers, unless most fields are words or dates.
    pub(crate) fn guess(self, dialect: Dialect, scale: NumberScalingKind) -> Guess {
        let (mut known, mut words, mut nearly, mut measured, mut dates) = (0, 0, 0, 0, 0);
        for &(_, field) in self.fields {
            let cell = dialect.cell(field);
            known += usize::from(cell != Cell::Hole);
            match cell {
                Cell::Other(Look::Word | Look::Truth) => words += 1,
                Cell::Other(Look::Fields) => words += usize::from(!self.is_alone),
                Cell::Other(Look::Misspelt | Look::Bracketed | Look::Bound) => nearly += 1,
                Cell::Other(Look::Measured) => measured += 1,
                Cell::Other(Look::Date) => dates += 1,
                Cell::Hole
                | Cell::Number(_)
                | Cell::Other(
                    Look::Infinite
                    | Look::Percentage
                    | Look::DecimalComma
                    | Look::DecimalPoint
                    | Look::Thousands
                    | Look::PointThousands,
                ) => {}
            }
        }
        if 2 * dates > known {
            return Guess::Times;
        }
        // Something like `20-29` or `2A` is a word if it comes again, and a number with a mistake if most are numbers. Where all
        // differ, they are what the rows are called.
        let different = self.different();
        if 2 * measured > known && 2 * different > known {
            return Guess::Measured;
        }
        words += measured;
        if 2 * different <= known || known >= ENOUGH && 2 * nearly > known && different == self.fields.len() {
            words += nearly;
        }
        if 2 * words <= known {
            return Guess::Kind(ColumnKind::Number { scale });
        }
        let known = self.fields.iter().filter(|(_, field)| !is_hole_among_words(field)).count();
        if known >= ENOUGH && self.different() == self.fields.len() {
            return Guess::Ids;
        }
        Guess::Kind(ColumnKind::Words { words: Vec::new() })
    }

    /// The order of the dates of a column that is said to hold times.
    pub(crate) fn order(self, parts: &[TimePart]) -> Outcome<DateOrder> {
        let known =
            self.fields.iter().filter(|(_, field)| Cell::of(field) != Cell::Hole).map(|&(_, field)| field);
        let orders = times::orders(known.clone(), parts);
        // Where dates have points, the day comes first.
        let has_points = || known.clone().all(|field| field.contains('.') && !field.contains('/'));
        match orders[..] {
            [order] => Ok(order),
            [first, ..] if first == DateOrder::YearMonthDay || has_points() => Ok(first),
            [] => {
                let wrong = |field: &&str| times::orders([*field].into_iter(), parts).is_empty();
                let found = known.clone().find(wrong).unwrap_or_default();
                let what =
                    format!("{}: expected dates and times in one form, such as 2020-01-31 12:30", self.place);
                let what =
                    if found.is_empty() { what } else { format!("{what}, found \"{}\"", short(found)) };
                Err(TableError::new(what)
                    .advise("write years with four digits and all dates in the same order"))
            }
            [..] => {
                let field = known.clone().next().unwrap_or_default();
                let what =
                    format_args!("{}: \"{field}\" may begin with the day or with the month", self.place);
                Err(TableError::new(what).advise("write dates as 2020-01-31, or give a --schema with the column's order, day-month-year or month-day-year"))
            }
        }
    }

    /// Whether a field tells a time of day.
    pub(crate) fn has_clock(self) -> bool {
        self.fields.iter().any(|(_, field)| field.contains(':'))
    }

    /// Whether whole numbers rise from row to row, as numbers of rows do.
    pub(crate) fn rises(self, dialect: Dialect) -> bool {
        let numbers: Option<Vec<f64>> = self.fields.iter().map(|(_, field)| dialect.number(field)).collect();
        numbers.is_some_and(|numbers| {
            numbers.len() >= ENOUGH
                && numbers.iter().all(|number| number.fract() == 0.0)
                && numbers.is_sorted_by(|a, b| a < b)
        })
    }

    /// The first field whose decimal mark may part thousands: wherever the column has one, three digits follow, and other fields are
    /// whole.
    pub(crate) fn thousands(&self, dialect: Dialect) -> Option<&'_ str> {
        const FEWEST: usize = 3;
        let mark = char::from(dialect.decimal_mark);
        let known =
            || self.fields.iter().map(|&(_, field)| field).filter(|field| dialect.number(field).is_some());
        let marked = || known().filter(|field| field.contains(mark));
        let parts = |field: &str| {
            let (whole, decimals) = field.trim_start_matches('-').split_once(mark).unwrap_or_default();
            matches!(whole.len(), 1..=3) && !whole.starts_with('0') && decimals.len() == 3
        };
        let are_several = marked().count() >= FEWEST && known().any(|field| !field.contains(mark));
        marked().next().filter(|_| are_several && marked().all(parts))
    }

    /// The first field of digits alone that begin with a zero, as those of codes do.
    pub(crate) fn leading_zero(&self) -> Option<&'_ str> {
        let is_code = |field: &str| {
            field.len() > 1 && field.starts_with('0') && field.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.fields.iter().map(|&(_, field)| field).find(|field| is_code(field))
    }

    /// The number of different fields.
    fn different(self) -> usize {
        self.fields.iter().map(|(_, field)| field).collect::<HashSet<_>>().len()
    }

    /// The first number with a currency sign or a unit, if most fields are such numbers.
    pub(crate) fn measured(&self, dialect: Dialect) -> Option<(u64, &'_ str)> {
        let is_measured = |field: &str| dialect.cell(field) == Cell::Other(Look::Measured);
        let measured = || self.fields.iter().copied().filter(|(_, field)| is_measured(field));
        let known = self.fields.iter().filter(|(_, field)| dialect.cell(field) != Cell::Hole).count();
        measured().next().filter(|_| 2 * measured().count() > known)
    }

    /// The failure that the column holds numbers with a currency sign or a unit, with what can be done.
    pub(crate) fn refused_measured(self, dialect: Dialect) -> TableError {
        let (line, field) = self.measured(dialect).unwrap_or_default();
        let name = self.name;
        let what = format_args!(
            "line {line}, {}: found \"{}\", a number with a currency sign or a unit",
            self.place,
            short(field)
        );
        TableError::new(what).advise(format_args!(
            "write the numbers without it, read the column as words with --column {name}=words, or leave it out with --drop {name}"
        ))
    }

    /// The failure that the column holds dates, with what can be done.
    pub(crate) fn refused_times(self, dialect: Dialect) -> TableError {
        let is_date = |field: &str| dialect.cell(field) == Cell::Other(Look::Date);
        let (line, field) = self.fields.iter().find(|(_, field)| is_date(field)).copied().unwrap_or_default();
        let name = self.name;
        let what = format_args!("line {line}, {}: found \"{}\", a date or time", self.place, short(field));
        TableError::new(what).advise(format_args!(
            "leave the column out with --drop {name}, call rows in time by it with --window N --time-column {name}, or make numbers of it with --column {name}=days, or {name}=weekday+hour (days, year, weekday, hour)"
        ))
    }
}

/// The beginning of a field.
fn short(field: &str) -> String {
    field.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(fields: &[&str]) -> Guess {
        let fields: Vec<(u64, &str)> = (2..).zip(fields.iter().copied()).collect();
        let first = FirstFields { place: "column 1 (x)", name: "x", fields: &fields, is_alone: false };
        first.guess(Dialect::USUAL, NumberScalingKind::Standard)
    }

    fn is_words(fields: &[&str]) -> bool {
        matches!(guess(fields), Guess::Kind(ColumnKind::Words { .. }))
    }

    #[test]
    fn most_fields_tell_words_from_numbers() {
        for words in [
            &["dog", "cat"][..],
            &["True", "False"],
            &["dog", "", "7", "cat"],
            &["20-29", "30-39", "20-29", "20-29"],
            &["1A", "2B", "1A", "1A"],
            &["none", "none", "half", "full"],
        ] {
            assert!(is_words(words), "{words:?}");
        }
        for numbers in
            [&["1", "2", "x"][..], &["", "?"], &[], &["3.x", "4.1", "5"], &["45%", "46%"], &["1A", "2B"]]
        {
            assert!(matches!(guess(numbers), Guess::Kind(ColumnKind::Number { .. })), "{numbers:?}");
        }
    }

    #[test]
    fn words_that_all_differ_are_ids() {
        let names: Vec<String> = (0..20).map(|row| format!("customer {row}")).collect();
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(guess(&names), Guess::Ids);
        assert!(is_words(&names[..19]));
        names[3] = names[4];
        assert!(is_words(&names));
    }

    #[test]
    fn dates_are_refused_with_what_can_be_done() {
        assert_eq!(guess(&["", "2020-01-31", "2020-02-01"]), Guess::Times);
        let fields = [(2, ""), (3, "2020-01-31")];
        let refused = FirstFields { place: "column 1 (x)", name: "x", fields: &fields, is_alone: false }
            .refused_times(Dialect::USUAL);
        assert_eq!(refused.what(), "line 3, column 1 (x): found \"2020-01-31\", a date or time");
        assert!(refused.advice().unwrap().contains("or make numbers of it with --column x=days"));
    }

    #[test]
    fn numbers_with_a_unit_are_refused_unless_they_come_again() {
        assert_eq!(guess(&["$5.10", "$6.20", "$7.00"]), Guess::Measured);
        assert!(is_words(&["36 months", "60 months", "36 months", "36 months"]));
        assert!(is_words(&["5 apples", "large", "small", "3 pears"]));
        assert!(matches!(guess(&["5", "6", "7 kg"]), Guess::Kind(ColumnKind::Number { .. })));
        let fields = [(2, ""), (3, "12 kg"), (4, "13 kg")];
        let refused = FirstFields { place: "column 1 (x)", name: "x", fields: &fields, is_alone: false }
            .refused_measured(Dialect::USUAL);
        let what = "line 3, column 1 (x): found \"12 kg\", a number with a currency sign or a unit";
        assert_eq!(refused.what(), what);
        assert!(refused.advice().unwrap().contains("--column x=words"));
    }

    #[test]
    fn points_that_may_part_thousands_are_told() {
        let of = |fields: &[&str]| {
            let fields: Vec<(u64, &str)> = (2..).zip(fields.iter().copied()).collect();
            let first = FirstFields { place: "", name: "", fields: &fields, is_alone: false };
            first.thousands(Dialect::USUAL).map(str::to_owned)
        };
        assert_eq!(of(&["981", "1.400", "2.050", "12.000"]), Some("1.400".to_owned()));
        for none in [
            &["1.400", "2.050", "12.000"][..],
            &["981", "1.400", "2.05", "12.000"],
            &["9", "0.400", "0.500", "0.125"],
        ] {
            assert_eq!(of(none), None, "{none:?}");
        }
    }

    #[test]
    fn codes_of_digits_are_told_by_a_zero_in_front() {
        let of = |fields: &[(u64, &str)]| {
            FirstFields { place: "", name: "", fields, is_alone: false }.leading_zero().map(str::to_owned)
        };
        assert_eq!(of(&[(2, "8001"), (3, "0"), (4, "01001")]), Some("01001".to_owned()));
        assert_eq!(of(&[(2, "0.5"), (3, "0"), (4, "10")]), None);
    }

    #[test]
    fn numbers_that_rise_are_told() {
        let rises = |numbers: &[usize]| {
            let fields: Vec<String> = numbers.iter().map(usize::to_string).collect();
            let fields: Vec<(u64, &str)> = (2..).zip(fields.iter().map(String::as_str)).collect();
            FirstFields { place: "", name: "", fields: &fields, is_alone: false }.rises(Dialect::USUAL)
        };
        let rising: Vec<usize> = (5..30).collect();
        assert!(rises(&rising));
        assert!(!rises(&rising[..10]));
        assert!(!rises(&[&rising[..], &[29]].concat()));
    }
}
