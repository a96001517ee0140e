//! A column of a table with words, holes, ids or dates: what it is, and what is known of it.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;
use crate::samples::number_scaling::NumberScalingKind;

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
    /// Whether a model is told where nothing is known of the column, by one more feature.
    #[serde(default, skip_serializing_if = "is_false")]
    pub indicator: bool,
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

/// The word that stands for nothing being known, in the name of a column's indicator.
pub(super) const HOLE: &str = "(hole)";

/// The most words that a column may have.
pub const MOST_WORDS: usize = 10_000;

impl Column {
    /// A column of this name and kind.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind, holes: 0.0, decimals: None, residual: None, indicator: false }
    }

    /// The same column, of which nothing is known in this share of the rows.
    #[must_use]
    pub fn with_holes(self, holes: f64) -> Self {
        Self { holes, ..self }
    }

    /// The same column, of which a model is told where nothing is known.
    #[must_use]
    pub fn with_indicator(self) -> Self {
        Self { indicator: true, ..self }
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
