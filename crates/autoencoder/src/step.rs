//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use std::ops::Range;

use autoencoder_kernels::{
    Factors, Instructions, LOSS_ROWS, Line, LossSums, Operand, Output, PANEL, Squares, Update,
    add_bias_gradient, add_gradient, backward, forward_loss, panels, square_lines, transpose, update,
};
use rayon::prelude::*;

use crate::activations::Activations;
use crate::boundary::{Boundary, Uses};
use crate::network::Network;
use crate::samples::Samples;

/// Weight rows of one panel that one task updates, at most; a multiple of 32.
const PIECE: usize = 64;

/// Rows of a block for a batch: an equal share for each thread, in whole groups. No result depends on it.
///
/// A block reads all weights once, most of them from the third-level cache, so few tall blocks read less; past
/// 128 rows their activations no longer stay in the second.
fn block_rows(batch: usize) -> usize {
    const TALLEST: usize = 128;
    let share = batch.div_ceil(rayon::current_num_threads());
    share.next_multiple_of(LOSS_ROWS).clamp(LOSS_ROWS, TALLEST)
}

/// What the steps of one training reuse.
pub(crate) struct Workspace<B: Boundary> {
    /// Rows that pass through all layers together while their activations stay in the cache.
    block_rows: usize,
    blocks: Vec<Block<B>>,
    /// Of every [`LOSS_ROWS`] rows: fixed, so that a loss has the same bits however the batch was cut into blocks.
    sums: Vec<LossSums>,
    pieces: Vec<Piece>,
    weights: Weights<B>,
}

/// The weights as the products want them; every update brings them up to date.
struct Weights<B: Boundary> {
    /// W (inputs, outputs) of each layer, as far as the network's own lines do not serve.
    packed: Vec<B::Operand>,
    /// Wᵀ (outputs, inputs) of each layer but the first in [`Squares`], for the backward products.
    transposed: Vec<B::Operand>,
}

impl<B: Boundary> Weights<B> {
    fn operands(&mut self) -> Operands<'_, B> {
        Operands { packed: &mut self.packed, transposed: &mut self.transposed }
    }
}

/// Contiguous lines of one panel of one layer: some rows of weights, the last piece also the biases.
#[derive(Clone, Copy, Debug)]
struct Piece {
    layer: usize,
    panel: usize,
    first_row: usize,
    /// Its first line in the network's.
    first_line: usize,
    lines: usize,
    with_bias: bool,
    /// Lines of packed weights.
    packed: usize,
    /// Lines of transposed weights: none in the first layer.
    transposed: usize,
}

impl Piece {
    /// Lines of weights, without the biases.
    fn weights(&self) -> usize {
        self.lines - usize::from(self.with_bias)
    }

    /// Its lines in chunks of 32 rows of weights, with the last the biases.
    fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let Self { with_bias, .. } = *self;
        let all = self.weights();
        (0..all).step_by(PANEL).map(move |first| {
            let weights = PANEL.min(all - first);
            Chunk { first, weights, with_bias: with_bias && first + weights == all }
        })
    }
}

/// At most 32 rows of a piece's weights.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    /// Its first line in the piece.
    first: usize,
    weights: usize,
    with_bias: bool,
}

impl Chunk {
    /// Its lines in the piece.
    fn lines(&self) -> Range<usize> {
        self.first..self.first + self.weights + usize::from(self.with_bias)
    }
}

/// The parameters' moments, in the network's layout.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments(pub [Vec<Line>; 2]);

impl Moments {
    /// Zeros for as many buffers as `rule` has.
    pub(crate) fn zeros(rule: Update, lines: usize) -> Self {
        let buffer = |index| if index < rule.moments() { vec![Line::ZERO; lines] } else { Vec::new() };
        Self([buffer(0), buffer(1)])
    }
}

impl<B: Boundary> Workspace<B> {
    /// For steps on at most `batch` of these samples.
    pub(crate) fn new(network: &Network, samples: &Samples, batch: usize) -> Self {
        let block_rows = block_rows(batch);
        let pieces = pieces::<B>(network);
        let zeros =
            |count: fn(&Piece) -> usize| vec![<B::Operand as Operand>::ZERO; pieces.iter().map(count).sum()];
        let mut weights =
            Weights { packed: zeros(|piece| piece.packed), transposed: zeros(|piece| piece.transposed) };
        let (mut lines, mut operands) = (&network.lines[..], weights.operands());
        for piece in &pieces {
            let (parameters, mut mine);
            (parameters, lines) = lines.split_at(piece.lines);
            (mine, operands) = operands.split(std::slice::from_ref(piece));
            for chunk in piece.chunks() {
                mine.refresh(network.instructions, &chunk, parameters);
            }
        }
        Self {
            block_rows,
            blocks: (0..batch.div_ceil(block_rows))
                .map(|_| Block::new(network, samples, block_rows))
                .collect(),
            sums: vec![LossSums::default(); batch.div_ceil(LOSS_ROWS)],
            pieces,
            weights,
        }
    }

