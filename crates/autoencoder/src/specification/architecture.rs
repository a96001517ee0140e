//! The layers of a model, listed from a checked specification.

use std::fmt;

use autoencoder_kernels::Activation;

use super::Specification;
use super::error::SpecificationError;
use super::normalization::Normalization;
use crate::bounds::{MOST_LAYERS, MOST_PARAMETERS};

/// One dense layer, y = f(x Wᵀ + b), with W (outputs, inputs) as in model files.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Layer {
    /// The name: `encoder.0`, `decoder.1`, ..., and in a variational model also `encoder.mu` and
    /// `encoder.logvar`.
    pub name: String,
    /// The width of x.
    pub inputs: usize,
    /// The width of y.
    pub outputs: usize,
    /// The activation f.
    pub activation: Activation,
    /// The place, from 0, of the layer whose transposed weight this layer uses; `None` if the layer has a
    /// weight of its own.
    pub tied_to: Option<usize>,
    /// Whether the sums x Wᵀ are normalised over the batch before b is added.
    pub normalized: bool,
}

impl Layer {
    /// The number of the layer's own weights and biases, and in a normalised layer also of scales, means and
    /// variances.
    pub fn parameters(&self) -> usize {
        let weights = if self.tied_to.is_some() { 0 } else { self.units() * self.unit_inputs() };
        weights + self.vectors() * self.units()
    }

    /// The number of units: rows of the weight, and numbers of the bias. A dense layer has one unit for each
    /// output.
    pub(crate) fn units(&self) -> usize {
        self.outputs
    }

    /// The number of weights of each unit. The units of a dense layer have one weight for each input.
    pub(crate) fn unit_inputs(&self) -> usize {
        self.inputs
    }

    /// The number of vectors that the layer has beside its weight.
    pub(crate) fn vectors(&self) -> usize {
        if self.normalized { 4 } else { 1 }
    }

    /// The number of vectors that gradients train: bias and scale. Running statistics have no gradients.
    pub(crate) fn trained_vectors(&self) -> usize {
        if self.normalized { 2 } else { 1 }
    }
}

/// A checked specification and the layers of its model.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    specification: Specification,
    layers: Vec<Layer>,
}

impl Architecture {
    /// Checks a specification and lists the layers of its model.
    ///
    /// # Errors
    /// [`SpecificationError`] if no model can be built from the specification.
    pub fn new(specification: Specification) -> Result<Self, SpecificationError> {
        let Specification { features, layers: widths, .. } = &specification;
        if *features == 0 {
            return Err(SpecificationError::NoFeatures);
        }
        if widths.is_empty() {
            return Err(SpecificationError::NoLayers);
        }
        if widths.len() > MOST_LAYERS {
            return Err(SpecificationError::TooDeep { layers: widths.len() });
        }
        if let Some(layer) = widths.iter().position(|&width| width == 0) {
            return Err(SpecificationError::EmptyLayer { layer });
        }
        specification.check()?;
        let encoder: Vec<usize> = std::iter::once(*features).chain(widths.iter().copied()).collect();
        let parameters = encoder
            .windows(2)
            .map(|pair| {
                let (a, b) = (pair[0] as u128, pair[1] as u128);
                (2 * a).saturating_mul(b).saturating_add(a + b)
            })
            .fold(0, u128::saturating_add);
        if parameters > MOST_PARAMETERS {
            return Err(SpecificationError::TooLarge { parameters });
        }
        let decoder: Vec<usize> = encoder.iter().rev().copied().collect();
        let side = |name: &str, widths: &[usize], last: Activation| -> Vec<Layer> {
            let count = widths.len() - 1;
            (0..count)
                .map(|index| Layer {
                    name: format!("{name}.{index}"),
                    inputs: widths[index],
                    outputs: widths[index + 1],
                    activation: if index + 1 == count { last } else { specification.activation },
                    tied_to: None,
                    normalized: specification.normalization == Normalization::Batch && index + 1 < count,
                })
                .collect()
        };
        let mut layers = side("encoder", &encoder, specification.code_activation);
        if specification.is_variational()
            && let Some(last) = layers.pop()
        {
            layers.extend(
                ["mu", "logvar"].map(|name| Layer { name: format!("encoder.{name}"), ..last.clone() }),
            );
        }
        let mut decoder = side("decoder", &decoder, specification.output_activation);
        if specification.tied {
            for (layer, encoder) in decoder.iter_mut().zip((0..widths.len()).rev()) {
                layer.tied_to = Some(encoder);
            }
        }
        layers.extend(decoder);
        Ok(Self { specification, layers })
    }

    /// The specification of the model.
    pub fn specification(&self) -> &Specification {
        &self.specification
    }

    /// All layers, in the order in which a sample passes them.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The number of layers that a sample passes on its way to the code. The layers `encoder.mu` and
    /// `encoder.logvar` of a variational model count as one.
    pub fn encoder_layers(&self) -> usize {
        self.specification.layers.len()
    }

    /// The architecture without normalisation, in which each layer has a weight of its own; `None` if no
    /// layer is normalised.
    pub(crate) fn folded(&self) -> Option<Self> {
        let Self { specification, layers } = self.clone();
        let plain = |layer| Layer { tied_to: None, normalized: false, ..layer };
        (specification.normalization != Normalization::None).then(|| Self {
            specification: Specification { tied: false, normalization: Normalization::None, ..specification },
            layers: layers.into_iter().map(plain).collect(),
        })
    }

    /// The number of features in a sample.
    pub fn features(&self) -> usize {
        self.specification.features
    }

    /// The width of the code.
    pub fn code(&self) -> usize {
        let widths = &self.specification.layers;
        widths[widths.len() - 1]
    }

