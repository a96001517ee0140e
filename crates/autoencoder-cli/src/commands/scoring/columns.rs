//! The columns that scores have parts of: their names, and their fields as text.

use std::ops::Range;

use autoencoder::{About, Model, OTHER, Samples};
use ndarray::ArrayView1;

use crate::figures::ImageShape;
use crate::run::by_column;
use crate::run::comparison::image_shape;
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
        Self::of_features(&model.about, samples.features())
    }

    /// The columns of samples of so many features.
    pub(crate) fn of_features(about: &'a About, features: usize) -> Self {
        let (mut words, numbers) =
            (Vec::new(), about.schema.as_ref().map_or(features, |schema| schema.numbers().count()));
        let mut first = numbers;
        for (_, of_column) in about.schema.iter().flat_map(autoencoder::Schema::words) {
            words.push((first, of_column));
            first += of_column.len() + 1;
        }
        let names = match image_shape(&about.sample_shape) {
            Some(shape) => (0..features).map(|feature| pixel(shape, feature)).collect(),
            None => by_column::names(about, numbers + words.len()),
        };
        Self { names, numbers, words, units: Units::of(&about.scaling, features) }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The number of columns of numbers, which come first.
    pub(crate) fn numbers(&self) -> usize {
        self.numbers
    }

    /// The features of a column: a number has one, and a column of words one for each word and one for all others.
    pub(crate) fn features(&self, column: usize) -> Range<usize> {
        match column.checked_sub(self.numbers) {
            None => column..column + 1,
            Some(place) => {
                let (first, words) = self.words[place];
                first..first + words.len() + 1
            }
        }
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

/// What a pixel of an image is called, or one of its colours: counted from the upper left corner, from 0.
fn pixel(shape: ImageShape, feature: usize) -> String {
    let (place, channel) = (feature / shape.channels, feature % shape.channels);
    let (row, column) = (place / shape.width, place % shape.width);
    match shape.channels {
        1 => format!("pixel {row}/{column}"),
        _ => format!("pixel {row}/{column} colour {channel}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_called_by_row_and_column() {
        let grey = ImageShape { height: 28, width: 28, channels: 1 };
        assert_eq!(pixel(grey, 751), "pixel 26/23");
        assert_eq!(pixel(ImageShape { channels: 3, ..grey }, 3 * 29 + 2), "pixel 1/1 colour 2");
    }
}
