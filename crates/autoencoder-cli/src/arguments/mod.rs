//! The arguments of the program, as typed.

mod compressing;
mod exploring;
mod exporting;
mod figures;
mod generating;
mod importing;
mod looking;
mod making;
mod samples;
mod scoring;
mod training;
mod using;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::config;

pub(crate) use compressing::{Compress, Decompress, PlotRate};
pub(crate) use exploring::Explore;
pub(crate) use exporting::{Export, ExportFormat, ExportPart};
pub(crate) use figures::{PlotErrors, PlotFeatures, PlotManifold, PlotWeights};
pub(crate) use generating::{Generate, Interpolate, Neighbours};
pub(crate) use importing::{Import, ImportScale};
pub(crate) use looking::{Inspect, Plot, PlotLatent, PlotLoss, Report};
pub(crate) use making::{Corrupt, Synthetic, SyntheticKind};
pub(crate) use samples::{Products, TypedSamples};
pub(crate) use scoring::{PlotAnomalies, PlotScores, Score, TypedScoring};
pub(crate) use training::{FindLr, Sweep, Train};
pub(crate) use using::{Decode, Encode, Evaluate, Impute, Reconstruct};

/// Trains, evaluates and uses autoencoders: networks that compress each sample into a short code and restore the sample
/// from that code.
#[derive(Debug, Parser)]
#[command(
    name = "autoencoder",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  autoencoder train synthetic                         train on generated digits, into runs/tutorial
  autoencoder evaluate runs/tutorial                  measure the model's errors, beside PCA's
  autoencoder encode runs/tutorial --out codes.npy    write the codes of the test samples
  autoencoder train numbers.csv --layers 16,4         train on a table of numbers

Environment:
  AUTOENCODER_INSTRUCTIONS    vector instructions: portable, avx2, avx512, avx512-bf16 or neon
                              (default: the fastest set of this processor; portable and avx2
                              give the same bits on the processors of all makers)"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Number of threads to compute with, at most 1024; the default is one for each processor. The results are the
    /// same for any number of threads
    #[arg(long, global = true, help_heading = "Global options", value_name = "N", value_parser = config::threads())]
    pub(crate) threads: Option<usize>,
    /// Print neither progress nor notes
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a model, and write the model, its metrics and its figures into a folder
    Train(Box<Train>),
    /// Train a model for every combination of listed settings, side by side, and rank the results
    Sweep(Sweep),
    /// Find a learning rate, by trying a range of learning rates in one short training
    FindLr(Box<FindLr>),
    /// Measure how well a model restores samples, beside the mean sample and PCA
    Evaluate(Evaluate),
    /// Write the codes of samples
    Encode(Encode),
    /// Write the samples that a model decodes from codes
    Decode(Decode),
    /// Write the codes of samples in few bits, with what that costs beside PCA
    Compress(Box<Compress>),
    /// Write the samples that a model decodes from compressed codes
    Decompress(Decompress),
    /// Write the reconstructions of samples, or a figure of some samples above their reconstructions
    Reconstruct(Reconstruct),
    /// Make new samples, decoded from codes that are drawn from a distribution
    Generate(Generate),
    /// Write the samples on the way from one sample to another, or a figure of them
    Interpolate(Interpolate),
    /// Find the samples whose codes are nearest to those of some samples
    Neighbours(Neighbours),
    /// Score samples by how badly they fit what a model has learnt, and tell which columns are to blame
    Score(Box<Score>),
    /// Fill the holes of a table in
    Impute(Impute),
    /// Write a model as a file of other programs, such as ONNX
    Export(Export),
    /// Make a model of the weights that another program trained, from safetensors or ONNX
    Import(Import),
    /// Describe a file or folder of data, a model or a checkpoint, without reading all of it
    Inspect(Inspect),
    /// Draw the losses of trainings, codes, weights, errors or scores, and what a model makes of codes
    #[command(subcommand)]
    Plot(Plot),
    /// Make one page of a model, to look into it in a browser: a map of the codes, live decoding, drawing
    Explore(Box<Explore>),
    /// Write a page on a run that can be sent, kept and printed, and a model card
    Report(Box<Report>),
    /// Write small data to try the program on: digits, a table, photos or a time series
    Synthetic(Synthetic),
    /// Write samples with added noise, as a denoising training adds it
    Corrupt(Corrupt),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page, or write the pages of all commands into a folder
    Man(Man),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder completions bash > ~/.local/share/bash-completion/completions/autoencoder")]
pub(crate) struct Completions {
    /// Shell to complete commands in
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder man | man -l -
  autoencoder man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Existing folder to write the pages of all commands into
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::Settings;
    use crate::run;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    /// A command and all below it, each with its name.
    fn all(command: clap::Command) -> Vec<clap::Command> {
        let below = command.get_subcommands().cloned().flat_map(all).collect::<Vec<_>>();
        std::iter::once(command).chain(below).collect()
    }

    #[test]
    fn every_help_begins_with_its_subject_and_examples_stay_on_their_line() {
        let begins = |name: &str, help: &str| {
            let first = help.split([' ', ',']).next().unwrap_or_default();
            let is_word = !["Of", "What", "Those", "How", "Where", "Which", "As", "It"].contains(&first);
            assert!(!help.is_empty() && is_word, "{name}: {help}");
        };
        for command in all(Arguments::command()) {
            begins(command.get_name(), &command.get_about().unwrap_or_default().to_string());
            for argument in command.get_arguments() {
                let name = format!("{} {}", command.get_name(), argument.get_id());
                begins(&name, &argument.get_help().unwrap_or_default().to_string());
                for value in argument.get_possible_values() {
                    if let Some(help) = value.get_help() {
                        begins(&name, &help.to_string());
                    }
                }
            }
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in after.lines().filter(|line| line.starts_with("  ")) {
                assert!(line.chars().count() <= 100, "wider than a help page: {line}");
            }
        }
    }

    #[test]
    fn the_help_names_every_file_of_a_run() {
        let help = Train::augment_args(clap::Command::new("train")).get_after_help().unwrap().to_string();
        assert!(run::files::ALWAYS.iter().all(|file| help.contains(file)), "{help}");
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
