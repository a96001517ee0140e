//! The columns of a table with words, holes, ids or dates: what each of them is, and how a model treats it.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::table_column::{Column, ColumnKind, HOLE, MOST_WORDS, TimePart};
use crate::choice::Choice;
use crate::samples::number_scaling::NumberScalingKind;
use crate::specification::table::{TableColumns, WordColumn};

/// The columns of a table, in the order of the table that a model was trained on.
///
/// ```
/// use autoencoder::{Column, ColumnKind, NumberScalingKind, Schema};
/// let schema = Schema::new([
///     Column::new("customer", ColumnKind::Id),
///     Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Standard }),
///     Column::new("plan", ColumnKind::Words { words: vec!["basic".into(), "full".into()] }),
/// ])?;
/// // One number, and two words with one more feature for all others.
/// assert_eq!(schema.features(), 4);
/// # Ok::<(), autoencoder::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Schema {
    /// All columns of the table, those that a model does not see too.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

impl Schema {
    /// A schema of these columns.
    ///
    /// # Errors
    /// If no column is seen by a model, a word or a part of a time stands twice in a column, there are more than [`MOST_WORDS`]
    /// words, several columns are ids or labels, or a share is none.
    pub fn new(columns: impl Into<Vec<Column>>) -> Result<Self, SchemaError> {
        let schema = Self { columns: columns.into() };
        schema.check()?;
        Ok(schema)
    }

    /// Checks the columns, which may come from a file, as [`Schema::new`] does.
    ///
    /// # Errors
    /// As for [`Schema::new`].
    pub fn check(&self) -> Result<(), SchemaError> {
        let (mut ids, mut labels) = (0, 0);
        for column in &self.columns {
            let Column { name, kind, holes, residual, indicator, .. } = column;
            let refuse = |what: String| Err(SchemaError { column: Some(name.clone()), what });
            if *indicator && !column.is_seen() {
                return refuse(
                    "expected no indicator of holes, as a model does not see the column".to_owned(),
                );
            }
            if !(0.0..=1.0).contains(holes) {
                return refuse(format!("expected a share of holes from 0 to 1, found {holes}"));
            }
            if let Some(residual) = residual.filter(|size| !(0.0..f64::INFINITY).contains(size)) {
                return refuse(format!("expected a residual that is not negative, found {residual}"));
            }
            match kind {
                ColumnKind::Words { words } => {
                    let mut known = HashSet::new();
                    if words.len() > MOST_WORDS {
                        return refuse(format!("expected at most {MOST_WORDS} words, found {}", words.len()));
                    }
                    if let Some(word) = words.iter().find(|word| !known.insert(word.as_str())) {
                        return refuse(format!("the word \"{word}\" stands there twice"));
                    }
                }
                ColumnKind::Time { parts, .. } => {
                    let twice = |part: &TimePart| parts.iter().filter(|other| *other == part).count() > 1;
                    if parts.is_empty() {
                        return refuse("a time needs at least one part".to_owned());
                    }
                    if let Some(part) = parts.iter().find(|part| twice(part)) {
                        return refuse(format!("the part {} stands there twice", part.name()));
                    }
                }
                ColumnKind::Id => ids += 1,
                ColumnKind::Label => labels += 1,
                ColumnKind::Number { .. } | ColumnKind::Dropped => {}
            }
            for (count, what) in [(ids, "ids"), (labels, "labels")] {
                if count > 1 {
                    return refuse(format!("a table has one column of {what} at most"));
                }
            }
        }
        if self.features() == 0 {
            let what = "expected a column of numbers, words or times, found none".to_owned();
            return Err(SchemaError { column: None, what });
        }
        Ok(())
    }

    /// The number of features of a row.
    pub fn features(&self) -> usize {
        self.numbers().count() + self.word_counts().sum::<usize>() + self.indicators().len()
    }

