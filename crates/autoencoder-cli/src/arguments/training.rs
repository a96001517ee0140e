//! The arguments of the commands that train: `train`, `sweep` and `find-lr`.

use std::path::PathBuf;

use clap::{Arg, Args};

use crate::config::{self, Interval, Settings};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder train                                   on data/mnist, or else on generated digits
  autoencoder train data/mnist --epochs 20 --learning-rate 0.003 --out runs/long
  autoencoder train synthetic --preset tutorial-2d    codes of two numbers, for `plot latent`
  autoencoder train numbers.csv --layers 16,4 --validation 0.1    into runs/numbers
  autoencoder train --epochs 40 --resume              continue the run in runs/tutorial

The folder then holds model.safetensors, checkpoint.safetensors, metrics.csv, config.toml, loss.svg \
and reconstructions.png.
Settings are taken from the arguments, else from --config, else from the preset.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that can be typed")]
pub(crate) struct Train {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Keep the samples in the order of the data, instead of shuffling them for each epoch
    #[arg(long)]
    pub(crate) no_shuffle: bool,
    /// Read settings from this file, such as the config.toml of another run
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder to write the run into; the default is runs/ and the name of the data, or of the preset for digits
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Continue the run in the folder, up to --epochs epochs in all
    #[arg(long, conflicts_with = "force")]
    pub(crate) resume: bool,
    /// Write a checkpoint after every so many steps, as in 100, or seconds, as in 30s, within epochs too
    #[arg(long, value_name = "STEPS|SECONDS")]
    pub(crate) checkpoint_every: Option<Interval>,
    /// Stop a training that has learnt nothing after a tenth of its epochs, or has forgotten what it learnt, with exit code 1
    #[arg(long)]
    pub(crate) stop_if_hopeless: bool,
    /// Write the losses of every epoch for TensorBoard too; a resumed run continues that file
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Replace the run that is in the folder
    #[arg(long)]
    pub(crate) force: bool,
    /// Print one JSON object instead of a summary
    #[arg(long)]
    pub(crate) json: bool,
}

impl Train {
    /// The typed settings, which a configuration could also say.
    pub(crate) fn typed(&self) -> Settings {
        Settings { shuffle: self.no_shuffle.then_some(false), ..self.settings.clone() }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder sweep grid.toml                         into runs/grid, one run per thread at once
  autoencoder sweep grid.toml --jobs 2 --out runs/rates
  autoencoder sweep grid.toml --json                  the table for scripts

The file is a config.toml of `train` in which any key may hold a list of values to try:
  data = \"synthetic\"
  learning-rate = [0.001, 0.003, 0.01]
  layers = [[256, 128], [128, 32]]

Every combination is a run as `train` makes it, in a folder named after the values that vary. \
The table is sorted by validation loss, or by training loss where there is no validation, or by MSE \
where the runs minimise different losses; it is also written into DIR as sweep.csv.
The same sweep, started again, continues: finished runs stay as they are, interrupted runs continue \
from their checkpoints, failed runs are tried again.")]
pub(crate) struct Sweep {
    /// Configuration file with lists of values
    #[arg(value_name = "CONFIG")]
    pub(crate) config: PathBuf,
    /// Folder that holds the folders of the runs; the default is runs/ and the name of CONFIG
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Number of runs at a time, which share the threads, at most 1024; the default is the number of threads
    #[arg(long, value_name = "N", value_parser = config::threads())]
    pub(crate) jobs: Option<usize>,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    mut_args(FindLr::hide_without_effect),
    after_help = "\
Examples:
  autoencoder find-lr                                 for the tutorial's network
  autoencoder find-lr data/mnist --activation relu --optimizer sgd --out find-lr.svg
  autoencoder find-lr --config runs/tutorial/config.toml --json

The test starts from new weights and trains one step with each learning rate, from the smallest to \
the largest, or until the loss explodes. Settings are those of `train`; the learning rate, its \
schedule, validation and the number of epochs have no effect here."
)]
pub(crate) struct FindLr {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Keep the samples in the order of the data, instead of shuffling them
    #[arg(long)]
    pub(crate) no_shuffle: bool,
    /// Read settings from this file, such as the config.toml of a run
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Smallest learning rate to try
    #[arg(long, value_name = "F", default_value_t = 1e-6, allow_negative_numbers = true)]
    pub(crate) from: f32,
    /// Largest learning rate to try
    #[arg(long, value_name = "F", default_value_t = 10.0, allow_negative_numbers = true)]
    pub(crate) to: f32,
    /// Number of learning rates to try, one in each training step
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = config::counts("steps"))]
    pub(crate) steps: usize,
    /// Figure to write: the loss over the learning rate, as .svg
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object instead of a summary
    #[arg(long)]
    pub(crate) json: bool,
}

impl FindLr {
    /// The typed settings, which a configuration could also say.
    pub(crate) fn typed(&self) -> Settings {
        Settings { shuffle: self.no_shuffle.then_some(false), ..self.settings.clone() }
    }

    /// Hides the arguments that have no effect on the test: they are accepted so that the arguments of a training may
    /// stand.
    fn hide_without_effect(argument: Arg) -> Arg {
        let id = argument.get_id().as_str();
        let is_of_rate = ["learning_rate", "schedule", "warmup"].iter().any(|begin| id.starts_with(begin));
        let hidden = argument.is_hide_set() || is_of_rate || argument.get_help_heading() == Some("Duration");
        argument.hide(hidden)
    }
}
