//! The arguments of `export`: a model as a file of other programs.

use std::path::PathBuf;

use autoencoder::{Choice, ScoreKind};
use clap::Args;

use crate::config::{self, Named};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder export runs/tutorial --out model.onnx
  autoencoder export runs/tutorial --out encoder.onnx --part encoder
  autoencoder export runs/normal --out score.onnx --part score --quantile 0.999

ONNX is read by onnxruntime, tract, browsers and most programs of the field. The file takes and gives samples in the units of the \
data: scaling, words as indices (-1 for a hole), holes among numbers (NaN) and the threshold of scores are inside. N, the number of \
samples, is free. The metadata names the columns and their words.")]
pub(crate) struct Export {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// File to write: .onnx
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Format of the file; the default is that of its name
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Named<ExportFormat>>,
    /// Part of the model
    #[arg(long, value_name = "PART", default_value = "model")]
    pub(crate) part: Named<ExportPart>,
    /// Kind of the scores, with --part score; the default is that which the model keeps, and another one is fitted to the data of the
    /// run first
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Named<ScoreKind>>,
    /// Threshold of --part score: the score below which this share of the usual samples lay, from 0 to 1; the default is 0.99
    #[arg(long, value_name = "SHARE", value_parser = config::shares(), conflicts_with = "threshold")]
    pub(crate) quantile: Option<f64>,
    /// Threshold of --part score: this score
    #[arg(long, value_name = "SCORE", value_parser = config::scores(), allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,
}

/// A format that models are exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Onnx,
}

impl Choice for ExportFormat {
    const ALL: &'static [Self] = &[Self::Onnx];

    fn name(self) -> &'static str {
        match self {
            Self::Onnx => "onnx",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Onnx => {
                "Graph of operators, for onnxruntime, tract, browsers and most programs of the field"
            }
        }
    }
}

impl ExportFormat {
    /// The endings of names that ask for the format.
    pub(crate) const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Onnx => &["onnx"],
        }
    }
}

/// A part of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportPart {
    Model,
    Encoder,
    Decoder,
    Score,
}

impl Choice for ExportPart {
    const ALL: &'static [Self] = &[Self::Model, Self::Encoder, Self::Decoder, Self::Score];

    fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Encoder => "encoder",
            Self::Decoder => "decoder",
            Self::Score => "score",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Model => "From samples to their reconstructions",
            Self::Encoder => "From samples to their codes",
            Self::Decoder => "From codes to samples",
            Self::Score => "From samples to their scores, and whether these are above the threshold",
        }
    }
}
