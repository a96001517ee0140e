//! Models in use: samples to codes, codes to samples, and how well it goes.

pub(crate) mod likelihood;
pub(crate) mod losses;
pub(crate) mod passes;

use autoencoder_kernels::{BfloatPairs, Line};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::evaluation::{Evaluation, expect_pair};
use crate::model::Model;
use crate::network::Network;
use crate::network::buffer::{Bf16, Buffer, F32};
use crate::network::pieces::{Reads, pieces};
use crate::network::weights::Weights;
use crate::options::precision::{Precision, PrecisionError};
use crate::samples::Samples;
use crate::stages::stage::Source;
use likelihood::log_likelihood;
use losses::losses;
use passes::run;

/// A model prepared for use: its weights lie as the products want them.
///
/// [`Model::encode`] and its siblings prepare the model in every call; who calls them for batch after batch prepares it
/// once, and chooses a precision.
///
/// ```
/// use autoencoder::{Inference, Initialization, Model, Samples, Scaling, Specification, Values};
/// use ndarray::Array2;
/// let model = Model::new(Specification::new(784, [256, 32]), Initialization::Glorot, 0)?;
/// let inference = Inference::new(&model);
/// let samples = Samples::new(Values::Bytes(Array2::zeros((5, 784))), Scaling::Bytes)?;
/// let mut codes = Array2::zeros((5, 32));
/// inference.encode_into(&samples, codes.view_mut());
/// assert_eq!(codes, model.encode(&samples));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Inference {
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
        let network = model.network();
        let prepared = Prepared::F32(prepare::<F32>(&network));
        Self { network, prepared }
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
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn encode(&self, samples: &Samples) -> Array2<f32> {
        let mut codes = Array2::zeros((samples.len(), self.code()));
        self.encode_into(samples, codes.view_mut());
        codes
    }

    /// Writes the codes of all samples into `codes` (samples, code), of any strides.
    ///
    /// # Panics
    /// If the samples have another number of features than the model, or `codes` another shape.
    pub fn encode_into(&self, samples: &Samples, codes: ArrayViewMut2<'_, f32>) {
        expect_width("encode", samples.features(), self.features());
        assert_eq!(codes.dim(), (samples.len(), self.code()), "encode_into: shape of the codes");
        self.run(0..self.network.encoder_layers, Source::Samples(samples), codes);
    }

    /// What the decoder makes of codes (rows, code): samples as the model sees them, (rows, features).
    ///
    /// # Panics
    /// If the codes have another width than the model's.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Array2<f32> {
        expect_width("decode", codes.ncols(), self.code());
        let codes = codes.as_standard_layout();
        let mut samples = Array2::zeros((codes.nrows(), self.features()));
        let layers = self.network.encoder_layers..self.network.layers.len();
        self.run(layers, Source::Codes(&codes), samples.view_mut());
        samples
    }

    /// All samples as the model restores them, (samples, features), as the model sees them: scaled.
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn reconstruct(&self, samples: &Samples) -> Array2<f32> {
        expect_width("reconstruct", samples.features(), self.features());
        let mut restored = Array2::zeros((samples.len(), self.features()));
        self.run(0..self.network.layers.len(), Source::Samples(samples), restored.view_mut());
        restored
    }

    /// How well it restores these samples.
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn evaluate(&self, samples: &Samples) -> Evaluation {
        expect_width("evaluate", samples.features(), self.features());
        self.evaluate_pair(samples, None)
    }

    /// How well it restores `targets` from `inputs`, such as clean samples from noisy ones: sample i from sample i.
    ///
    /// # Panics
    /// If the inputs have another number of features than the model, or the targets another number of samples or features
    /// than the inputs.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Samples, Scaling, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(3, [2]), Initialization::Glorot, 0)?;
    /// let samples = |value| Samples::new(Values::Floats(Array2::from_elem((5, 3), value)), Scaling::None);
    /// let (inputs, targets) = (samples(0.25)?, samples(0.75)?);
    /// let inference = Inference::new(&model);
    /// let error = inference.evaluate_against(&inputs, &targets).mse;
    /// let difference = inference.reconstruct(&inputs) - 0.75;
    /// let expected = difference.mapv(|difference| difference * difference).mean().unwrap();
    /// assert!((error - f64::from(expected)).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate_against(&self, inputs: &Samples, targets: &Samples) -> Evaluation {
        expect_width("evaluate_against", inputs.features(), self.features());
        expect_pair("evaluate_against", inputs, targets);
        self.evaluate_pair(inputs, Some(targets))
    }

    fn evaluate_pair(&self, inputs: &Samples, targets: Option<&Samples>) -> Evaluation {
        let means = match &self.prepared {
            Prepared::F32(weights) => losses::<F32>(&self.network, weights, inputs, targets),
            Prepared::Bf16(weights) => losses::<Bf16>(&self.network, weights, inputs, targets),
        };
        Evaluation::new(inputs.len(), inputs.features(), self.code(), means)
    }

    /// The mean log-likelihood of these samples, nats a sample, from `draws` codes for each (Burda et al. 2016): a bound on
    /// it that gets tighter with their number, and with one of them is the negative of [`Evaluation::loss`] in expectation
    /// if the divergence counts once.
    /// `None` if the model is not variational.
    ///
    /// # Panics
    /// If the samples have another number of features than the model, or there are no draws.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Samples, Scaling, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(12, [8, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = Samples::new(Values::Floats(Array2::from_elem((50, 12), 0.5)), Scaling::None)?;
    /// let inference = Inference::new(&model);
    /// let bound = -inference.evaluate(&samples).loss;
    /// assert!(inference.log_likelihood(&samples, 20) > Some(bound));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn log_likelihood(&self, samples: &Samples, draws: usize) -> Option<f64> {
        self.log_likelihood_with(samples, draws, &|| {})
    }

    /// The same as [`log_likelihood`](Self::log_likelihood), and calls `done` after each sample, from whichever thread
    /// it was done on: how far it is, where there are many draws.
    ///
    /// # Panics
    ///
    /// As [`log_likelihood`](Self::log_likelihood).
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use autoencoder::{Inference, Initialization, Model, Samples, Scaling, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(12, [8, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = Samples::new(Values::Floats(Array2::from_elem((50, 12), 0.5)), Scaling::None)?;
    /// let inference = Inference::new(&model);
    /// let done = AtomicUsize::new(0);
    /// let likelihood = inference.log_likelihood_with(&samples, 20, &|| {
    ///     done.fetch_add(1, Ordering::Relaxed);
    /// });
    /// assert_eq!(likelihood, inference.log_likelihood(&samples, 20));
    /// assert_eq!(done.into_inner(), 50);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn log_likelihood_with(
        &self,
        samples: &Samples,
        draws: usize,
        done: &(dyn Fn() + Sync),
    ) -> Option<f64> {
        expect_width("log_likelihood", samples.features(), self.features());
        assert!(draws > 0, "log_likelihood: no draws");
        self.network.draws_codes().then(|| match &self.prepared {
            Prepared::F32(weights) => log_likelihood::<F32>(&self.network, weights, samples, draws, done),
            Prepared::Bf16(weights) => log_likelihood::<Bf16>(&self.network, weights, samples, draws, done),
        })
    }

    fn features(&self) -> usize {
        self.network.layers[0].inputs
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

#[track_caller]
fn expect_width(operation: &str, found: usize, expected: usize) {
    assert_eq!(found, expected, "{operation}: width of the input and of the model's");
}
