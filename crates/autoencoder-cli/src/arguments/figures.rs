//! The arguments of the figures that look into a model: `plot manifold`, `plot weights`, `plot features` and `plot errors`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::samples::TypedSamples;
use crate::config;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot manifold runs/tutorial-2d --out manifold.png
  autoencoder plot manifold runs/vae --dims 3,7 --grid 12 --out plane.png
  autoencoder plot manifold runs/pumps --out columns.svg      a map for each column of a table

Two numbers of the code vary, and all others keep their medians. The codes of a variational model are spread as its prior is: each has \
as much of a standard normal distribution as the others. Those of other models are evenly apart between the quantiles 0.02 and 0.98 of \
the codes of DATA. Images and series are drawn as cells of the grid; of a table each column is a map of the grid.")]
pub(crate) struct PlotManifold {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Numbers of the code that vary, counted from 0 as in `code_0`: one across, and one upwards; the default is those that vary most
    #[arg(long, value_name = "I,J", value_delimiter = ',', num_args = 1, action = ArgAction::Set)]
    pub(crate) dims: Option<Vec<usize>>,
    /// Codes along a side, from 2 to 100; the default is 20 for images, 10 for series and 40 for tables
    #[arg(long, value_name = "N", value_parser = config::grids())]
    pub(crate) grid: Option<usize>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot weights runs/tutorial --out weights.png
  autoencoder plot weights runs/tutorial --layer first --count 100 --out first.png
  autoencoder plot weights runs/pumps --layer decoder.0 --out decoder.svg

A unit of the first layer looks for what its weights are: drawn as an image where samples are images, else as a column of a map. A unit \
that the last layer gets draws its weights into a sample. White is 0, red above and blue below it.")]
pub(crate) struct PlotWeights {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Layer to draw: `first`, `decoder` for the last one, or its name, as `inspect` prints it; the default is both of these
    #[arg(long, value_name = "NAME")]
    pub(crate) layer: Option<String>,
    /// Number of units to draw of a layer, those with the largest weights
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = config::shown())]
    pub(crate) count: usize,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot features runs/sparse --out features.png
  autoencoder plot features runs/pumps new.csv --units 4 --out features.svg

The numbers of the code that vary most come first. Where numbers may be below 0, the samples with the least stand at the left and those \
with the greatest at the right. Rows of a table are told by the fields that are most unusual among DATA.")]
pub(crate) struct PlotFeatures {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Number of samples for each number of the code; the default is 10, and 4 for rows of a table
    #[arg(long, value_name = "N", value_parser = config::shown())]
    pub(crate) count: Option<usize>,
    /// Numbers of the code to draw, those that vary most
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = config::shown())]
    pub(crate) units: usize,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder plot errors runs/tutorial --out errors.png
  autoencoder plot errors runs/pumps new.csv --count 5 --out errors.svg

The error of a sample is the mean of its squared differences from its reconstruction, on values as the model sees them; that of a row \
with words the mean of its columns' losses. Rows of a table are told by the columns with the largest parts of the error.")]
pub(crate) struct PlotErrors {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// Figure to write: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Number of the samples that are restored best, and of those that are restored worst; the default is 10, and 4 for series and for
    /// rows of a table
    #[arg(long, value_name = "N", value_parser = config::shown())]
    pub(crate) count: Option<usize>,
}
