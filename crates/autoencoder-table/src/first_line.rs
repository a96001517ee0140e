//! Whether the first line of a table has the names of the columns or is a sample, told from the lines below it.

use std::collections::HashSet;

use crate::cell::{Cell, Look};
use crate::numeric_names::Numeric;

/// What the first line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstLine {
    /// Names, as this tells.
    Names(Sign),
    /// A sample, which may have a hole or a word in it. `may_be_names` if its numbers lie outside of all those below them.
    Sample { may_be_names: bool },
    /// Neither: numbers, and in this column a word that stands over numbers.
    Neither { column: usize },
}

/// What tells that a line has names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Words, or somebody who said so.
    Words,
    /// Numbers that count up or down, which a sample might do too.
    Counting,
    /// Numbers that are unlike those below them, as those of a rare sample might be too.
    Unlike,
}

/// How a field of the first line goes with the fields of its column below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It comes again.
    Again,
    /// It does not, and the others come again and again.
    Alone,
    /// It does not, as most others do not.
    Unclear,
}

impl FirstLine {
    /// Compares the fields of the first line with some of the lines below it. The column of labels, if it is known, is left out.
    pub(crate) fn of(
        (fields, first): (&[&str], &[Cell]),
        below: &[Vec<Cell>],
        label: Option<usize>,
        relation: impl Fn(usize) -> Relation,
    ) -> Self {
        const SAMPLE: FirstLine = FirstLine::Sample { may_be_names: false };
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
        let come_again = others.iter().filter(|&&(column, _)| relation(column) == Relation::Again).count();
        if !others.is_empty() && 2 * come_again > others.len() {
            return SAMPLE;
        }
        let most = |column: usize| usual(below.iter().map(|row| row[column]));
        let over_numbers = |column: usize| matches!(most(column), Some(Cell::Number(_)));
        if numbers.is_empty() {
            return match others[..] {
                [] => SAMPLE,
                // A single number with a typing error looks like a name.
                [(column, look)] if columns.len() == 1 && over_numbers(column) && is_nearly_number(look) => {
                    Self::Neither { column }
                }
                // Percentages over percentages are the first of them.
                _ if others.iter().all(|&(column, look)| {
                    look != Look::Word && most(column).is_some_and(|below| below == Cell::Other(look))
                }) =>
                {
                    SAMPLE
                }
                _ => Self::Names(Sign::Words),
            };
        }
        if let [column] = numbers[..]
            && fields[column] == "0"
            && relation(column) != Relation::Again
        {
            let values = |column: usize| below.iter().filter_map(move |row| row[column].number());
            if columns.len() == 1 && Numeric::of_zero(values(column)) == Numeric::Unlike {
                return Self::Names(Sign::Unlike);
            }
            // pandas leaves the name of its index open.
            let is_index = || below.len() > 1 && values(0).eq((0..below.len()).map(|row| row as f64));
            if columns.len() == 2 && column == 1 && first[0] == Cell::Hole && is_index() {
                return Self::Names(Sign::Counting);
            }
        }
        let are_alone =
            !others.is_empty() && others.iter().all(|&(column, _)| relation(column) == Relation::Alone);
        let told = Numeric::of(first, &below, &numbers, are_alone);
        match told {
            Numeric::Counting => return Self::Names(Sign::Counting),
            Numeric::Unlike => return Self::Names(Sign::Unlike),
            Numeric::Unclear | Numeric::Sample => {}
        }
        let sample = Self::Sample { may_be_names: told == Numeric::Unclear };
        if others.is_empty() || others.len() + numbers.len() < columns.len() {
            return sample;
        }
        let (for_names, against): (Vec<usize>, usize) = (
            others.iter().map(|&(column, _)| column).filter(|&column| over_numbers(column)).collect(),
            numbers.iter().filter(|&&column| over_numbers(column)).count(),
        );
        match for_names[..] {
            [] => sample,
            _ if for_names.len() > against => Self::Names(Sign::Words),
            [column, ..] => Self::Neither { column },
        }
    }
}

impl Relation {
    /// Compares a field of the first line with those of its column below.
    pub(crate) fn of<'a>(field: &str, below: impl Iterator<Item = &'a str>) -> Self {
        const SEVERAL_BELOW: usize = 5;
        let (mut different, mut known) = (HashSet::new(), 0);
        for other in below.filter(|other| !other.is_empty()) {
            if other == field {
                return Self::Again;
            }
            known += 1;
            different.insert(other);
        }
        if known >= SEVERAL_BELOW && 2 * different.len() <= known { Self::Alone } else { Self::Unclear }
    }
}

