//! Folding of batch normalisation into weights and biases, which gives a plain model of the same function.

use super::parameters::Parameters;
use crate::specification::architecture::Architecture;
use crate::specification::normalization::Normalization;

/// The parameters of `plain`, the architecture that `architecture` becomes without its normalisation.
///
/// For each normalised layer with weight W, bias b, scale s, running mean μ and running variance v, per unit:
/// W ← s W / √(v + ε) and b ← b - s μ / √(v + ε). A tied decoder gets weights of its own, transposed from the
/// encoder's, because each layer has its own scale.
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
        for unit in 0..layer.units() {
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
