//! What a model is to be, as a user writes it.

pub(crate) mod architecture;
pub(crate) mod error;

use autoencoder_kernels::{Activation, ElementLoss};
use serde::{Deserialize, Serialize};

use crate::specification::error::SpecificationError;

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
    /// What restoring a sample costs.
    pub loss: Loss,
    /// Whether each weight of the decoder is the transpose of the encoder's: one buffer, half the numbers.
    #[serde(default)]
    pub tied: bool,
    /// What is added to the loss for the sake of the code.
    #[serde(default)]
    pub penalty: Penalty,
    /// What is done to the sums of the hidden layers before their activation.
    #[serde(default)]
    pub normalization: Normalization,
}

impl Specification {
    /// Sigmoid throughout and least squares, the classic autoencoder; the methods, or the fields, make others of it.
    pub fn new(features: usize, layers: impl Into<Vec<usize>>) -> Self {
        Self {
            features,
            layers: layers.into(),
            activation: Activation::Sigmoid,
            code_activation: Activation::Sigmoid,
            output_activation: Activation::Sigmoid,
            loss: Loss::Mse,
            tied: false,
            penalty: Penalty::None,
            normalization: Normalization::None,
        }
    }

    /// With another activation of every layer but the code and the output.
    #[must_use]
    pub fn activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// With another activation of the code.
    #[must_use]
    pub fn code_activation(self, code_activation: Activation) -> Self {
        Self { code_activation, ..self }
    }

    /// With another activation of the output.
    #[must_use]
    pub fn output_activation(self, output_activation: Activation) -> Self {
        Self { output_activation, ..self }
    }

    /// With another loss.
    #[must_use]
    pub fn loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    /// With the decoder's weights those of the encoder, transposed.
    ///
    /// ```
    /// use autoencoder::{Architecture, Specification};
    /// let architecture = Architecture::new(Specification::new(784, [128]).tied())?;
    /// assert_eq!(architecture.parameters(), 784 * 128 + 128 + 784);
    /// # Ok::<(), autoencoder::SpecificationError>(())
    /// ```
    #[must_use]
    pub fn tied(self) -> Self {
        Self { tied: true, ..self }
    }

    /// Sparse: every unit of the code is to be on average as active as `target`, in (0, 1), by `weight` times the
    /// divergence from it. See [`Penalty::KlSparsity`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let model = Model::new(Specification::new(12, [24]).sparse(0.1, 0.05), Initialization::Glorot, 0)?;
    /// let options = TrainingOptions::default().with_epochs(60).with_batch_size(16);
    /// let mut trainer = Trainer::new(model, options)?;
    /// trainer.fit(&samples)?;
    /// let codes = trainer.into_model().encode(&samples);
    /// assert!(codes.mean() < Some(0.3)); // a plain sigmoid code's mean is about 0.5
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sparse(self, target: f32, weight: f32) -> Self {
        Self { penalty: Penalty::KlSparsity { target, weight }, ..self }
    }

    /// Sparse by `weight` times the sum of the code's absolute values. See [`Penalty::L1`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let sizes = [0.05, 1e-6].map(|weight| {
    ///     let specification = Specification::new(12, [24]).code_activation(Activation::Relu).sparse_l1(weight);
    ///     let model = Model::new(specification, Initialization::Glorot, 0)?;
    ///     let mut trainer = Trainer::new(model, TrainingOptions::default().with_epochs(60))?;
    ///     trainer.fit(&samples)?;
    ///     Ok(trainer.into_model().encode(&samples).sum())
    /// });
    /// let [sparse, plain] = sizes.map(Result::<f32, Box<dyn std::error::Error>>::unwrap);
    /// assert!(sparse < 0.5 * plain);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sparse_l1(self, weight: f32) -> Self {
        Self { penalty: Penalty::L1 { weight }, ..self }
    }

    /// Contractive: the code is to change little with the sample. See [`Penalty::Contraction`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let model = Model::new(Specification::new(12, [8, 3]).contractive(0.01), Initialization::Glorot, 0)?;
    /// let mut trainer = Trainer::new(model, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// assert!(trainer.history()[4].train_terms.penalty > Some(0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn contractive(self, weight: f32) -> Self {
        Self { penalty: Penalty::Contraction { weight }, ..self }
    }

    /// Variational: codes are drawn from normal distributions whose means and variances the encoder gives, and their
    /// divergence from the standard one counts `kl_weight` times: 1 for the bound on the likelihood, more for a beta-VAE.
    /// The code becomes linear, and the loss the cross-entropy, in nats a sample. See [`Penalty::Variational`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 2]).activation(Activation::Relu).variational(1.0);
    /// let mut trainer = Trainer::new(Model::new(specification, Initialization::Glorot, 0)?, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let terms = trainer.history()[4].train_terms;
    /// assert!(terms.kl > Some(0.0) && terms.reconstruction > Some(0.0)); // nats a sample, each
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn variational(self, kl_weight: f32) -> Self {
        Self {
            code_activation: Activation::Linear,
            loss: Loss::Bce,
            penalty: Penalty::Variational { kl_weight },
            ..self
        }
    }

    /// With the sums of the hidden layers normalised. See [`Normalization::Batch`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 3]).normalization(Normalization::Batch);
    /// let mut trainer = Trainer::new(Model::new(specification, Initialization::Glorot, 0)?, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let model = trainer.into_model();
    /// let plain = model.folded(); // the same function, in weights and biases only
    /// assert_eq!(plain.architecture().parameters(), model.architecture().parameters() - 2 * 3 * 8);
    /// assert_eq!(plain.encode(&samples), model.encode(&samples));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn normalization(self, normalization: Normalization) -> Self {
        Self { normalization, ..self }
    }

    /// Whether codes are drawn from distributions.
    pub fn is_variational(&self) -> bool {
        matches!(self.penalty, Penalty::Variational { .. })
    }
}