    /// The number of parameters of all layers: weights, biases and the vectors of normalised layers.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    /// The widths from sample to sample: features, layers, code, layers, features.
    pub fn widths(&self) -> impl Iterator<Item = usize> + '_ {
        let encoder = &self.specification.layers;
        std::iter::once(self.features())
            .chain(encoder.iter().chain(encoder.iter().rev().skip(1)).copied())
            .chain(std::iter::once(self.features()))
    }
}

/// The widths of the layers, as in `784-256-128-256-784`.
impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<String> = self.widths().map(|width| width.to_string()).collect();
        f.write_str(&widths.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specification::loss::Loss;
    use crate::specification::penalty::Penalty;

    #[test]
    fn layers_mirror_the_encoder_and_end_in_their_own_activations() {
        let mut specification = Specification::new(12, [8, 5]);
        specification.activation = Activation::Tanh;
        specification.code_activation = Activation::Linear;
        let architecture = Architecture::new(specification).unwrap();
        let layers: Vec<_> = architecture
            .layers()
            .iter()
            .map(|layer| (layer.name.as_str(), layer.inputs, layer.outputs, layer.activation))
            .collect();
        assert_eq!(
            layers,
            [
                ("encoder.0", 12, 8, Activation::Tanh),
                ("encoder.1", 8, 5, Activation::Linear),
                ("decoder.0", 5, 8, Activation::Tanh),
                ("decoder.1", 8, 12, Activation::Sigmoid),
            ]
        );
        assert_eq!(architecture.parameters(), 12 * 8 + 8 + 8 * 5 + 5 + 5 * 8 + 8 + 8 * 12 + 12);
        assert_eq!(architecture.code(), 5);
    }

    #[test]
    fn a_tied_decoder_has_only_biases_of_its_own() {
        let architecture = Architecture::new(Specification::new(12, [8, 5]).with_tied_weights(true)).unwrap();
        let tied: Vec<_> = architecture.layers().iter().map(|layer| layer.tied_to).collect();
        assert_eq!(tied, [None, None, Some(1), Some(0)]);
        assert_eq!(architecture.parameters(), 12 * 8 + 8 + 8 * 5 + 5 + 8 + 12);
    }

    #[test]
    fn a_variational_encoder_ends_in_two_layers() {
        let specification = Specification::new(12, [8, 5]).with_activation(Activation::Relu).variational(1.0);
        let architecture = Architecture::new(specification).unwrap();
        let layers: Vec<_> =
            architecture.layers().iter().map(|layer| (layer.name.as_str(), layer.outputs)).collect();
        let expected =
            [("encoder.0", 8), ("encoder.mu", 5), ("encoder.logvar", 5), ("decoder.0", 8), ("decoder.1", 12)];
        assert_eq!(layers, expected);
        assert_eq!((architecture.encoder_layers(), architecture.code()), (2, 5));
        assert_eq!(architecture.to_string(), "12-8-5-8-12");
    }

    type Change = fn(&mut Specification);

    const IMPOSSIBLE: [(Change, &str); 10] = [
        (
            |s| s.penalty = Penalty::L1 { weight: -1.0 },
            "weight of L1 must be a finite number above 0, found -1",
        ),
        (|s| s.penalty = Penalty::Sparse { target: 1.0, weight: 1.0 }, "target of the sparsity"),
        (
            |s| *s = s.clone().with_code_activation(Activation::Relu).sparse(0.1, 1.0),
            "only the sigmoid gives",
        ),
        (|s| *s = s.clone().contractive(f32::NAN), "weight of the contraction"),
        (|s| *s = s.clone().variational(-0.5), "a finite number from 0, found -0.5"),
        (|s| *s = s.clone().variational(1.0).with_loss(Loss::Mse), "take bce or gaussian"),
        (|s| *s = s.clone().variational(1.0).with_tied_weights(true), "its encoder ends in two layers"),
        (|s| s.loss = Loss::Gaussian { deviation: 1.0 }, "not variational"),
        (
            |s| *s = Specification::new(12, [5]).with_normalization(Normalization::Batch),
            "no hidden layers beside the code",
        ),
        (
            |s| *s = s.clone().with_normalization(Normalization::Batch).contractive(0.1),
            "through all samples of the batch",
        ),
    ];

    #[test]
    fn each_impossible_specification_is_refused_for_its_reason() {
        let refuse = |change: fn(&mut Specification)| {
            let mut specification = Specification::new(12, [8, 5]);
            change(&mut specification);
            Architecture::new(specification).unwrap_err()
        };
        assert_eq!(refuse(|s| s.features = 0), SpecificationError::NoFeatures);
        assert_eq!(refuse(|s| s.layers.clear()), SpecificationError::NoLayers);
        assert_eq!(refuse(|s| s.layers[1] = 0), SpecificationError::EmptyLayer { layer: 1 });
        assert!(matches!(refuse(|s| s.layers[0] = usize::MAX), SpecificationError::TooLarge { .. }));
        assert!(matches!(refuse(|s| s.layers = vec![usize::MAX; 40]), SpecificationError::TooLarge { .. }));
        assert!(matches!(
            refuse(|s| s.loss = Loss::Huber { delta: 0.0 }),
            SpecificationError::HuberDelta { .. }
        ));
        let refused = refuse(|s| {
            s.loss = Loss::Bce;
            s.output_activation = Activation::Linear;
        });
        assert_eq!(refused.to_string(), "the loss bce needs the output activation sigmoid, found linear");
        for (change, says) in IMPOSSIBLE {
            let refused = refuse(change).to_string();
            assert!(refused.contains(says), "{refused}");
        }
    }
}
