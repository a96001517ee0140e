//! What was typed to look at something: what a file holds, losses, codes.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::samples::Samples;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder inspect data/mnist/t10k-images-idx3-ubyte.gz
  autoencoder inspect runs/tutorial/checkpoint.safetensors --json
  autoencoder inspect codes.npy --values             least, greatest and mean number, quartiles, zeros")]
pub(crate) struct Inspect {
    /// An IDX, .npy, model or checkpoint file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Read all numbers of a data file, and say how they are distributed
    #[arg(long)]
    pub(crate) values: bool,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plot {
    /// Draw the losses of one training or several over their epochs
    Loss(PlotLoss),
    /// Draw the codes of samples in the plane, coloured by label
    Latent(PlotLatent),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot loss runs/tutorial --out loss.svg
  autoencoder plot loss runs/a runs/b --out both.png  several runs, a colour each

Beside one run, or several of the same data, the figure shows what the mean sample and PCA reach.")]
pub(crate) struct PlotLoss {
    /// The folders of runs, or their metrics.csv; at most 12
    #[arg(value_name = "RUN", required = true)]
    pub(crate) runs: Vec<PathBuf>,
    /// Where to: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot latent runs/tutorial-2d --out latent.svg
  autoencoder plot latent runs/tutorial data/mnist --out latent.png

Where DATA has a training and a test split, the codes are those of the test split unless --split train is given.
Codes of more than two numbers are projected on their first two principal components; the figure says so.")]
pub(crate) struct PlotLatent {
    /// A model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: Samples,
    /// Where to: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
