//! The constants of an ONNX graph.

use std::collections::HashMap;

use super::error::ImportError;
use super::numbers::{Converted, Float, rounded};
use crate::onnx::messages::{GraphProto, NodeProto, TensorProto, data_type};

/// The nodes that take each value, by its name.
pub(super) struct Users<'a>(HashMap<&'a str, Vec<&'a NodeProto>>);

impl<'a> Users<'a> {
    pub(super) fn of(graph: &'a GraphProto) -> Self {
        let mut users: HashMap<&str, Vec<&NodeProto>> = HashMap::new();
        for node in &graph.node {
            for (place, input) in node.input.iter().enumerate() {
                if !node.input[..place].contains(input) {
                    users.entry(input).or_default().push(node);
                }
            }
        }
        Self(users)
    }

    /// The nodes that take a value.
    pub(super) fn get(&self, value: &str) -> &[&'a NodeProto] {
        self.0.get(value).map_or(&[], Vec::as_slice)
    }
}

/// The constants of a graph by the names of their values: initializers, the outputs of Constant, and what Transpose and Identity make of
/// them.
pub(super) struct Constants<'a>(HashMap<&'a str, Constant<'a>>);

/// A constant of a graph.
#[derive(Clone, Copy)]
pub(super) struct Constant<'a> {
    pub(super) tensor: &'a TensorProto,
    pub(super) is_transposed: bool,
}

impl<'a> Constants<'a> {
    pub(super) fn of(graph: &'a GraphProto) -> Self {
        let mut constants: HashMap<&str, Constant<'_>> = graph
            .initializer
            .iter()
            .map(|tensor| (tensor.name.as_str(), Constant { tensor, is_transposed: false }))
            .collect();
        for node in &graph.node {
            let Some(output) = node.output.first() else { continue };
            let input = node.input.first().and_then(|input| constants.get(input.as_str())).copied();
            let made = match node.op_type.as_str() {
                "Constant" => node
                    .attribute
                    .iter()
                    .find(|attribute| attribute.name == "value")
                    .and_then(|attribute| attribute.t.as_ref())
                    .map(|tensor| Constant { tensor, is_transposed: false }),
                "Identity" => input,
                "Transpose" => input
                    .filter(|constant| constant.tensor.dims.len() == 2)
                    .map(|constant| Constant { is_transposed: !constant.is_transposed, ..constant }),
                _ => None,
            };
            if let Some(constant) = made {
                constants.insert(output, constant);
            }
        }
        Self(constants)
    }

    pub(super) fn get(&self, name: &str) -> Option<Constant<'a>> {
        self.0.get(name).copied()
    }

    /// The number that a constant of one element is.
    pub(super) fn scalar(&self, name: &str) -> Option<f64> {
        let Constant { tensor, .. } = self.get(name)?;
        if tensor.dims.iter().any(|&size| size != 1) {
            return None;
        }
        let (_, converted) = numbers(tensor).ok()?;
        let [number] = converted.numbers.as_slice() else { return None };
        Some(f64::from(*number))
    }
}

/// The sizes of a tensor.
pub(super) fn sizes(tensor: &TensorProto) -> Result<Vec<usize>, ImportError> {
    let size =
        |&size: &i64| usize::try_from(size).map_err(|_| unknown(tensor, "sizes that are not negative"));
    tensor.dims.iter().map(size).collect()
}

/// The numbers of a tensor, which are as many as its sizes make.
pub(super) fn numbers(tensor: &TensorProto) -> Result<(Float, Converted), ImportError> {
    if tensor.data_location != 0 {
        return Err(unknown(tensor, "numbers in the file itself, not in another one beside it"));
    }
    let raw = &tensor.raw_data;
    let exact = |numbers| Converted { numbers, rounded: 0 };
    let (float, width) = match tensor.data_type {
        data_type::FLOAT => (Float::F32, 4),
        data_type::DOUBLE => (Float::F64, 8),
        data_type::FLOAT16 => (Float::F16, 2),
        data_type::BFLOAT16 => (Float::BF16, 2),
        _ => return Err(unknown(tensor, "numbers of float32, float64, float16 or bfloat16")),
    };
    let converted = if raw.is_empty() {
        match float {
            Float::F32 => exact(tensor.float_data.clone()),
            Float::F64 => rounded(tensor.double_data.iter().copied()),
            Float::F16 | Float::BF16 => {
                let bytes: Vec<u8> = tensor
                    .int32_data
                    .iter()
                    .flat_map(|&bits| [bits.to_le_bytes()[0], bits.to_le_bytes()[1]])
                    .collect();
                float.read(&bytes)
            }
        }
    } else if raw.len().is_multiple_of(width) {
        float.read(raw)
    } else {
        return Err(unknown(tensor, "whole numbers in its bytes"));
    };
    let count = sizes(tensor)?.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
    if count != Some(converted.numbers.len()) {
        return Err(unknown(tensor, "as many numbers as its sizes make"));
    }
    Ok((float, converted))
}

pub(super) fn unknown(tensor: &TensorProto, expected: &str) -> ImportError {
    ImportError::Tensor {
        tensor: tensor.name.clone(),
        expected: expected.to_owned(),
        found: format!("the type {} with the sizes {:?}", tensor.data_type, tensor.dims),
    }
}
