//! What was typed.

mod making;
mod using;

use std::path::PathBuf;

use clap::{Arg, Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::config::{self, Interval, Settings};

pub(crate) use making::{Corrupt, Synthetic, SyntheticKind};
pub(crate) use using::{Decode, Encode, Evaluate, Reconstruct, Samples};

/// Trains, evaluates and uses autoencoders: networks that squeeze samples into a short code and restore them.
#[derive(Debug, Parser)]
#[command(
    name = "autoencoder",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  autoencoder train synthetic                         train on generated digits, into runs/tutorial
  autoencoder evaluate runs/tutorial                  how well it restores, beside mean and PCA
  autoencoder encode runs/tutorial --out codes.npy    the codes of the test samples
  autoencoder train numbers.csv --layers 16,4         any table of numbers or pile of images will do"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Threads to compute with, at most 1024; the default is all. The results are the same for any number
    #[arg(long, global = true, help_heading = "Everywhere", value_name = "N", value_parser = config::threads())]
    pub(crate) threads: Option<usize>,
    /// Print no progress and no notes
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model and write it, its metrics and its figures into a folder
    Train(Box<Train>),
    /// Train every combination of lists of settings, side by side, and rank what comes out
    Sweep(Sweep),
    /// Find a learning rate to train with, by trying a range of them in one short training
    FindLr(Box<FindLr>),
    /// Say how well a model restores samples, beside the mean sample and PCA
    Evaluate(Evaluate),
    /// Write the codes of samples
    Encode(Encode),
    /// Write the samples that codes stand for
    Decode(Decode),
    /// Write samples as a model restores them, or a picture of some
    Reconstruct(Reconstruct),
    /// Say what an IDX, .npy, model or checkpoint file holds, without reading all of it
    Inspect(Inspect),
    /// Draw the losses of a training, or the codes of samples
    #[command(subcommand)]
    Plot(Plot),
    /// Write small data to try: digits, a table, photos or a series
    Synthetic(Synthetic),
    /// Write samples with noise, as a denoising training adds it
    Corrupt(Corrupt),
    /// Print a shell's completions
    Completions(Completions),
    /// Print the manual page, or write one for every command
    Man(Man),
}

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

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder completions bash > ~/.local/share/bash-completion/completions/autoencoder")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder man | man -l -
  autoencoder man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Write a page for every command into this folder, which must be there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn layers_are_listed_with_commas() {
        let typed = |words: &str| Arguments::try_parse_from(words.split(' '));
        let Command::Train(train) = typed("autoencoder train --layers 256,128 --quiet").unwrap().command
        else {
            panic!("train was typed");
        };
        assert_eq!(train.typed(), Settings { layers: Some(vec![256, 128]), ..Settings::default() });
        assert!(typed("autoencoder train --layers 3,banana").is_err());
        assert!(typed("autoencoder train --layers 9,3 --layers 4").is_err(), "not one after the other");
        for count in ["0", "1025", "10000", "18446744073709551616"] {
            assert!(typed(&format!("autoencoder train --threads {count}")).is_err(), "{count}");
            assert!(typed(&format!("autoencoder sweep a.toml --jobs {count}")).is_err(), "{count}");
        }
        assert!(typed("autoencoder train --threads 1024").is_ok());
        assert!(typed("autoencoder train --activation nonsense").is_err());
    }
}
