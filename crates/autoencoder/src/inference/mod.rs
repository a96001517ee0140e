//! Models in use: samples to codes, codes to samples, and how well it goes.

pub(crate) mod likelihood;
pub(crate) mod losses;
mod of_model;
pub(crate) mod passes;

use autoencoder_kernels::{BfloatPairs, Line};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2};

use crate::evaluation::{Evaluation, check_pair};
use crate::model::Model;
use crate::network::Network;
use crate::network::buffer::{Bf16, Buffer, F32};
use crate::network::pieces::{Reads, pieces};
use crate::network::weights::Weights;
use crate::options::precision::{Precision, PrecisionError};
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::samples::takes::Takes;
use crate::stages::stage::Source;
use likelihood::log_likelihood;
use losses::{errors, losses};
use passes::run;

/// A model prepared for use: its weights lie as the products want them.
///
/// [`Model::encode`] and its siblings prepare the model in every call; who calls them for batch after batch prepares it
/// once, and chooses a precision.
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
    prepared: Prepared,
}

/// What the products multiply with.
#[derive(Clone, Debug)]
enum Prepared {
    F32(Weights<Line>),
    Bf16(Weights<BfloatPairs>),
}

/// The weights for products forward.
pub(crate) fn prepare<B: Buffer>(network: &Network) -> Weights<B::Operand> {
    Weights::new::<B>(network, &pieces::<B>(network, Reads::Forward))
}

impl Inference {
    /// Prepares a model as it is now, for products of f32.
    pub fn new(model: &Model) -> Self {
        let folded = model.folded();
        let network = Network::new(folded.architecture(), folded.parameters());
        let prepared = Prepared::F32(prepare::<F32>(&network));
        Self { takes: model.takes(), network, prepared }
    }

    /// The same model with products of this precision: inputs of every layer and weights rounded to it, sums in f32.
    ///
    /// # Errors
    /// If this processor has no instructions for it.
    pub fn with_precision(self, precision: Precision) -> Result<Self, PrecisionError> {
        precision.check()?;
        let prepared = match precision {
            Precision::F32 => Prepared::F32(prepare::<F32>(&self.network)),
            Precision::Bf16 => Prepared::Bf16(prepare::<Bf16>(&self.network)),
        };
        Ok(Self { prepared, ..self })
    }

    /// The codes of all samples, (samples, code).
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn encode(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        let mut codes = Array2::zeros((samples.len(), self.code()));
        self.encode_into(samples, codes.view_mut())?;
        Ok(codes)
    }

    /// Writes the codes of all samples into `codes` (samples, code), of any strides.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    ///
    /// # Panics
    /// If `codes` has another shape.
    pub fn encode_into(&self, samples: &Samples, codes: ArrayViewMut2<'_, f32>) -> Result<(), SamplesError> {
        self.takes.check(samples)?;
        assert_eq!(codes.dim(), (samples.len(), self.code()), "encode_into: shape of the codes");
        self.run(0..self.network.encoder_layers, Source::Samples(samples), codes);
        Ok(())
    }

    /// What the decoder makes of codes (rows, code): samples as the model sees them, (rows, features).
    ///
    /// # Errors
    /// If the codes have another width than the model's.
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

    /// All samples as the model restores them, (samples, features), as the model sees them: scaled.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn reconstruct(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        self.takes.check(samples)?;
        let mut restored = Array2::zeros((samples.len(), self.takes.features));
        self.run(0..self.network.layers.len(), Source::Samples(samples), restored.view_mut());
        Ok(restored)
    }

    /// How well it restores these samples.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation, SamplesError> {
        self.takes.check(samples)?;
        Ok(self.evaluate_pair(samples, None))
    }

    /// How well it restores `targets` from `inputs`, such as clean samples from noisy ones: sample i from sample i.
    ///
    /// # Errors
    /// If the inputs have another width, scaling or shape than the model's, or the targets another number of samples or features
    /// than the inputs.
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
        Ok(self.evaluate_pair(inputs, Some(targets)))
    }

    fn evaluate_pair(&self, inputs: &Samples, targets: Option<&Samples>) -> Evaluation {
        let means = match &self.prepared {
            Prepared::F32(weights) => losses::<F32>(&self.network, weights, inputs, targets),
            Prepared::Bf16(weights) => losses::<Bf16>(&self.network, weights, inputs, targets),
        };
        Evaluation::new(inputs.len(), inputs.features(), self.code(), means)
    }

    /// The error of each sample: the mean over its features of the squared difference between it and what is restored of it,
    /// on values as the model sees them. What does not fit has a large one.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
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

    /// The mean log-likelihood of these samples, nats a sample, from `draws` codes for each (Burda et al. 2016): a bound on
    /// it that gets tighter with their number, and with one of them is the negative of [`Evaluation::loss`] in expectation
    /// if the divergence counts once.
    /// `None` if the model is not variational.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    ///
    /// # Panics
    /// If there are no draws.
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

    /// The same as [`log_likelihood`](Self::log_likelihood), and calls `done` after each sample, from whichever thread
    /// it was done on: how far it is, where there are many draws.
    ///
    /// # Errors
    /// As [`log_likelihood`](Self::log_likelihood).
    ///
    /// # Panics
    /// If there are no draws.
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

    fn code(&self) -> usize {
        self.network.code
    }

    fn run(&self, layers: std::ops::Range<usize>, source: Source<'_>, outputs: ArrayViewMut2<'_, f32>) {
        match &self.prepared {
            Prepared::F32(weights) => run::<F32>(&self.network, weights, layers, source, outputs),
            Prepared::Bf16(weights) => run::<Bf16>(&self.network, weights, layers, source, outputs),
        }
    }
}
