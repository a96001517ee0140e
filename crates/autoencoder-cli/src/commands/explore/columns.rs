//! The samples of a page: pictures, lines, or rows of columns with their own names, units and words.

use autoencoder::{About, Choice, ColumnKind, Model, OTHER, Samples, Scaling, Schema, TableValues};
use ndarray::{Array2, Axis, Slice};
use serde::Serialize;

use super::packed::{self, Quantised};
use super::thumbnails::Thumbnails;
use crate::commands::look::Look;
use crate::commands::scoring::Columns;
use crate::failure::Outcome;
use crate::figures::ImageShape;
use crate::run::by_column;

/// The samples, in the form in which they are shown and made.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(super) enum Shown {
    Pictures {
        width: usize,
        height: usize,
        channels: usize,
        thumbnails: Thumbnails,
    },
    /// Rows in time, or rows of numbers that are alike: a line for each of `names`, whose numbers are `names` apart.
    Lines {
        names: Vec<String>,
        values: Quantised,
    },
    /// Rows of a table.
    Rows {
        fields: Vec<Field>,
        values: Quantised,
        words: String,
        takes_holes: bool,
    },
}

/// A field of a row.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Field {
    name: String,
    #[serde(flatten)]
    kind: FieldKind,
    /// The feature that tells the model of a hole, if one does.
    indicator: Option<usize>,
}

/// What a field holds, and its first feature. Numbers have a range in the units of their column.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum FieldKind {
    Number { feature: usize, low: f64, high: f64, decimals: Option<usize> },
    Words { feature: usize, words: Vec<String> },
    Time { feature: usize, parts: Vec<&'static str>, clock: bool },
}

impl Shown {
    pub(super) fn of(model: &Model, samples: &Samples) -> Outcome<Self> {
        let about = &model.about;
        let look = Look::of(about, &Columns::of(model, samples));
        if let Look::Image(ImageShape { height, width, channels }) = look {
            let thumbnails = Thumbnails::of(samples, ImageShape { height, width, channels })?;
            return Ok(Self::Pictures { width, height, channels, thumbnails });
        }
        let scaled = samples.scaled(0..samples.len());
        let lines = |names| Ok(Self::Lines { names, values: Quantised::of(scaled.view()) });
        match look {
            Look::Stretch { rows } => lines(by_column::names(about, samples.features() / rows)),
            Look::Lines { series: 1 } => lines(vec!["number".to_owned()]),
            Look::Lines { series } => lines((1..=series).map(|series| format!("series {series}")).collect()),
            Look::Image(_) | Look::Row => Ok(match &about.schema {
                Some(schema) => rows_of(schema, samples, scaled),
                None => numbers_of(about, samples, &scaled),
            }),
        }
    }
}

/// Rows of numbers alone.
fn numbers_of(about: &About, samples: &Samples, scaled: &Array2<f32>) -> Shown {
    let field = |(feature, (name, [low, high])): (usize, (String, [f64; 2]))| Field {
        name,
        kind: FieldKind::Number { feature, low, high, decimals: None },
        indicator: None,
    };
    let names = by_column::names(about, samples.features());
    let fields = names.into_iter().zip(ranges(samples.scaling(), scaled)).enumerate().map(field).collect();
    let values = Quantised::of(scaled.view());
    Shown::Rows { fields, values, words: String::new(), takes_holes: false }
}

/// The rows of a table with words, holes, ids or times.
fn rows_of(schema: &Schema, samples: &Samples, mut scaled: Array2<f32>) -> Shown {
    let numbers = schema.numbers().count();
    let ranges = ranges(samples.scaling(), &scaled);
    let counts: Vec<usize> = schema.word_counts().collect();
    let mut words = Vec::with_capacity(samples.len() * counts.len());
    for (row, mut features) in scaled.rows_mut().into_iter().enumerate() {
        let mut first = numbers;
        for (place, &count) in counts.iter().enumerate() {
            let is_word = |word: &usize| features[first + word] > 0.5;
            let known = !samples.is_hole(row, numbers + place);
            words.push(if known { (0..count).find(is_word).unwrap_or_default() } else { HOLE });
            first += count;
        }
        for number in 0..numbers {
            if samples.is_hole(row, number) {
                features[number] = f32::NAN;
            }
        }
    }
    let values = Quantised::of(scaled.slice_axis(Axis(1), Slice::from(..numbers)));
    let words = words.into_iter().map(|word| u16::try_from(word).unwrap_or(u16::MAX));
    Shown::Rows { fields: fields(schema, &ranges), values, words: packed::whole(words), takes_holes: true }
}

