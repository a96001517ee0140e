//! A model: its architecture, its parameters, and how samples become what it sees.

pub(crate) mod folding;
pub(crate) mod initialization;
pub(crate) mod parameters;

use serde::{Deserialize, Serialize};

use crate::model::folding::fold;
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::options::TrainingOptions;
use crate::samples::error::SamplesError;
use crate::samples::scaling::Scaling;
use crate::samples::takes::Takes;
use crate::samples::{Samples, Values};
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
/// let codes = model.encode(&samples)?;
/// assert_eq!(codes.dim(), (2, 2));
/// assert_eq!(model.decode(codes.view())?, model.reconstruct(&samples)?);
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
#[non_exhaustive]
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
#[non_exhaustive]
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

    /// These numbers, row by row a sample, as the model takes them: with its scaling, and of its shape.
    ///
    /// # Errors
    /// If there are none, one is not finite, or a row has another number of features than the model takes.
    ///
    /// ```
    /// use autoencoder::{Error, Model, Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
    /// use ndarray::array;
    /// let readings = array![[10.0, 200.0], [20.0, 400.0], [15.0, 250.0]];
    /// let samples = Samples::new(Values::Floats(readings.clone()), Scaling::fit_min_max(readings.view()))?;
    /// let mut trainer = Trainer::new(Specification::new(2, [1]), TrainingOptions::default())?;
    /// trainer.fit(&samples)?;
    /// let model = trainer.into_model();
    /// let new = model.samples(Values::Floats(array![[12.0, 300.0]]))?; // scaled by what was trained on
    /// assert_eq!(new.scaled(0..1), array![[0.2, 0.5]]);
    /// assert!(model.samples(Values::Floats(array![[12.0, 300.0, 1.0]])).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    pub fn samples(&self, values: Values) -> Result<Samples, SamplesError> {
        let (expected, found) = (self.architecture.features(), values.dim().1);
        if found != expected {
            return Err(SamplesError::Features { expected, found });
        }
        let samples = Samples::new(values, self.about.scaling.clone())?;
        if self.about.sample_shape.len() > 1 {
            samples.with_shape(self.about.sample_shape.clone())
        } else {
            Ok(samples)
        }
    }

    /// What samples have to be for this model.
    pub(crate) fn takes(&self) -> Takes {
        let About { scaling, sample_shape, training } = &self.about;
        let is_trained = training.as_ref().is_some_and(|training| training.epochs > 0);
        let knows_its_samples = is_trained || *scaling != Scaling::None;
        Takes {
            features: self.architecture.features(),
            scaling: knows_its_samples.then(|| scaling.clone()),
            shape: (sample_shape.len() > 1).then(|| sample_shape.clone()),
        }
    }

    /// Its layers.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Its weights and biases.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}
