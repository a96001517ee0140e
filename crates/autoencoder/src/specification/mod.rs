//! What a model is to be, as a user writes it.

pub(crate) mod architecture;
mod checks;
pub(crate) mod error;
pub(crate) mod loss;
pub(crate) mod normalization;
pub(crate) mod penalty;

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use error::SpecificationError;
use loss::Loss;
use normalization::Normalization;
use penalty::Penalty;

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
#[non_exhaustive]
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
    /// How many of a code's numbers each sample keeps, the largest; the others become 0. None where all are kept
    /// (k-sparse autoencoders, Makhzani and Frey 2013). Among equal numbers those with the lower index stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
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
            top_k: None,
        }
    }

    /// For samples with another number of features.
    #[must_use]
    pub fn with_features(self, features: usize) -> Self {
        Self { features, ..self }
    }

    /// With another penalty of the code, or none. The methods named after kinds of autoencoders also choose what goes with their
    /// penalties.
    #[must_use]
    pub fn with_penalty(self, penalty: Penalty) -> Self {
        Self { penalty, ..self }
    }

    /// With another activation of every layer but the code and the output.
    #[must_use]
    pub fn with_activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// With another activation of the code.
    #[must_use]
    pub fn with_code_activation(self, code_activation: Activation) -> Self {
        Self { code_activation, ..self }
    }

    /// With another activation of the output.
    #[must_use]
    pub fn with_output_activation(self, output_activation: Activation) -> Self {
        Self { output_activation, ..self }
    }

    /// With another loss.
    #[must_use]
    pub fn with_loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    /// With the decoder's weights those of the encoder, transposed; or with weights of its own.
    ///
    /// ```
    /// use autoencoder::{Architecture, Specification};
    /// let architecture = Architecture::new(Specification::new(784, [128]).with_tied_weights(true))?;
    /// assert_eq!(architecture.parameters(), 784 * 128 + 128 + 784);
    /// # Ok::<(), autoencoder::SpecificationError>(())
    /// ```
    #[must_use]
    pub fn with_tied_weights(self, tied: bool) -> Self {
        Self { tied, ..self }
    }

    /// Sparse: every unit of the code is to be on average as active as `target`, in (0, 1), by `weight` times the
    /// divergence from it. See [`Penalty::Sparse`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let model = Model::new(Specification::new(12, [24]).sparse(0.1, 0.05), Initialization::Glorot, 0)?;
    /// let options = TrainingOptions::default().with_epochs(60).with_batch_size(16);
    /// let mut trainer = Trainer::of_model(model, options)?;
    /// trainer.fit(&samples)?;
    /// let codes = trainer.into_model().encode(&samples)?;
    /// assert!(codes.mean() < Some(0.3)); // a plain sigmoid code's mean is about 0.5
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sparse(self, target: f32, weight: f32) -> Self {
        Self { penalty: Penalty::Sparse { target, weight }, ..self }
    }

    /// Sparse by `weight` times the sum of the code's absolute values. See [`Penalty::L1`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let sizes = [0.05, 1e-6].map(|weight| {
    ///     let specification = Specification::new(12, [24]).with_code_activation(Activation::Relu).l1(weight);
    ///     let model = Model::new(specification, Initialization::Glorot, 0)?;
    ///     let mut trainer = Trainer::of_model(model, TrainingOptions::default().with_epochs(60))?;
    ///     trainer.fit(&samples)?;
    ///     Ok(trainer.into_model().encode(&samples)?.sum())
    /// });
    /// let [sparse, plain] = sizes.map(Result::<f32, Box<dyn std::error::Error>>::unwrap);
    /// assert!(sparse < 0.5 * plain);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn l1(self, weight: f32) -> Self {
        Self { penalty: Penalty::L1 { weight }, ..self }
    }

    /// Contractive: the code is to change little with the sample. See [`Penalty::Contractive`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let model = Model::new(Specification::new(12, [8, 3]).contractive(0.01), Initialization::Glorot, 0)?;
    /// let mut trainer = Trainer::of_model(model, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// assert!(trainer.history()[4].train_terms.penalty > Some(0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn contractive(self, weight: f32) -> Self {
        Self { penalty: Penalty::Contractive { weight }, ..self }
    }

    /// Variational: codes are drawn from normal distributions whose means and variances the encoder gives, and their
    /// divergence from the standard one counts `weight` times: 1 for the bound on the likelihood, more for a beta-VAE.
    /// The code becomes linear, and the loss the cross-entropy, in nats a sample. See [`Penalty::Variational`].
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 2]).with_activation(Activation::Relu).variational(1.0);
    /// let mut trainer = Trainer::of_model(Model::new(specification, Initialization::Glorot, 0)?, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let terms = trainer.history()[4].train_terms;
    /// assert!(terms.kl > Some(0.0) && terms.reconstruction > Some(0.0)); // nats a sample, each
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn variational(self, weight: f32) -> Self {
        Self {
            code_activation: Activation::Linear,
            loss: Loss::Bce,
            penalty: Penalty::Variational { weight },
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
    /// let specification = Specification::new(12, [8, 3]).with_normalization(Normalization::Batch);
    /// let mut trainer = Trainer::of_model(Model::new(specification, Initialization::Glorot, 0)?, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let model = trainer.into_model();
    /// let plain = model.folded(); // the same function, in weights and biases only
    /// assert_eq!(plain.architecture().parameters(), model.architecture().parameters() - 2 * 3 * 8);
    /// assert_eq!(plain.encode(&samples)?, model.encode(&samples)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_normalization(self, normalization: Normalization) -> Self {
        Self { normalization, ..self }
    }

    /// With codes of which each sample keeps its `k` largest numbers, or, with `None`, all.
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [24]).with_code_activation(Activation::Linear).with_top_k(4);
    /// let mut trainer = Trainer::new(specification, TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let codes = trainer.into_model().encode(&samples)?;
    /// assert!(codes.rows().into_iter().all(|code| code.iter().filter(|&&number| number != 0.0).count() <= 4));
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn with_top_k(self, k: impl Into<Option<usize>>) -> Self {
        Self { top_k: k.into(), ..self }
    }

    /// Whether all parts are in their ranges and go together.
    pub(crate) fn check(&self) -> Result<(), SpecificationError> {
        self.loss.check(self.output_activation, self.is_variational())?;
        self.check_penalty()?;
        self.check_normalization()?;
        self.check_top_k()
    }

    fn check_top_k(&self) -> Result<(), SpecificationError> {
        let Some(k) = self.top_k else { return Ok(()) };
        let code = self.layers.last().copied().unwrap_or_default();
        let refuse = |with, reason| Err(SpecificationError::Combination { of: "top-k", with, reason });
        match self.penalty {
            _ if !(1..=code).contains(&k) => {
                let expected = "from 1 to the length of the code";
                Err(SpecificationError::OutOfRange { name: "top-k", expected, found: k as f32 })
            }
            Penalty::Variational { .. } => {
                refuse("a variational model", "its codes are drawn, none is left out")
            }
            Penalty::Contractive { .. } => refuse(
                "the contractive penalty",
                "the derivative of the code would jump where another number stays",
            ),
            Penalty::None | Penalty::Sparse { .. } | Penalty::L1 { .. } => Ok(()),
        }
    }

    /// Whether codes are drawn from distributions.
    pub fn is_variational(&self) -> bool {
        self.penalty.draws_codes()
    }
}
