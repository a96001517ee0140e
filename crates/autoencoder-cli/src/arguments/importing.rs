//! The arguments of `import`: the model of another program, made a model of this one.

use std::path::PathBuf;
use std::str::FromStr;

use autoencoder::{Activation, Choice};
use clap::{ArgAction, Args};

use crate::config::{self, Named};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  autoencoder import mlp.safetensors --out runs/mine --activation relu --output-activation sigmoid
  autoencoder import mlp.safetensors --out mine --activation tanh --scale bytes --sample-shape 28,28
  autoencoder import keras.onnx --out runs/mine
  autoencoder import vae.safetensors --out runs/vae --activation relu --output-activation sigmoid \\
    --map encoder.0=fc1,encoder.mu=fc21,encoder.logvar=fc22,decoder.0=fc3,decoder.1=fc4

A .safetensors file holds the weights of dense layers, as safetensors.torch.save_file(module.state_dict(), ...) writes them, and tells no \
activations. An .onnx file holds layers (Gemm, or MatMul and Add) with their activations, and what `autoencoder export` wrote comes back \
whole. The decoder must mirror the encoder; the code is the output of the layer in the middle. Samples are taken as they are, unless \
--scale says otherwise.")]
pub(crate) struct Import {
    /// File of the other program: .safetensors or .onnx
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Model to write: a .safetensors file, or the folder of a run
    #[arg(long, value_name = "RUN|FILE")]
    pub(crate) out: PathBuf,
    /// Activation of all layers but the code and the output
    #[arg(long, value_name = "ACTIVATION")]
    pub(crate) activation: Option<Named<Activation>>,
    /// Activation of the code; the default is that of the file, or linear
    #[arg(long, value_name = "ACTIVATION")]
    pub(crate) code_activation: Option<Named<Activation>>,
    /// Activation of the output; the default is that of the file, or linear
    #[arg(long, value_name = "ACTIVATION")]
    pub(crate) output_activation: Option<Named<Activation>>,
    /// Scaling of the samples that the model was trained on
    #[arg(long, value_name = "SCALE")]
    pub(crate) scale: Option<Named<ImportScale>>,
    /// Sizes of a sample, such as 28,28 for images; the default is a row of numbers
    #[arg(long, value_name = "N,..,N", value_delimiter = ',', num_args = 1, action = ArgAction::Set, value_parser = config::at_least_one("sample-shape"))]
    pub(crate) sample_shape: Option<Vec<usize>>,
    /// Layers by name, where names or order in the file do not tell: encoder.0, encoder.1, ... (or encoder.mu and encoder.logvar) and
    /// decoder.0, ..., each with the name of its tensors without .weight
    #[arg(long, value_name = "LAYER=NAME,..", value_delimiter = ',', num_args = 1, action = ArgAction::Set)]
    pub(crate) map: Option<Vec<MappedLayer>>,
}

/// The scaling that another program trained with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportScale {
    None,
    Bytes,
}

impl Choice for ImportScale {
    const ALL: &'static [Self] = &[Self::None, Self::Bytes];

    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bytes => "bytes",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::None => "Numbers as they are; the default",
            Self::Bytes => "Bytes divided by 255",
        }
    }
}

/// A layer's name here, and in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MappedLayer {
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

impl FromStr for MappedLayer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((ours, theirs)) => Ok(Self { ours: ours.to_owned(), theirs: theirs.to_owned() }),
            None => Err("expected LAYER=NAME, such as encoder.0=fc1".to_owned()),
        }
    }
}
