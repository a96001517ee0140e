//! The columns of a table with words, holes, ids or dates: what each of them is, and how a model treats it.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Schema {
    /// All columns of the table, those that a model does not see too.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Column {
    /// Name of the column.
    pub name: String,
    /// What the column is.
    #[serde(flatten)]
    pub kind: ColumnKind,
}

/// What a column of a table is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Numbers, one feature.
    Number {
        /// The way in which the column is scaled.
        #[serde(default = "usual_scale")]
        scale: NumberScalingKind,
    },
    /// Words: one feature for each, and one more for all words that are not among them.
    Words {
        /// The words, each once.
        words: Vec<String>,
    },
    /// Dates or times, as numbers made of them.
    Time {
        /// The numbers that are made of each time.
        parts: Vec<TimePart>,
    },
    /// What a row is called: kept beside it, and not seen by a model.
    Id,
    /// Labels, which a model does not see.
    Label,
    /// Nothing that is read.
    Dropped,
}

/// A number, or a pair of numbers, that is made of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimePart {
    /// Days since the beginning of 1970, with the time of day as a fraction: one feature.
    Days,
    /// The place within the year: two features, the sine and the cosine of an angle, as for all parts below.
    Year,
    /// The place within the week.
    Weekday,
    /// The place within the day.
    Hour,
}

impl Choice for TimePart {
    const ALL: &'static [Self] = &[Self::Days, Self::Year, Self::Weekday, Self::Hour];

    fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Days => "Days since 1970, as one number",
            Self::Year => "The place within the year, as a pair of numbers that comes round",
            Self::Weekday => "The place within the week, as a pair of numbers that comes round",
            Self::Hour => "The place within the day, as a pair of numbers that comes round",
        }
    }
}

impl TimePart {
    /// The number of features: one, or the two of a pair.
    pub fn features(self) -> usize {
        match self {
            Self::Days => 1,
            Self::Year | Self::Weekday | Self::Hour => 2,
        }
    }
}

fn usual_scale() -> NumberScalingKind {
    NumberScalingKind::Standard
}

/// The word that stands for all words that are not among those of a column.
pub const OTHER: &str = "(other)";

/// The most words that a column may have.
pub const MOST_WORDS: usize = 10_000;

impl Column {
    /// A column of this name and kind.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind }
    }
}

impl Schema {
    /// A schema of these columns.
    ///
    /// # Errors
    /// If no column is seen by a model, a word or a part of a time stands twice in a column, there are more than [`MOST_WORDS`]
    /// words, or several columns are ids or labels.
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
        for Column { name, kind } in &self.columns {
            let refuse = |what: String| Err(SchemaError { column: Some(name.clone()), what });
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
                ColumnKind::Time { parts } => {
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
        self.numbers().count() + self.words().map(|(_, words)| words.len() + 1).sum::<usize>()
    }

    /// The features that are numbers, in order: the place of each one's column, and how it is scaled.
    pub fn numbers(&self) -> impl Iterator<Item = (usize, NumberScalingKind)> + '_ {
        self.columns.iter().enumerate().flat_map(|(place, column)| {
            let (count, scale) = match &column.kind {
                ColumnKind::Number { scale } => (1, *scale),
                // Sines and cosines lie within 1 already.
                ColumnKind::Time { parts } => {
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

    fn words(words: &[&str]) -> ColumnKind {
        ColumnKind::Words { words: words.iter().map(|&word| word.to_owned()).collect() }
    }

    #[test]
    fn features_are_numbers_first_and_then_words_with_one_for_others() {
        let schema = Schema::new([
            Column::new("city", words(&["Bern", "Basel"])),
            Column::new("when", ColumnKind::Time { parts: vec![TimePart::Days, TimePart::Weekday] }),
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
    }

    #[test]
    fn what_is_no_schema_is_refused_by_its_column() {
        let refused = |columns: Vec<Column>| Schema::new(columns).unwrap_err().to_string();
        let twice = refused(vec![Column::new("city", words(&["a", "b", "a"]))]);
        assert_eq!(twice, "column city: the word \"a\" stands there twice");
        let ids = refused(vec![Column::new("a", ColumnKind::Id), Column::new("b", ColumnKind::Id)]);
        assert_eq!(ids, "column b: a table has one column of ids at most");
        assert!(refused(vec![Column::new("a", ColumnKind::Id)]).contains("found none"));
        let parts = ColumnKind::Time { parts: vec![TimePart::Hour, TimePart::Hour] };
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
