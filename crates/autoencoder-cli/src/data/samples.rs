//! Samples as they were read: rows of numbers, with their shape, their labels and the name of their source.

use std::path::Path;

use autoencoder::Values;
use ndarray::Array2;

use super::labels::Labels;
use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

/// Samples as they were read, before any scaling.
#[derive(Debug)]
pub(crate) struct Data {
    /// The numbers, one row for each sample.
    pub values: Values,
    /// The shape of a sample: `[28, 28]`, `[height, width, 3]`, `[features]`; its product is the number of features.
    pub sample_shape: Vec<usize>,
    /// The class of every sample, where the source tells the classes.
    pub labels: Option<Labels>,
    /// The name of what was read, for messages.
    pub name: String,
    /// The names of the columns of numbers, where the source has names.
    pub columns: Option<Vec<String>>,
    /// What was assumed of the source, as it did not say so itself: a sentence each.
    pub assumed: Vec<String>,
}

/// The numbers of samples, one after the other.
#[derive(Debug, PartialEq)]
pub(super) enum Elements {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
}

impl Data {
    /// Makes samples of `sample_shape` from the finite numbers that were read from `path`.
    pub(super) fn new(
        path: &Path,
        sample_shape: Vec<usize>,
        elements: Elements,
        labels: Option<Labels>,
    ) -> Outcome<Self> {
        let features: usize = sample_shape.iter().product();
        let count = match &elements {
            Elements::Bytes(bytes) => bytes.len(),
            Elements::Floats(floats) => floats.len(),
            Elements::Doubles(doubles) => doubles.len(),
        };
        if count == 0 {
            return Err(no_samples(path));
        }
        let shape = (count / features, features);
        let values = match elements {
            Elements::Bytes(bytes) => Array2::from_shape_vec(shape, bytes).map(Values::Bytes),
            Elements::Floats(floats) => Array2::from_shape_vec(shape, floats).map(Values::Floats),
            Elements::Doubles(doubles) => Array2::from_shape_vec(shape, doubles).map(Values::Doubles),
        }
        .map_err(|error| Failure::at(path, error))?;
        if let Some(labels) = &labels {
            assert_eq!(labels.of_sample.len(), shape.0, "a label for every sample");
        }
        let name = path.display().to_string();
        Ok(Self { values, sample_shape, labels, name, columns: None, assumed: Vec::new() })
    }

    /// Notes what was assumed, except what was assumed of `other` data too.
    pub(crate) fn tell(&self, notes: Notes, other: Option<&Self>) {
        let is_told = |assumed| other.is_some_and(|other| other.assumed.contains(assumed));
        for assumed in self.assumed.iter().filter(|assumed| !is_told(assumed)) {
            notes.say(format_args!("{}: {assumed}", self.name));
        }
    }

    /// Whether a sample has as many numbers as one of the shape `expected`, in the same places: two images have the same rows,
    /// columns and colours. A table of numbers has no places.
    pub(crate) fn is_shaped(&self, expected: &[usize]) -> bool {
        let sides = |shape: &[usize]| shape.iter().copied().filter(|&side| side != 1).collect::<Vec<_>>();
        let size = |shape: &[usize]| shape.iter().product::<usize>();
        let found = &self.sample_shape[..];
        let is_row = found.len() == 1 || expected.len() == 1;
        if is_row { size(found) == size(expected) } else { sides(found) == sides(expected) }
    }
}

pub(super) fn no_samples(path: &Path) -> Failure {
    Failure::at(path, "expected at least 1 sample of at least 1 number, found none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_another_shape_are_told_from_those_of_the_same() {
        let data = |shape: &[usize]| {
            let bytes = Elements::Bytes(vec![0; shape.iter().product()]);
            Data::new(Path::new("a.npy"), shape.to_vec(), bytes, None).unwrap()
        };
        for same in [&[4, 6][..], &[4, 6, 1], &[1, 4, 6], &[24]] {
            assert!(data(&[4, 6]).is_shaped(same) && data(same).is_shaped(&[4, 6]), "{same:?}");
        }
        for other in [&[6, 4][..], &[2, 12], &[4, 3, 2], &[25], &[4, 7]] {
            assert!(!data(&[4, 6]).is_shaped(other) && !data(other).is_shaped(&[4, 6]), "{other:?}");
        }
    }

    #[test]
    fn no_numbers_are_no_data() {
        for shape in [vec![5], vec![0]] {
            let failure = Data::new(Path::new("a.csv"), shape, Elements::Floats(vec![]), None).unwrap_err();
            assert_eq!(
                failure.to_string(),
                "a.csv: expected at least 1 sample of at least 1 number, found none"
            );
        }
    }
}
