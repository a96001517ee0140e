//! The arguments of `compress` and `decompress`, and of the figure of rates.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::samples::{Products, TypedSamples};
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder compress runs/hinton data/mnist --out digits.aez
  autoencoder compress runs/hinton data/mnist --out digits.aez --bits 4 --json
  autoencoder decompress runs/hinton digits.aez --out digits.idx

The file holds the code of each sample, and each number of it as one of 2^bits levels, in as many bits as these tell; a number that is \
the same in all codes takes none. The model is not in it, and only the model that made it reads it. The table compares the size with \
that of the samples as they are and packed by gzip, and the error with that of as many principal components, \
rounded to as many bits.")]
pub(crate) struct Compress {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// File to write: .aez
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Bits of the levels of each number of a code, from 1 to 16
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = config::code_bits())]
    pub(crate) bits: u8,
    /// Keep what the samples are called, and their labels, in the file
    #[arg(long)]
    pub(crate) keep_labels: bool,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder decompress runs/hinton digits.aez --out digits.npy
  autoencoder decompress runs/hinton digits.aez --out digits.png --count 20
  autoencoder decompress runs/hinton digits.aez --out digits.idx --codes codes.npy

Samples are written as by `decode`, in the units of the data, with the model's scaling undone. A .png shows the first samples; the other \
files hold all samples.")]
pub(crate) struct Decompress {
    /// Model file, or the folder of a run: the model that the file was made with
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Compressed codes: .aez
    #[arg(value_name = "FILE")]
    pub(crate) compressed: PathBuf,
    /// File to write: .npy, .csv, .idx or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Codes to write too, as `decode` takes them: .npy or .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) codes: Option<PathBuf>,
    /// Number of samples that a .png shows; the default is 10
    #[arg(long, value_name = "N", value_parser = config::drawn())]
    pub(crate) count: Option<usize>,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot rate runs/hinton --out rate.svg
  autoencoder plot rate runs/hinton data/mnist --out rate.png --bits 2,4,6,8

The figure shows the error over the bits that `compress` needs for a sample, for the model and for as many principal components, with \
codes rounded to these bits. Dashed lines are the errors of codes as they are.")]
pub(crate) struct PlotRate {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Bits of the levels of each number of a code, from 1 to 16 each
    #[arg(long, value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, default_value = "1,2,3,4,6,8", value_parser = config::code_bits())]
    pub(crate) bits: Vec<u8>,
    #[command(flatten)]
    pub(crate) products: Products,
}
