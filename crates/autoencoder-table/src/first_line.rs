//! Whether the first line of a table has the names of the columns or is a sample, told from the lines below it.

use crate::cell::{Cell, Look};

/// What the first line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstLine {
    /// Names. `counts` if they are numbers that count up or down, which a sample might do too.
    Names { counts: bool },
    /// A sample, which may have a hole or a word in it.
    Sample,
    /// Neither: numbers, and in this column a word that stands over numbers.
    Neither { column: usize },
}

/// The number of columns from which on numbers that count up in steps of 1, from 0 or 1, are names without further signs.
const MANY: usize = 8;

/// The number of columns from which on numbers that rise or fall in uneven steps may be names.
const SEVERAL: usize = 6;

impl FirstLine {
    /// Compares the first line with some of the lines below it. The column of labels, if it is known, is left out. `comes_again`
    /// says of a column whether the field of the first line stands in it below too.
    pub(crate) fn of(
        first: &[Cell],
        below: &[Vec<Cell>],
        label: Option<usize>,
        comes_again: impl Fn(usize) -> bool,
    ) -> Self {
        let below: Vec<&Vec<Cell>> = below.iter().filter(|row| row.len() == first.len()).collect();
        let columns: Vec<usize> = (0..first.len()).filter(|&column| Some(column) != label).collect();
        let numbers: Vec<usize> =
            columns.iter().copied().filter(|&column| first[column].number().is_some()).collect();
        let others = columns.iter().copied().filter_map(|column| match first[column] {
            Cell::Other(look) => Some((column, look)),
            Cell::Number(_) | Cell::Hole => None,
        });
        let others: Vec<(usize, Look)> = others.collect();
        // Words of a sample come again in their columns, and names do not.
        if !others.is_empty()
            && 2 * others.iter().filter(|&&(column, _)| comes_again(column)).count() > others.len()
        {
            return Self::Sample;
        }
        let most = |column: usize| usual(below.iter().map(|row| row[column]));
        let over_numbers = |column: usize| matches!(most(column), Some(Cell::Number(_)));
        if numbers.is_empty() {
            return match others[..] {
                [] => Self::Sample,
                // A single number with a typing error looks like a name.
                [(column, look)] if columns.len() == 1 && over_numbers(column) && is_nearly_number(look) => {
                    Self::Neither { column }
                }
                // Percentages over percentages are the first of them.
                _ if others.iter().all(|&(column, look)| {
                    look != Look::Word && most(column).is_some_and(|below| below == Cell::Other(look))
                }) =>
                {
                    Self::Sample
                }
                _ => Self::Names { counts: false },
            };
        }
        if counts(first, &below, &numbers) {
            return Self::Names { counts: true };
        }
        if others.is_empty() || others.len() + numbers.len() < columns.len() {
            return Self::Sample;
        }
        let (for_names, against): (Vec<usize>, usize) = (
            others.iter().map(|&(column, _)| column).filter(|&column| over_numbers(column)).collect(),
            numbers.iter().filter(|&&column| over_numbers(column)).count(),
        );
        match for_names[..] {
            [] => Self::Sample,
            _ if for_names.len() > against => Self::Names { counts: false },
            [column, ..] => Self::Neither { column },
        }
    }
}

/// What most fields of a column are, if anything is most.
fn usual(fields: impl Iterator<Item = Cell>) -> Option<Cell> {
    // Numbers count as one.
    let kinds: Vec<Cell> =
        fields.map(|cell| if cell.number().is_some() { Cell::Number(0.0) } else { cell }).collect();
    let is_most = |kind: &&Cell| 2 * kinds.iter().filter(|other| other == kind).count() > kinds.len();
    kinds.iter().find(is_most).copied()
}

/// Whether a field is more like a number with a mistake than like a name.
fn is_nearly_number(look: Look) -> bool {
    match look {
        Look::Infinite
        | Look::Percentage
        | Look::DecimalComma
        | Look::DecimalPoint
        | Look::Thousands
        | Look::Misspelt => true,
        Look::Date | Look::Truth | Look::Fields | Look::Word => false,
    }
}

/// Whether the numbers of the first line are names, such as 0, 1, 2 or 400, 402.5, 405: they rise or fall from column to
/// column, hardly any line below does, and the more columns there are, the fewer other signs are asked for.
fn counts(first: &[Cell], below: &[&Vec<Cell>], columns: &[usize]) -> bool {
    let numbers = |row: &[Cell]| -> Option<Vec<f64>> { columns.iter().map(|&c| row[c].number()).collect() };
    let Some(names) = numbers(first).filter(|names| names.len() > 1) else { return false };
    let samples: Vec<Vec<f64>> = below.iter().filter_map(|row| numbers(row)).collect();
    let is_even = is_even(&names);
    // Chance makes a few lines of few numbers rise, and hardly any rise evenly.
    let alike = |sample: &&Vec<f64>| rises(sample) == rises(&names) && (!is_even || self::is_even(sample));
    let others_count = || names.len() > 2 && 10 * samples.iter().filter(alike).count() > samples.len();
    if samples.is_empty() || rises(&names).is_none() || others_count() {
        return false;
    }
    let signs = (0..names.len())
        .filter(|&column| is_foreign(names[column], samples.iter().map(|sample| sample[column])));
    let signs = signs.count();
    let is_index = is_even && matches!(names[..2], [0.0, 1.0] | [1.0, 2.0]);
    // Two numbers are evenly apart whatever they are: two years, such as 2019 and 2020, are names.
    let is_next = (names[1] - names[0] - 1.0).abs() < 1e-9;
    // pandas leaves the name of its index open, and counts the columns from 0.
    let has_open_index = first[0] == Cell::Hole && columns[0] == 1 && names[0] == 0.0;
    match names.len() {
        _ if is_index && has_open_index => true,
        2 => is_next && signs == 2,
        count if count >= MANY => is_index || signs > 0 && (is_even || 2 * signs >= count),
        count if count >= SEVERAL => 2 * signs >= count,
        count => is_even && 2 * signs >= count,
    }
}

