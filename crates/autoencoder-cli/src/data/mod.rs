//! What can be read as samples: IDX files and folders of them, npy, CSV, folders of images, built-in digits.
//!
//! A [`Source`] is resolved first, from names and a few bytes, so that a mistaken argument fails at once; its
//! samples are read later, as bytes or f32, unscaled. Whatever the file claims, [`Data`] that exists is whole: at
//! least one sample, every number finite, as many labels as samples.

mod codes;
mod format;
mod idx_file;
mod idx_folder;
mod images;
mod labels;
mod npy;
mod npy_header;
mod numbers;
mod picture;
mod source;
pub(crate) mod synthetic;
mod table;

use std::path::Path;

use autoencoder::Values;
use ndarray::Array2;

use crate::failure::{Failure, Outcome};

pub(crate) use codes::read_codes;
pub(crate) use format::Format;
pub(crate) use idx_file::open as open_idx;
pub(crate) use idx_folder::{IdxFolder, IdxPair};
pub(crate) use images::ImageFolder;
pub(crate) use labels::Labels;
pub(crate) use npy_header::NpyHeader;
pub(crate) use source::{DEFAULT_FOLDER, Source, SourceKind};
pub(crate) use table::{Header as TableHeader, read as read_table};

/// Samples as they were read, before any scaling.
#[derive(Debug)]
pub(crate) struct Data {
    /// One row a sample.
    pub values: Values,
    /// The shape of a sample: `[28, 28]`, `[height, width, 3]`, `[features]`; its product is the number of features.
    pub sample_shape: Vec<usize>,
    /// The class of every sample, where the source says it.
    pub labels: Option<Labels>,
    /// What was read, for messages.
    pub name: String,
}

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Split {
    /// What models are trained on.
    Train,
    /// What they are tested on.
    Test,
}

/// How to read what DATA names.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReadOptions {
    /// The column of a CSV file that holds labels: its name in the header line, or its index from 0.
    pub label_column: Option<String>,
    /// What the built-in digits are a function of.
    pub seed: u64,
}

/// The numbers of samples, one after the other.
#[derive(Debug, PartialEq)]
enum Elements {
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
}

impl Data {
    /// Puts together what was read from `path`: samples of `sample_shape`, whose numbers are finite.
    fn new(
        path: &Path,
        sample_shape: Vec<usize>,
        elements: Elements,
        labels: Option<Labels>,
    ) -> Outcome<Self> {
        let features: usize = sample_shape.iter().product();
        let count = match &elements {
            Elements::Bytes(bytes) => bytes.len(),
            Elements::Floats(floats) => floats.len(),
        };
        if count == 0 {
            return Err(no_samples(path));
        }
        let shape = (count / features, features);
        let values = match elements {
            Elements::Bytes(bytes) => Array2::from_shape_vec(shape, bytes).map(Values::Bytes),
            Elements::Floats(floats) => Array2::from_shape_vec(shape, floats).map(Values::Floats),
        }
        .map_err(|error| Failure::at(path, error))?;
        if let Some(labels) = &labels {
            assert_eq!(labels.of_sample.len(), shape.0, "a label for every sample");
        }
        Ok(Self { values, sample_shape, labels, name: path.display().to_string() })
    }
}

fn no_samples(path: &Path) -> Failure {
    Failure::at(path, "expected at least 1 sample of at least 1 number, found none")
}

/// The product of sizes, or `None` beyond the machine's; 0 if one of them is, whatever the others.
fn product(sizes: &[usize]) -> Option<usize> {
    if sizes.contains(&0) {
        return Some(0);
    }
    sizes.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_of_zero_makes_any_product_zero() {
        assert_eq!(product(&[]), Some(1));
        assert_eq!(product(&[3, 5, 7]), Some(105));
        assert_eq!(product(&[usize::MAX, usize::MAX, 0]), Some(0));
        assert_eq!(product(&[usize::MAX, 2]), None);
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
