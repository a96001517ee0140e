//! Specifications: descriptions of models, as users write them.

pub(crate) mod architecture;
pub(crate) mod error;
pub(crate) mod loss;
pub(crate) mod normalization;
pub(crate) mod penalty;
pub(crate) mod table;

use autoencoder_kernels::Activation;
use serde::{Deserialize, Serialize};

use error::SpecificationError;
use loss::Loss;
use normalization::Normalization;
use penalty::Penalty;
use table::TableColumns;

/// The description of a model, not yet checked.
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
    /// The number of features in a sample: the width of the model's input and output.
    pub features: usize,
    /// The widths of the encoder's layers. The last layer is the code, and the decoder mirrors the encoder.
    pub layers: Vec<usize>,
    /// The activation of every layer but the code and the output.
    pub activation: Activation,
    /// The activation of the code.
    pub code_activation: Activation,
    /// The activation of the output.
    pub output_activation: Activation,
    /// The loss of reconstructing samples.
    pub loss: Loss,
    /// Whether each weight of the decoder is the transposed weight of the encoder: one buffer, half the
    /// numbers.
    #[serde(default)]
    pub tied: bool,
    /// The penalty: a term on the code that is added to the loss.
    #[serde(default)]
    pub penalty: Penalty,
    /// The normalisation of the hidden layers' sums before their activation.
    #[serde(default)]
    pub normalization: Normalization,
    /// The number k of largest numbers that each code keeps, from 1 to the width of the code, while the
    /// others become 0 (k-sparse autoencoders, Makhzani and Frey 2013). Among equal numbers, those with the
    /// lower index stay. `None` keeps all numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<usize>,
    /// The columns that the features of a sample stand for, where they are those of a table with words or holes; `None` for
    /// plain rows of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableColumns>,
}

impl Specification {
    /// The classic autoencoder: sigmoid activations throughout and the mean squared error. The methods, or
    /// the fields, change single parts.
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
            table: None,
        }
    }

    /// Sets the number of features in a sample.
    #[must_use]
    pub fn with_features(self, features: usize) -> Self {
        Self { features, ..self }
    }

    /// Sets the penalty of the code. [`Self::variational`] also sets the activation of the code and the loss that
    /// a variational model needs.
    #[must_use]
    pub fn with_penalty(self, penalty: Penalty) -> Self {
        Self { penalty, ..self }
    }

    /// Sets the activation of every layer but the code and the output.
    #[must_use]
    pub fn with_activation(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// Sets the activation of the code.
    #[must_use]
    pub fn with_code_activation(self, code_activation: Activation) -> Self {
        Self { code_activation, ..self }
    }

    /// Sets the activation of the output.
    #[must_use]
    pub fn with_output_activation(self, output_activation: Activation) -> Self {
        Self { output_activation, ..self }
    }

    /// Sets the loss.
    #[must_use]
    pub fn with_loss(self, loss: Loss) -> Self {
        Self { loss, ..self }
    }

    /// Sets whether the decoder uses the transposed weights of the encoder or has weights of its own.
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

    /// Makes the model sparse: the penalty is `weight` times the divergence of each code unit's mean
    /// activation from `target`, in (0, 1). See [`Penalty::Sparse`].
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

    /// Makes the model sparse for codes of any activation: the penalty is `weight` times the sum of the
    /// code's absolute values. See [`Penalty::L1`].
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

    /// Makes the model contractive, so that the code changes little with the sample: the penalty is `weight`
    /// times the squared derivative of the code. See [`Penalty::Contractive`].
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

    /// Makes the model variational: codes are drawn from normal distributions whose means and variances the
    /// encoder gives. The penalty is `weight` times the divergence of these distributions from the standard
    /// normal distribution: 1 for the bound on the likelihood, more for a beta-VAE. The activation of the
    /// code becomes linear, and the loss becomes the cross-entropy, in nats per sample. See
    /// [`Penalty::Variational`].
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
    /// assert!(terms.kl > Some(0.0) && terms.reconstruction > Some(0.0)); // both in nats per sample
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

    /// Sets the normalisation of the hidden layers' sums. See [`Normalization::Batch`].
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

    /// Sets the number `k` of largest numbers that each code keeps; `None` keeps all numbers. See
    /// [`Self::top_k`](#structfield.top_k).
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

    /// Sets the columns of a table that the features stand for. See [`TableColumns`].
    #[must_use]
    pub fn with_table(self, table: impl Into<Option<TableColumns>>) -> Self {
        Self { table: table.into(), ..self }
    }

    /// The number of terms that the loss of a sample is the mean of: columns of a table, else features. In a variational model it
    /// is their sum.
    pub(crate) fn terms(&self) -> usize {
        if self.is_variational() { 1 } else { self.columns() }
    }

    /// The number of columns of the samples: those of a table, else features.
    pub(crate) fn columns(&self) -> usize {
        self.table.as_ref().map_or(self.features, TableColumns::columns)
    }

    /// Checks that all numbers are in their ranges and that all parts fit each other.
    pub(crate) fn check(&self) -> Result<(), SpecificationError> {
        self.loss.check(self.output_activation, self.is_variational())?;
        self.penalty.check(self.code_activation, self.loss, self.tied)?;
        self.normalization.check(self.layers.len(), self.penalty)?;
        if let Some(table) = &self.table {
            table.check(self.features, self.output_activation, self.loss)?;
        }
        self.check_top_k()
    }

    fn check_top_k(&self) -> Result<(), SpecificationError> {
        let Some(found) = self.top_k else { return Ok(()) };
        let code = self.layers.last().copied().unwrap_or_default();
        let refuse = |with, reason| Err(SpecificationError::Combination { of: "top-k", with, reason });
        if !(1..=code).contains(&found) {
            Err(SpecificationError::TopK { code, found })
        } else if self.penalty.draws_codes() {
            refuse("a variational model", "its codes are drawn, none is left out")
        } else if self.penalty.takes_derivative() {
            let reason = "the derivative of the code would jump where another number stays";
            refuse("the contractive penalty", reason)
        } else {
            Ok(())
        }
    }

    /// Whether the model is variational: its codes are drawn from distributions.
    pub fn is_variational(&self) -> bool {
        self.penalty.draws_codes()
    }
}
