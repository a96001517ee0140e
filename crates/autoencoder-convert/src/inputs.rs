//! The inputs of a model in the units of its data: how each number is scaled, and what stands for a hole.

use std::ops::Range;

use autoencoder::{Model, NumberMap, OTHER, Scaling, Schema};

/// The inputs of a model: a sample as it is read, one number for each column. Numbers come first, and then words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Inputs {
    /// The columns of numbers: one feature each.
    pub numbers: Vec<NumberInput>,
    /// The columns of words.
    pub words: Vec<WordInput>,
    /// The features that are 1 where nothing is known of a column, and else 0: the place of each column, and its feature.
    pub indicators: Vec<(usize, usize)>,
}

/// A column of numbers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NumberInput {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Map from numbers as they are read to scaled numbers.
    pub map: NumberMap,
    /// The scaled number that stands for a hole; `None` where the model knows no mean.
    pub hole: Option<f32>,
}

/// A column of words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WordInput {
    /// Its name.
    pub name: String,
    /// The words, the last of which stands for all others.
    pub words: Vec<String>,
    /// The share of each word, which stands for a hole.
    pub shares: Vec<f32>,
    /// The features of the words: 1 for the word of a sample and 0 for the others.
    pub features: Range<usize>,
}

impl Inputs {
    /// The inputs of a model.
    pub fn of(model: &Model) -> Self {
        let (about, features) = (&model.about, model.architecture().features());
        let names = names(model);
        let number = |feature: usize, map: NumberMap, hole: Option<f32>| NumberInput {
            name: names.get(feature).cloned(),
            map,
            hole,
        };
        let plain = |map: &dyn Fn(usize) -> (NumberMap, Option<f64>)| {
            let numbers = (0..features).map(|feature| {
                let (map, middle) = map(feature);
                let hole = middle.map(|middle| about.scaling.apply(feature, middle));
                number(feature, map, hole)
            });
            Self { numbers: numbers.collect(), words: Vec::new(), indicators: Vec::new() }
        };
        match &about.scaling {
            Scaling::None => plain(&|_| (NumberMap::None, None)),
            Scaling::Bytes => plain(&|_| (NumberMap::MinMax { least: 0.0, width: 255.0 }, None)),
            Scaling::MinMax { minimum, maximum } => plain(&|feature| {
                let (least, most) = (minimum[feature], maximum[feature]);
                (NumberMap::MinMax { least, width: most - least }, Some(f64::midpoint(least, most)))
            }),
            Scaling::Standard { mean, deviation } => plain(&|feature| {
                let (mean, deviation) = (mean[feature], deviation[feature]);
                (NumberMap::Standard { mean, deviation }, Some(mean))
            }),
            Scaling::Columns { numbers, words, indicators } => {
                let first_word = numbers.len();
                let numbers = numbers.iter().enumerate();
                let numbers = numbers
                    .map(|(feature, scaling)| number(feature, scaling.by.clone(), Some(scaling.mean)))
                    .collect();
                let words = words_of(about.schema.as_ref(), words, first_word);
                let behind = words.last().map_or(first_word, |last| last.features.end);
                let indicators = indicators.iter().copied().zip(behind..).collect();
                Self { numbers, words, indicators }
            }
        }
    }

    /// The number of inputs.
    pub fn count(&self) -> usize {
        self.numbers.len() + self.words.len()
    }

    /// The feature that is 1 where nothing is known of a column, if it has one.
    pub fn indicator(&self, column: usize) -> Option<usize> {
        self.indicators.iter().find(|(of, _)| *of == column).map(|&(_, feature)| feature)
    }
}

/// The names of the features that are numbers, where these have names.
fn names(model: &Model) -> Vec<String> {
    let about = &model.about;
    if let Some(schema) = about.schema.as_ref() {
        return schema.feature_names();
    }
    let of_row = about.columns.as_ref().map(|columns| columns.names.clone()).unwrap_or_default();
    match about.window {
        // The rows of a window lie one after the other.
        Some(window) => (0..window.rows.get())
            .flat_map(|row| of_row.iter().map(move |name| format!("{name} of row {row}")))
            .collect(),
        None => of_row,
    }
}

fn words_of(schema: Option<&Schema>, shares: &[Vec<f32>], first: usize) -> Vec<WordInput> {
    let mut next = first;
    let known: Vec<(String, Vec<String>)> = schema.map_or_else(Vec::new, |schema| {
        let column = |(place, words): (usize, &[String])| {
            let words = words.iter().cloned().chain([OTHER.to_owned()]).collect();
            (schema.columns[place].name.clone(), words)
        };
        schema.words().map(column).collect()
    });
    let word = |(column, shares): (usize, &Vec<f32>)| {
        let features = next..next + shares.len();
        next = features.end;
        let unnamed = || {
            let words = (0..shares.len()).map(|word| word.to_string()).collect();
            (format!("words {column}"), words)
        };
        let (name, words) = known.get(column).cloned().unwrap_or_else(unnamed);
        WordInput { name, words, shares: shares.clone(), features }
    };
    shares.iter().enumerate().map(word).collect()
}

#[cfg(test)]
mod tests {
    use autoencoder::{Initialization, Specification};

    use super::*;

    fn model(scaling: Scaling) -> Model {
        let mut model = Model::new(Specification::new(2, [1]), Initialization::Glorot, 0).unwrap();
        model.about.scaling = scaling;
        model
    }

    #[test]
    fn a_hole_is_the_middle_of_what_was_trained_on() {
        let hole = |scaling: Scaling| Inputs::of(&model(scaling)).numbers[1].hole;
        assert_eq!(hole(Scaling::MinMax { minimum: vec![0.0, 2.0], maximum: vec![1.0, 4.0] }), Some(0.5));
        assert_eq!(hole(Scaling::Standard { mean: vec![0.0, 7.0], deviation: vec![1.0, 0.0] }), Some(0.0));
        assert_eq!((hole(Scaling::Bytes), hole(Scaling::None)), (None, None));
    }
}
