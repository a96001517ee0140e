//! What was typed to make data: small data to try, and data with noise.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config;

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
