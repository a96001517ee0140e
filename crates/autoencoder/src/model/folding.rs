//! Batch normalisation folded into weights and biases: what is left is a plain model of the same function.

use super::parameters::Parameters;
use crate::specification::architecture::Architecture;
use crate::specification::normalization::Normalization;

/// The parameters of `plain`, which is `architecture` without its normalisation: scales and running statistics are folded into
/// weights and biases, and tied weights of a decoder no longer tied, as each gets a scale of its own.
pub(crate) fn fold(architecture: &Architecture, from: &Parameters, plain: &Architecture) -> Parameters {
    let mut parameters = Parameters::zeros(plain);
    for (index, layer) in architecture.layers().iter().enumerate() {
        match layer.tied_to {
            Some(other) => parameters.weight_mut(index).assign(&from.weight(other).t()),
            None => parameters.weight_mut(index).assign(&from.weight(index)),
        }
        parameters.bias_mut(index).copy_from_slice(from.bias(index).to_slice().unwrap_or(&[]));
        let vectors: Vec<&[f32]> = from.vectors(index).collect();
        let [_, scale, mean, variance] = vectors[..] else { continue };
        for unit in 0..layer.outputs {
            let deviation = (f64::from(variance[unit]) + Normalization::EPSILON).sqrt();
            let factor = f64::from(scale[unit]) / deviation;
            let bias = &mut parameters.bias_mut(index)[unit];
            *bias = (f64::from(*bias) - factor * f64::from(mean[unit])) as f32;
            let mut weights = parameters.weight_mut(index);
            weights.row_mut(unit).map_inplace(|weight| *weight = (factor * f64::from(*weight)) as f32);
        }
    }
    parameters
}
