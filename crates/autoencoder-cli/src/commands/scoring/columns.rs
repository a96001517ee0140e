//! The columns that scores have parts of: their names, and their fields as text.

use autoencoder::{Model, OTHER, Samples};
use ndarray::ArrayView1;

use crate::run::by_column;
use crate::run::table_rows::most_likely;
use crate::run::units::Units;
use crate::terminal::numerals;

/// The columns of a model's data, numbers first and then words.
pub(crate) struct Columns<'a> {
    names: Vec<String>,
    numbers: usize,
    /// For each column of words its first feature and its words.
    words: Vec<(usize, &'a [String])>,
    units: Units<'a>,
}

impl<'a> Columns<'a> {
    pub(crate) fn of(model: &'a Model, samples: &Samples) -> Self {
        let about = &model.about;
        let (mut words, numbers) =
            (Vec::new(), about.schema.as_ref().map_or(samples.features(), |schema| schema.numbers().count()));
        let mut first = numbers;
        for (_, of_column) in about.schema.iter().flat_map(autoencoder::Schema::words) {
            words.push((first, of_column));
            first += of_column.len() + 1;
        }
        let names = by_column::names(about, numbers + words.len());
        Self { names, numbers, words, units: Units::of(&about.scaling, samples.features()) }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether no column holds words.
    pub(crate) fn has_numbers_alone(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        &self.names[column]
    }

    /// The field of a column in a row of features, scaled: a number in its units, or the likeliest word.
    pub(crate) fn text(&self, column: usize, row: ArrayView1<'_, f32>) -> String {
        match column.checked_sub(self.numbers) {
            None => numerals::significant(self.units.undo_without_dust(column, row[column])),
            Some(place) => {
                let (first, words) = self.words[place];
                let word = most_likely(row, first, words.len() + 1);
                words.get(word).map_or(OTHER, String::as_str).to_owned()
            }
        }
    }
}
