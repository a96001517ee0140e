//! What was typed to make data: small data to try, and data with noise.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::samples::Samples;
use crate::config::{self, NoiseName, Scale};

/// The kinds of small data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SyntheticKind {
    /// Handwritten digits as IDX files, named as MNIST's are: 20,000 to train on unless told otherwise, and a fifth to test
    #[default]
    Digits,
    /// Readings of water pumps as .csv: table.csv with words and empty fields, numbers.csv without; 2,000 rows
    Table,
    /// Small pictures in colour as .png, in a folder for each of three scenes; 600 pictures
    Photos,
    /// Windows of a heartbeat's signal as .csv, 64 values a row; 2,000 rows
    Series,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder synthetic --out data/digits                    digits, as `train synthetic` draws them
  autoencoder synthetic --kind table --out pumps             then: train pumps/numbers.csv --label-column odd
  autoencoder synthetic --kind photos --count 300 --out photos
  autoencoder synthetic --kind series --seed 1 --out beats

Every sample is a function of the seed and of its place alone: the same bytes on every machine, and with a smaller
--count the same samples, only fewer. In tables, photos and series a few samples are odd on purpose: the column `odd`
says which are (1), or the file damaged.csv.")]
pub(crate) struct Synthetic {
    /// The folder to write into; it is made if it is missing
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// What to make
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kind: SyntheticKind,
    /// How many samples; of digits, how many to train on
    #[arg(long, value_name = "N", value_parser = config::at_least_one())]
    pub(crate) count: Option<usize>,
    /// What the samples are drawn from
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = config::seeds())]
    pub(crate) seed: u64,
    /// Replace such files that are in the folder
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder corrupt data/mnist --noise masking --noise-strength 0.5 --out noisy.idx
  autoencoder corrupt numbers.csv --label-column odd --noise gaussian --scale standard --out noisy.csv
  autoencoder evaluate runs/denoising noisy.idx --against data/mnist

Noise is added to values as a model sees them: bytes divided by 255, other data scaled as by `train --scale`. They are
written in the data's own units: bytes stay bytes, rounded and cut to 0 to 255. Masking sets values to 0 as they are
scaled, which with min-max is a column's least value and with standard its mean; salt-and-pepper takes the least and
the greatest scaled value of DATA. The noise of a sample is a function of --seed and of its place. A .csv keeps the columns of a .csv, labels too; other files hold no labels.")]
pub(crate) struct Corrupt {
    #[command(flatten)]
    pub(crate) samples: Samples,
    /// The kind of noise
    #[arg(long, value_enum)]
    pub(crate) noise: NoiseName,
    /// The share of the numbers that is changed (0.3 unless given), or the deviation of gaussian noise (0.1), as with `train`
    #[arg(long, value_name = "F", allow_negative_numbers = true)]
    pub(crate) noise_strength: Option<f64>,
    /// How data is scaled that is not bytes, while noise is added; the default is min-max
    #[arg(long, value_enum)]
    pub(crate) scale: Option<Scale>,
    /// Take the first N samples only
    #[arg(long, value_name = "N", value_parser = config::at_least_one())]
    pub(crate) limit: Option<usize>,
    /// Where to: .npy, .csv or .idx
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
