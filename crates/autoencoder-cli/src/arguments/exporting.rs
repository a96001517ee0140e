//! The arguments of `export`: a model as a file of other programs.

use std::path::PathBuf;

use autoencoder::{Choice, ScoreKind};
use autoencoder_convert::Weights;
use clap::Args;

use super::samples::TypedSamples;
use crate::config::{self, Named};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder export runs/tutorial --out model.onnx
  autoencoder export runs/tutorial --out encoder.onnx --part encoder
  autoencoder export runs/normal --out score.onnx --part score --quantile 0.999
  autoencoder export runs/tutorial --out model.npz
  autoencoder export runs/normal --out model.c --weights int8    model.h beside it
  autoencoder export runs/normal --out model.rs
  autoencoder export runs/tutorial --format tensorboard-projector --out projector

ONNX is read by onnxruntime, tract, browsers and most programs of the field. The file takes and gives samples in the units of the \
data: scaling, words as indices (-1 for a hole), holes among numbers (NaN) and the threshold of scores are inside. N, the number of \
samples, is free. The metadata names the columns and their words.")]
pub(crate) struct Export {
    /// Model file, or the folder of a run
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    #[command(flatten)]
    pub(crate) samples: TypedSamples,
    /// File to write: .onnx, .npz, .c or .rs; for tensorboard-projector, a folder
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Format of the file; the default is that of its name
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Named<ExportFormat>>,
    /// Numbers that weights are written as in c and rust: float or int8, whose error is measured on DATA
    #[arg(long, value_name = "NUMBERS")]
    pub(crate) weights: Option<Named<Weights>>,
    /// Part of the model, with onnx
    #[arg(long, value_name = "PART", default_value = "model")]
    pub(crate) part: Named<ExportPart>,
    /// Kind of the scores, with --part score, c and rust; the default is that which the model keeps, and another one is fitted to the data of the
    /// run first
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Named<ScoreKind>>,
    /// Threshold of the scores: the score below which this share of the usual samples lay, from 0 to 1; the default is 0.99
    #[arg(long, value_name = "SHARE", value_parser = config::shares(), conflicts_with = "threshold")]
    pub(crate) quantile: Option<f64>,
    /// Threshold of the scores: this score
    #[arg(long, value_name = "SCORE", value_parser = config::scores(), allow_hyphen_values = true)]
    pub(crate) threshold: Option<f64>,
}

/// A format that models are exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Onnx,
    Npz,
    C,
    Rust,
    TensorboardProjector,
}

impl Choice for ExportFormat {
    const ALL: &'static [Self] = &[Self::Onnx, Self::Npz, Self::C, Self::Rust, Self::TensorboardProjector];

    fn name(self) -> &'static str {
        match self {
            Self::Onnx => "onnx",
            Self::Npz => "npz",
            Self::C => "c",
            Self::Rust => "rust",
            Self::TensorboardProjector => "tensorboard-projector",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Onnx => {
                "Graph of operators, for onnxruntime, tract, browsers and most programs of the field"
            }
            Self::Npz => "Arrays of numpy: weights, biases, scaling and a description",
            Self::C => "C99 and a header, without a library: for devices and firmware",
            Self::Rust => "Module of Rust that needs nothing but core",
            Self::TensorboardProjector => {
                "Folder with codes, labels, errors and thumbnails for TensorBoard's projector"
            }
        }
    }
}

impl ExportFormat {
    /// The endings of names that ask for the format.
    pub(crate) const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Onnx => &["onnx"],
            Self::Npz => &["npz"],
            Self::C => &["c"],
            Self::Rust => &["rs"],
            Self::TensorboardProjector => &[],
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
