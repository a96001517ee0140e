//! What was typed to train: one model, many, or only far enough to find a learning rate.

use std::path::PathBuf;

use clap::{Arg, Args};

use crate::config::{self, Interval, Settings};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder train                                   data/mnist or generated digits, the tutorial's network
  autoencoder train data/mnist --epochs 20 --learning-rate 0.003 --out runs/long
  autoencoder train synthetic --preset tutorial-2d    two numbers a digit, for `plot latent`
  autoencoder train numbers.csv --layers 16,4 --validation 0.1
  autoencoder train --epochs 40 --resume              go on where runs/tutorial stands

Writes model.safetensors, checkpoint.safetensors, metrics.csv, config.toml, loss.svg and reconstructions.png.
Settings are taken from the arguments, else from --config, else from the preset.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that can be typed")]
pub(crate) struct Train {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Take the samples in their own order in every epoch
    #[arg(long)]
    pub(crate) no_shuffle: bool,
    /// Take settings from this file, such as the config.toml of another run
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder to write into; the default is runs/ and the preset's name
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Go on with the run in the folder, up to --epochs in all
    #[arg(long, conflicts_with = "force")]
    pub(crate) resume: bool,
    /// Write the checkpoint also within an epoch: every so many steps, or every so many seconds, as in 30s
    #[arg(long, value_name = "STEPS|SECONDS")]
    pub(crate) checkpoint_every: Option<Interval>,
    /// Write the losses of every epoch for TensorBoard too; a resumed run goes on with it
    #[arg(long)]
    pub(crate) tensorboard: bool,
    /// Replace a run that is in the folder
    #[arg(long)]
    pub(crate) force: bool,
    /// Print one JSON object instead of a summary
    #[arg(long)]
    pub(crate) json: bool,
}

impl Train {
    /// Everything typed that a configuration could also say.
    pub(crate) fn typed(&self) -> Settings {
        Settings { shuffle: self.no_shuffle.then_some(false), ..self.settings.clone() }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder sweep grid.toml                         into runs/grid, a run at a time for each thread
  autoencoder sweep grid.toml --jobs 2 --out runs/rates
  autoencoder sweep grid.toml --json                  the table for scripts

The file is a config.toml of `train` in which any key may hold a list of values to try:
  data = \"synthetic\"
  learning-rate = [0.001, 0.003, 0.01]
  layers = [[256, 128], [128, 32]]

Every combination is a run as `train` makes it, in a folder named after what varies. The table is
sorted by validation loss, without validation by training loss (by the MSE where the runs minimise
different losses), and written into DIR as sweep.csv. Called again, the same sweep goes on: finished
runs stay as they are, begun ones go on from their checkpoint, failed ones are tried again.")]
pub(crate) struct Sweep {
    /// Settings, and lists of them
    #[arg(value_name = "CONFIG")]
    pub(crate) config: PathBuf,
    /// The folder of the runs' folders; the default is runs/ and the name of CONFIG
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Runs at a time, at most 1024, which share the threads; the default is as many as threads
    #[arg(long, value_name = "N", value_parser = config::threads())]
    pub(crate) jobs: Option<usize>,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    mut_args(FindLr::hide_what_has_no_say),
    after_help = "\
Examples:
  autoencoder find-lr                                 for the tutorial's network
  autoencoder find-lr data/mnist --activation relu --optimizer sgd --out find-lr.svg
  autoencoder find-lr --config runs/tutorial/config.toml --json

One training step with each rate, from fresh weights, until the loss leaves all bounds. Takes the settings of `train`;
those of the learning rate, its schedule, validation and the number of epochs have no say here."
)]
pub(crate) struct FindLr {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Take the samples in their own order in every epoch
    #[arg(long)]
    pub(crate) no_shuffle: bool,
    /// Take settings from this file, such as the config.toml of a run
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The least learning rate
    #[arg(long, value_name = "F", default_value_t = 1e-6, allow_negative_numbers = true)]
    pub(crate) from: f32,
    /// The greatest learning rate
    #[arg(long, value_name = "F", default_value_t = 10.0, allow_negative_numbers = true)]
    pub(crate) to: f32,
    /// How many rates to try, one a training step
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = config::counts())]
    pub(crate) steps: usize,
    /// Draw the losses over the learning rates: .svg
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Print one JSON object instead of a summary
    #[arg(long)]
    pub(crate) json: bool,
}

impl FindLr {
    /// Everything typed that a configuration could also say.
    pub(crate) fn typed(&self) -> Settings {
        Settings { shuffle: self.no_shuffle.then_some(false), ..self.settings.clone() }
    }

    /// What can be typed so that the arguments of a training may stand, and changes nothing.
    fn hide_what_has_no_say(argument: Arg) -> Arg {
        const NO_SAY: [&str; 11] = [
            "learning_rate",
            "schedule",
            "schedule_factor",
            "schedule_epochs",
            "schedule_floor",
            "schedule_rise",
            "warmup_epochs",
            "patience",
            "smallest_change",
            "keep_best",
            "epochs",
        ];
        let hidden = argument.is_hide_set() || NO_SAY.contains(&argument.get_id().as_str());
        argument.hide(hidden)
    }
}