    /// Forward, loss and backward on the samples with these indices: the sums of the batch. The gradients are those of the
    /// mean over `of` samples, the batch's or those of several batches.
    pub(crate) fn forward_backward(
        &mut self,
        network: &Network,
        samples: &Samples,
        indices: &[usize],
        of: usize,
    ) -> LossSums {
        let Self { block_rows, blocks, sums, weights, .. } = self;
        let block_rows = *block_rows;
        let pass = Pass { network, weights, samples, of };
        let sums = &mut sums[..indices.len().div_ceil(LOSS_ROWS)];
        blocks
            .par_iter_mut()
            .zip(indices.par_chunks(block_rows))
            .zip(sums.par_chunks_mut(block_rows / LOSS_ROWS))
            .for_each(|((block, indices), sums)| block.run(&pass, indices, sums));
        let mut total = LossSums::default();
        for &group in &*sums {
            total += group;
        }
        total
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, and the update with them.
    pub(crate) fn update(
        &mut self,
        network: &mut Network,
        moments: &mut Moments,
        rule: Update,
        batch: usize,
    ) {
        let instructions = network.instructions;
        let Self { block_rows, blocks, pieces, weights, .. } = self;
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch };
        for_each_piece(pieces, parts, &|piece, mut parts| {
            let mut dw = [Line::ZERO; PIECE + 1];
            gradients.add(piece, &mut dw[..piece.lines]);
            parts.update(instructions, rule, piece, &dw);
        });
    }

    /// Adds the gradients of the last [`Workspace::forward_backward`] on `batch` samples to `lines`, in the network's layout.
    pub(crate) fn add_gradients(&self, network: &Network, batch: usize, lines: &mut [Line]) {
        let operands = Operands::<B> { packed: &mut [], transposed: &mut [] };
        let parts = Parts { lines: [lines, &mut [], &mut []], operands };
        let Self { block_rows, blocks, .. } = self;
        let gradients =
            Gradients { instructions: network.instructions, blocks, block_rows: *block_rows, batch };
        for_each_piece(&self.pieces, parts, &|piece, parts| {
            let [lines, ..] = parts.lines;
            gradients.add(piece, lines);
        });
    }

    /// The update with `gradients`, in the network's layout, each times `scale`.
    pub(crate) fn update_with(
        &mut self,
        network: &mut Network,
        moments: &mut Moments,
        rule: Update,
        gradients: &[Line],
        scale: f32,
    ) {
        let instructions = network.instructions;
        let Self { pieces, weights, .. } = self;
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        for_each_piece(pieces, parts, &|piece, mut parts| {
            let mut dw = [Line::ZERO; PIECE + 1];
            let gradients = &gradients[piece.first_line..][..piece.lines];
            for (dw, gradient) in dw.iter_mut().zip(gradients) {
                *dw = Line(gradient.0.map(|value| value * scale));
            }
            parts.update(instructions, rule, piece, &dw);
        });
    }
}

/// The Euclidean norm of all numbers together.
pub(crate) fn norm(lines: &[Line]) -> f64 {
    /// Lines of which one thread forms the sum; fixed, so that the bits do not depend on the number of threads.
    const TOGETHER: usize = 1024;
    let sums = lines.par_chunks(TOGETHER).map(|lines| {
        lines.iter().flat_map(|line| line.0).map(|value| f64::from(value) * f64::from(value)).sum::<f64>()
    });
    sums.collect::<Vec<f64>>().into_iter().sum::<f64>().sqrt()
}

/// What the gradients are computed from.
struct Gradients<'a, B> {
    instructions: Instructions,
    blocks: &'a [Block<B>],
    block_rows: usize,
    batch: usize,
}

