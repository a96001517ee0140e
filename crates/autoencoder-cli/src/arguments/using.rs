//! What was typed to use a model: what on, and what for.

use std::path::PathBuf;

use clap::Args;

use super::samples::{Products, Samples};
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder evaluate runs/tutorial
  autoencoder evaluate runs/tutorial data/mnist --split train --json
  autoencoder evaluate runs/vae --importance-samples 50
  autoencoder evaluate runs/denoising noisy.idx --against data/mnist

Errors are on values as the model sees them: bytes divided by 255, other data as it was scaled for training.
Where DATA has a training and a test split, the test split is judged unless --split train is given.
The baselines are fitted on the training split where DATA has one, else on DATA itself; with --against on
CLEAN, and beside them stands the error of DATA itself, that of restoring nothing.")]
pub(crate) struct Evaluate {
    /// A model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: Samples,
    /// Measure what is restored from DATA against these samples, such as the clean ones of noisy DATA, sample by sample;
    /// without a value against the data that is taken when no DATA is named
    #[arg(long, value_name = "CLEAN", num_args = 0..=1, conflicts_with = "importance_samples")]
    #[expect(clippy::option_option, reason = "not typed, typed without a value, typed with one")]
    pub(crate) against: Option<Option<String>>,
    /// Estimate the log-likelihood under a variational model from K codes for each sample, at most 100000
    #[arg(long, value_name = "K", value_parser = config::draws())]
    pub(crate) importance_samples: Option<usize>,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder encode runs/tutorial --out codes.npy
  autoencoder encode runs/tutorial --split train --out codes.npy
  autoencoder encode runs/table numbers.csv --label-column odd --out codes.csv

Where DATA has a training and a test split, the test split is encoded unless --split train is given.")]
pub(crate) struct Encode {
    /// A model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: Samples,
    /// Where to: .npy or .csv, one row a sample
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) products: Products,
}

/// What the files of samples hold.
const UNITS: &str = "\
Samples are written in the data's own units, with the model's scaling undone. A model of bytes writes .idx as
bytes, rounded; all else is 32-bit floats. A .png is a figure of the first samples, other files hold all.";

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  autoencoder decode runs/tutorial codes.npy --out decoded.npy
  autoencoder decode runs/tutorial codes.csv --out decoded.png --count 20
  autoencoder decode runs/vae --random 10 --out new.png

{UNITS}
The codes of a variational model are trained to be standard normal, so --random draws samples that nobody encoded."))]
pub(crate) struct Decode {
    /// A model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Codes: .npy or .csv, one row a sample
    #[arg(value_name = "CODES", required_unless_present = "random")]
    pub(crate) codes: Option<PathBuf>,
    /// Draw N standard normal codes instead of reading some; for variational models
    #[arg(long, value_name = "N", conflicts_with = "codes", value_parser = config::at_least_one())]
    pub(crate) random: Option<usize>,
    /// What --random draws from; the default is 0
    #[arg(long, value_name = "N", requires = "random", conflicts_with = "codes", value_parser = config::seeds())]
    pub(crate) seed: Option<u64>,
    /// Where to: .npy, .csv, .idx or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How many samples a .png shows; the default is 10, or as many as --random draws
    #[arg(long, value_name = "N", value_parser = config::at_least_one())]
    pub(crate) count: Option<usize>,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  autoencoder reconstruct runs/tutorial --out reconstructions.png
  autoencoder reconstruct runs/table numbers.csv --label-column odd --out restored.csv
  autoencoder reconstruct runs/denoising noisy.idx --against data/mnist --out denoised.png

{UNITS}
Where DATA has a training and a test split, the test split is restored unless --split train is given.
The figure shows one sample of each label where there are labels, inputs above reconstructions, and with --against
the clean samples below them."))]
pub(crate) struct Reconstruct {
    /// A model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: Samples,
    /// Where to: .npy, .csv, .idx or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Show these samples, such as the clean ones of noisy DATA, in a .png below what was restored; without a value
    /// those that are taken when no DATA is named
    #[arg(long, value_name = "CLEAN", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "not typed, typed without a value, typed with one")]
    pub(crate) against: Option<Option<String>>,
    /// How many samples a .png shows
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::at_least_one())]
    pub(crate) count: usize,
    #[command(flatten)]
    pub(crate) products: Products,
}
