//! A model: its architecture, its parameters, and how samples become what it sees.

pub(crate) mod folding;
pub(crate) mod initialization;
pub(crate) mod parameters;

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::evaluation::Evaluation;
use crate::inference::Inference;
use crate::model::folding::fold;
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::network::Network;
use crate::options::TrainingOptions;
use crate::samples::Samples;
use crate::samples::scaling::Scaling;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::error::SpecificationError;

/// An autoencoder that can encode, decode and reconstruct.
///
/// ```
/// use autoencoder::{Initialization, Model, Samples, Scaling, Specification, Values};
/// use ndarray::array;
/// let samples = Samples::new(Values::Bytes(array![[0, 10, 20, 30], [40, 50, 60, 70]]), Scaling::Bytes)?;
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let codes = model.encode(&samples);
/// assert_eq!(codes.dim(), (2, 2));
/// assert_eq!(model.decode(codes.view()), model.reconstruct(&samples));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) architecture: Architecture,
    pub(crate) parameters: Parameters,
    /// What else the model file says of it.
    pub about: About,
}

/// What a model carries beside its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// How samples are scaled before the model sees them.
    pub scaling: Scaling,
    /// The shape of a sample, as [28, 28] for an image of 28 rows, or its number of features.
    pub sample_shape: Vec<usize>,
    /// How it was trained; `None` if it was not.
    pub training: Option<Training>,
}

/// How a model was trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The options.
    pub options: TrainingOptions,
    /// Epochs that it was trained for.
    pub epochs: usize,
}

impl Model {
    /// A model with starting parameters, for samples that need no scaling.
    ///
    /// # Errors
    /// If the specification stands for no model.
    pub fn new(
        specification: Specification,
        initialization: Initialization,
        seed: u64,
    ) -> Result<Self, SpecificationError> {
        let architecture = Architecture::new(specification)?;
        let parameters = initialization.parameters(&architecture, seed);
        let sample_shape = vec![architecture.features()];
        let about = About { scaling: Scaling::None, sample_shape, training: None };
        Ok(Self { architecture, parameters, about })
    }

    /// A model of the same architecture with other parameters.
    ///
    /// # Panics
    /// If they are of another architecture.
    #[must_use]
    pub fn with_parameters(mut self, parameters: Parameters) -> Self {
        assert_eq!(self.parameters.tensors(), parameters.tensors(), "with_parameters: another architecture");
        self.parameters = parameters;
        self
    }

    /// The same function without normalisation: its scales and running statistics are folded into weights and biases, and
    /// weights of a normalised decoder no longer tied, as each gets a scale of its own. A model without normalisation as it
    /// is.
    #[must_use]
    pub fn folded(&self) -> Self {
        let Some(architecture) = self.architecture.folded() else { return self.clone() };
        let parameters = fold(&self.architecture, &self.parameters, &architecture);
        Self { architecture, parameters, about: self.about.clone() }
    }

    /// In panels, for use and not for training: folded.
    pub(crate) fn network(&self) -> Network {
        let folded = self.folded();
        Network::new(&folded.architecture, &folded.parameters)
    }

    /// Its layers.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Its weights and biases.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The codes of all samples, (samples, code).
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn encode(&self, samples: &Samples) -> Array2<f32> {
        Inference::new(self).encode(samples)
    }

    /// What the decoder makes of codes (rows, code): samples as the model sees them, (rows, features).
    ///
    /// # Panics
    /// If the codes have another width than the model's.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Array2<f32> {
        Inference::new(self).decode(codes)
    }

    /// All samples as the model restores them, (samples, features), as the model sees them: scaled.
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn reconstruct(&self, samples: &Samples) -> Array2<f32> {
        Inference::new(self).reconstruct(samples)
    }

    /// How well it restores these samples.
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn evaluate(&self, samples: &Samples) -> Evaluation {
        Inference::new(self).evaluate(samples)
    }
}
