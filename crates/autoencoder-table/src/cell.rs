//! What a field of a table looks like: a number, a hole, or something that is nearly a number.

/// What a field looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell {
    /// A finite number.
    Number(f64),
    /// A missing value, in one of the ways in which programs write it.
    Hole,
    /// Anything else.
    Other(Look),
}

/// What a field that is no number looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// An infinity, or a number beyond f64.
    Infinite,
    /// `45%`
    Percentage,
    /// `1,5`
    DecimalComma,
    /// `1.5` where decimals have commas.
    DecimalPoint,
    /// `1,234.5`
    Thousands,
    /// `2020-01-31`, `31.01.2020`, `12:30`
    Date,
    /// `True`
    Truth,
    /// `1;2;3`: several fields that another separator would tell apart.
    Fields,
    /// `1.308,20`: points between thousands, and a decimal comma.
    PointThousands,
    /// `$12.50`, `12 kg`: a number with a currency sign or a unit.
    Measured,
    /// `(12.5)`: a negative number as accountants write it.
    Bracketed,
    /// `<0.5`: no more than a bound of a number.
    Bound,
    /// `0x1F`, `1 234`, `3.5O`: a number that is written in another way, or has a letter too many.
    Misspelt,
    /// Words.
    Word,
}

/// The ways in which programs write a missing value, in lower case.
const HOLES: [&str; 14] =
    ["", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "nil", "?", "-", "--", "missing"];

/// What spreadsheets and `MySQL` write where there is no value, in columns of numbers and of words.
const ERRORS: [&str; 7] = ["\\N", "#DIV/0!", "#NUM!", "#VALUE!", "#REF!", "#NAME?", "#NULL!"];

/// The signs of currencies.
const CURRENCIES: [char; 5] = ['$', '€', '£', '¥', '₹'];

/// A hole in a table that was written in R or Stata: a point.
const POINT: &str = ".";

/// Whether nothing is known in a field of a column of words. Fewer ways of writing that are understood than among numbers, where
/// a word such as `missing` or `none` can mean nothing else.
pub(crate) fn is_hole_among_words(field: &str) -> bool {
    const HOLES: [&str; 9] = ["", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "?"];
    field.len() <= 5 && (field == "None" || HOLES.iter().any(|hole| field.eq_ignore_ascii_case(hole)))
        || is_error(field)
}

/// Whether a field is what a program writes where there is no value.
fn is_error(field: &str) -> bool {
    field.starts_with(['#', '\\']) && ERRORS.contains(&field)
}

impl Cell {
    /// Looks at a field, whose blanks at the ends are gone.
    pub(crate) fn of(field: &str) -> Self {
        if let Ok(number) = field.parse::<f64>() {
            if number.is_finite() {
                return Self::Number(number);
            }
            return if number.is_nan() { Self::Hole } else { Self::Other(Look::Infinite) };
        }
        if field == POINT || is_error(field) || HOLES.contains(&field.to_ascii_lowercase().as_str()) {
            return Self::Hole;
        }
        Self::Other(Look::of(field))
    }

    pub(crate) fn number(self) -> Option<f64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

impl Look {
    fn of(field: &str) -> Self {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        let lower = field.to_ascii_lowercase();
        if ["true", "false", "yes", "no", "t", "f"].contains(&lower.as_str()) {
            Self::Truth
        } else if field.strip_suffix('%').is_some_and(|rest| is_number(&rest.replace(',', "."))) {
            Self::Percentage
        } else if is_date(field) {
            Self::Date
        } else if field.contains([';', '\t', '|']) || is_several(field) {
            Self::Fields
        } else if is_grouped(field) {
            Self::Thousands
        } else if field.matches(',').count() == 1 && is_number(&field.replace(',', ".")) {
            Self::DecimalComma
        } else if is_grouped_by_points(field) {
            Self::PointThousands
        } else if field.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).is_some_and(is_number) {
            Self::Bracketed
        } else if field.starts_with(['<', '>', '≤', '≥'])
            && is_number(field.trim_start_matches(['<', '>', '≤', '≥', '=']))
        {
            Self::Bound
        } else if is_measured(field) {
            Self::Measured
        } else if is_misspelt(field) {
            Self::Misspelt
        } else {
            Self::Word
        }
    }

