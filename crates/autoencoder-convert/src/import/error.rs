//! Why a file is no model that can be read here.

use std::fmt;

use autoencoder::{FileError, SpecificationError};
use safetensors::SafeTensorError;

/// Error of reading the model of another program.
#[derive(Debug)]
pub enum ImportError {
    /// The bytes are no complete safetensors file.
    Safetensors(SafeTensorError),
    /// The bytes are no ONNX file.
    Onnx(prost::DecodeError),
    /// The file was exported by this crate, and what it says of itself is no model.
    Own(FileError),
    /// The file was exported by this crate, and says by itself what options were given for.
    OptionsOfOwn,
    /// The file was exported by this crate, and holds a part of a model.
    Part {
        /// The part.
        part: String,
    },
    /// A tensor is none of those that are understood.
    Tensor {
        /// The name of the tensor.
        tensor: String,
        /// What is understood in its place.
        expected: String,
        /// Its type and shape, or what else it is.
        found: String,
    },
    /// A node of a graph is none of those that are understood.
    Node {
        /// The name of the node, or of its output.
        node: String,
        /// Its operator.
        operator: String,
        /// What is understood in its place.
        expected: &'static str,
    },
    /// There is no layer.
    NoLayers,
    /// A layer that was named is not there, or does not fit its place.
    Map {
        /// What is wrong.
        what: String,
    },
    /// A layer does not take what the layer before it gives.
    Chain {
        /// The tensor of the layer.
        tensor: String,
        /// The outputs of the layer before, and its name.
        expected: (usize, String),
        /// The inputs of the layer.
        found: usize,
    },
    /// The decoder does not mirror the encoder.
    Mirror {
        /// The widths from sample to sample.
        widths: Vec<usize>,
        /// The tensor whose outputs have no mirror.
        tensor: String,
        /// The width that mirrors that of the encoder; `None` if there is no place for the layer, as their number is odd.
        expected: Option<usize>,
    },
    /// The activation of the hidden layers is not known.
    NoActivation {
        /// The tensor of the first hidden layer.
        tensor: String,
    },
    /// Layers that share an activation here have several.
    Activations {
        /// The layers and their activations.
        found: Vec<(String, &'static str)>,
    },
    /// The graph has another activation than was asked for.
    OtherActivation {
        /// The layer.
        layer: String,
        /// The activation that was asked for.
        expected: &'static str,
        /// The activation of the graph.
        found: &'static str,
    },
    /// The sizes of a sample do not make the number of its features.
    SampleShape {
        /// The number of features.
        expected: usize,
        /// The sizes.
        found: Vec<usize>,
    },
    /// The layers make no model.
    Specification(SpecificationError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Safetensors(error) => write!(f, "not a whole safetensors file: {error}"),
            Self::Onnx(error) => write!(f, "not a whole ONNX file: {error}"),
            Self::Own(error) => write!(f, "exported by autoencoder, and no whole model: {error}"),
            Self::OptionsOfOwn => {
                f.write_str("exported by autoencoder: the file says by itself what its layers, scaling and samples are")
            }
            Self::Part { part } => {
                write!(f, "exported by autoencoder as its {part} alone: expected a whole model")
            }
            Self::Tensor { tensor, expected, found } => {
                write!(f, "tensor {tensor}: expected {expected}, found {found}")
            }
            Self::Node { node, operator, expected } => {
                write!(f, "node {node}: expected {expected}, found the operator {operator}")
            }
            Self::NoLayers => f.write_str(
                "expected layers, as matrices NAME.weight (outputs, inputs) or the nodes Gemm and MatMul, found none",
            ),
            Self::Map { what } => f.write_str(what),
            Self::Chain { tensor, expected: (width, before), found } => write!(
                f,
                "tensor {tensor}: expected {width} inputs, as many as {before} has outputs, found {found}"
            ),
            Self::Mirror { widths, tensor, expected } => {
                let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
                write!(f, "tensor {tensor}: ")?;
                match expected {
                    Some(expected) => write!(f, "expected {expected} outputs, so that the decoder mirrors the encoder")?,
                    None => f.write_str("expected as many layers in the decoder as in the encoder")?,
                }
                write!(f, ", found the widths {}", widths.join("-"))
            }
            Self::NoActivation { tensor } => write!(
                f,
                "tensor {tensor}: its layer has an activation that a file of tensors does not tell"
            ),
            Self::Activations { found } => {
                let found: Vec<String> =
                    found.iter().map(|(layer, activation)| format!("{activation} of {layer}")).collect();
                write!(f, "expected one activation of all hidden layers, found {}", found.join(", "))
            }
            Self::OtherActivation { layer, expected, found } => {
                write!(f, "layer {layer}: expected the activation {expected}, found {found}")
            }
            Self::SampleShape { expected, found } => {
                write!(f, "expected the sizes of samples of {expected} numbers, found {found:?}")
            }
            Self::Specification(error) => error.fmt(f),
        }
    }
}

/// An error without a source, because the inner errors are already in the message.
impl std::error::Error for ImportError {}

impl From<SpecificationError> for ImportError {
    fn from(error: SpecificationError) -> Self {
        Self::Specification(error)
    }
}
