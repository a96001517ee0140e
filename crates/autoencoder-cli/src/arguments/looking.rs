//! The arguments of the commands that show something: `inspect`, `plot` and `report`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};

use super::compressing::PlotRate;
use super::figures::{PlotErrors, PlotFeatures, PlotManifold, PlotWeights};
use super::samples::TypedSamples;
use super::scoring::{PlotAnomalies, PlotScores};
use crate::config::AskedColumn;

#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  autoencoder inspect data/mnist/t10k-images-idx3-ubyte.gz
  autoencoder inspect runs/tutorial/checkpoint.safetensors --json
  autoencoder inspect mnist.npz                      the arrays in the file
  autoencoder inspect codes.npy --values             with minimum, maximum, mean, quartiles, zeros
  autoencoder inspect customers.csv --values         with what each column holds, and its holes
  autoencoder inspect customers.csv --schema > customers.toml")]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch that is typed by itself")]
pub(crate) struct Inspect {
    /// File or folder to describe: IDX, .npy, .npz, .safetensors, .csv, images, a model, a checkpoint or a run
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Read all numbers of a data file, and describe their distribution
    #[arg(long)]
    pub(crate) values: bool,
    /// Print the schema of a table, or of the table that a model was trained on, as TOML: the names of the columns, their kinds and
    /// their treatment, for `train --schema`
    #[arg(long, conflicts_with_all = ["values", "json"])]
    pub(crate) schema: bool,
    /// Kind of a column of a table, as with `train`; once for each column
    #[arg(long, value_name = "COLUMN=KIND", action = ArgAction::Append)]
    pub(crate) column: Vec<AskedColumn>,
    /// Leave out pictures that cannot be read, instead of refusing the folder
    #[arg(long)]
    pub(crate) skip_broken: bool,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder report runs/tutorial                            writes report.html
  autoencoder report runs/pumps new.csv --out new.html        on other data than the run's
  autoencoder report runs/tutorial --out runs/tutorial/report.html --card

The page needs no network and runs no script: it can be sent, kept and printed. It tells what was trained on what, the losses, the errors \
beside the mean sample and PCA, restorations, the samples that are restored worst, a map of the codes, scores where the model keeps them, and the \
command that trains the same model again. The same files of a run give the same bytes.
The model is judged on what `evaluate` takes: DATA, or else the test split, what the run held out, or its training data.")]
pub(crate) struct Report {
    /// Folder of a run, or a model file with DATA
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Page to write: .html; the default is report.html in the current folder
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Model card: write README.md too, beside the page, with a head that model hubs read
    #[arg(long)]
    pub(crate) card: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Plot {
    /// Draw the losses of one training or several over their epochs
    Loss(PlotLoss),
    /// Draw the codes of samples in the plane, coloured by label, error or column
    Latent(PlotLatent),
    /// Draw the distribution of scores, with the threshold and, where labels are known, how well odd samples are told
    Scores(Box<PlotScores>),
    /// Draw the samples with the greatest scores beside what the model expects
    Anomalies(Box<PlotAnomalies>),
    /// Draw what the decoder makes of a grid of codes
    Manifold(Box<PlotManifold>),
    /// Draw the weights of layers: what units look for, and what they draw
    Weights(PlotWeights),
    /// Draw, for each number of the code, the samples in which it is greatest
    Features(Box<PlotFeatures>),
    /// Draw the distribution of errors, and the samples that are restored best and worst
    Errors(Box<PlotErrors>),
    /// Draw the error over the bits of a sample, for rounded codes of the model and of PCA
    Rate(Box<PlotRate>),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot loss runs/tutorial --out loss.svg
  autoencoder plot loss runs/a runs/b --out both.png  several runs, each in its colour

The figure also shows the errors of the mean sample and of PCA, where all runs are on the same data.")]
pub(crate) struct PlotLoss {
    /// Folders of runs, or their metrics.csv files; at most 12
    #[arg(value_name = "RUN", required = true)]
    pub(crate) runs: Vec<PathBuf>,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot latent runs/tutorial-2d --out latent.svg
  autoencoder plot latent runs/tutorial data/mnist --out latent.png
  autoencoder plot latent runs/tutorial-2d --color-by error --out errors.svg
  autoencoder plot latent runs/pumps --color-by pressure --out pressure.svg

Where DATA has a training and a test split, the codes are those of the test split unless --split \
train is given. Codes of more than two numbers are projected on their first two principal components, \
and the figure says so. Colours of errors and of numbers tell apart what lies between their first and their last hundredth.")]
pub(crate) struct PlotLatent {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Colour of the dots: `label`, `error`, or a column of a table that the model has learnt, by its name; the default is the label
    /// where there are labels
    #[arg(long, visible_alias = "colour-by", value_name = "WHAT")]
    pub(crate) color_by: Option<String>,
}