    /// What somebody with such fields can do; `None` for words, which may be many things.
    pub(crate) fn advice(self) -> Option<&'static str> {
        match self {
            Self::Infinite => Some("leave the row out, or write the largest number that makes sense"),
            Self::Percentage => Some("write percentages as plain numbers, such as 45"),
            Self::DecimalComma => Some(
                "write decimals with a point, such as 1.5, or say --decimal comma if they all have commas",
            ),
            Self::DecimalPoint => Some(
                "write decimals with a comma, as above, without points for thousands; or say --decimal point",
            ),
            Self::Thousands => Some("write numbers without separators of thousands, such as 1234.5"),
            Self::PointThousands => Some("write numbers without points for thousands, such as 1308,20"),
            Self::Measured => Some("write the number without its currency sign or unit"),
            Self::Bracketed => Some("write negative numbers with a minus, such as -12.5"),
            Self::Bound => Some("write a number, such as half of the bound, or leave the field empty"),
            Self::Date => Some(
                "write dates and times as numbers, such as days since the first one, or leave the column out with --drop",
            ),
            Self::Truth => Some("write true and false as 1 and 0"),
            Self::Fields => Some("separate the columns by commas, and mark decimals by points"),
            Self::Misspelt => {
                Some("write numbers in digits alone, with - for minus and a point for decimals")
            }
            Self::Word => None,
        }
    }
}

/// Whether blanks part several numbers of which none could be a group of thousands.
pub(crate) fn is_several(field: &str) -> bool {
    let parts: Vec<&str> = field.split(' ').filter(|part| !part.is_empty()).collect();
    let is_group = |part: &&str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() > 1
        && parts.iter().all(|part| part.parse::<f64>().is_ok())
        && !parts[1..].iter().all(is_group)
}

/// Whether a field is a number with a currency sign before or behind it, or with a unit behind it: a number without decimals
/// needs a blank before its unit, as `2A` may be a code.
fn is_measured(field: &str) -> bool {
    const LONGEST_UNIT: usize = 10;
    let field = field.trim_start_matches(['-', '+', '\u{2212}']);
    let is_amount = |text: &str| {
        let text = text.trim().trim_start_matches(['-', '+', '\u{2212}']);
        text.starts_with(|first: char| first.is_ascii_digit())
            && text.ends_with(|last: char| last.is_ascii_digit())
            && text.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ',' | ' ' | '\u{a0}'))
    };
    let codes = ["USD", "EUR", "GBP", "CHF", "JPY"];
    let before =
        field.strip_prefix(CURRENCIES).or_else(|| codes.iter().find_map(|code| field.strip_prefix(code)));
    if before.or_else(|| field.strip_suffix(CURRENCIES)).is_some_and(is_amount) {
        return true;
    }
    let begin = field.find(|sign: char| sign.is_alphabetic() || sign == '°');
    let (amount, unit) = field.split_at(begin.unwrap_or(field.len()));
    let is_apart = amount.ends_with([' ', '\u{a0}']);
    let letters = unit.chars().filter(|sign| sign.is_alphabetic()).count();
    let is_unit = unit.chars().count() <= LONGEST_UNIT
        && letters > 0
        && unit
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, '/' | '°' | '²' | '³' | '^' | '.' | '·'));
    let is_tight = amount.contains(['.', ',']) && letters > 1 || unit.starts_with('°');
    is_unit && is_amount(amount) && (is_apart || is_tight)
}

/// Whether a field begins like a number, perhaps after a sign that is no hyphen or after a currency, and has hardly any letters.
fn is_misspelt(field: &str) -> bool {
    const MOST_LETTERS: usize = 2;
    let digits =
        field.trim_start_matches(['-', '+', '\u{2212}', '\u{2013}', '$', '€', '£', '.', ' ', '~', '≈']);
    digits.starts_with(char::is_numeric)
        && digits.matches('.').count() <= 1
        && digits.chars().filter(|sign| sign.is_alphabetic()).count() <= MOST_LETTERS
}

