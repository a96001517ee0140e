//! Models of other programs, read from the tensors of a safetensors file or the graph of an ONNX file.

mod chain;
mod conversions;
mod elementwise;
mod error;
mod graph;
mod imported;
mod linear;
mod map;
mod names;
mod numbers;
mod options;
mod own;
mod state_dict;
mod tensors;

use prost::Message;

pub use error::ImportError;
pub use imported::Imported;
pub use map::Map as LayerMap;
pub use options::ImportOptions;

use crate::onnx::messages::ModelProto;

/// Reads the dense layers of a safetensors file, such as the state dictionary of a PyTorch module: `NAME.weight` (outputs, inputs) or
/// `NAME.kernel` (inputs, outputs), and `NAME.bias`. A sample passes them in the order of their names, encoders first and decoders last,
/// or in that of [`ImportOptions::map`].
///
/// # Errors
/// If a tensor is none of a dense layer, the layers do not fit each other, the decoder does not mirror the encoder, or the activation of
/// hidden layers is not known.
///
/// ```
/// use autoencoder::{Activation, Initialization, Model, Specification};
/// use autoencoder_convert::{ImportOptions, import_safetensors};
/// let specification = Specification::new(4, [3, 2]).with_code_activation(Activation::Linear).with_output_activation(Activation::Linear);
/// let model = Model::new(specification, Initialization::Glorot, 0)?;
/// let mut options = ImportOptions::default();
/// options.activation = Some(Activation::Sigmoid);
/// let read = import_safetensors(&model.to_bytes(), &options)?;
/// assert_eq!(read.model, model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import_safetensors(bytes: &[u8], options: &ImportOptions) -> Result<Imported, ImportError> {
    let mut notes = Vec::new();
    let layers = state_dict::read(bytes, &options.map, &mut notes)?;
    let model = layers.model(options, &mut notes)?;
    Ok(Imported { model, notes })
}

/// Reads the dense layers of an ONNX graph, with their activations: nodes `Gemm`, or `MatMul` with `Add`, one after the other. A whole model
/// that [`to_onnx`](crate::to_onnx) wrote comes back as it was, with its scaling and scores.
///
/// # Errors
/// If a node is none of a dense layer, and else as [`import_safetensors`].
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::{ImportOptions, OnnxPart, import_onnx, to_onnx};
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let file = to_onnx(&model, OnnxPart::Model)?;
/// assert_eq!(import_onnx(&file.bytes, &ImportOptions::default())?.model, model);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import_onnx(bytes: &[u8], options: &ImportOptions) -> Result<Imported, ImportError> {
    let file = ModelProto::decode(bytes).map_err(ImportError::Onnx)?;
    if let Some(imported) = own::read(&file, options) {
        return imported;
    }
    let mut notes = Vec::new();
    let graph = file.graph.unwrap_or_default();
    let layers = graph::read(&graph, &options.map, &mut notes)?;
    let model = layers.model(options, &mut notes)?;
    Ok(Imported { model, notes })
}