/// What restoring a sample costs: the mean over samples and features of one of these; of a variational model, in nats, the
/// mean over samples of the sum over features.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Loss {
    /// (y - x)²
    Mse,
    /// The cross-entropy of y with x, both in [0, 1], computed from the logit of y.
    Bce,
    /// (y - x)² / 2 near 0, linear further out: robust, as what is far off pulls no harder than what is near.
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 3]).loss(Loss::Huber { delta: 0.1 });
    /// let options = TrainingOptions::default().with_epochs(60).with_batch_size(16).with_weight_decay(1e-4);
    /// let mut trainer = Trainer::new(Model::new(specification, Initialization::Glorot, 0)?, options)?;
    /// trainer.fit(&samples)?;
    /// assert!(trainer.history()[59].train_loss < 0.5 * trainer.history()[0].train_loss);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Huber {
        /// Where it turns linear; above 0.
        delta: f32,
    },
    /// The negative logarithm of a normal density around y: (y - x)² / (2 σ²) + ln(σ √(2π)). For variational models.
    Gaussian {
        /// σ; above 0.
        deviation: f32,
    },
}

impl Loss {
    pub(crate) fn element(self) -> ElementLoss {
        match self {
            Self::Mse | Self::Gaussian { .. } => ElementLoss::SquaredError,
            Self::Bce => ElementLoss::CrossEntropyOfLogits,
            Self::Huber { delta } => ElementLoss::Huber { delta },
        }
    }

    /// What an element costs is a e + b, where e is its [`ElementLoss`].
    pub(crate) fn scale_and_shift(self) -> (f64, f64) {
        match self {
            Self::Gaussian { deviation } => {
                let deviation = f64::from(deviation);
                (0.5 / (deviation * deviation), (deviation * std::f64::consts::TAU.sqrt()).ln())
            }
            _ => (1.0, 0.0),
        }
    }
}

/// What is added to the loss for the sake of the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Penalty {
    /// Nothing.
    #[default]
    None,
    /// weight Σ KL(target ‖ mean of a unit over the batch), over the units of the code (Ng 2011). The units lie in (0, 1).
    KlSparsity {
        /// How active a unit is to be on average; in (0, 1).
        target: f32,
        /// Above 0.
        weight: f32,
    },
    /// weight Σ |h| over the units of the code, mean over the samples.
    L1 {
        /// Above 0.
        weight: f32,
    },
    /// weight ‖∂h/∂x‖², the squared Frobenius norm of the code's derivative in the sample, mean over the samples (Rifai et
    /// al. 2011); exact, through all layers of the encoder.
    Contraction {
        /// Above 0.
        weight: f32,
    },
    /// `kl_weight` KL(N(μ, σ²) ‖ N(0, 1)), where a code is drawn from N(μ, σ²), mean over the samples (Kingma and Welling
    /// 2014; with another weight than 1 Higgins et al. 2017).
    ///
    /// The encoder's last layer is two: `encoder.mu` and `encoder.logvar`. The loss is in nats a sample: the sum over
    /// features and not their mean.
    Variational {
        /// 0 or more.
        kl_weight: f32,
    },
}

