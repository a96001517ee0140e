//! Models: an architecture, parameters, and a description of the samples that the model was made for.

pub(crate) mod columns;
pub(crate) mod folding;
pub(crate) mod initialization;
pub(crate) mod parameters;
pub(crate) mod schema;
pub(crate) mod table_column;

use serde::{Deserialize, Serialize};

use crate::bounds::has_memory_for;
use crate::model::columns::Columns;
use crate::model::folding::fold;
use crate::model::initialization::Initialization;
use crate::model::parameters::Parameters;
use crate::model::schema::Schema;
use crate::options::TrainingOptions;
use crate::sampler::Sampler;
use crate::samples::error::SamplesError;
use crate::samples::scaling::Scaling;
use crate::samples::takes::Takes;
use crate::samples::windows::Window;
use crate::samples::{Samples, Values};
use crate::scorer::Scorer;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::error::SpecificationError;
use crate::specification::table::TableColumns;

/// An autoencoder with its parameters, ready to encode, decode and reconstruct samples.
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
    /// The description of the model in its file: scaling, shape of a sample, and training.
    pub about: About,
    /// What the model scores samples with, if it was fitted: see [`Scorer`].
    pub scorer: Option<Scorer>,
    /// What the model draws codes from to make new samples, if it was fitted: see [`Sampler`]. A variational model has the standard
    /// normal distribution in any case.
    pub sampler: Option<Sampler>,
}

/// Description of a model beside its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct About {
    /// Scaling applied to samples before the model sees them.
    pub scaling: Scaling,
    /// Shape of a sample: `[28, 28]` for an image of 28 rows of 28 pixels, or its number of features for a
    /// plain row of numbers.
    pub sample_shape: Vec<usize>,
    /// Columns of the table that the model was trained on; `None` where that was no table, or is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Columns>,
    /// Columns of the table that the model was trained on, where some hold words, holes, ids or dates; `None` elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Whether rows of plain numbers of the training data held the colours of an image one after the other, as planes. The
    /// samples of the model are rows of pixels in any case; `false` where the key is missing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub channels_first: bool,
    /// Windows over rows in time that the samples are; `None` where each row is a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Training that produced the parameters; `None` for a model that was never trained.
    pub training: Option<Training>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Description of the training that produced a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Training {
    /// Options of the training.
    pub options: TrainingOptions,
    /// Number of epochs completed.
    pub epochs: usize,
}

impl Model {
    /// Makes a model with initial parameters, for samples that need no scaling.
    ///
    /// # Errors
    /// If the specification describes no valid model, or there is no memory for its parameters.
    pub fn new(
        specification: Specification,
        initialization: Initialization,
        seed: u64,
    ) -> Result<Self, SpecificationError> {
        let architecture = Architecture::new(specification)?;
        let parameters = architecture.parameters();
        if !has_memory_for(parameters) {
            return Err(SpecificationError::OutOfMemory { parameters });
        }
        let parameters = initialization.parameters(&architecture, seed);
        let sample_shape = vec![architecture.features()];
        let about = About {
            scaling: Scaling::None,
            sample_shape,
            columns: None,
            schema: None,
            channels_first: false,
            window: None,
            training: None,
        };
        Ok(Self { architecture, parameters, about, scorer: None, sampler: None })
    }

    /// Replaces all parameters of the model.
    ///
    /// # Panics
    /// If `parameters` belong to another architecture.
    #[must_use]
    pub fn with_parameters(mut self, parameters: Parameters) -> Self {
        assert_eq!(self.parameters.tensors(), parameters.tensors(), "with_parameters: another architecture");
        self.parameters = parameters;
        self
    }

    /// The plain model that computes the same function without batch normalisation. Scales and running
    /// statistics are folded into weights and biases, and a tied decoder gets weights of its own, because
    /// each layer has its own scale. A model without normalisation is returned unchanged.
    #[must_use]
    pub fn folded(&self) -> Self {
        let Some(architecture) = self.architecture.folded() else { return self.clone() };
        let parameters = fold(&self.architecture, &self.parameters, &architecture);
        Self { architecture, parameters, ..self.clone() }
    }

    /// Makes samples for this model from `values`, one sample per row, with the model's scaling and the
    /// model's shape of a sample. For a model of windows, the rows are in time, and the samples are windows over them.
    ///
    /// # Errors
    /// If `values` is empty, a number is not finite, or a row has another number of features than the model; and if the model
    /// learnt from bytes and `values` are floating-point numbers, as these may have been divided by 255 already.
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
        let in_window = self.about.window.map_or(1, |window| window.rows.get());
        let read = self.architecture.features() - self.about.scaling.indicators();
        let (expected, found) = (read / in_window, values.dim().1);
        if found != expected {
            return Err(SamplesError::Features { expected, found });
        }
        if let (Scaling::Bytes, Values::Floats(_) | Values::Doubles(_)) = (&self.about.scaling, &values) {
            return Err(SamplesError::NotBytes);
        }
        if let Some(window) = self.about.window {
            return Samples::new(values, self.about.scaling.of_first(expected))?.windows(window, &[]);
        }
        let samples = Samples::new(values, self.about.scaling.clone())?;
        if self.about.sample_shape.len() > 1 {
            samples.with_shape(self.about.sample_shape.clone())
        } else {
            Ok(samples)
        }
    }

    /// The requirements that samples must meet for this model.
    pub(crate) fn takes(&self) -> Takes {
        let About { scaling, sample_shape, training, columns: _, schema: _, channels_first: _, window: _ } =
            &self.about;
        let is_trained = training.as_ref().is_some_and(|training| training.epochs > 0);
        let knows_its_samples = is_trained || *scaling != Scaling::None;
        Takes {
            features: self.architecture.features(),
            scaling: knows_its_samples.then(|| scaling.clone()),
            shape: (sample_shape.len() > 1).then(|| sample_shape.clone()),
            table: self.architecture.specification().table.as_ref().map(TableColumns::shape),
        }
    }

    /// The checked layers of the model.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The weights, the biases, and the scales and statistics of normalised layers.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}