/// Whether digits are parted by dashes, slashes, points or colons as in dates and times, after which a time may follow.
fn is_date(field: &str) -> bool {
    let day = field.split(['T', ' ']).next().unwrap_or_default();
    let parts = |mark: char| {
        let parts: Vec<&str> = day.split(mark).collect();
        let digits =
            |part: &&str| matches!(part.len(), 1..=4) && part.bytes().all(|byte| byte.is_ascii_digit());
        (parts.iter().all(digits) && parts.iter().any(|part| part.len() > 1)).then_some(parts.len())
    };
    // A day and a month have two digits, and a year four or two: 555-12-0000 is no date.
    let is_plausible = |mark: char| {
        let lengths: Vec<usize> = day.split(mark).map(str::len).collect();
        matches!(lengths[..], [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4])
    };
    let is_part = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = || {
        let mut parts = day.splitn(3, ':');
        let hour = parts.next().is_some_and(|hour| matches!(hour.len(), 1 | 2) && hour.parse::<u8>().is_ok());
        let seconds = |rest: &str| is_part(rest.split('.').next().unwrap_or_default());
        hour && parts.next().is_some_and(is_part) && parts.next().is_none_or(seconds)
    };
    ['-', '/', '.'].into_iter().any(|mark| parts(mark) == Some(3) && is_plausible(mark)) || is_clock()
}

/// Whether the digits before the point are in groups of three: `1,234`, `1,234,567.8`.
fn is_grouped(field: &str) -> bool {
    let digits = field.strip_prefix(['-', '+']).unwrap_or(field);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    matches!(first.len(), 1..=3)
        && is_digits(first)
        && is_digits(fraction)
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        // One group of three without a point may be a decimal: 1,234 is told from 1,5 by its length alone.
        && (rest.len() > 1 || digits.contains('.') || first != "0")
}

/// Whether points part groups of three digits before a decimal comma: `1.234,5`.
fn is_grouped_by_points(field: &str) -> bool {
    let turned = |sign| match sign {
        '.' => ',',
        ',' => '.',
        other => other,
    };
    field.contains(',') && is_grouped(&field.chars().map(turned).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_look_as_people_write_them() {
        for number in ["1", "-2.5", "+3", ".5", "5.", "1e-3", "1E300", "007"] {
            assert!(matches!(Cell::of(number), Cell::Number(_)), "{number}");
        }
        for hole in ["", "NA", "NaN", "n/a", "?", "-", "NULL", "None", ".", "<NA>", "#N/A", "#DIV/0!", "\\N"]
        {
            assert_eq!(Cell::of(hole), Cell::Hole, "{hole}");
        }
        for (field, look) in [
            ("inf", Look::Infinite),
            ("1e999", Look::Infinite),
            ("45%", Look::Percentage),
            ("4,5 %", Look::Percentage),
            ("1,5", Look::DecimalComma),
            ("-0,123", Look::DecimalComma),
            ("1,234.5", Look::Thousands),
            ("-1,234,567", Look::Thousands),
            ("2020-01-31", Look::Date),
            ("2020-01-31T12:30:00Z", Look::Date),
            ("31.1.2020", Look::Date),
            ("1/31/20 08:15", Look::Date),
            ("12:30", Look::Date),
            ("True", Look::Truth),
            ("no", Look::Truth),
            ("1;2;3", Look::Fields),
            ("1\t2", Look::Fields),
            ("1.5 2.5 3.5", Look::Fields),
            ("1 234", Look::Misspelt),
            ("1\u{a0}234", Look::Misspelt),
            ("\u{2212}5", Look::Misspelt),
            ("0x1F", Look::Misspelt),
            ("~5", Look::Misspelt),
            ("１２", Look::Misspelt),
            ("3.5O", Look::Misspelt),
            ("2A", Look::Misspelt),
            ("1.308,20", Look::PointThousands),
            ("-1.234.567,8", Look::PointThousands),
            ("$12.50", Look::Measured),
            ("-$1,250.00", Look::Measured),
            ("€ 3", Look::Measured),
            ("45.10 EUR", Look::Measured),
            ("EUR 45", Look::Measured),
            ("3€", Look::Measured),
            ("12 kg", Look::Measured),
            ("56.11kg", Look::Measured),
            ("20 km/h", Look::Measured),
            ("5 m2", Look::Measured),
            ("20°C", Look::Measured),
            ("36 months", Look::Measured),
            ("(12.5)", Look::Bracketed),
            ("<0.5", Look::Bound),
            (">= 3", Look::Bound),
            ("3.x", Look::Misspelt),
            ("3rdfloor", Look::Word),
            ("dog", Look::Word),
            ("12 Main Street", Look::Word),
            ("<dog>", Look::Word),
            ("(none)", Look::Word),
            ("1.2.3.4", Look::Word),
        ] {
            assert_eq!(Cell::of(field), Cell::Other(look), "{field}");
        }
    }
}