/// The place of a word where nothing is known.
const HOLE: usize = TableValues::HOLE as usize;

/// The fields of a schema, in the order of the table, given the range of each number.
fn fields(schema: &Schema, ranges: &[[f64; 2]]) -> Vec<Field> {
    let numbers = schema.numbers().count();
    let (mut number, mut word, mut words_before) = (0, numbers, 0);
    let indicators = schema.indicators();
    let behind = schema.features() - indicators.len();
    let mut fields = Vec::new();
    for column in &schema.columns {
        // Numbers are counted first, and then words.
        let (place, kind) = match &column.kind {
            ColumnKind::Number { .. } => {
                let [low, high] = ranges[number];
                let kind = FieldKind::Number { feature: number, low, high, decimals: column.decimals };
                number += 1;
                (number - 1, kind)
            }
            ColumnKind::Words { words } => {
                let all = words.iter().map(String::as_str).chain([OTHER]).map(str::to_owned).collect();
                let kind = FieldKind::Words { feature: word, words: all };
                word += words.len() + 1;
                words_before += 1;
                (numbers + words_before - 1, kind)
            }
            ColumnKind::Time { parts, clock, .. } => {
                let first = number;
                number += parts.iter().map(|part| part.features()).sum::<usize>();
                let clock = *clock || parts.contains(&autoencoder::TimePart::Hour);
                let parts = parts.iter().map(|&part| part.name()).collect();
                (first, FieldKind::Time { feature: first, parts, clock })
            }
            ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => continue,
        };
        let indicator = indicators.iter().position(|&told| told == place).map(|told| behind + told);
        fields.push(Field { name: column.name.clone(), kind, indicator });
    }
    fields
}

/// The least and the greatest number of each feature, in the units of the data.
fn ranges(scaling: &Scaling, scaled: &Array2<f32>) -> Vec<[f64; 2]> {
    let range = |(feature, numbers): (usize, ndarray::ArrayView1<'_, f32>)| {
        let [low, high] = numbers.iter().fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], &number| {
            [low.min(number), high.max(number)]
        });
        [low, high].map(|number| scaling.undo(feature, number))
    };
    scaled.columns().into_iter().enumerate().map(range).collect()
}

#[cfg(test)]
mod tests {
    use autoencoder::{Column, DateOrder, NumberScalingKind, TimePart, Values};
    use ndarray::array;

    use super::*;

    #[test]
    fn fields_have_their_features_and_indicators() {
        let number = || ColumnKind::Number { scale: NumberScalingKind::None };
        let parts = vec![TimePart::Days, TimePart::Hour];
        let schema = Schema::new([
            Column::new("plan", ColumnKind::Words { words: vec!["a".into(), "b".into()] }).with_indicator(),
            Column::new("id", ColumnKind::Id),
            Column::new("when", ColumnKind::Time { parts, order: DateOrder::default(), clock: false }),
            Column::new("n", number()).with_indicator(),
        ])
        .unwrap();
        let found = fields(&schema, &[[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [2.0, 5.0]]);
        let names: Vec<&str> = found.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["plan", "when", "n"]);
        // Days, sine, cosine, n, three words, and the indicators of n and of the plan.
        assert_eq!(found[0].indicator, Some(8));
        assert!(matches!(&found[0].kind, FieldKind::Words { feature: 4, words } if words.len() == 3));
        assert!(matches!(found[1].kind, FieldKind::Time { feature: 0, clock: true, .. }));
        assert_eq!(found[2].kind, FieldKind::Number { feature: 3, low: 2.0, high: 5.0, decimals: None });
        assert_eq!(found[2].indicator, Some(7));
    }

    #[test]
    fn holes_stay_holes() {
        let values =
            TableValues::new(array![[f64::NAN], [4.0]], array![[1], [TableValues::HOLE]], [3]).unwrap();
        let scaling = values.fit(|_| NumberScalingKind::None);
        let samples = Samples::new(Values::Table(values), scaling).unwrap();
        let schema = Schema::new([
            Column::new("n", ColumnKind::Number { scale: NumberScalingKind::None }),
            Column::new("plan", ColumnKind::Words { words: vec!["a".into(), "b".into()] }),
        ])
        .unwrap();
        let Shown::Rows { words, .. } = rows_of(&schema, &samples, samples.scaled(0..2)) else {
            panic!("rows")
        };
        assert_eq!(words, packed::whole([1, u16::MAX]));
    }
}
