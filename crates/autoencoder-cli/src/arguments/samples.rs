//! What was typed for the samples that a model is used on, and how it is used.

use clap::Args;

use crate::config::{self, Precision};
use crate::data::{ReadOptions, Split};

/// What a model is used on.
#[derive(Debug, Args)]
pub(crate) struct Samples {
    /// Samples: an IDX, .npy or .csv file, a folder of images or of MNIST's files, or `synthetic`.
    /// Without it: data/mnist below the current folder if it is there, else synthetic
    #[arg(value_name = "DATA")]
    pub(crate) data: Option<String>,
    /// The part to read, where DATA has two; the default is the test split, which training does not see
    #[arg(long, value_enum, default_value = "test")]
    pub(crate) split: Split,
    /// The column of a .csv file that holds labels: its name, or its index from 0
    #[arg(long, value_name = "NAME|INDEX")]
    pub(super) label_column: Option<String>,
    /// What synthetic data is drawn from, and with `corrupt` the noise
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = config::seeds())]
    pub(crate) seed: u64,
}

impl Samples {
    /// How the data is read.
    pub(crate) fn read_options(&self) -> ReadOptions {
        ReadOptions { label_column: self.label_column.clone(), seed: self.seed }
    }
}

/// How a model is used.
#[derive(Debug, Args)]
pub(crate) struct Products {
    /// What the model's products multiply; sums are f32 in any case
    #[arg(long, value_enum, value_name = "PRECISION", default_value = "f32")]
    pub(crate) precision: Precision,
}