    /// The columns of which a model is told where nothing is known, as
    /// [`Scaling::with_indicators`](crate::Scaling::with_indicators) takes them: numbers are counted first, and then words. All
    /// numbers of a time are holes together, and have one indicator.
    pub fn indicators(&self) -> Vec<usize> {
        let places = self.numbers().map(|(place, _)| place).chain(self.words().map(|(place, _)| place));
        let places: Vec<usize> = places.collect();
        let is_first = |index: usize| index == 0 || places[index - 1] != places[index];
        (0..places.len()).filter(|&index| self.columns[places[index]].indicator && is_first(index)).collect()
    }

    /// The features that are numbers, in order: the place of each one's column, and how it is scaled.
    pub fn numbers(&self) -> impl Iterator<Item = (usize, NumberScalingKind)> + '_ {
        self.columns.iter().enumerate().flat_map(|(place, column)| {
            let (count, scale) = match &column.kind {
                ColumnKind::Number { scale } => (1, *scale),
                // Sines and cosines lie within 1 already.
                ColumnKind::Time { parts, .. } => {
                    (parts.iter().map(|part| part.features()).sum(), NumberScalingKind::Standard)
                }
                ColumnKind::Words { .. } | ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => {
                    (0, NumberScalingKind::None)
                }
            };
            std::iter::repeat_n((place, scale), count)
        })
    }

    /// The columns of words, in order: the place of each, and its words.
    pub fn words(&self) -> impl Iterator<Item = (usize, &[String])> + '_ {
        self.columns.iter().enumerate().filter_map(|(place, column)| match &column.kind {
            ColumnKind::Words { words } => Some((place, words.as_slice())),
            ColumnKind::Number { .. }
            | ColumnKind::Time { .. }
            | ColumnKind::Id
            | ColumnKind::Label
            | ColumnKind::Dropped => None,
        })
    }

    /// The number of features of each column of words: its words, and one for all others.
    pub fn word_counts(&self) -> impl Iterator<Item = usize> + '_ {
        self.words().map(|(_, words)| words.len() + 1)
    }

    /// The columns as a [`Specification`](crate::Specification) takes them, where each column of words counts as much as a number
    /// by its shares.
    ///
    /// # Panics
    /// If there are not shares for each column of words, one for each of its features.
    pub fn table_columns(&self, shares: &[Vec<f32>]) -> TableColumns {
        let counts: Vec<usize> = self.word_counts().collect();
        assert!(shares.iter().map(Vec::len).eq(counts.iter().copied()), "table_columns: shares of words");
        let words = shares.iter().map(|shares| WordColumn::new(shares.len(), WordColumn::weight_of(shares)));
        TableColumns::new(self.numbers().count(), words.collect::<Vec<_>>())
            .with_indicators(self.indicators().len())
    }

    /// The name of each feature, numbers first, then words, and then `age=(hole)` for each indicator.
    pub fn feature_names(&self) -> Vec<String> {
        let is_words = |column: &&Column| matches!(column.kind, ColumnKind::Words { .. });
        let (words, numbers): (Vec<&Column>, Vec<&Column>) = self.columns.iter().partition(is_words);
        let columns = || numbers.iter().chain(&words);
        let indicators =
            columns().filter(|column| column.indicator).map(|column| format!("{}={HOLE}", column.name));
        columns().flat_map(|column| column.feature_names()).chain(indicators).collect()
    }

    /// Whether the columns have names of their own, and not those that stand for their places.
    pub fn is_named(&self) -> bool {
        self.columns.iter().enumerate().any(|(place, column)| column.name != place.to_string())
    }

    /// The place of the column of ids, if there is one.
    pub fn id(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.kind == ColumnKind::Id)
    }

    /// The place of the column of labels, if there is one.
    pub fn label(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.kind == ColumnKind::Label)
    }
}