impl<B: Boundary> Gradients<'_, B> {
    /// Adds the gradients of a piece to its lines.
    ///
    /// Block by block: a block's panel of deltas then comes from the first-level cache for all chunks but the first.
    fn add(&self, piece: &Piece, lines: &mut [Line]) {
        let blocks = self.blocks.iter().enumerate().map_while(|(index, block)| {
            let rows = self.batch.checked_sub(index * self.block_rows).filter(|&rows| rows > 0)?;
            Some((block, rows.min(self.block_rows)))
        });
        let (weights, bias) = lines.split_at_mut(piece.weights());
        for (block, rows) in blocks {
            let dy = block.deltas[piece.layer].steps(piece.panel, rows);
            for (panel, weights) in (piece.first_row / PANEL..).zip(weights.chunks_mut(PANEL)) {
                let (x, nonzero) = block.activations.steps(piece.layer, panel, rows);
                add_gradient(self.instructions, Factors { x, nonzero, dy }, weights);
            }
            if let [bias] = bias {
                add_bias_gradient(self.instructions, dy, bias);
            }
        }
    }
}

/// What all blocks of a batch read.
struct Pass<'a, B: Boundary> {
    network: &'a Network,
    weights: &'a Weights<B>,
    samples: &'a Samples,
    /// Samples that the loss is the mean of.
    of: usize,
}

/// Rows on their way through all layers and back.
struct Block<B> {
    /// Before each layer; behind the last there is only the loss.
    activations: Activations<B>,
    /// The gradients at each layer's sums; there are none for the samples.
    deltas: Vec<B>,
}

impl<B: Boundary> Block<B> {
    fn new(network: &Network, samples: &Samples, height: usize) -> Self {
        let all = Uses { values: true, rows: true, steps: true };
        let hidden = 0..network.layers.len() - 1;
        let deltas = network.layers.iter().enumerate().map(|(index, layer)| {
            // Slopes that outputs do not tell wait here for the gradients; nothing is behind the first layer.
            let slopes = !network.training_activation(index).derives_from_output();
            B::zeros(height, layer.outputs, Uses { values: slopes, rows: index > 0, ..all })
        });
        Self {
            activations: Activations::new(network, hidden, height, samples.are_sparse(), |_| all),
            deltas: deltas.collect(),
        }
    }

    fn run(&mut self, pass: &Pass<'_, B>, indices: &[usize], sums: &mut [LossSums]) {
        let (Self { activations, deltas }, network) = (&mut *self, pass.network);
        let rows = indices.len();
        activations.take(network, rows, |target| {
            pass.samples.gather(network.instructions, target, |row| indices[row]);
        });
        let activation = |layer| network.training_activation(layer);
        activations.forward(network, &pass.weights.packed, rows, activation, deltas);
        self.loss(pass, rows, sums);
        self.backward(pass, rows);
    }

    /// The last layer: the sums of the loss over each group of rows, and its gradient at the layer's sums.
    fn loss(&mut self, pass: &Pass<'_, B>, rows: usize, sums: &mut [LossSums]) {
        let last = pass.network.layers.len() - 1;
        let output = Output {
            activation: pass.network.training_activation(last),
            loss: pass.network.loss.element(),
            targets: self.activations.values(0, rows),
            // The loss is the mean over samples and features.
            scale: 1.0 / (pass.of as f32 * pass.samples.features() as f32),
        };
        forward_loss(
            pass.network.instructions,
            self.activations.rows(last, rows),
            B::weights(pass.network, last, &pass.weights.packed),
            |panel| pass.network.bias(last, panel),
            output,
            self.deltas[last].target(rows),
            sums,
        );
    }

    fn backward(&mut self, pass: &Pass<'_, B>, rows: usize) {
        let transposed = &pass.weights.transposed;
        let mut end = transposed.len();
        for (index, layer) in pass.network.layers.iter().enumerate().skip(1).rev() {
            let first = end - square_lines::<B::Operand>(layer.outputs, layer.inputs);
            let (before, after) = self.deltas.split_at_mut(index);
            backward(
                pass.network.instructions,
                after[0].rows(rows),
                Squares::new(&transposed[first..end], layer.outputs, layer.inputs),
                self.activations.values(index, rows),
                pass.network.training_activation(index - 1),
                before[index - 1].target(rows),
            );
            end = first;
        }
    }
}

/// The network's lines cut into pieces, in order.
fn pieces<B: Boundary>(network: &Network) -> Vec<Piece> {
    let (mut pieces, mut first_line) = (Vec::new(), 0);
    for (index, layer) in network.layers.iter().enumerate() {
        for panel in 0..panels(layer.outputs) {
            for first_row in (0..layer.inputs).step_by(PIECE) {
                let rows = PIECE.min(layer.inputs - first_row);
                let with_bias = first_row + rows == layer.inputs;
                let lines = rows + usize::from(with_bias);
                let transposed = if index == 0 { 0 } else { square_lines::<B::Operand>(PANEL, rows) };
                let packed = B::packed_lines(rows);
                pieces.push(Piece {
                    layer: index,
                    panel,
                    first_row,
                    first_line,
                    lines,
                    with_bias,
                    packed,
                    transposed,
                });
                first_line += lines;
            }
        }
    }
    pieces
}

