//! The weights of a model as a page carries them: numbers of 16 bits, and of 32 where 16 do not hold them.

use std::ops::Range;

use autoencoder_convert::{Dense, Network};
use half::f16;
use serde::Serialize;

use super::packed;

/// The network of a page, and all of its numbers one after the other: of each layer the weights, row by row, and then the biases.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Weights {
    encoder: Vec<Layer>,
    decoder: Vec<Layer>,
    /// The count of numbers of a code that stay, where others become 0.
    top_k: Option<usize>,
    /// The outputs of each column of words: the first, and the first behind them.
    words: Vec<[usize; 2]>,
    /// The outputs that restore nothing.
    unrestored: [usize; 2],
    data: String,
}

/// A layer, whose numbers begin at the byte `at`.
#[derive(Debug, Serialize)]
struct Layer {
    inputs: usize,
    outputs: usize,
    activation: &'static str,
    bits: u8,
    at: usize,
}

impl Weights {
    pub(super) fn of(network: &Network) -> Self {
        let mut data = Vec::new();
        let mut pack = |layers: &[Dense]| layers.iter().map(|layer| Layer::of(layer, &mut data)).collect();
        let (encoder, decoder) = (pack(&network.encoder), pack(&network.decoder));
        let ends = |range: &Range<usize>| [range.start, range.end];
        Self {
            encoder,
            decoder,
            top_k: network.top_k,
            words: network.words.iter().map(|group| ends(&group.outputs)).collect(),
            unrestored: ends(&network.unrestored),
            data: packed::bytes(&data),
        }
    }
}

impl Layer {
    fn of(layer: &Dense, data: &mut Vec<u8>) -> Self {
        let numbers = || layer.weight.iter().chain(&layer.bias).copied();
        // Numbers of 32 bits are read where they lie, which must be at a multiple of four.
        data.resize(data.len().next_multiple_of(4), 0);
        let at = data.len();
        let fits = numbers().all(|number| f16::from_f32(number).is_finite());
        if fits {
            data.extend(numbers().flat_map(|number| f16::from_f32(number).to_le_bytes()));
        } else {
            data.extend(numbers().flat_map(f32::to_le_bytes));
        }
        let (outputs, inputs) = layer.weight.dim();
        Self { inputs, outputs, activation: layer.activation.name(), bits: if fits { 16 } else { 32 }, at }
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::{Inference, Initialization, Model, Specification, Values};
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    use ndarray::Array2;

    use super::*;

    /// The numbers of a layer as the page reads them.
    fn numbers(layer: &Layer, data: &[u8]) -> Vec<f32> {
        let count = layer.outputs * (layer.inputs + 1);
        let data = &data[layer.at..layer.at + count * usize::from(layer.bits) / 8];
        let half = |two: &[u8]| f16::from_le_bytes([two[0], two[1]]).to_f32();
        let float = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        if layer.bits == 16 {
            data.chunks_exact(2).map(half).collect()
        } else {
            data.chunks_exact(4).map(float).collect()
        }
    }

    /// What a page's network of sigmoid layers makes of a sample.
    fn restored(weights: &Weights, sample: &[f32]) -> Vec<f32> {
        let data = BASE64_STANDARD.decode(&weights.data).unwrap();
        weights.encoder.iter().chain(&weights.decoder).fold(sample.to_vec(), |x, layer| {
            assert_eq!(layer.activation, "sigmoid");
            let numbers = numbers(layer, &data);
            let (rows, bias) = numbers.split_at(layer.outputs * layer.inputs);
            let sum = |row: &[f32]| row.iter().zip(&x).map(|(weight, x)| weight * x).sum::<f32>();
            let sums = rows.chunks_exact(layer.inputs).zip(bias).map(|(row, bias)| sum(row) + bias);
            sums.map(|sum| 1.0 / (1.0 + (-sum).exp())).collect()
        })
    }

    #[test]
    fn a_page_restores_as_the_model_does_but_for_the_rounding_of_weights() {
        for (scale, bits) in [(1.0, [16, 16]), (1e6, [32, 16])] {
            let specification = Specification::new(9, [7, 3]);
            let mut model = Model::new(specification, Initialization::Glorot, 4).unwrap();
            let mut parameters = model.parameters().clone();
            parameters.as_mut_slice()[3] *= scale;
            model = model.with_parameters(parameters);
            let weights = Weights::of(&Network::of(&model));
            assert_eq!([weights.encoder[0].bits, weights.encoder[1].bits], bits);
            let sample: Vec<f32> = (0..9_u8).map(|place| f32::from(place) / 9.0).collect();
            let values = Values::Floats(Array2::from_shape_vec((1, 9), sample.clone()).unwrap());
            let expected = Inference::new(&model).reconstruct(&model.samples(values).unwrap()).unwrap();
            for (found, expected) in restored(&weights, &sample).iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-3, "{found} {expected}");
            }
        }
    }
}
