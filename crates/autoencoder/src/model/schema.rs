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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Schema {
    /// All columns of the table, those that a model does not see too.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Column {
    /// Name of the column; in a table without names its index from 0.
    pub name: String,
    /// What the column is.
    #[serde(flatten)]
    pub kind: ColumnKind,
    /// Share of the rows in which nothing is known of the column, from 0 to 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub holes: f64,
    /// Largest number of decimals that the column's numbers have, where it has numbers of few decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<usize>,
    /// Size of what a trained model leaves of the column when it restores rows: of scaled numbers the root of the mean squared
    /// error, of words the mean cross-entropy in nats. None where nothing was trained, or nothing is known of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<f64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(share: &f64) -> bool {
    *share <= 0.0
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
        #[serde(default)]
        words: Vec<String>,
    },
    /// Dates or times, as numbers made of them.
    Time {
        /// The numbers that are made of each time.
        parts: Vec<TimePart>,
        /// The order of year, month and day.
        #[serde(default, skip_serializing_if = "DateOrder::is_usual")]
        order: DateOrder,
        /// Whether there is a time of day beside the date.
        #[serde(default, skip_serializing_if = "is_false")]
        clock: bool,
    },
    /// What a row is called: kept beside it, and not seen by a model.
    Id,
    /// Labels, which a model does not see.
    Label,
    /// Nothing that is read.
    Dropped,
}

/// The order in which year, month and day are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `2020-01-31`, and times without a date.
    #[default]
    YearMonthDay,
    /// `31.01.2020`
    DayMonthYear,
    /// `01/31/2020`
    MonthDayYear,
}

impl DateOrder {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    fn is_usual(&self) -> bool {
        *self == Self::YearMonthDay
    }
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
        Self { name: name.into(), kind, holes: 0.0, decimals: None, residual: None }
    }

    /// The same column, of which nothing is known in this share of the rows.
    #[must_use]
    pub fn with_holes(self, holes: f64) -> Self {
        Self { holes, ..self }
    }

    /// Whether a model sees the column.
    pub fn is_seen(&self) -> bool {
        match self.kind {
            ColumnKind::Number { .. } | ColumnKind::Words { .. } | ColumnKind::Time { .. } => true,
            ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => false,
        }
    }

    /// The names of the column's features: its own for a number, `when.days` or `when.hour.sin` for the parts of a time, and
    /// `plan=full` for each word.
    pub fn feature_names(&self) -> Vec<String> {
        let name = &self.name;
        match &self.kind {
            ColumnKind::Number { .. } => vec![name.clone()],
            ColumnKind::Words { words } => {
                words.iter().map(String::as_str).chain([OTHER]).map(|word| format!("{name}={word}")).collect()
            }
            ColumnKind::Time { parts, .. } => {
                let names = |part: &TimePart| match part.features() {
                    1 => vec![format!("{name}.{}", part.name())],
                    _ => ["sin", "cos"].map(|side| format!("{name}.{}.{side}", part.name())).to_vec(),
                };
                parts.iter().flat_map(names).collect()
            }
            ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => vec![],
        }
    }
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
        for Column { name, kind, holes, residual, .. } in &self.columns {
            let refuse = |what: String| Err(SchemaError { column: Some(name.clone()), what });
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
        self.numbers().count() + self.words().map(|(_, words)| words.len() + 1).sum::<usize>()
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
    }

    /// The name of each feature, numbers first and then words.
    pub fn feature_names(&self) -> Vec<String> {
        let is_words = |column: &&Column| matches!(column.kind, ColumnKind::Words { .. });
        let (words, numbers): (Vec<&Column>, Vec<&Column>) = self.columns.iter().partition(is_words);
        numbers.into_iter().chain(words).flat_map(Column::feature_names).collect()
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