/// What is done to the sums of a hidden layer before its activation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Normalization {
    /// Nothing.
    #[default]
    None,
    /// Batch normalisation (Ioffe and Szegedy 2015): y = f(scale (z - μ) / √(v + 1e-5) + bias), where μ and v are the mean
    /// and the variance of each unit's sums z over the batch while training, and running means of both (a tenth of
    /// each batch's) from then on, when it can be folded into the weights ([`Model::folded`](crate::Model::folded)).
    ///
    /// Of every layer but the code and the output. A layer's `scale`, `mean` and `variance` are tensors beside its `bias`.
    Batch,
}

impl Normalization {
    /// What is added to a variance before its root is divided by.
    pub(crate) const EPSILON: f64 = 1e-5;
}

impl Penalty {
    /// What the penalty, or the divergence, is multiplied with.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Self::None => 0.0,
            Self::KlSparsity { weight, .. } | Self::L1 { weight } | Self::Contraction { weight } => weight,
            Self::Variational { kl_weight } => kl_weight,
        }
    }
}

impl Specification {
    /// Whether the loss fits the rest.
    pub(crate) fn check_loss(&self) -> Result<(), SpecificationError> {
        match self.loss {
            Loss::Bce if self.output_activation != Activation::Sigmoid => {
                Err(SpecificationError::CrossEntropyNeedsSigmoid { found: self.output_activation })
            }
            Loss::Huber { delta } if !(delta > 0.0 && delta.is_finite()) => {
                Err(SpecificationError::HuberDelta { found: delta })
            }
            Loss::Gaussian { deviation } if !(deviation > 0.0 && deviation.is_finite()) => {
                let (name, expected) = ("deviation of the loss gaussian", "a finite number above 0");
                Err(SpecificationError::OutOfRange { name, expected, found: deviation })
            }
            Loss::Gaussian { .. } if !self.is_variational() => Err(SpecificationError::Combination {
                of: "the loss gaussian",
                with: "a model that is not variational",
                reason: "there it is only the mean squared error on another scale; take mse",
            }),
            _ => Ok(()),
        }
    }

    /// Whether the normalisation fits the rest.
    pub(crate) fn check_normalization(&self) -> Result<(), SpecificationError> {
        let refuse =
            |with, reason| Err(SpecificationError::Combination { of: "batch normalisation", with, reason });
        match self.normalization {
            Normalization::Batch if self.layers.len() < 2 => {
                refuse("an encoder of one layer", "there are no hidden layers beside the code")
            }
            Normalization::Batch if matches!(self.penalty, Penalty::Contraction { .. }) => {
                let reason = "the derivative of a code would run through all samples of the batch";
                refuse("the contractive penalty", reason)
            }
            Normalization::None | Normalization::Batch => Ok(()),
        }
    }

    /// Whether the penalty fits the rest.
    pub(crate) fn check_penalty(&self) -> Result<(), SpecificationError> {
        let within = |name, found: f32, fits: bool, expected| {
            if fits { Ok(()) } else { Err(SpecificationError::OutOfRange { name, expected, found }) }
        };
        let refuse = |of, with, reason| Err(SpecificationError::Combination { of, with, reason });
        let weight = self.penalty.weight();
        let positive = weight > 0.0 && weight.is_finite();
        let above = "a finite number above 0";
        match self.penalty {
            Penalty::None => Ok(()),
            Penalty::KlSparsity { target, .. } => {
                within("weight of the sparsity", weight, positive, above)?;
                within(
                    "target of the sparsity",
                    target,
                    target > 0.0 && target < 1.0,
                    "above 0 and below 1",
                )?;
                if self.code_activation == Activation::Sigmoid {
                    return Ok(());
                }
                let reason =
                    "the divergence is one of probabilities, which only the sigmoid gives; L1 fits any";
                refuse("KL sparsity", "a code activation other than sigmoid", reason)
            }
            Penalty::L1 { .. } => within("weight of L1", weight, positive, above),
            Penalty::Contraction { .. } => within("weight of the contraction", weight, positive, above),
            Penalty::Variational { .. } => {
                let expected = "a finite number from 0";
                within("weight of the divergence", weight, weight >= 0.0 && weight.is_finite(), expected)?;
                if !matches!(self.loss, Loss::Bce | Loss::Gaussian { .. }) {
                    let reason = "what is added to the divergence must be a likelihood; take bce or gaussian";
                    return refuse("a variational model", "the loss mse or huber", reason);
                }
                if self.code_activation != Activation::Linear {
                    let reason = "the means of its codes may be any numbers; take linear";
                    return refuse("a variational model", "an activation of the code", reason);
                }
                if self.tied {
                    let reason = "its encoder ends in two layers, its decoder begins with one";
                    return refuse("a variational model", "tied weights", reason);
                }
                Ok(())
            }
        }
    }
}
