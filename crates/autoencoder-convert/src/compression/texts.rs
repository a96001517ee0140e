//! Texts that stand beside codes, such as labels.

use std::collections::HashMap;

/// Texts beside codes, one for each.
///
/// ```
/// use autoencoder_convert::TextColumn;
/// let labels = TextColumn::new("label", ["7", "2", "7"].map(str::to_owned));
/// assert_eq!(labels.texts().collect::<Vec<_>>(), ["7", "2", "7"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextColumn {
    pub(super) name: String,
    /// The different texts, in the order in which they come up.
    pub(super) table: Vec<String>,
    /// The place of each code's text in the table.
    pub(super) places: Vec<u32>,
}

impl TextColumn {
    /// A column of this name.
    ///
    /// # Panics
    /// If there are 2^32 different texts.
    pub fn new(name: impl Into<String>, texts: impl IntoIterator<Item = String>) -> Self {
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut table = Vec::new();
        let place = |text: String| {
            if let Some(&place) = known.get(&text) {
                return place;
            }
            let place = u32::try_from(table.len()).expect("fewer than 2^32 texts");
            table.push(text.clone());
            known.insert(text, place);
            place
        };
        let places = texts.into_iter().map(place).collect();
        Self { name: name.into(), table, places }
    }

    /// The name of the column.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The texts, one for each code.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.places.iter().map(|&place| self.table[place as usize].as_str())
    }
}
