//! A model in use, as plain dense layers: normalisation is folded into the weights, and tied layers have weights of their own.

use std::ops::Range;

use autoencoder::{Activation, Model};
use ndarray::{Array1, Array2};

/// One dense layer: y = f(x Wᵀ + b).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Dense {
    /// The name, as in the model's file: `encoder.0`, `encoder.mu`, `decoder.1`.
    pub name: String,
    /// W, (outputs, inputs).
    pub weight: Array2<f32>,
    /// b, (outputs).
    pub bias: Array1<f32>,
    /// f.
    pub activation: Activation,
}

/// The outputs that belong to a column of words: their softmax is the probability of each word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WordGroup {
    /// The places of the words among the outputs of the last layer.
    pub outputs: Range<usize>,
}

/// A model in use, as plain layers. From a scaled sample, (features), to its reconstruction, scaled too:
///
/// 1. the layers of `encoder`, one after the other, give the code (the mean of it, in a variational model);
/// 2. with `top_k`, the k largest numbers of the code stay, among equal ones those with the lower index, and the others become 0;
/// 3. the layers of `decoder` give the outputs, (features);
/// 4. the outputs of each of `words` become their softmax, and those of `unrestored` become 0.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::Network;
/// let model = Model::new(Specification::new(5, [4, 2]).with_tied_weights(true), Initialization::Glorot, 0)?;
/// let network = Network::of(&model);
/// assert_eq!(network.decoder[0].weight, network.encoder[1].weight.t()); // tied layers are written out
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Network {
    /// The layers from the scaled sample to the code.
    pub encoder: Vec<Dense>,
    /// The layer beside the last of `encoder`, with the logarithms of the variances of the code; variational models have one.
    pub log_variance: Option<Dense>,
    /// The count of numbers of the code that stay, where others become 0.
    pub top_k: Option<usize>,
    /// The layers from the code to the outputs.
    pub decoder: Vec<Dense>,
    /// The columns of words; none where the samples are no rows of a table with words.
    pub words: Vec<WordGroup>,
    /// The outputs that restore nothing: those of the indicators of holes.
    pub unrestored: Range<usize>,
}

impl Network {
    /// The layers of a model.
    pub fn of(model: &Model) -> Self {
        let model = model.folded();
        let (architecture, parameters) = (model.architecture(), model.parameters());
        let specification = architecture.specification();
        let mut layers = architecture.layers().iter().enumerate().map(|(index, layer)| Dense {
            name: layer.name.clone(),
            weight: match layer.tied_to {
                Some(mirrored) => parameters.weight(mirrored).t().as_standard_layout().into_owned(),
                None => parameters.weight(index).to_owned(),
            },
            bias: parameters.bias(index).to_owned(),
            activation: layer.activation,
        });
        let encoder: Vec<Dense> = layers.by_ref().take(architecture.encoder_layers()).collect();
        let log_variance = if specification.is_variational() { layers.next() } else { None };
        let decoder = layers.collect();
        let features = architecture.features();
        let (words, unrestored) = match &specification.table {
            None => (Vec::new(), features..features),
            Some(table) => {
                let mut next = table.numbers;
                let words = table.words.iter().map(|column| {
                    let outputs = next..next + column.words;
                    next = outputs.end;
                    WordGroup { outputs }
                });
                (words.collect(), features - table.indicators..features)
            }
        };
        Self { encoder, log_variance, top_k: specification.top_k, decoder, words, unrestored }
    }

    /// The number of features of a sample.
    pub fn features(&self) -> usize {
        self.encoder[0].weight.ncols()
    }

    /// The number of numbers of a code.
    pub fn code(&self) -> usize {
        self.decoder[0].weight.ncols()
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::{Initialization, Normalization, Specification, TableColumns, WordColumn};

    use super::*;

    fn network(specification: Specification) -> Network {
        Network::of(&Model::new(specification, Initialization::Glorot, 0).unwrap())
    }

    fn names(layers: &[Dense]) -> Vec<&str> {
        layers.iter().map(|layer| layer.name.as_str()).collect()
    }

    #[test]
    fn a_variational_model_has_the_layer_of_variances_beside_the_code() {
        let specification =
            Specification::new(6, [5, 2]).with_code_activation(Activation::Linear).variational(1.0);
        let network = network(specification);
        assert_eq!(names(&network.encoder), ["encoder.0", "encoder.mu"]);
        assert_eq!(network.log_variance.as_ref().map(|layer| layer.weight.dim()), Some((2, 5)));
        assert_eq!(names(&network.decoder), ["decoder.0", "decoder.1"]);
        assert_eq!((network.features(), network.code()), (6, 2));
    }

    #[test]
    fn normalisation_is_folded_and_tied_layers_are_written_out() {
        let specification = Specification::new(6, [5, 2]).with_tied_weights(true);
        let network = network(specification.with_normalization(Normalization::Batch));
        let shapes: Vec<_> =
            network.encoder.iter().chain(&network.decoder).map(|layer| layer.weight.dim()).collect();
        assert_eq!(shapes, [(5, 6), (2, 5), (5, 2), (6, 5)]);
    }

    #[test]
    fn the_words_of_a_table_are_groups_of_outputs_and_indicators_are_not_restored() {
        let table =
            TableColumns::new(2, [WordColumn::new(3, 1.0), WordColumn::new(2, 1.0)]).with_indicators(1);
        let specification =
            Specification::new(8, [4, 2]).with_output_activation(Activation::Linear).with_table(table);
        let network = network(specification);
        let groups: Vec<_> = network.words.into_iter().map(|group| group.outputs).collect();
        assert_eq!(groups, [2..5, 5..7]);
        assert_eq!(network.unrestored, 7..8);
    }
}
