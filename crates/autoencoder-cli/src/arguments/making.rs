//! The arguments of the commands that make data: `synthetic` and `corrupt`.

use std::path::PathBuf;

use autoencoder::{Noise, NumberScalingKind};
use clap::{Args, ValueEnum};

use super::samples::TypedSamples;
use crate::config::{self, Named};

/// The kinds of small data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SyntheticKind {
    /// Handwritten digits as IDX files, named as MNIST's are: unless told otherwise 20,000 to train on, and a fifth
    /// as many to test with
    #[default]
    Digits,
    /// Readings of water pumps as .csv: table.csv with words and empty fields, numbers.csv without them; 2,000 rows
    Table,
    /// Small pictures in colour as .png, in a folder for each of three scenes; 600 pictures
    Photos,
    /// Windows of a heartbeat's signal as .csv, 64 values in each row; 2,000 rows
    Series,
    /// Hourly readings of a building as .csv, rows in time: power, temperatures and water; 4,000 rows
    Readings,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder synthetic --out data/digits                    digits, as `train synthetic` draws them
  autoencoder synthetic --kind table --out pumps             readings of pumps, some of them odd
  autoencoder synthetic --kind photos --count 300 --out photos
  autoencoder synthetic --kind series --seed 1 --out beats
  autoencoder synthetic --kind readings --out building

A sample depends on nothing but the seed and its index: every machine writes the same bytes, and a \
smaller --count writes the first of the same samples. In tables, photos, series and readings a few samples are \
odd on purpose, as marked by a 1 in the column `odd`, or listed in damaged.csv.")]
pub(crate) struct Synthetic {
    /// Folder to write into, which is created if it is missing
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Kind of data to write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kind: SyntheticKind,
    /// Number of samples; for digits, the number of training samples
    #[arg(long, value_name = "N", value_parser = config::drawn())]
    pub(crate) count: Option<usize>,
    /// Seed that the samples are drawn from
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = config::seeds())]
    pub(crate) seed: u64,
    /// Replace files of the same names that are in the folder
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder corrupt data/mnist --noise masking --noise-strength 0.5 --out noisy.idx
  autoencoder corrupt numbers.csv --label-column odd --noise gaussian --out noisy.csv
  autoencoder evaluate runs/denoising noisy.idx --against data/mnist

Noise is added to values as a model sees them: bytes divided by 255, other data scaled as by \
`train --scale`. The noisy values are written in the units of the data: bytes stay bytes, rounded and \
cut to 0 to 255. Masking sets scaled values to 0, which is a column's least value with min-max and its \
mean with standard, and empties whole fields of a table with words or holes; salt-and-pepper takes the least and the greatest scaled value of DATA; swap takes \
numbers of other samples of DATA as they are, without scaling. The random choices for a sample depend \
on nothing but --seed and the sample's index.
A .csv made of a .csv keeps all columns, with the labels; other files hold no labels.")]
pub(crate) struct Corrupt {
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Kind of noise
    #[arg(long)]
    pub(crate) noise: Named<Option<Noise>>,
    /// Strength of the noise, as with `train`: the share of the numbers that are changed (0.3 unless given), or the
    /// standard deviation of gaussian noise (0.1)
    #[arg(long, value_name = "F", allow_negative_numbers = true)]
    pub(crate) noise_strength: Option<f64>,
    /// Scaling of data that is not bytes, while noise is added; the default is min-max
    #[arg(long)]
    pub(crate) scale: Option<Named<NumberScalingKind>>,
    /// Read the first N samples only
    #[arg(long, value_name = "N", value_parser = config::at_least_one("limit"))]
    pub(crate) limit: Option<usize>,
    /// File to write: .npy, .csv or .idx
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
