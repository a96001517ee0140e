//! The arguments of `explore`.

use std::path::PathBuf;

use clap::Args;

use super::samples::TypedSamples;
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder explore runs/tutorial-2d --out explore.html
  autoencoder explore runs/vae data/mnist --count 2000 --title \"Digits\" --out digits.html
  autoencoder explore runs/table pumps/table.csv --out pumps.html

The page needs no server and no network: it is opened as a file, and sent as one. It holds the network, with numbers \
of 16 bits, and the codes and pictures or rows of the samples. Where DATA has a training and a test split, the samples \
are those of the test split unless --split train is given.")]
pub(crate) struct Explore {
    /// Model file, or the folder of a run
    #[arg(value_name = "RUN")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Page to write: .html
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Number of samples on the page, evenly spaced among those of DATA; the default is all of them
    #[arg(long, value_name = "N", value_parser = config::drawn())]
    pub(crate) count: Option<usize>,
    /// Title of the page; the default is made of the name of the data
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Megabytes that the page has at most, from 1 to 500: a larger one is refused
    #[arg(long, value_name = "MB", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=500))]
    pub(crate) max_size: u64,
}
