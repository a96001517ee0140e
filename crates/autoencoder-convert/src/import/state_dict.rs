//! The dense layers in a file of tensors, such as the state dictionary of a PyTorch module.

use std::collections::BTreeMap;

use safetensors::{Dtype, SafeTensors};

use super::conversions::Conversions;
use super::error::ImportError;
use super::linear::{Layers, Linear, finite, matrix};
use super::map::Map;
use super::names::{self, Side};
use super::numbers::{Converted, Float};

/// The tensors of a layer, by their names.
#[derive(Debug, Default)]
struct Tensors {
    weight: Option<String>,
    bias: Option<String>,
    is_transposed: bool,
}

/// Reads the layers of a safetensors file, in the order in which a sample passes them, and notes what was converted.
pub(super) fn read(bytes: &[u8], map: &Map, notes: &mut Vec<String>) -> Result<Layers, ImportError> {
    let file = SafeTensors::deserialize(bytes).map_err(ImportError::Safetensors)?;
    let mut groups: BTreeMap<String, Tensors> = BTreeMap::new();
    let mut all: Vec<String> = file.names().into_iter().map(str::to_owned).collect();
    all.sort();
    for tensor in all {
        let (layer, kind) = tensor.rsplit_once('.').unwrap_or(("", &tensor));
        let group = groups.entry(layer.to_owned()).or_default();
        match kind {
            "weight" | "kernel" if group.weight.is_none() => {
                group.is_transposed = kind == "kernel";
                group.weight = Some(tensor);
            }
            "bias" => group.bias = Some(tensor),
            _ => return Err(unknown(&file, &tensor)),
        }
    }
    let mut layers = Vec::with_capacity(groups.len());
    let mut conversions = Conversions::default();
    for (name, tensors) in groups {
        layers.push(linear(&file, name, tensors, (&mut conversions, notes))?);
    }
    conversions.tell(notes);
    layers.sort_by(|a, b| {
        let sides = [a, b].map(|layer| Side::of(&layer.name));
        sides[0].cmp(&sides[1]).then_with(|| names::natural(&a.name, &b.name))
    });
    if !map.is_empty() {
        return map.sort(layers);
    }
    let place = layers.iter().position(|layer| names::is_log_variance(&layer.name));
    let means = layers.iter().filter(|layer| names::is_mean(&layer.name)).count();
    let log_variance = place.filter(|_| means == 1).map(|place| layers.remove(place));
    Ok(Layers { layers, log_variance })
}

fn linear(
    file: &SafeTensors<'_>,
    name: String,
    Tensors { weight, bias, is_transposed }: Tensors,
    (conversions, notes): (&mut Conversions, &mut Vec<String>),
) -> Result<Linear, ImportError> {
    let Some(tensor) = weight else {
        return Err(unknown(file, &bias.unwrap_or(name)));
    };
    let (shape, numbers) = numbers(file, &tensor, conversions)?;
    let &[rows, columns] = shape.as_slice() else { return Err(unknown(file, &tensor)) };
    let weight = matrix(&tensor, [rows, columns], numbers, is_transposed)?;
    let bias = match bias {
        None => {
            notes.push(format!("layer {name}: no bias, read as zeros"));
            vec![0.0; weight.nrows()]
        }
        Some(tensor) => {
            let (shape, numbers) = self::numbers(file, &tensor, conversions)?;
            if shape != [weight.nrows()] {
                return Err(ImportError::Tensor {
                    expected: format!("[{}], a number for each output", weight.nrows()),
                    found: format!("{shape:?}"),
                    tensor,
                });
            }
            finite(&tensor, numbers)?
        }
    };
    Ok(Linear { name, tensor, weight, bias, activation: None })
}

/// The shape and the numbers of a tensor.
fn numbers(
    file: &SafeTensors<'_>,
    tensor: &str,
    conversions: &mut Conversions,
) -> Result<(Vec<usize>, Converted), ImportError> {
    let view = file.tensor(tensor).map_err(ImportError::Safetensors)?;
    let float = match view.dtype() {
        Dtype::F32 => Float::F32,
        Dtype::F64 => Float::F64,
        Dtype::F16 => Float::F16,
        Dtype::BF16 => Float::BF16,
        _ => return Err(unknown(file, tensor)),
    };
    let converted = float.read(view.data());
    conversions.add(tensor, float, &converted);
    Ok((view.shape().to_vec(), converted))
}

fn unknown(file: &SafeTensors<'_>, tensor: &str) -> ImportError {
    let found = file
        .tensor(tensor)
        .map_or_else(|_| "nothing".to_owned(), |view| format!("{:?} {:?}", view.dtype(), view.shape()));
    let kind = tensor.rsplit('.').next().unwrap_or_default();
    let is_normalization = ["running_mean", "running_var", "num_batches_tracked"].contains(&kind);
    let expected = if is_normalization {
        "no batch normalisation, but one that is folded into the layer before, as torch.nn.utils.fusion.fuse_linear_bn_eval does"
    } else {
        "dense layers alone: NAME.weight (outputs, inputs) or NAME.kernel (inputs, outputs), and NAME.bias (outputs)"
    };
    ImportError::Tensor { tensor: tensor.to_owned(), expected: expected.to_owned(), found }
}
