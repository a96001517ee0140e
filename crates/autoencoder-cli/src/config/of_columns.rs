//! Settings of single columns of a table, as typed and as written in a configuration file: `when=days`, `income=log1p`.

use std::str::FromStr;

use autoencoder::{Choice, ColumnKind, DateOrder, NumberScalingKind, TimePart};
use serde::{Deserialize, Serialize};

/// What a column of a table is, by its name or index: `zip=words`, `when=weekday+hour`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct AskedColumn {
    pub(crate) column: String,
    pub(crate) kind: ColumnKind,
}

/// The names of kinds other than parts of times.
const KINDS: [&str; 5] = ["number", "words", "id", "label", "drop"];

impl FromStr for AskedColumn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (column, kind) = parted(text)?;
        let kind = match kind {
            "number" => ColumnKind::Number { scale: NumberScalingKind::Standard },
            "words" => ColumnKind::Words { words: Vec::new() },
            "id" => ColumnKind::Id,
            "label" => ColumnKind::Label,
            "drop" => ColumnKind::Dropped,
            parts => {
                let parts: Option<Vec<TimePart>> = parts.split('+').map(TimePart::named).collect();
                let parts = parts.ok_or_else(|| {
                    let parts: Vec<&str> = TimePart::ALL.iter().map(|part| part.name()).collect();
                    let kinds = KINDS.join(", ");
                    format!(
                        "expected {kinds}, or parts of times such as {} with + between them, found `{kind}`",
                        parts.join(", ")
                    )
                })?;
                if let Some(twice) = (1..parts.len()).find(|&index| parts[..index].contains(&parts[index])) {
                    return Err(format!("the part {} stands there twice", parts[twice].name()));
                }
                ColumnKind::Time { parts, order: DateOrder::default(), clock: false }
            }
        };
        Ok(Self { column: column.to_owned(), kind })
    }
}

impl TryFrom<String> for AskedColumn {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<AskedColumn> for String {
    fn from(asked: AskedColumn) -> Self {
        let kind = match asked.kind {
            ColumnKind::Number { .. } => "number".to_owned(),
            ColumnKind::Words { .. } => "words".to_owned(),
            ColumnKind::Id => "id".to_owned(),
            ColumnKind::Label => "label".to_owned(),
            ColumnKind::Dropped => "drop".to_owned(),
            ColumnKind::Time { parts, .. } => {
                parts.iter().map(|part| part.name()).collect::<Vec<_>>().join("+")
            }
        };
        format!("{}={kind}", asked.column)
    }
}

/// How data is scaled: all features alike, and single columns of a table otherwise: `standard,income=log1p`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct AskedScale {
    /// The scaling of all features that are not among the columns.
    pub(crate) all: Option<NumberScalingKind>,
    pub(crate) columns: Vec<(String, NumberScalingKind)>,
}

impl AskedScale {
    /// All features alike.
    pub(crate) fn of(kind: NumberScalingKind) -> Self {
        Self { all: Some(kind), columns: Vec::new() }
    }

    /// The names of all scalings, for help and messages.
    pub(crate) fn names() -> String {
        let names: Vec<&str> = NumberScalingKind::ALL.iter().map(|kind| kind.name()).collect();
        names.join(", ")
    }
}

impl FromStr for AskedScale {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = |name: &str| {
            NumberScalingKind::named(name)
                .ok_or_else(|| format!("expected one of {}, found `{name}`", Self::names()))
        };
        let mut asked = Self::default();
        for item in text.split(',') {
            if !item.contains('=') {
                if let Some(other) = asked.all {
                    return Err(format!("found both {} and {item} for all columns", other.name()));
                }
                asked.all = Some(named(item)?);
                continue;
            }
            let (column, kind) = parted(item)?;
            asked.columns.push((column.to_owned(), named(kind)?));
        }
        Ok(asked)
    }
}

impl TryFrom<String> for AskedScale {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<AskedScale> for String {
    fn from(asked: AskedScale) -> Self {
        let all = asked.all.map(|kind| kind.name().to_owned());
        let columns = asked.columns.into_iter().map(|(column, kind)| format!("{column}={}", kind.name()));
        all.into_iter().chain(columns).collect::<Vec<_>>().join(",")
    }
}

/// The two sides of the last equals sign.
fn parted(text: &str) -> Result<(&str, &str), String> {
    match text.rsplit_once('=') {
        Some((column, value)) if !column.is_empty() && !value.is_empty() => Ok((column, value)),
        Some(_) | None => Err(format!("expected COLUMN=VALUE, found `{text}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_written() {
        for text in ["zip=words", "a=b=number", "when=days", "when=weekday+hour", "x=id", "x=label", "3=drop"]
        {
            assert_eq!(String::from(text.parse::<AskedColumn>().unwrap()), text);
        }
        for text in ["standard", "income=log1p", "robust,income=log1p,a b=rank-gauss"] {
            assert_eq!(String::from(text.parse::<AskedScale>().unwrap()), text);
        }
    }

    #[test]
    fn what_is_wrong_says_what_is_right() {
        let refused = |text: &str| text.parse::<AskedColumn>().unwrap_err();
        assert!(refused("zip").contains("expected COLUMN=VALUE"));
        assert!(refused("zip=text").contains("number, words, id, label, drop"), "{}", refused("zip=text"));
        assert!(refused("t=hour+hour").contains("twice"));
        let refused = |text: &str| text.parse::<AskedScale>().unwrap_err();
        assert!(refused("log2").contains("rank-gauss, found `log2`"));
        assert!(refused("standard,robust").contains("both standard and robust"));
    }
}
