//! Models in use: encoding, decoding, reconstruction, the outputs of any layer, and errors.

mod drawn;
pub(crate) mod layers;
pub(crate) mod likelihood;
pub(crate) mod losses;
mod of_model;
pub(crate) mod passes;
mod posterior;
mod residuals;
mod rows;
pub(crate) mod surprises;

use autoencoder_kernels::{BfloatPairs, Line};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2};

use crate::evaluation::columns::{ColumnError, column_errors};
use crate::evaluation::{Evaluation, check_pair};
use crate::model::Model;
use crate::network::Network;
use crate::network::buffer::{Bf16, Buffer, F32};
use crate::network::pieces::{Reads, pieces};
use crate::network::weights::Weights;
use crate::options::precision::{Precision, PrecisionError};
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::samples::scaling::Scaling;
use crate::samples::table::TableShape;
use crate::samples::takes::{Takes, check_table};
use crate::scorer::kind::Estimate;
use crate::scorer::residual::Residual;
use crate::specification::Specification;
use crate::stages::stage::Source;
use likelihood::log_likelihood;
use losses::{errors, losses};
use passes::run;
use residuals::residuals;
use surprises::{Surprises, surprises};

/// A model prepared for use: its weights lie in memory as the products read them.
///
/// [`Model::encode`] and its siblings prepare the model in every call. A program that uses a model batch
/// after batch prepares the model once as an `Inference`, and can choose a precision.
///
/// ```
/// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
/// use ndarray::Array2;
/// let model = Model::new(Specification::new(784, [256, 32]), Initialization::Glorot, 0)?;
/// let inference = Inference::new(&model);
/// let samples = model.samples(Values::Floats(Array2::zeros((5, 784))))?;
/// let mut codes = Array2::zeros((5, 32));
/// inference.encode_into(&samples, codes.view_mut())?;
/// assert_eq!(codes, model.encode(&samples)?);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Inference {
    takes: Takes,
    network: Network,
    /// The names of the network's layers.
    layers: Vec<String>,
    prepared: Prepared,
}

/// The prepared weights, in f32 or rounded to bfloat16.
#[derive(Clone, Debug)]
enum Prepared {
    F32(Weights<Line>),
    Bf16(Weights<BfloatPairs>),
}

/// Prepares a network's weights for the forward pass.
pub(crate) fn prepare<B: Buffer>(network: &Network) -> Weights<B::Operand> {
    Weights::new::<B>(network, &pieces::<B>(network, Reads::Forward))
}

impl Inference {
    /// Prepares a model for use, with products in f32. Later changes of the model have no effect.
    pub fn new(model: &Model) -> Self {
        let folded = model.folded();
        let network = Network::new(folded.architecture(), folded.parameters());
        let prepared = Prepared::F32(prepare::<F32>(&network));
        let layers = network.layer_names(folded.architecture());
        Self { takes: model.takes(), network, layers, prepared }
    }

    /// Prepares the model again for products of this precision: the weights and the inputs of every layer are
    /// rounded to it, and sums are in f32.
    ///
    /// # Errors
    /// If this processor has no instructions for the precision.
    pub fn with_precision(self, precision: Precision) -> Result<Self, PrecisionError> {
        precision.check()?;
        let prepared = match precision {
            Precision::F32 => Prepared::F32(prepare::<F32>(&self.network)),
            Precision::Bf16 => Prepared::Bf16(prepare::<Bf16>(&self.network)),
        };
        Ok(Self { prepared, ..self })
    }

    /// Encodes samples: returns their codes, (samples, code).
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn encode(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        let mut codes = Array2::zeros((samples.len(), self.code()));
        self.encode_into(samples, codes.view_mut())?;
        Ok(codes)
    }

    /// Encodes samples into `codes` (samples, code), which is overwritten. `codes` may have any strides.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// # Panics
    /// If `codes` has another shape than (samples, code).
    pub fn encode_into(&self, samples: &Samples, codes: ArrayViewMut2<'_, f32>) -> Result<(), SamplesError> {
        self.takes.check(samples)?;
        assert_eq!(codes.dim(), (samples.len(), self.code()), "encode_into: shape of the codes");
        self.run(0..self.network.encoder_layers, Source::Samples(samples), codes);
        Ok(())
    }

