//! A tensor that is written to a file.

use safetensors::tensor::Dtype;

/// A tensor of a file: its name, type, shape and bytes.
pub(super) type NamedTensor = (String, Dtype, Vec<usize>, Vec<u8>);
