//! The arguments of the commands that use a model: `evaluate`, `encode`, `decode` and `reconstruct`.

use std::path::PathBuf;

use clap::Args;

use super::samples::{Products, TypedSamples};
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder evaluate runs/tutorial
  autoencoder evaluate runs/tutorial data/mnist --split train --json
  autoencoder evaluate runs/table new.csv --by-column
  autoencoder evaluate runs/vae --importance-samples 50
  autoencoder evaluate runs/denoising noisy.idx --against data/mnist

Errors are measured on values as the model sees them: bytes divided by 255, other data scaled as for \
training. Where DATA has a training and a test split, the test split is measured unless --split train \
is given.
Without DATA, a model is judged on the test split of its run's data, or else on what the run held out for validation, or \
else on its training data.
The mean sample and PCA are fitted on the training data of the run; without that, on the training split of \
DATA (with --against of CLEAN), or on DATA itself if it has enough samples. With --against the table also \
shows the error of DATA as it is, without any model.")]
pub(crate) struct Evaluate {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Measure the reconstructions of DATA against these samples, one by one, such as the clean samples of noisy
    /// DATA; without CLEAN, against the data that is read when no DATA is given
    #[arg(long, value_name = "CLEAN", num_args = 0..=1, conflicts_with = "importance_samples")]
    #[expect(clippy::option_option, reason = "not typed, typed without a value, typed with one")]
    pub(crate) against: Option<Option<String>>,
    /// Print the errors of each column too, beside those of its mean or most frequent word, and of PCA
    #[arg(long, conflicts_with = "against")]
    pub(crate) by_column: bool,
    /// Importance sampling: estimate the log-likelihood of a variational model from K codes for each sample, at most
    /// 100000
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
  autoencoder encode runs/photos photos --out codes.npy --rows rows.tsv
  autoencoder encode runs/tutorial --layer encoder.0 --out hidden.npy

Where DATA has a training and a test split, the test split is encoded unless --split train is given. \
Pictures are encoded in the order of their names, img2.png before img10.png.")]
pub(crate) struct Encode {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// File to write: .npy or .csv, one row for each sample
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Outputs of this layer instead of codes: its name, as `inspect` prints it, or `all` for those of all layers side by side
    #[arg(long, value_name = "NAME")]
    pub(crate) layer: Option<String>,
    /// Table to write too, .tsv or .csv: the name of each row's picture, and its label, in the order of the codes; a .tsv is
    /// what TensorBoard's projector takes as metadata
    #[arg(long, value_name = "FILE")]
    pub(crate) rows: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder impute runs/customers customers.csv --out filled.csv
  autoencoder impute runs/customers - --out filled.csv < new.csv

A hole is a field that is empty, NA, nan, null or ?, and in a column of numbers also - or missing. A number is filled in with as \
many decimals as its column had in the training, a word with the most likely one that the model knows. Dates and times, and columns \
of which the training knew nothing, are left open. All other fields, columns that the model does not see among them, keep their \
text; only blanks around them and quotes that are not needed are left out. A training with --noise masking learns to fill holes in.")]
pub(crate) struct Impute {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Table to write: .csv
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) products: Products,
}

/// The contents of files of samples, for the help of the commands that write them.
const UNITS: &str = "\
Samples are written in the units of the data, with the model's scaling undone: as 32-bit floats, or as \
rounded bytes in an .idx file where the model was trained on bytes. A .png shows the first samples; \
the other files hold all samples.";

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  autoencoder decode runs/tutorial codes.npy --out decoded.npy
  autoencoder decode runs/tutorial codes.csv --out decoded.png --count 20
  autoencoder decode runs/vae --random 10 --out new.png

{UNITS}
The codes of a variational model are trained to be standard normal, so --random makes new samples; \
`generate` makes new samples of any model."))]
pub(crate) struct Decode {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Codes: .npy or .csv, one row for each sample
    #[arg(value_name = "CODES", required_unless_present = "random")]
    pub(crate) codes: Option<PathBuf>,
    /// Decode N standard normal random codes instead of codes from a file; for variational models
    #[arg(long, value_name = "N", conflicts_with = "codes", value_parser = config::drawn())]
    pub(crate) random: Option<usize>,
    /// Seed of --random; the default is 0
    #[arg(long, value_name = "N", requires = "random", conflicts_with = "codes", value_parser = config::seeds())]
    pub(crate) seed: Option<u64>,
    /// File to write: .npy, .csv, .idx or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Number of samples that a .png shows; the default is 10, or with --random all of them
    #[arg(long, value_name = "N", value_parser = config::drawn())]
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
The figure shows one sample of each label where there are labels, inputs above reconstructions, and \
with --against the clean samples below the reconstructions."))]
pub(crate) struct Reconstruct {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// File to write: .npy, .csv, .idx or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Show these samples, such as the clean samples of noisy DATA, in a .png below the reconstructions; without CLEAN, the
    /// data that is read when no DATA is given
    #[arg(long, value_name = "CLEAN", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "not typed, typed without a value, typed with one")]
    pub(crate) against: Option<Option<String>>,
    /// Number of samples that a .png shows
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::drawn())]
    pub(crate) count: usize,
    #[command(flatten)]
    pub(crate) products: Products,
}
