//! The columns of the table that a model was trained on.

use serde::{Deserialize, Serialize};

/// Columns of the table that a model was trained on, so that another table can be matched with them by name.
///
/// ```
/// use autoencoder::{Columns, LabelColumn};
/// let columns = Columns::of_names(["age".to_owned(), "height".to_owned()]);
/// assert_eq!(columns.with_label(LabelColumn::Name("name".to_owned())).names[1], "height");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Columns {
    /// Name of each feature, in order; none where the table had no names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Column that held labels beside the features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<LabelColumn>,
    /// Column that said what each row is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<LabelColumn>,
}

/// Column of labels of a table, or of what its rows are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelColumn {
    /// The column of this name.
    Name(String),
    /// The column of this index from 0, in a table without names.
    Index(usize),
}

impl Columns {
    /// The columns of these names.
    pub fn of_names(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect(), label: None, id: None }
    }

    /// The same columns beside a column of labels.
    #[must_use]
    pub fn with_label(self, label: LabelColumn) -> Self {
        Self { label: Some(label), ..self }
    }
}
