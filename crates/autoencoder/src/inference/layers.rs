//! The outputs of any layer of a model in use: codes, reconstructions, and what lies between.

use std::fmt;

use ndarray::Array2;

use super::Inference;
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::stages::stage::Source;

/// The reason why the outputs of a layer cannot be computed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LayerOutputsError {
    /// The samples do not fit the model.
    Samples(SamplesError),
    /// No layer of the model has the name.
    #[non_exhaustive]
    NoSuchLayer {
        /// The name that was looked up.
        found: String,
        /// The names of all layers whose outputs can be read.
        expected: Vec<String>,
    },
}

impl fmt::Display for LayerOutputsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples(error) => error.fmt(f),
            Self::NoSuchLayer { found, expected } => {
                write!(f, "no outputs of a layer {found}: expected one of {}", expected.join(", "))
            }
        }
    }
}

impl std::error::Error for LayerOutputsError {}

impl From<SamplesError> for LayerOutputsError {
    fn from(error: SamplesError) -> Self {
        Self::Samples(error)
    }
}

impl Inference {
    /// The names of the layers whose outputs [`layer_outputs`](Self::layer_outputs) computes, in the order in which a sample
    /// passes them: `encoder.0`, ..., then `decoder.0`, ... as in [`Architecture::layers`](crate::Architecture::layers). The
    /// last layer of the encoder gives the code. In a variational model this is `encoder.mu`, the means of the codes, as the
    /// model in use passes these on; `encoder.logvar` is not among the names.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Specification, SpecificationError};
    /// let names = |specification| -> Result<_, SpecificationError> {
    ///     let model = Model::new(specification, Initialization::Glorot, 0)?;
    ///     Ok(Inference::new(&model).layer_names().join(" "))
    /// };
    /// let specification = Specification::new(9, [4, 2]);
    /// assert_eq!(names(specification.clone())?, "encoder.0 encoder.1 decoder.0 decoder.1");
    /// assert_eq!(names(specification.variational(1.0))?, "encoder.0 encoder.mu decoder.0 decoder.1");
    /// # Ok::<(), SpecificationError>(())
    /// ```
    pub fn layer_names(&self) -> &[String] {
        &self.layers
    }

    /// Computes the outputs of the layer with the name `layer` for samples, (samples, units of the layer): y = f(x Wᵀ + b),
    /// where x are the outputs of the layer before it.
    ///
    /// The outputs are those after the activation f, and in a normalised layer after its normalisation with the running mean
    /// and variance. The outputs of the encoder's last layer are what [`encode`](Self::encode) returns: in a model with
    /// [`top_k`](crate::Specification::top_k) only the largest of each code. Those of the last layer are what
    /// [`reconstruct`](Self::reconstruct) returns: in a model of a table with words, the probabilities of words.
    ///
    /// # Errors
    /// [`LayerOutputsError::NoSuchLayer`] if the name is none of [`layer_names`](Self::layer_names), and
    /// [`LayerOutputsError::Samples`] if the samples have another number of features, scaling or shape than the model takes.
    ///
    /// ```
    /// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::array;
    /// let model = Model::new(Specification::new(3, [4, 2]), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(array![[0.1, 0.5, 0.9], [0.4, 0.2, 0.7]]))?;
    /// let inference = Inference::new(&model);
    /// let hidden = inference.layer_outputs(&samples, "encoder.0")?;
    /// let sum = model.parameters().weight(0).row(3).dot(&array![0.1, 0.5, 0.9]) + model.parameters().bias(0)[3];
    /// assert!((hidden[(0, 3)] - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-6);
    /// assert_eq!(inference.layer_outputs(&samples, "encoder.1")?, model.encode(&samples)?);
    /// assert!(inference.layer_outputs(&samples, "encoder.2").is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn layer_outputs(&self, samples: &Samples, layer: &str) -> Result<Array2<f32>, LayerOutputsError> {
        self.takes.check(samples)?;
        let place = self.layers.iter().position(|name| name == layer).ok_or_else(|| {
            LayerOutputsError::NoSuchLayer { found: layer.to_owned(), expected: self.layers.clone() }
        })?;
        // The packed layer of a variational code has more outputs than its means.
        let is_code = place + 1 == self.network.encoder_layers;
        let units = if is_code { self.code() } else { self.network.layers[place].outputs };
        let mut outputs = Array2::zeros((samples.len(), units));
        self.run(0..place + 1, Source::Samples(samples), outputs.view_mut());
        Ok(outputs)
    }
}
