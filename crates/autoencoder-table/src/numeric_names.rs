//! Numbers in the first line of a table that may be the names of columns, told from the numbers below them.

use crate::cell::Cell;

/// What the numbers of the first line are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numeric {
    /// Names, such as 0, 1, 2 or 400, 402.5, 405: they rise or fall from column to column, and hardly any line below does.
    Counting,
    /// Names that do not count: they are unlike the numbers below them in every way.
    Unlike,
    /// Perhaps names: each lies outside of the numbers below it, as the numbers of a rare sample do too.
    Unclear,
    /// Numbers of a sample.
    Sample,
}

/// The number of columns from which on numbers that count up in steps of 1, from 0 or 1, are names without further signs.
const MANY: usize = 8;

/// The number of columns from which on numbers that rise or fall in uneven steps may be names.
const SEVERAL: usize = 6;

/// The number of columns from which on numbers that rise or fall and lie outside may be names, and are where they lie far outside.
const FEW: usize = 3;

impl Numeric {
    /// Compares the numbers that the first line has in these columns with some of the lines below it. The more columns there are,
    /// the fewer other signs are asked for. `beside_names` says that the words of the first line seem to be names.
    pub(crate) fn of(first: &[Cell], below: &[&Vec<Cell>], columns: &[usize], beside_names: bool) -> Self {
        let numbers =
            |row: &[Cell]| -> Option<Vec<f64>> { columns.iter().map(|&c| row[c].number()).collect() };
        let Some(names) = numbers(first) else { return Self::Sample };
        let samples: Vec<Vec<f64>> = below.iter().filter_map(|row| numbers(row)).collect();
        if samples.is_empty() || names.is_empty() {
            return Self::Sample;
        }
        let beside = |column: usize| Beside::of(names[column], samples.iter().map(|sample| sample[column]));
        let beside: Vec<Beside> = (0..names.len()).map(beside).collect();
        let is_strange = beside.iter().all(|beside| beside.is_outside && beside.is_whole);
        let is_outside = beside.iter().all(|beside| beside.is_outside);
        if let [_] = names[..] {
            return match (beside_names, is_strange, is_outside) {
                (true, true, _) => Self::Unlike,
                (true, false, true) => Self::Unclear,
                (true, false, false) | (false, ..) => Self::Sample,
            };
        }
        let is_even = is_even(&names);
        // Chance makes a few lines of few numbers rise, and hardly any rise evenly.
        let alike =
            |sample: &&Vec<f64>| rises(sample) == rises(&names) && (!is_even || self::is_even(sample));
        let others_count = || names.len() > 2 && 10 * samples.iter().filter(alike).count() > samples.len();
        if rises(&names).is_none() || others_count() {
            return if beside_names && is_outside { Self::Unclear } else { Self::Sample };
        }
        let count = names.len();
        let signs = beside.iter().filter(|beside| beside.is_outside || beside.is_whole).count();
        let is_index = is_even && matches!(names[..2], [0.0, 1.0] | [1.0, 2.0]);
        // Two numbers are evenly apart whatever they are: two years, such as 2019 and 2020, are names.
        let is_next = (names[1] - names[0] - 1.0).abs() < 1e-9;
        // pandas leaves the name of its index open, and counts the columns from 0.
        let has_open_index = first[0] == Cell::Hole && columns[0] == 1 && names[0] == 0.0;
        let counts = match count {
            _ if is_index && has_open_index => true,
            2 => is_next && signs == 2,
            count if count >= MANY => is_index || signs > 0 && (is_even || 2 * signs >= count),
            count if count >= SEVERAL => 2 * signs >= count,
            count => is_even && 2 * signs >= count,
        };
        let is_far = beside.iter().all(|beside| beside.is_far);
        if counts {
            Self::Counting
        } else if is_strange || count >= FEW && is_far || beside_names && 2 * signs >= count {
            Self::Unlike
        } else if is_outside && (beside_names || count >= FEW) {
            Self::Unclear
        } else {
            Self::Sample
        }
    }

    /// What a single number zero is, in a table of one column: pandas calls the only column so.
    pub(crate) fn of_zero(below: impl Iterator<Item = f64> + Clone) -> Self {
        let beside = Beside::of(0.0, below);
        if beside.is_whole || beside.is_far { Self::Unlike } else { Self::Sample }
    }
}

/// In which ways a number does not seem to belong to the numbers below it.
#[derive(Clone, Copy, Debug)]
struct Beside {
    /// It lies outside of several.
    is_outside: bool,
    /// It lies outside of several by more than they are apart.
    is_far: bool,
    /// It is whole where most of them are not.
    is_whole: bool,
}

impl Beside {
    fn of(number: f64, below: impl Iterator<Item = f64> + Clone) -> Self {
        const SEVERAL_BELOW: usize = 5;
        let count = below.clone().count();
        let (low, high) =
            below.clone().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
        let is_outside = count >= SEVERAL_BELOW && !(low..=high).contains(&number);
        let is_far = is_outside && (low - number).max(number - high) > high - low;
        let is_whole = number.fract() == 0.0 && 2 * below.filter(|x| x.fract() != 0.0).count() > count;
        Self { is_outside, is_far, is_whole }
    }
}

/// Whether numbers rise from each to the next, or fall; `None` if they do neither.
fn rises(numbers: &[f64]) -> Option<bool> {
    if numbers.is_sorted_by(|a, b| a < b) {
        Some(true)
    } else {
        numbers.is_sorted_by(|a, b| a > b).then_some(false)
    }
}

/// Whether the steps between numbers are equal.
fn is_even(numbers: &[f64]) -> bool {
    let step = numbers[1] - numbers[0];
    numbers.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() <= 1e-6 * step.abs())
}
