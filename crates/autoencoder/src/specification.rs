//! What a model is to be: the specification a user writes, and the checked architecture made of it.

use std::fmt;

use autoencoder_kernels::{Activation, ElementLoss};
use serde::{Deserialize, Serialize};

/// What a model is to be, before anything was checked.
///
/// ```
/// use autoencoder::{Architecture, Specification};
/// let architecture = Architecture::new(Specification::new(784, [256, 128]))?;
/// assert_eq!(architecture.to_string(), "784-256-128-256-784");
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Specification {
    /// Numbers in a sample: the width of the first and of the last layer.
    pub features: usize,
    /// Widths of the encoder's layers; the last is the code. The decoder mirrors them.
    pub layers: Vec<usize>,
    /// Activation of every layer but the code and the output.
    pub activation: Activation,
    /// Activation of the code.
    pub code_activation: Activation,
    /// Activation of the output.
    pub output_activation: Activation,
    /// What training minimises.
    pub loss: Loss,
}

impl Specification {
    /// Sigmoid throughout and least squares, the classic autoencoder; change the fields for others.
    pub fn new(features: usize, layers: impl Into<Vec<usize>>) -> Self {
        Self {
            features,
            layers: layers.into(),
            activation: Activation::Sigmoid,
            code_activation: Activation::Sigmoid,
            output_activation: Activation::Sigmoid,
            loss: Loss::Mse,
        }
    }
}

/// What training minimises: the mean over samples and features of one of these.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Loss {
    /// (y - x)²
    Mse,
    /// The cross-entropy of y with x, both in [0, 1], computed from the logit of y.
    Bce,
    /// (y - x)² / 2 near 0, linear further out.
    Huber {
        /// Where it turns linear; above 0.
        delta: f32,
    },
}

impl Loss {
    pub(crate) fn element(self) -> ElementLoss {
        match self {
            Self::Mse => ElementLoss::SquaredError,
            Self::Bce => ElementLoss::CrossEntropyOfLogits,
            Self::Huber { delta } => ElementLoss::Huber { delta },
        }
    }
}

/// One dense layer, y = f(x Wᵀ + b) with W (outputs, inputs) as the files have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// `encoder.0`, `decoder.1`, ...
    pub name: String,
    /// Width of x.
    pub inputs: usize,
    /// Width of y.
    pub outputs: usize,
    /// f
    pub activation: Activation,
}

impl Layer {
    /// Number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.outputs * (self.inputs + 1)
    }
}

/// A specification that was checked, and the layers it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    specification: Specification,
    layers: Vec<Layer>,
}

/// The most parameters a model may have; a checkpoint of Adam then takes 24 GB.
const MOST_PARAMETERS: u128 = 2_000_000_000;

/// Why a specification stands for no model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpecificationError {
    /// A sample has no features.
    NoFeatures,
    /// There is no layer.
    NoLayers,
    /// A layer has no units.
    EmptyLayer {
        /// Which of the encoder's layers, from 0.
        layer: usize,
    },
    /// More parameters than a model may have.
    TooLarge {
        /// How many it would have.
        parameters: u128,
    },
    /// Cross-entropy is for outputs in [0, 1], which only the sigmoid gives.
    CrossEntropyNeedsSigmoid {
        /// The output activation found.
        found: Activation,
    },
    /// The bound of the Huber loss is not above 0.
    HuberDelta {
        /// The bound found.
        found: f32,
    },
}

impl fmt::Display for SpecificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFeatures => write!(f, "a sample needs at least 1 feature, found 0"),
            Self::NoLayers => write!(f, "the encoder needs at least 1 layer, the code, found none"),
            Self::EmptyLayer { layer } => {
                write!(f, "layer {} of the encoder: expected a width of at least 1, found 0", layer + 1)
            }
            Self::TooLarge { parameters } => {
                write!(f, "the model would have {parameters} parameters, expected at most {MOST_PARAMETERS}")
            }
            Self::CrossEntropyNeedsSigmoid { found } => {
                write!(f, "the loss bce needs the output activation sigmoid, found {}", found.name())
            }
            Self::HuberDelta { found } => {
                write!(f, "the loss huber needs a finite delta above 0, found {found}")
            }
        }
    }
}

impl std::error::Error for SpecificationError {}

impl Architecture {
    /// Checks a specification.
    ///
    /// # Errors
    /// If it stands for no model.
    pub fn new(specification: Specification) -> Result<Self, SpecificationError> {
        let Specification { features, layers: widths, loss, .. } = &specification;
        if *features == 0 {
            return Err(SpecificationError::NoFeatures);
        }
        if widths.is_empty() {
            return Err(SpecificationError::NoLayers);
        }
        if let Some(layer) = widths.iter().position(|&width| width == 0) {
            return Err(SpecificationError::EmptyLayer { layer });
        }
        match *loss {
            Loss::Bce if specification.output_activation != Activation::Sigmoid => {
                let found = specification.output_activation;
                return Err(SpecificationError::CrossEntropyNeedsSigmoid { found });
            }
            Loss::Huber { delta } if !(delta > 0.0 && delta.is_finite()) => {
                return Err(SpecificationError::HuberDelta { found: delta });
            }
            _ => {}
        }
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
                })
                .collect()
        };
        let mut layers = side("encoder", &encoder, specification.code_activation);
        layers.extend(side("decoder", &decoder, specification.output_activation));
        Ok(Self { specification, layers })
    }

    /// The specification it was made of.
    pub fn specification(&self) -> &Specification {
        &self.specification
    }

    /// All layers, in the order that a sample passes them.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// How many of the layers are the encoder's.
    pub fn encoder_layers(&self) -> usize {
        self.specification.layers.len()
    }

    /// Numbers in a sample.
    pub fn features(&self) -> usize {
        self.specification.features
    }

    /// Numbers in a code.
    pub fn code(&self) -> usize {
        self.layers[self.encoder_layers() - 1].outputs
    }

    /// Number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(Layer::parameters).sum()
    }

    /// The widths from sample to sample: features, layers, code, layers, features.
    pub fn widths(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.features()).chain(self.layers.iter().map(|layer| layer.outputs))
    }
}

/// The widths, as in `784-256-128-256-784`.
impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<String> = self.widths().map(|width| width.to_string()).collect();
        f.write_str(&widths.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