    /// Decodes codes (rows, code): returns scaled samples, (rows, features).
    ///
    /// # Errors
    /// If the codes have another width than the model's code.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Result<Array2<f32>, SamplesError> {
        let (expected, found) = (self.code(), codes.ncols());
        if found != expected {
            return Err(SamplesError::CodeWidth { expected, found });
        }
        let codes = codes.as_standard_layout();
        let mut samples = Array2::zeros((codes.nrows(), self.takes.features));
        let layers = self.network.encoder_layers..self.network.layers.len();
        self.run(layers, Source::Codes(&codes), samples.view_mut());
        Ok(samples)
    }

    /// Encodes and decodes samples: returns the reconstructions on the model's scale, (samples, features).
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn reconstruct(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        self.takes.check(samples)?;
        let mut restored = Array2::zeros((samples.len(), self.takes.features));
        self.run(0..self.network.layers.len(), Source::Samples(samples), restored.view_mut());
        Ok(restored)
    }

    /// Computes the errors of reconstructing samples.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation, SamplesError> {
        self.takes.check(samples)?;
        Ok(self.evaluate_pair(samples, None))
    }

    /// Computes the errors of reconstructing `targets` from `inputs`, such as clean samples from noisy ones.
    /// Target i belongs to input i.
    ///
    /// # Errors
    /// If the inputs have another number of features, scaling or shape than the model takes, or the targets
    /// another number of samples or features than the inputs.
    ///
    /// ```
    /// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(3, [2]), Initialization::Glorot, 0)?;
    /// let samples = |value| model.samples(Values::Floats(Array2::from_elem((5, 3), value)));
    /// let (inputs, targets) = (samples(0.25)?, samples(0.75)?);
    /// let inference = Inference::new(&model);
    /// let error = inference.evaluate_against(&inputs, &targets)?.mse;
    /// let difference = inference.reconstruct(&inputs)? - 0.75;
    /// let expected = difference.mapv(|difference| difference * difference).mean().unwrap();
    /// assert!((error - f64::from(expected)).abs() < 1e-6);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn evaluate_against(&self, inputs: &Samples, targets: &Samples) -> Result<Evaluation, SamplesError> {
        self.takes.check(inputs)?;
        check_pair(inputs, targets)?;
        check_table(self.takes.table.as_ref(), targets)?;
        Ok(self.evaluate_pair(inputs, Some(targets)))
    }

    /// Computes the errors of reconstructing `targets` from `inputs`, or `inputs` from themselves without
    /// targets.
    fn evaluate_pair(&self, inputs: &Samples, targets: Option<&Samples>) -> Evaluation {
        let means = match &self.prepared {
            Prepared::F32(weights) => losses::<F32>(&self.network, weights, inputs, targets),
            Prepared::Bf16(weights) => losses::<Bf16>(&self.network, weights, inputs, targets),
        };
        Evaluation::new(inputs.len(), inputs.features(), self.code(), means)
    }

    /// Computes the error of each sample: the mean over its features of the squared difference between the
    /// sample and its reconstruction, both scaled, (samples). The error of a row of a table with words or holes is the mean of
    /// its columns' losses, over the columns of which something is known. Samples unlike the training samples have large
    /// errors.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// ```
    /// use autoencoder::{Error, Initialization, Model, Specification, Values};
    /// use ndarray::array;
    /// let model = Model::new(Specification::new(2, [1]), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(array![[0.5, 0.5], [9.0, 0.5]]))?;
    /// let errors = model.errors(&samples)?;
    /// assert!(errors[1] > 30.0 && errors[0] < 0.1);
    /// assert!((errors.mean().unwrap() - model.evaluate(&samples)?.mse).abs() < 1e-4);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn errors(&self, samples: &Samples) -> Result<Array1<f64>, SamplesError> {
        self.takes.check(samples)?;
        Ok(match &self.prepared {
            Prepared::F32(weights) => errors::<F32>(&self.network, weights, samples),
            Prepared::Bf16(weights) => errors::<Bf16>(&self.network, weights, samples),
        })
    }

    /// The errors of each column, numbers first and then columns of words, as the features of a sample stand for them. Where
    /// nothing is known in a column, its errors are 0.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// ```
    /// use autoencoder::{ColumnError, Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::array;
    /// let model = Model::new(Specification::new(2, [1]), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(array![[0.5, 0.5], [9.0, 0.5]]))?;
    /// let columns = Inference::new(&model).column_errors(&samples)?;
    /// assert!(matches!(columns[0], ColumnError::Number { known: 2, mse, mean_mse, .. } if mse > 30.0 && mean_mse > 18.0));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn column_errors(&self, samples: &Samples) -> Result<Vec<ColumnError>, SamplesError> {
        column_errors(samples, |part| self.reconstruct(part))
    }

    /// Estimates the mean log-likelihood of samples, in nats a sample, from `draws` codes for each sample
    /// (Burda et al. 2016). The estimate is a lower bound in expectation, tighter with more draws. With one
    /// draw and a divergence of weight 1, its expectation is the negative of the expected
    /// [`Evaluation::loss`]. Returns `None` if the model is not variational.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// # Panics
    /// If `draws` is 0.
    ///
    /// ```
    /// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(12, [8, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(Array2::from_elem((50, 12), 0.5)))?;
    /// let inference = Inference::new(&model);
    /// let bound = -inference.evaluate(&samples)?.loss;
    /// assert!(inference.log_likelihood(&samples, 20)? > Some(bound));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn log_likelihood(&self, samples: &Samples, draws: usize) -> Result<Option<f64>, SamplesError> {
        self.log_likelihood_with(samples, draws, &|| {})
    }

    /// Estimates the mean log-likelihood as [`log_likelihood`](Self::log_likelihood) does, and calls `done`
    /// after each sample, on the thread that computed the sample, so that a caller can show progress.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// # Panics
    /// If `draws` is 0.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(12, [8, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(Array2::from_elem((50, 12), 0.5)))?;
    /// let inference = Inference::new(&model);
    /// let done = AtomicUsize::new(0);
    /// let likelihood = inference.log_likelihood_with(&samples, 20, &|| {
    ///     done.fetch_add(1, Ordering::Relaxed);
    /// })?;
    /// assert_eq!(likelihood, inference.log_likelihood(&samples, 20)?);
    /// assert_eq!(done.into_inner(), 50);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn log_likelihood_with(
        &self,
        samples: &Samples,
        draws: usize,
        done: &(dyn Fn() + Sync),
    ) -> Result<Option<f64>, SamplesError> {
        self.takes.check(samples)?;
        assert!(draws > 0, "log_likelihood: no draws");
        Ok(self.network.draws_codes().then(|| match &self.prepared {
            Prepared::F32(weights) => log_likelihood::<F32>(&self.network, weights, samples, draws, done),
            Prepared::Bf16(weights) => log_likelihood::<Bf16>(&self.network, weights, samples, draws, done),
        }))
    }

    /// The residuals of samples of plain numbers, which fit the model, in nats.
    pub(crate) fn residuals(&self, samples: &Samples, residual: &Residual) -> Vec<f64> {
        match &self.prepared {
            Prepared::F32(weights) => residuals::<F32>(&self.network, weights, samples, residual),
            Prepared::Bf16(weights) => residuals::<Bf16>(&self.network, weights, samples, residual),
        }
    }

    /// Whether the model takes the samples.
    pub(crate) fn check(&self, samples: &Samples) -> Result<(), SamplesError> {
        self.takes.check(samples)
    }

    /// The surprises of samples that fit the model, which is variational.
    pub(crate) fn surprises(&self, samples: &Samples, estimate: Estimate) -> Surprises {
        assert!(self.draws_codes(), "scores of the kinds bound and likelihood: of variational models alone");
        match &self.prepared {
            Prepared::F32(weights) => surprises::<F32>(&self.network, weights, samples, estimate),
            Prepared::Bf16(weights) => surprises::<Bf16>(&self.network, weights, samples, estimate),
        }
    }

    /// Whether the model is variational.
    pub(crate) fn draws_codes(&self) -> bool {
        self.network.draws_codes()
    }

    /// The number of units of the code.
    pub(crate) fn code(&self) -> usize {
        self.network.code
    }

    /// The specification of the model.
    pub(crate) fn specification(&self) -> &Specification {
        &self.network.specification
    }

    /// The number of the model's weights.
    pub(crate) fn parameters(&self) -> usize {
        let own = self.network.layers.iter().filter(|layer| layer.matrix.tied_to.is_none());
        own.map(|layer| layer.matrix.rows * layer.matrix.columns).sum()
    }

    /// The shape of the table whose rows the samples are; `None` if they are plain rows of numbers.
    pub(crate) fn table_shape(&self) -> Option<&TableShape> {
        self.takes.table.as_ref()
    }

    /// The scaling of the samples, if it is known.
    pub(crate) fn scaling(&self) -> Option<&Scaling> {
        self.takes.scaling.as_ref()
    }

    /// Runs the rows of `source` through `layers` and writes the outputs of the last layer.
    fn run(&self, layers: std::ops::Range<usize>, source: Source<'_>, outputs: ArrayViewMut2<'_, f32>) {
        match &self.prepared {
            Prepared::F32(weights) => run::<F32>(&self.network, weights, layers, source, outputs),
            Prepared::Bf16(weights) => run::<Bf16>(&self.network, weights, layers, source, outputs),
        }
    }
}