/// The reason why columns are no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaError {
    /// Name of the column that is wrong, if it is one.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column {column}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for SchemaError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table_column::DateOrder;

    fn words(words: &[&str]) -> ColumnKind {
        ColumnKind::Words { words: words.iter().map(|&word| word.to_owned()).collect() }
    }

    #[test]
    fn features_are_numbers_first_and_then_words_with_one_for_others() {
        let schema = Schema::new([
            Column::new("city", words(&["Bern", "Basel"])),
            Column::new(
                "when",
                ColumnKind::Time {
                    parts: vec![TimePart::Days, TimePart::Weekday],
                    order: DateOrder::default(),
                    clock: false,
                },
            ),
            Column::new("id", ColumnKind::Id),
            Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Robust }),
            Column::new("note", ColumnKind::Dropped),
        ])
        .unwrap();
        let numbers: Vec<usize> = schema.numbers().map(|(place, _)| place).collect();
        assert_eq!(numbers, [1, 1, 1, 3]);
        assert_eq!((schema.features(), schema.id(), schema.label()), (7, Some(2), None));
        let columns = schema.table_columns(&[vec![0.5, 0.5, 0.0]]);
        assert_eq!((columns.numbers, columns.words[0].words), (4, 3));
        let names = ["when.days", "when.weekday.sin", "when.weekday.cos", "age"].map(str::to_owned);
        assert_eq!(schema.feature_names()[..4], names);
        assert_eq!(
            schema.feature_names()[4..],
            ["city=Bern", "city=Basel", "city=(other)"].map(str::to_owned)
        );
    }

    #[test]
    fn indicators_are_features_behind_all_others() {
        let words = Column::new("city", words(&["Bern"])).with_indicator();
        let parts = vec![TimePart::Days, TimePart::Hour];
        let when = ColumnKind::Time { parts, order: DateOrder::default(), clock: false };
        let age = Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Standard });
        let schema = Schema::new([words, age, Column::new("when", when).with_indicator()]).unwrap();
        // The columns are age, when.days, both of when.hour, and city.
        assert_eq!((schema.features(), schema.indicators()), (8, vec![1, 4]));
        let names = schema.feature_names();
        assert_eq!(names[5..], ["city=(other)", "when=(hole)", "city=(hole)"].map(str::to_owned));
        let columns = schema.table_columns(&[vec![0.5, 0.5]]);
        assert_eq!((columns.columns(), columns.features()), (5, Some(8)));
        let id = Schema::new([Column::new("id", ColumnKind::Id).with_indicator()]).unwrap_err().to_string();
        assert!(id.starts_with("column id: expected no indicator of holes"), "{id}");
    }

    #[test]
    fn what_is_no_schema_is_refused_by_its_column() {
        let refused = |columns: Vec<Column>| Schema::new(columns).unwrap_err().to_string();
        let twice = refused(vec![Column::new("city", words(&["a", "b", "a"]))]);
        assert_eq!(twice, "column city: the word \"a\" stands there twice");
        let ids = refused(vec![Column::new("a", ColumnKind::Id), Column::new("b", ColumnKind::Id)]);
        assert_eq!(ids, "column b: a table has one column of ids at most");
        assert!(refused(vec![Column::new("a", ColumnKind::Id)]).contains("found none"));
        let parts = ColumnKind::Time {
            parts: vec![TimePart::Hour, TimePart::Hour],
            order: DateOrder::default(),
            clock: false,
        };
        assert!(refused(vec![Column::new("t", parts)]).contains("hour stands there twice"));
    }

    #[test]
    fn a_schema_in_json_is_plain() {
        let schema = Schema::new([
            Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Log1p }),
            Column::new("plan", words(&["full"])),
        ])
        .unwrap();
        let json = serde_json::to_string(&schema).unwrap();
        let expected = r#"{"column":[{"name":"age","kind":"number","scale":"log1p"},{"name":"plan","kind":"words","words":["full"]}]}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Schema>(&json).unwrap(), schema);
    }
}