/// What most fields of a column are, if anything is most.
pub(crate) fn usual(fields: impl Iterator<Item = Cell>) -> Option<Cell> {
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
        | Look::PointThousands
        | Look::Measured
        | Look::Bracketed
        | Look::Bound
        | Look::Misspelt => true,
        Look::Date | Look::Truth | Look::Fields | Look::Word => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str], label: Option<usize>) -> FirstLine {
        let cells = |line: &&str| line.split(',').map(Cell::of).collect::<Vec<_>>();
        let rows: Vec<Vec<Cell>> = lines.iter().map(cells).collect();
        let fields: Vec<&str> = lines[0].split(',').collect();
        let below = |column| lines[1..].iter().filter_map(move |line| line.split(',').nth(column));
        FirstLine::of((&fields, &rows[0]), &rows[1..], label, |column| {
            Relation::of(fields[column], below(column))
        })
    }

    const NAMES: FirstLine = FirstLine::Names(Sign::Words);
    const COUNTS: FirstLine = FirstLine::Names(Sign::Counting);
    const UNLIKE: FirstLine = FirstLine::Names(Sign::Unlike);
    const SAMPLE: FirstLine = FirstLine::Sample { may_be_names: false };
    const UNCLEAR: FirstLine = FirstLine::Sample { may_be_names: true };

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
            assert_eq!(told(lines, None), SAMPLE, "{lines:?}");
        }
    }

    #[test]
    fn uneven_numbers_are_names_where_they_are_unlike_those_below() {
        let genes =
            ["gene,340,380,440", "x,1.5,2.5,0.5", "y,1.5,2,0.25", "x,3,1.5,0.75", "y,1,2.5,1", "x,2,2.5,1.5"];
        assert_eq!(told(&genes, None), UNLIKE);
        let one = ["gene,340", "x,1.5", "y,1.25", "x,3.5", "y,1.5", "x,2.5"];
        assert_eq!(told(&one, None), UNLIKE);
        let below =
            ["101.5,99.25,98.5", "97.5,101.5,99.25", "99.5,98.25,102.5", "100.5,99.75,98.5", "96.5,99,98.25"];
        let under = |first| [&[first][..], &below].concat();
        assert_eq!(told(&under("340,380,440"), None), UNLIKE);
        assert_eq!(told(&under("340.5,380.25,440.5"), None), UNLIKE);
        assert_eq!(told(&under("90.25,91.5,94.75"), None), UNCLEAR);
        assert_eq!(told(&under("90.25,91.5,100.75"), None), SAMPLE);
        assert_eq!(told(&under("380,340,440.5"), None), SAMPLE);
        // Words that come again tell nothing, and whole numbers among whole numbers little.
        let again = [&genes[..], &["gene,1,2,3"]].concat();
        assert_eq!(told(&again, None), SAMPLE);
        let unclear = ["g1,8", "g2,1", "g3,2", "g3,3", "g2,1", "g3,2"];
        assert_eq!(told(&unclear, None), UNCLEAR);
    }

    #[test]
    fn a_single_zero_is_a_name_where_it_is_unlike_the_numbers_below() {
        for lines in [&["0", "0.5", "1.25"][..], &["0", "1900", "1950", "2000", "1980", "1985"]] {
            assert_eq!(told(lines, None), UNLIKE, "{lines:?}");
        }
        assert_eq!(told(&[",0", "0,5", "1,7", "2,6"], None), COUNTS);
        for lines in [
            &["0", "1", "2"][..],
            &["0", "1.5", "0", "2.5"],
            &["0.0", "1.5"],
            &["0", "1", "9", "3", "7", "2"],
        ] {
            assert_eq!(told(lines, None), SAMPLE, "{lines:?}");
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
            assert_eq!(told(lines, None), SAMPLE, "{lines:?}");
        }
        let typo = ["5.1,3.x,1.4,0.2", "4.9,3,1.4,0.2", "4.7,3.2,1.3,0.2"];
        assert_eq!(told(&typo, None), FirstLine::Neither { column: 1 });
        assert_eq!(told(&["45%", "46", "47"], None), FirstLine::Neither { column: 0 });
    }
}
