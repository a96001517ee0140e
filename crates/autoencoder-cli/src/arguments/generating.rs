//! The arguments of the commands that make new samples, and look for near ones: `generate`, `interpolate` and `neighbours`.

use std::path::PathBuf;

use autoencoder::{CodePath, SamplerKind};
use clap::Args;

use super::samples::{Products, TypedSamples};
use crate::config::{self, Named};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder generate runs/vae --count 100 --out new.png
  autoencoder generate runs/tutorial --count 10000 --out new.idx --seed 1
  autoencoder generate runs/sharp --count 50 --sampler mixture --components 30 --out new.png
  autoencoder generate runs/customers --count 1000 --out customers.csv
  autoencoder generate runs/vae --count 100 --temperature 0.7 --out usual.png

Codes are drawn from a distribution and decoded. A variational model has its prior, the standard normal distribution; others keep the \
one that --sampler of `train` fitted to the codes of the training. Another one that is asked for is fitted to the data of the run.
Samples are written in the units of the data. Of a table's words one is drawn in each column, by the probabilities that the \
decoder gives them, so that words have about the shares of the training; with --temperature 0 the likeliest stand. Numbers are what the \
decoder gives, without the noise of single rows, and have as many decimals as their column had. A model of windows makes the \
rows of each window, one after the other.
A sample depends on the seed and its number alone: more samples begin with the same ones. A .png shows as many as find room.")]
pub(crate) struct Generate {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Number of samples
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = config::drawn())]
    pub(crate) count: usize,
    /// File to write: .png, .npy, .csv or .idx
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Distribution that codes are drawn from; the default is what the model keeps, or the prior of a variational model
    #[arg(long, value_name = "SAMPLER")]
    pub(crate) sampler: Option<Named<SamplerKind>>,
    /// Number of Gaussian distributions, with --sampler mixture; the default is what the model keeps, or 10
    #[arg(long, value_name = "K", value_parser = config::at_least_one("components"))]
    pub(crate) components: Option<usize>,
    /// Temperature: a factor for the distance of codes from their mean; below 1 samples are more usual and more alike
    #[arg(long, value_name = "T", default_value_t = 1.0, allow_negative_numbers = true, value_parser = config::temperatures())]
    pub(crate) temperature: f64,
    /// Seed of all that is drawn
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = config::seeds())]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) products: Products,
}

/// How samples are named, for the help of the commands that take some of them.
const NAMES: &str = "\
A sample is named by its row, counted from 0 as `score` counts it, or by its id where it has one; id=7 is the sample \
whose id is 7. A window is named by its first row. Where DATA has a training and a test split, the samples are those of the \
test split unless --split train is given.";

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  autoencoder interpolate runs/vae --from 7 --to 12 --out between.png
  autoencoder interpolate runs/shop shop.csv --from c17 --to c203 --steps 5 --out between.csv
  autoencoder interpolate runs/vae --from 7 --to 12 --path line --steps 20 --out between.npy

{NAMES}
The first and the last step are the reconstructions of the two samples. A .png shows the samples themselves beside them; the \
other files hold the steps alone, in the units of the data."))]
pub(crate) struct Interpolate {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Sample at the beginning: its row from 0, or its id
    #[arg(long, value_name = "ROW|ID")]
    pub(crate) from: String,
    /// Sample at the end, named likewise
    #[arg(long, value_name = "ROW|ID")]
    pub(crate) to: String,
    /// Number of steps, both ends among them
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::steps())]
    pub(crate) steps: usize,
    /// Way between the codes; the default is sphere for variational models, and line for others
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<Named<CodePath>>,
    /// File to write: .png, .npy, .csv or .idx
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) products: Products,
}

#[derive(Debug, Args)]
#[command(after_help = format!("\
Examples:
  autoencoder neighbours runs/tutorial --of 7
  autoencoder neighbours runs/tutorial --of 7,12,40 --count 9 --out near.png
  autoencoder neighbours runs/customers customers.csv --of c17 --out near.csv
  autoencoder neighbours runs/photos photos --of 0 --json

{NAMES}
The nearest are those whose codes have the least Euclidean distance, among all samples that are read; each is compared with all. The \
sample itself is left out, and of windows those that share rows with it."))]
pub(crate) struct Neighbours {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Samples whose neighbours are looked for: the row of each from 0, or its id
    #[arg(long, value_name = "ROW|ID,..", value_delimiter = ',', num_args = 1, required = true)]
    pub(crate) of: Vec<String>,
    /// Number of neighbours of each sample
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::drawn())]
    pub(crate) count: usize,
    /// File to write: .csv with a line for each neighbour, .jsonl with an object for each sample, or for images .png or .svg, a figure
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) products: Products,
}
