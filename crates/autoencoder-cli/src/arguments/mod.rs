//! What was typed.

mod looking;
mod making;
mod samples;
mod training;
mod using;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::config;

pub(crate) use looking::{Inspect, Plot, PlotLatent, PlotLoss};
pub(crate) use making::{Corrupt, Synthetic, SyntheticKind};
pub(crate) use samples::Samples;
pub(crate) use training::{FindLr, Sweep, Train};
pub(crate) use using::{Decode, Encode, Evaluate, Reconstruct};

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
    use crate::config::Settings;

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
