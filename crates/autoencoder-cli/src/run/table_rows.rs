//! Rows of a table that a model restored, as text: numbers in their units, words as words, times as dates.

use std::f64::consts::TAU;
use std::ops::Range;
use std::path::Path;

use autoencoder::{Choice, ColumnKind, OTHER, Scaling, Schema, TableValues, TimePart};
use autoencoder_table::time_of_days;
use ndarray::ArrayView1;

use super::units::Units;
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals;

/// Makes text of restored rows.
pub(crate) struct TableRows<'a> {
    schema: &'a Schema,
    units: Units<'a>,
    decimals: Decimals,
}

/// The decimals of the numbers that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decimals {
    /// All that a number has.
    All,
    /// The decimals that the numbers of the column had in the training, where these are known.
    OfColumn,
}

/// What is written of a column, and the first of its features.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written<'a> {
    pub(crate) name: String,
    first: usize,
    what: What<'a>,
}

#[derive(Clone, Debug, PartialEq)]
enum What<'a> {
    /// A number, and how many decimals those of its column have, if few.
    Number(Option<usize>),
    /// The words, and the place of the column among those of words.
    Words(&'a [String], usize),
    /// A date, with the time of day if `has_clock`.
    Date { has_clock: bool },
    /// The place in a round of this length.
    Round(f64),
}

impl<'a> Written<'a> {
    /// Whether the field is a number, or a part of a time that is one.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.what, What::Number(_) | What::Round(_))
    }

    /// The features from which the field is made.
    pub(crate) fn features(&self) -> Range<usize> {
        let count = match self.what {
            What::Number(_) | What::Date { .. } => 1,
            What::Round(_) => 2,
            What::Words(words, _) => words.len() + 1,
        };
        self.first..self.first + count
    }

    /// The place of the number that is written as it is; `None` if the field is a word or a time.
    pub(crate) fn number(&self) -> Option<usize> {
        matches!(self.what, What::Number(_)).then_some(self.first)
    }

    /// The known word that is most likely in a restored row, or `None` if the field is no word or no word is known.
    pub(crate) fn word(&self, row: ArrayView1<'_, f32>) -> Option<&'a str> {
        let What::Words(words, _) = self.what else { return None };
        Some(words.get(most_likely(row, self.first, words.len()))?)
    }

    /// Whether the field is a date or a part of a time.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self.what, What::Date { .. } | What::Round(_))
    }

    /// Whether nothing is known of the field in a row.
    pub(crate) fn is_hole(&self, values: &TableValues, row: usize) -> bool {
        match self.what {
            What::Words(_, column) => values.words()[(row, column)] == TableValues::HOLE,
            What::Number(_) | What::Date { .. } | What::Round(_) => {
                values.numbers()[(row, self.first)].is_nan()
            }
        }
    }
}

impl<'a> TableRows<'a> {
    pub(crate) fn new(schema: &'a Schema, scaling: &'a Scaling) -> Self {
        Self { schema, units: Units::of(scaling, schema.features()), decimals: Decimals::All }
    }

    /// The same with numbers of these decimals.
    pub(crate) fn with(self, decimals: Decimals) -> Self {
        Self { decimals, ..self }
    }