/// Whether a number does not seem to belong to the numbers below it: it lies outside of several, or is whole where most of
/// them are not.
fn is_foreign(number: f64, below: impl Iterator<Item = f64> + Clone) -> bool {
    const SEVERAL_BELOW: usize = 5;
    let count = below.clone().count();
    let (low, high) = below.clone().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    let is_outside = count >= SEVERAL_BELOW && !(low..=high).contains(&number);
    is_outside || number.fract() == 0.0 && 2 * below.filter(|x| x.fract() != 0.0).count() > count
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str], label: Option<usize>) -> FirstLine {
        let cells = |line: &&str| line.split(',').map(Cell::of).collect::<Vec<_>>();
        let rows: Vec<Vec<Cell>> = lines.iter().map(cells).collect();
        let field = |line: usize, column| lines[line].split(',').nth(column);
        let comes_again = |column| (1..lines.len()).any(|line| field(line, column) == field(0, column));
        FirstLine::of(&rows[0], &rows[1..], label, comes_again)
    }

    const NAMES: FirstLine = FirstLine::Names { counts: false };
    const COUNTS: FirstLine = FirstLine::Names { counts: true };

    #[test]
    fn words_over_numbers_are_names() {
        for lines in [
            &["a,b", "1,2"][..],
            &["a,b"],
            &["a,b", "1,", "2,?", "3,4"],
            &["x,y,1", "1,2,3", "4,5,6"],
            &[",a,b", "0,1,2"],
            &["a,,b", "0,1,2"],
            &["2020-01-01,2020-01-02", "1,2", "3,4"],
            &["yes,no", "1,0", "0,1"],
            &["a,b", "x,y"],
            &["speed", "3", "4"],
        ] {
            assert_eq!(told(lines, None), NAMES, "{lines:?}");
        }
        assert_eq!(told(&["a,7", "1,dog", "2,cat"], Some(1)), NAMES);
    }

    #[test]
    fn numbers_that_count_are_names_if_no_other_line_counts() {
        for lines in [
            &["0,1,2,3", "120.1,103.2,150.9,101", "111.1,103.2,130.9,108"][..],
            &["0,1,2,3,label", "0.1,0.4,0.3,0.2,1", "0.4,0.1,0.2,0.7,0"],
            &[",0,1,2", "0,5.5,4,3", "1,7,9,1.5"],
            &["400.0,402.5,405.0", "0.1,0.3,0.2", "0.4,0.2,0.3"],
            &[
                "400,402.5,405.2,407.6,411,413",
                "1,3,2,4,1,0",
                "2,1,5,1,3,1",
                "1,1,2,1,0,1",
                "1,1,0,2,1,1",
                "0,0,1,1,1,0",
            ],
            &["4000,3996,3992", "0.1,0.3,0.2", "0.4,0.2,0.3"],
            &["country,2019,2020,2021", "NO,5,7,6", "SE,9,8,9", "FI,4,8,2", "DK,4,8,2", "IS,1,0,1"],
            &["0,1", "0.5,0.25", "0.125,0.5"],
            &["0,1,2,3,4,5,6,7", "1,0,7,0,3,5,1,0", "0,1,0,1,6,1,0,2"],
        ] {
            assert_eq!(told(lines, None), COUNTS, "{lines:?}");
        }
    }

    #[test]
    fn numbers_alone_are_a_sample() {
        for lines in [
            &["1,2", "3,4"][..],
            &["0,1", "1,0", "1,1"],
            &["1,2,3", "2,2,4", "5,3,1", "1,1,5"],
            &["1,2,3", "2,3,4", "0,5,9"],
            &["0.1,0.2,0.3", "0.5,0.1,0.2", "0.0,0.9,0.8"],
            &["0,1,2", "10.5,11.5,12.5", "20.5,21.5,22.5", "30.5,31.5,32.5"],
            &["5", "6"],
            &["1,2,3,4"],
            &["1,2,3", "2.5,1,4", "1.5,7,4", "2,2,5"],
            &["", "1"],
        ] {
            assert_eq!(told(lines, None), FirstLine::Sample, "{lines:?}");
        }
    }

    #[test]
    fn a_sample_with_a_hole_or_a_word_is_not_taken_for_names() {
        for lines in [
            &["5.1,,1.4,0.2", "4.9,3,1.4,0.2", "4.7,3.2,1.3,0.2"][..],
            &["5.1,NA,1.4,0.2", "4.9,3,1.4,0.2"],
            &["39,State-gov,77516,Bachelors,13,Male", "50,Private,83311,Masters,13,Male"],
            &["45%,55%", "46%,54%"],
            &["x,o,b", "x,o,o", "o,x,b"],
            &["yes,dog", "no,cat", "yes,dog"],
        ] {
            assert_eq!(told(lines, None), FirstLine::Sample, "{lines:?}");
        }
        let typo = ["5.1,3.x,1.4,0.2", "4.9,3,1.4,0.2", "4.7,3.2,1.3,0.2"];
        assert_eq!(told(&typo, None), FirstLine::Neither { column: 1 });
        assert_eq!(told(&["45%", "46", "47"], None), FirstLine::Neither { column: 0 });
    }
}
