//! Models in use: samples to codes, codes to samples, and how well it goes.

pub(crate) mod likelihood;

use std::ops::Range;

use autoencoder_kernels::{
    BfloatPairs, Line, LossSums, Panels, PanelsMut, Words, gather, gaussian_codes, gaussian_divergence,
    lines, loss, panels,
};
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

use crate::evaluation::Evaluation;
use crate::inference::likelihood::log_likelihood;
use crate::model::Model;
use crate::network::Network;
use crate::network::activations::Activations;
use crate::network::buffer::{Bf16, Buffer, F32, Uses};
use crate::network::pieces::{Reads, pieces};
use crate::network::weights::Weights;
use crate::options::noise::{Chance, Draws};
use crate::options::precision::{Precision, PrecisionError};
use crate::samples::{Samples, Zeros, row_slice};
use crate::stages::block::Sums;
use crate::training::observer::{Means, Terms};

/// Rows that pass through all layers together: each block reads all weights once. Fixed, because losses are summed
/// by blocks.
pub(crate) const BLOCK: usize = 64;

/// Blocks that share one set of buffers, at least.
const BLOCKS_TOGETHER: usize = 8;

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
        self.run_samples(0..self.network.encoder_layers, samples, codes);
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
        self.run(layers, Zeros::NONE, samples.view_mut(), |first, target| {
            gather(self.network.instructions, target, |row| row_slice(&codes, first + row), |_, value| value);
        });
        samples
    }

    /// All samples as the model restores them, (samples, features), as the model sees them: scaled.
    ///
    /// # Panics
    /// If the samples have another number of features than the model.
    pub fn reconstruct(&self, samples: &Samples) -> Array2<f32> {
        expect_width("reconstruct", samples.features(), self.features());
        let mut restored = Array2::zeros((samples.len(), self.features()));
        self.run_samples(0..self.network.layers.len(), samples, restored.view_mut());
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

    fn run_samples(&self, layers: Range<usize>, samples: &Samples, outputs: ArrayViewMut2<'_, f32>) {
        self.run(layers, samples.zeros(), outputs, |first, target| {
            samples.gather(self.network.instructions, target, |row| first + row);
        });
    }

    fn run(
        &self,
        layers: Range<usize>,
        zeros: Zeros,
        outputs: ArrayViewMut2<'_, f32>,
        fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
    ) {
        match &self.prepared {
            Prepared::F32(weights) => run::<F32>(&self.network, weights, layers, zeros, outputs, fill),
            Prepared::Bf16(weights) => run::<Bf16>(&self.network, weights, layers, zeros, outputs, fill),
        }
    }
}

#[track_caller]
fn expect_width(operation: &str, found: usize, expected: usize) {
    assert_eq!(found, expected, "{operation}: width of the input and of the model's");
}

#[track_caller]
pub(crate) fn expect_pair(operation: &str, inputs: &Samples, targets: &Samples) {
    let dim = |samples: &Samples| (samples.len(), samples.features());
    assert_eq!(
        dim(targets),
        dim(inputs),
        "{operation}: samples and features of the targets and of the inputs"
    );
}

/// Buffers for one block after the other.
pub(crate) fn activations<B: Buffer>(
    network: &Network,
    layers: Range<usize>,
    zeros: Zeros,
) -> Activations<B> {
    let (first, end, code) = (layers.start, layers.end, network.encoder_layers);
    let uses = |layer| Uses { values: layer == first || layer == end, rows: layer < end, steps: false };
    let draws = |layer| network.draws_codes() && layer == code && first < code && code < end;
    Activations::new(network, layers, BLOCK, zeros, uses, |layer| draws(layer).then_some(network.code))
}

/// Passes the rows through the layers; `codes` makes codes of the statistics of a variational model. With `logits` the last
/// layer's outputs are what the loss takes.
pub(crate) fn forward<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    activations: &mut Activations<B>,
    layers: Range<usize>,
    rows: usize,
    codes: impl Fn(Panels<'_>, &mut PanelsMut<'_>),
    logits: bool,
) {
    for layer in layers {
        if layer == network.encoder_layers {
            activations.pass(network, layer, rows, &codes);
        }
        let activation =
            if logits { network.training_activation(layer) } else { network.layers[layer].activation };
        activations.forward(network, weights, rows, layer, activation, None);
    }
}

/// The codes of a variational model without chance: the means of their distributions.
fn means(statistics: Panels<'_>, codes: &mut PanelsMut<'_>) {
    for panel in 0..panels(codes.columns()) {
        codes.panel_mut(panel).copy_from_slice(statistics.panel(panel));
    }
}

