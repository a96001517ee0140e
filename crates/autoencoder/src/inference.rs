//! Models in use: samples to codes, codes to samples, and how well it goes.

use std::ops::Range;

use autoencoder_kernels::{Activation, BfloatPairs, LossSums, PANEL, PanelsMut, gather, loss};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

use crate::activations::Activations;
use crate::boundary::{Boundary, Plain, Rounded, Uses};
use crate::evaluation::Evaluation;
use crate::model::Model;
use crate::network::Network;
use crate::precision::{Precision, PrecisionError};
use crate::samples::{Samples, row_slice};

/// Rows that pass through all layers together: each block reads all weights once. Fixed, because losses are summed
/// by blocks.
const BLOCK: usize = 64;

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
    weights: Weights,
}

/// What the products multiply with.
#[derive(Clone, Debug)]
enum Weights {
    /// The network's own lines.
    F32,
    Bf16(Vec<BfloatPairs>),
}

impl Inference {
    /// Prepares a model as it is now, for products of f32.
    pub fn new(model: &Model) -> Self {
        let network = Network::new(model.architecture(), model.parameters());
        Self { network, weights: Weights::F32 }
    }

    /// The same model with products of this precision: inputs of every layer and weights rounded to it, sums in f32.
    ///
    /// # Errors
    /// If this processor has no instructions for it.
    pub fn with_precision(self, precision: Precision) -> Result<Self, PrecisionError> {
        precision.check()?;
        let weights = match precision {
            Precision::F32 => Weights::F32,
            Precision::Bf16 => Weights::Bf16(self.network.packed::<Rounded>()),
        };
        Ok(Self { weights, ..self })
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
        self.run(layers, false, samples.view_mut(), |first, target| {
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
        let LossSums { loss, squared_error } = match &self.weights {
            Weights::F32 => reconstruction_loss::<Plain>(&self.network, &[], samples),
            Weights::Bf16(packed) => reconstruction_loss::<Rounded>(&self.network, packed, samples),
        };
        Evaluation::new(samples.len(), samples.features(), self.code(), loss, squared_error)
    }

    fn features(&self) -> usize {
        self.network.layers[0].inputs
    }

    fn code(&self) -> usize {
        self.network.layers[self.network.encoder_layers].inputs
    }

    fn run_samples(&self, layers: Range<usize>, samples: &Samples, outputs: ArrayViewMut2<'_, f32>) {
        self.run(layers, samples.are_sparse(), outputs, |first, target| {
            samples.gather(self.network.instructions, target, |row| first + row);
        });
    }

    fn run(
        &self,
        layers: Range<usize>,
        sparse: bool,
        outputs: ArrayViewMut2<'_, f32>,
        fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
    ) {
        match &self.weights {
            Weights::F32 => run::<Plain>(&self.network, &[], layers, sparse, outputs, fill),
            Weights::Bf16(packed) => run::<Rounded>(&self.network, packed, layers, sparse, outputs, fill),
        }
    }
}

#[track_caller]
fn expect_width(operation: &str, found: usize, expected: usize) {
    assert_eq!(found, expected, "{operation}: width of the input and of the model's");
}

/// Buffers for one block after the other.
fn activations<B: Boundary>(network: &Network, layers: Range<usize>, sparse: bool) -> Activations<B> {
    let (first, end) = (layers.start, layers.end);
    Activations::new(network, layers, BLOCK, sparse, |layer| Uses {
        values: layer == first || layer == end,
        rows: layer < end,
        steps: false,
    })
}

/// The outputs of the last of `layers` for each row: `fill` writes the inputs of the rows from the given one on.
fn run<B: Boundary>(
    network: &Network,
    packed: &[B::Operand],
    layers: Range<usize>,
    sparse: bool,
    mut outputs: ArrayViewMut2<'_, f32>,
    fill: impl Fn(usize, &mut PanelsMut<'_>) + Sync,
) {
    let blocks = outputs.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate();
    blocks.with_min_len(BLOCKS_TOGETHER).for_each_init(
        || activations::<B>(network, layers.clone(), sparse),
        |activations, (block, mut outputs)| {
            let rows = outputs.nrows();
            activations.take(network, rows, |target| fill(block * BLOCK, target));
            activations.forward(network, packed, rows, |layer| network.layers[layer].activation, &mut []);
            let results = activations.values(layers.end, rows);
            for (row, mut output) in outputs.rows_mut().into_iter().enumerate() {
                for (panel, mut output) in output.axis_chunks_iter_mut(Axis(0), PANEL).enumerate() {
                    let result = &results.panel(panel)[row].0[..output.len()];
                    output.assign(&ArrayView1::from(result));
                }
            }
        },
    );
}

/// The sums of loss and squared error of reconstructing all samples, in the order of their blocks.
pub(crate) fn reconstruction_loss<B: Boundary>(
    network: &Network,
    packed: &[B::Operand],
    samples: &Samples,
) -> LossSums {
    let (layers, sparse) = (0..network.layers.len(), samples.are_sparse());
    let activation = |layer| -> Activation { network.training_activation(layer) };
    let mut blocks = vec![LossSums::default(); samples.len().div_ceil(BLOCK)];
    blocks.par_iter_mut().enumerate().with_min_len(BLOCKS_TOGETHER).for_each_init(
        || activations::<B>(network, layers.clone(), sparse),
        |activations, (block, sums)| {
            let first = block * BLOCK;
            let rows = BLOCK.min(samples.len() - first);
            activations.take(network, rows, |target| {
                samples.gather(network.instructions, target, |row| first + row);
            });
            activations.forward(network, packed, rows, activation, &mut []);
            let (outputs, targets) = (activations.values(layers.end, rows), activations.values(0, rows));
            *sums = loss(network.instructions, network.loss.element(), outputs, targets);
        },
    );
    let mut sums = LossSums::default();
    for block in blocks {
        sums += block;
    }
    sums
}