/// What belongs to some pieces of all that an update reads and writes.
struct Parts<'a, B: Boundary> {
    /// The parameters and their moments, or other lines in the network's layout; each whole or empty.
    lines: [&'a mut [Line]; 3],
    operands: Operands<'a, B>,
}

/// What belongs to some pieces of [`Weights`]: each whole or empty.
struct Operands<'a, B: Boundary> {
    packed: &'a mut [B::Operand],
    transposed: &'a mut [B::Operand],
}

impl<B: Boundary> Parts<'_, B> {
    /// What belongs to `left`, the first pieces, and the rest.
    fn split(self, left: &[Piece]) -> (Self, Self) {
        let [parameters, m, v] = self.lines.map(|buffer| split(buffer, left, |piece| piece.lines));
        let operands = self.operands.split(left);
        (
            Self { lines: [parameters.0, m.0, v.0], operands: operands.0 },
            Self { lines: [parameters.1, m.1, v.1], operands: operands.1 },
        )
    }
}

impl<B: Boundary> Parts<'_, B> {
    /// Updates the one piece that they belong to with its gradients, and what products read of it.
    fn update(&mut self, instructions: Instructions, rule: Update, piece: &Piece, gradients: &[Line]) {
        let Self { lines: [parameters, m, v], operands } = self;
        for chunk in piece.chunks() {
            let moments =
                [&mut **m, &mut **v].map(|moment| moment.get_mut(chunk.lines()).unwrap_or_default());
            let gradients = &gradients[chunk.lines()];
            update(instructions, rule, &mut parameters[chunk.lines()], gradients, moments);
            operands.refresh(instructions, &chunk, parameters);
        }
    }
}

impl<B: Boundary> Operands<'_, B> {
    /// What belongs to `left`, the first pieces, and the rest.
    fn split(self, left: &[Piece]) -> (Self, Self) {
        let packed = split(self.packed, left, |piece| piece.packed);
        let transposed = split(self.transposed, left, |piece| piece.transposed);
        (
            Self { packed: packed.0, transposed: transposed.0 },
            Self { packed: packed.1, transposed: transposed.1 },
        )
    }

    /// Brings a chunk of the one piece that they belong to up to date with its parameters.
    fn refresh(&mut self, instructions: Instructions, chunk: &Chunk, parameters: &[Line]) {
        let weights = &parameters[chunk.first..][..chunk.weights];
        let packed = B::packed_lines(chunk.first)..B::packed_lines(chunk.first + chunk.weights);
        B::pack(instructions, weights, &mut self.packed[packed]);
        if !self.transposed.is_empty() {
            let first = square_lines::<B::Operand>(PANEL, chunk.first);
            let square = &mut self.transposed[first..][..square_lines::<B::Operand>(PANEL, PANEL)];
            transpose(instructions, weights, square);
        }
    }
}

/// A buffer that is whole or empty, cut where `left` ends.
fn split<'a, L>(
    buffer: &'a mut [L],
    left: &[Piece],
    count: fn(&Piece) -> usize,
) -> (&'a mut [L], &'a mut [L]) {
    let place = left.iter().map(count).sum::<usize>().min(buffer.len());
    buffer.split_at_mut(place)
}

/// Where two or more pieces fall into two parts of about the same number of lines.
fn middle(pieces: &[Piece]) -> usize {
    let all: usize = pieces.iter().map(|piece| piece.lines).sum();
    let mut before = 0;
    let first_half = pieces.iter().take_while(|piece| {
        before += piece.lines;
        2 * before <= all
    });
    first_half.count().clamp(1, pieces.len() - 1)
}

/// Calls `each` with every piece and its parts, in parallel.
fn for_each_piece<B: Boundary>(
    pieces: &[Piece],
    parts: Parts<'_, B>,
    each: &(impl Fn(&Piece, Parts<'_, B>) + Sync),
) {
    match pieces {
        [] => {}
        [piece] => each(piece, parts),
        _ => {
            let (left, right) = pieces.split_at(middle(pieces));
            let (mine, others) = parts.split(left);
            rayon::join(|| for_each_piece(left, mine, each), || for_each_piece(right, others, each));
        }
    }
}