    /// What is written of each column, in the order of the schema.
    pub(crate) fn columns(&self) -> Vec<Written<'a>> {
        let (mut number, mut words_before) = (0, 0);
        let mut word = self.schema.numbers().count();
        let mut written = Vec::new();
        for column in &self.schema.columns {
            let name = &column.name;
            match &column.kind {
                ColumnKind::Number { .. } => {
                    let what = What::Number(column.decimals);
                    written.push(Written { name: name.clone(), first: number, what });
                    number += 1;
                }
                ColumnKind::Words { words } => {
                    let what = What::Words(words, words_before);
                    written.push(Written { name: name.clone(), first: word, what });
                    word += words.len() + 1;
                    words_before += 1;
                }
                ColumnKind::Time { parts, clock, .. } => {
                    // The days tell all other parts.
                    let days = parts.iter().position(|&part| part == TimePart::Days);
                    let has_clock = *clock || parts.contains(&TimePart::Hour);
                    for (index, part) in parts.iter().enumerate() {
                        let round = |length| (format!("{name}.{}", part.name()), What::Round(length));
                        let (name, what) = match part {
                            TimePart::Days => (name.clone(), What::Date { has_clock }),
                            TimePart::Year => round(1.0),
                            TimePart::Weekday => round(7.0),
                            TimePart::Hour => round(24.0),
                        };
                        if days.is_none_or(|days| days == index) {
                            written.push(Written { name, first: number, what });
                        }
                        number += part.features();
                    }
                }
                ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => {}
            }
        }
        written
    }

    /// The number of a feature in the units of its column.
    pub(crate) fn number(&self, feature: usize, row: ArrayView1<'_, f32>) -> f64 {
        self.units.undo(feature, row[feature])
    }

    /// Refuses a restored row of which a number is too large in the units of its column.
    pub(crate) fn expect_finite(&self, model: &Path, index: usize, row: ArrayView1<'_, f32>) -> Outcome {
        let numbers = self.schema.numbers().enumerate();
        let mut numbers =
            numbers.map(|(feature, (place, _))| (place, self.units.undo(feature, row[feature])));
        let Some((place, found)) = numbers.find(|(_, number)| !number.is_finite()) else { return Ok(()) };
        let name = &self.schema.columns[place].name;
        let what = format_args!(
            "sample of row {index} (from 0), column {name}: expected a finite number, found {found} where the scaling is undone"
        );
        Err(Failure::at(model, what)
            .advise("its numbers lie far outside of those of the training, or more epochs are needed"))
    }

    /// The text of a field of a restored row (features), scaled.
    pub(crate) fn text(&self, written: &Written<'a>, row: ArrayView1<'_, f32>) -> String {
        let first = written.first;
        let number = |feature: usize| self.units.undo(feature, row[feature]);
        match written.what {
            What::Number(Some(decimals)) if self.decimals == Decimals::OfColumn => {
                numerals::decimals(number(first), decimals)
            }
            What::Number(_) => numerals::exact(number(first)),
            What::Words(words, _) => {
                let place = most_likely(row, first, words.len() + 1);
                words.get(place).map_or(OTHER, String::as_str).to_owned()
            }
            What::Date { has_clock } => time_of_days(number(first), has_clock),
            What::Round(length) => {
                let turn = number(first).atan2(number(first + 1)).rem_euclid(TAU) / TAU;
                let digits = (turn * length * 1000.0).round() / 1000.0;
                numerals::exact(digits)
            }
        }
    }
}

/// The place of the largest of `count` numbers, the first of those that are as large.
pub(crate) fn most_likely(row: ArrayView1<'_, f32>, first: usize, count: usize) -> usize {
    let likelier =
        |best: usize, other: usize| if row[first + other] > row[first + best] { other } else { best };
    (0..count).reduce(likelier).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use autoencoder::{Column, DateOrder, NumberScalingKind, TableValues};
    use ndarray::{Array2, array};

    use super::*;

    #[test]
    fn features_become_fields_in_the_order_of_the_table() {
        let words = ["a", "b"].map(str::to_owned).to_vec();
        let time = |parts: &[TimePart]| ColumnKind::Time {
            parts: parts.to_vec(),
            order: DateOrder::default(),
            clock: false,
        };
        let schema = Schema::new([
            Column::new("kind", ColumnKind::Words { words }),
            Column::new("id", ColumnKind::Id),
            Column::new("when", time(&[TimePart::Hour, TimePart::Days])),
            Column::new("n", ColumnKind::Number { scale: NumberScalingKind::None }),
            Column::new("then", time(&[TimePart::Weekday])),
        ])
        .unwrap();
        let values = TableValues::new(Array2::zeros((1, 6)), array![[0]], [3]).unwrap();
        let scaling = values.fit(|_| NumberScalingKind::None);
        let rows = TableRows::new(&schema, &scaling);
        let columns = rows.columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["kind", "when", "n", "then.weekday"]);
        // The hour (sine and cosine), the days, n, and the weekday; and the shares of a, b and all others.
        let row = array![0.0, -1.0, 1.5, 2.25, 0.0, -1.0, 0.2, 0.3, 0.5];
        let fields: Vec<String> = columns.iter().map(|column| rows.text(column, row.view())).collect();
        assert_eq!(fields, [OTHER, "1970-01-02 12:00:00", "2.25", "3.5"]);
        assert_eq!(columns[0].word(row.view()), Some("b"));
    }
}
