//! What codes in the plane are coloured by: the labels of their samples, their errors, or a column of a table.

use std::collections::BTreeMap;

use autoencoder::Inference;
use ndarray::ArrayView2;

use crate::commands::scoring::Columns;
use crate::data::Labels;
use crate::failure::{Failure, Outcome};
use crate::figures::{Classes, Colours, Numbers};
use crate::run::comparison::image_shape;
use crate::run::table_rows::TableRows;
use crate::run::units::Units;
use crate::run::{Loaded, Seen, expect_finite};
use crate::terminal::{Notes, numerals, similar};

/// The words of `--color-by` that are no column.
const LABEL: &str = "label";
const ERROR: &str = "error";

/// What codes are coloured by.
pub(super) enum Colouring<'a> {
    Nothing,
    Labels(&'a Labels),
    /// The words of a column, by their places among those that occur.
    Words {
        of_sample: Vec<usize>,
        names: Vec<String>,
    },
    Numbers {
        name: String,
        of_sample: Vec<f64>,
    },
}

impl<'a> Colouring<'a> {
    /// What was asked for, or else the labels where there are labels.
    pub(super) fn of(typed: Option<&str>, loaded: &Loaded, seen: &'a Seen, notes: Notes) -> Outcome<Self> {
        match typed {
            None => Ok(seen.labels.as_ref().map_or(Self::Nothing, Self::Labels)),
            Some(LABEL) => match &seen.labels {
                Some(labels) => Ok(Self::Labels(labels)),
                None => Err(Failure::usage(format_args!(
                    "--color-by label: the samples of {} have no labels",
                    seen.origin
                ))
                .advise("name their column with --label-column")),
            },
            Some(ERROR) => {
                let inference = Inference::new(&loaded.model);
                let errors = notes.during("restoring samples", || inference.errors(&seen.samples))?;
                let errors = errors.to_vec();
                let column = ArrayView2::from_shape((errors.len(), 1), &errors).map_err(Failure::new)?;
                expect_finite(loaded.path(), "error", column)?;
                Ok(Self::Numbers { name: ERROR.to_owned(), of_sample: errors })
            }
            Some(column) => Self::of_column(column, loaded, seen),
        }
    }

    fn of_column(typed: &str, loaded: &Loaded, seen: &'a Seen) -> Outcome<Self> {
        let about = &loaded.model.about;
        let refused = |why: &str| Err(Failure::usage(format_args!("--color-by {typed}: {why}")));
        if image_shape(&about.sample_shape).is_some() || about.sample_shape.len() > 1 {
            return refused("the samples are no rows of a table; label and error are told of them");
        }
        if seen.is_in_time() {
            return refused("the samples are windows over several rows; label and error are told of them");
        }
        if let Some(labels) = &seen.labels
            && loaded.names_beside()[1] == typed
        {
            return Ok(Self::Labels(labels));
        }
        let samples = &seen.samples;
        let columns = Columns::of(&loaded.model, samples);
        let scaled = samples.scaled(0..samples.len());
        let Some(schema) = &about.schema else {
            let Some(column) = (0..columns.len()).find(|&column| columns.name(column) == typed) else {
                let names: Vec<&str> = (0..columns.len()).map(|column| columns.name(column)).collect();
                return Err(no_such_column(typed, &names));
            };
            let units = Units::of(&about.scaling, samples.features());
            let of_sample = scaled.column(column).iter().map(|&value| units.undo(column, value)).collect();
            return Ok(Self::Numbers { name: typed.to_owned(), of_sample });
        };
        let rows = TableRows::new(schema, &about.scaling);
        let written = rows.columns();
        let Some(written) = written.iter().find(|written| written.name == typed) else {
            let names: Vec<&str> = written.iter().map(|written| written.name.as_str()).collect();
            return Err(no_such_column(typed, &names));
        };
        let first = written.features().start;
        // Holes are asked of columns, of which a word has several features.
        let column = (0..columns.len()).find(|&column| columns.features(column).start == first);
        let is_hole = |sample: usize| column.is_some_and(|column| samples.is_hole(sample, column));
        let text = |sample: usize| rows.text(written, scaled.row(sample));
        if written.is_number() {
            let number = |sample: usize| match written.number() {
                _ if is_hole(sample) => f64::NAN,
                Some(feature) => rows.number(feature, scaled.row(sample)),
                None => text(sample).parse().unwrap_or(f64::NAN),
            };
            return Ok(Self::Numbers {
                name: typed.to_owned(),
                of_sample: (0..samples.len()).map(number).collect(),
            });
        }
        if written.is_time() {
            return refused(
                "a date is no number and no word; parts of it such as .hour can be learnt as numbers",
            );
        }
        let word = |sample: usize| if is_hole(sample) { "(not known)".to_owned() } else { text(sample) };
        Ok(Self::words(&(0..samples.len()).map(word).collect::<Vec<_>>()))
    }

    /// Words as classes, in the order of the alphabet.
    fn words(each: &[String]) -> Self {
        let mut places: BTreeMap<&str, usize> = each.iter().map(|word| (word.as_str(), 0)).collect();
        places.values_mut().enumerate().for_each(|(place, of_word)| *of_word = place);
        Self::Words {
            of_sample: each.iter().map(|word| places[word.as_str()]).collect(),
            names: places.keys().map(|&word| word.to_owned()).collect(),
        }
    }

    pub(super) fn colours(&self) -> Colours<'_> {
        match self {
            Self::Nothing => Colours::Nothing,
            Self::Labels(labels) => {
                Colours::Classes(Classes { of_sample: &labels.of_sample, names: &labels.names })
            }
            Self::Words { of_sample, names } => Colours::Classes(Classes { of_sample, names }),
            Self::Numbers { name, of_sample } => Colours::Numbers(Numbers { name, of_sample }),
        }
    }
}

/// The failure that the model has learnt no such column.
fn no_such_column(typed: &str, names: &[&str]) -> Failure {
    let failure = Failure::usage(format_args!(
        "--color-by {typed}: the model has learnt no such column; it knows {}",
        numerals::listed(names, 10)
    ));
    match similar(names.iter().copied(), typed) {
        Some(name) => failure.advise(format_args!("did you mean {name}?")),
        None => failure.advise(format_args!("--label-column {typed} reads a column that was not learnt")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_classes_in_the_order_of_the_alphabet() {
        let each = ["b", "a", "b", "c"].map(str::to_owned);
        let Colouring::Words { of_sample, names } = Colouring::words(&each) else { panic!("words") };
        assert_eq!((of_sample, names), (vec![1, 0, 1, 2], ["a", "b", "c"].map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_mistyped_column_is_told_the_nearest() {
        let said = no_such_column("presure", &["flow", "pressure"]).to_string();
        assert!(
            said.contains("it knows flow, pressure") && said.contains("did you mean pressure?"),
            "{said}"
        );
        assert!(no_such_column("zzz", &["flow"]).to_string().contains("--label-column zzz"));
    }
}