/// The outputs of the last of `layers` for each row: `fill` writes the inputs of the rows from the given one on.
fn run<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    layers: Range<usize>,
    zeros: Zeros,
    mut outputs: ArrayViewMut2<'_, f32>,
    fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
) {
    let blocks = outputs.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate();
    blocks.with_min_len(BLOCKS_TOGETHER).for_each_init(
        || activations::<B>(network, layers.clone(), zeros),
        |activations, (block, outputs)| {
            let rows = outputs.nrows();
            activations.take(network, rows, |target| fill(block * BLOCK, target));
            forward(network, weights, activations, layers.clone(), rows, means, false);
            activations.values(layers.end, rows).unpack(outputs);
        },
    );
}

/// What a variational model's codes of all samples are drawn from: for each sample the means in some lines, and in as many
/// after them the logarithms of the variances.
pub(crate) fn encode_statistics<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
) -> Vec<Line> {
    let (layers, zeros) = (0..network.encoder_layers, samples.zeros());
    let across = 2 * panels(network.code);
    let mut statistics = vec![Line::ZERO; samples.len() * across];
    statistics.par_chunks_mut(BLOCK * across).enumerate().with_min_len(BLOCKS_TOGETHER).for_each_init(
        || activations::<B>(network, layers.clone(), zeros),
        |activations, (block, lines)| {
            let rows = lines.len() / across;
            activations.take(network, rows, |target| {
                samples.gather(network.instructions, target, |row| block * BLOCK + row);
            });
            forward(network, weights, activations, layers.clone(), rows, |_, _| {}, true);
            let found = activations.values(layers.end, rows);
            for (row, lines) in lines.chunks_mut(across).enumerate() {
                lines.iter_mut().enumerate().for_each(|(panel, line)| *line = found.panel(panel)[row]);
            }
        },
    );
    statistics
}

/// What restoring all samples costs, themselves or the targets that are given. A variational model's loss is that of codes drawn once for each sample, always the same
/// ones; its squared error that of the means.
pub(crate) fn losses<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    targets: Option<&Samples>,
) -> Means {
    let mut sums = restore::<B>(network, weights, samples, targets, false);
    if network.draws_codes() {
        let LossSums { squared_error, .. } = sums.reconstruction;
        sums = restore::<B>(network, weights, samples, targets, true);
        sums.reconstruction.squared_error = squared_error;
        sums.penalty = f64::from(network.penalty.weight()) * sums.divergence;
    }
    let means = Means::new(network, sums, samples.len(), samples.features());
    // Penalties of the code belong to training: what they come to here was not asked.
    let terms = if network.draws_codes() { means.terms } else { Terms::default() };
    Means { terms, ..means }
}

/// The sums over all samples, in the order of their blocks. Codes are drawn if `draws`.
fn restore<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    targets: Option<&Samples>,
    draws: bool,
) -> Sums {
    let (layers, zeros) = (0..network.layers.len(), samples.zeros());
    let across = panels(network.code);
    let mut blocks = vec![Sums::default(); samples.len().div_ceil(BLOCK)];
    blocks.par_iter_mut().enumerate().with_min_len(BLOCKS_TOGETHER).for_each_init(
        || {
            let noise = vec![Line::ZERO; if draws { lines(BLOCK, network.code) } else { 0 }];
            let clean = targets.map(|targets| vec![Line::ZERO; lines(BLOCK, targets.features())]);
            (activations::<B>(network, layers.clone(), zeros), noise, clean)
        },
        |(activations, noise, clean), (block, sums)| {
            let (first, instructions) = (block * BLOCK, network.instructions);
            let rows = BLOCK.min(samples.len() - first);
            activations.take(network, rows, |target| {
                samples.gather(instructions, target, |row| first + row);
            });
            if draws {
                let chance = Draws { seed: 0, step: 0, first_row: first };
                let mut words = vec![Words::ZERO; across.next_multiple_of(2)];
                let mut normals = vec![Line::ZERO; words.len()];
                for row in 0..rows {
                    chance.code_noise(instructions, row, &mut words, &mut normals);
                    for (panel, &line) in normals.iter().enumerate().take(across) {
                        noise[panel * BLOCK + row] = line;
                    }
                }
            }
            let codes = |statistics: Panels<'_>, codes: &mut PanelsMut<'_>| {
                if draws {
                    let noise = Panels::new(noise, rows, network.code, BLOCK);
                    gaussian_codes(instructions, statistics, noise, codes);
                } else {
                    means(statistics, codes);
                }
            };
            forward(network, weights, activations, layers.clone(), rows, codes, true);
            let (outputs, element) = (activations.values(layers.end, rows), network.loss.element());
            sums.reconstruction = match (targets, clean) {
                (Some(targets), Some(clean)) => {
                    let mut clean = PanelsMut::new(clean, rows, targets.features(), BLOCK);
                    targets.gather(instructions, &mut clean, |row| first + row);
                    loss(instructions, element, outputs, clean.view())
                }
                _ => loss(instructions, element, outputs, activations.values(0, rows)),
            };
            if draws {
                let statistics = activations.values(network.encoder_layers, rows);
                sums.divergence = gaussian_divergence(instructions, statistics);
            }
        },
    );
    let mut total = Sums::default();
    for block in blocks {
        total += block;
    }
    total
}
