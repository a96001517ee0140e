//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use std::ops::Range;

use autoencoder_kernels::{
    Instructions, LOSS_ROWS, Line, LossSums, Output, PANEL, Panels, PanelsMut, Squares, Update, backward,
    bias_gradient, forward, forward_loss, gradient, lines, panels, square_lines, transpose, update,
};
use rayon::prelude::*;

use crate::network::Network;
use crate::samples::Samples;

/// Weight rows of one panel that one task updates, at most; a multiple of 32.
const PIECE: usize = 256;

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
#[derive(Debug)]
pub(crate) struct Workspace {
    widths: Vec<usize>,
    /// Where the outputs of each layer but the last lie in a block; the first are the samples.
    outputs: Vec<usize>,
    /// Where the gradients at each layer's sums lie in a block; there are none for the samples.
    deltas: Vec<usize>,
    /// Rows that pass through all layers together while their activations stay in the cache.
    block_rows: usize,
    block_lines: usize,
    blocks: Vec<Line>,
    /// Of every [`LOSS_ROWS`] rows: fixed, so that a loss has the same bits however the batch was cut into blocks.
    sums: Vec<LossSums>,
    pieces: Vec<Piece>,
    /// W (outputs, inputs) of each layer but the first in [`Squares`], for the backward products; every update
    /// brings it up to date.
    transposed: Vec<Line>,
}

/// Contiguous lines of one panel of one layer: some rows of weights, the last piece also the biases.
#[derive(Clone, Copy, Debug)]
struct Piece {
    layer: usize,
    panel: usize,
    first_row: usize,
    lines: usize,
    with_bias: bool,
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

impl Workspace {
    /// For steps on at most `batch` samples.
    pub(crate) fn new(network: &Network, batch: usize) -> Self {
        let widths: Vec<usize> = std::iter::once(network.layers[0].inputs)
            .chain(network.layers.iter().map(|layer| layer.outputs))
            .collect();
        let block_rows = block_rows(batch);
        let mut block_lines = 0;
        let mut place = |width: &usize| {
            let first = block_lines;
            block_lines += lines(block_rows, *width);
            first
        };
        let outputs: Vec<usize> = widths[..network.layers.len()].iter().map(&mut place).collect();
        let deltas: Vec<usize> = widths[1..].iter().map(&mut place).collect();
        let blocks = batch.div_ceil(block_rows);
        let pieces = pieces(network);
        let mut transposed = vec![Line::ZERO; pieces.iter().map(|piece| piece.transposed).sum()];
        let (mut weights, mut squares) = (&network.lines[..], &mut transposed[..]);
        for piece in &pieces {
            let (these, others) = squares.split_at_mut(piece.transposed);
            for (t, w) in these.chunks_mut(PANEL).zip(weights[..piece.weights()].chunks(PANEL)) {
                transpose(network.instructions, w, t);
            }
            (weights, squares) = (&weights[piece.lines..], others);
        }
        Self {
            transposed,
            pieces,
            widths,
            outputs,
            deltas,
            block_rows,
            block_lines,
            blocks: vec![Line::ZERO; blocks * block_lines],
            sums: vec![LossSums::default(); batch.div_ceil(LOSS_ROWS)],
        }
    }

    /// Forward, loss and backward on the samples with these indices: the sums of the batch.
    pub(crate) fn forward_backward(
        &mut self,
        network: &Network,
        samples: &Samples,
        indices: &[usize],
    ) -> LossSums {
        let Self { widths, outputs, deltas, block_rows, block_lines, blocks, sums, transposed, .. } = self;
        let (block_rows, block_lines, batch) = (*block_rows, *block_lines, indices.len());
        let block = Block { network, widths, outputs, deltas, transposed, height: block_rows, batch };
        let sums = &mut sums[..batch.div_ceil(LOSS_ROWS)];
        blocks
            .par_chunks_mut(block_lines)
            .zip(indices.par_chunks(block_rows))
            .zip(sums.par_chunks_mut(block_rows / LOSS_ROWS))
            .for_each(|((lines, indices), sums)| block.run(lines, samples, indices, sums));
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
        let [m, v] = &mut moments.0;
        let mut transposed = std::mem::take(&mut self.transposed);
        let buffers: [&mut [Line]; 4] = [&mut network.lines, m, v, &mut transposed];
        for_each_piece(&self.pieces, buffers, &|piece, [parameters, m, v, transposed]| {
            let mut transposed = transposed.chunks_mut(PANEL);
            let mut dw = [Line::ZERO; PANEL + 1];
            for chunk in piece.chunks() {
                let parameters = &mut parameters[chunk.lines()];
                let moments =
                    [&mut *m, &mut *v].map(|moment| moment.get_mut(chunk.lines()).unwrap_or_default());
                let gradients = &mut dw[..parameters.len()];
                self.gradient(instructions, piece, &chunk, batch, gradients);
                update(instructions, rule, parameters, gradients, moments);
                if let Some(transposed) = transposed.next() {
                    transpose(instructions, &parameters[..chunk.weights], transposed);
                }
            }
        });
        self.transposed = transposed;
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, in the network's layout.
    pub(crate) fn gradients(&self, network: &Network, batch: usize) -> Vec<Line> {
        let mut lines = vec![Line::ZERO; network.lines.len()];
        let buffers = [&mut lines[..], &mut [], &mut [], &mut []];
        for_each_piece(&self.pieces, buffers, &|piece, [lines, ..]| {
            for chunk in piece.chunks() {
                let gradients = &mut lines[chunk.lines()];
                self.gradient(network.instructions, piece, &chunk, batch, gradients);
            }
        });
        lines
    }

    /// The gradients of one chunk of a piece.
    fn gradient(
        &self,
        instructions: Instructions,
        piece: &Piece,
        chunk: &Chunk,
        batch: usize,
        gradients: &mut [Line],
    ) {
        let rows = |first: usize| {
            self.blocks.chunks(self.block_lines).enumerate().map_while(move |(block, lines)| {
                let rows =
                    batch.checked_sub(block * self.block_rows).filter(|&rows| rows > 0)?.min(self.block_rows);
                Some(&lines[first..first + rows])
            })
        };
        let dy = self.deltas[piece.layer] + piece.panel * self.block_rows;
        let x = self.outputs[piece.layer] + (piece.first_row + chunk.first) / PANEL * self.block_rows;
        let (weights, bias) = gradients.split_at_mut(chunk.weights);
        gradient(instructions, rows(x).zip(rows(dy)), weights);
        if let [bias] = bias {
            *bias = bias_gradient(instructions, rows(dy));
        }
    }
}

/// What one block of rows needs to pass through all layers and back.
struct Block<'a> {
    network: &'a Network,
    widths: &'a [usize],
    outputs: &'a [usize],
    deltas: &'a [usize],
    transposed: &'a [Line],
    /// Rows that there is room for.
    height: usize,
    /// Samples in the whole batch.
    batch: usize,
}

impl Block<'_> {
    fn run(&self, block: &mut [Line], samples: &Samples, indices: &[usize], sums: &mut [LossSums]) {
        let rows = indices.len();
        let mut x = self.panels_mut(block, 0, rows);
        samples.gather(self.network.instructions, &mut x, |row| indices[row]);
        let (outputs, deltas) = block.split_at_mut(self.deltas[0]);
        self.forward(outputs, deltas, rows);
        self.loss(outputs, deltas, rows, sums);
        self.backward(outputs, deltas, rows);
    }

    fn forward(&self, outputs: &mut [Line], deltas: &mut [Line], rows: usize) {
        for layer in 0..self.network.layers.len() - 1 {
            let (before, after) = outputs.split_at_mut(self.outputs[layer + 1]);
            forward(
                self.network.instructions,
                self.panels(&before[self.outputs[layer]..], layer, rows),
                self.network.weights(layer),
                |panel| self.network.bias(layer, panel),
                self.network.training_activation(layer),
                self.panels_mut(after, layer + 1, rows),
                Some(self.panels_mut(&mut deltas[self.delta(layer)..], layer + 1, rows)),
            );
        }
    }

    /// The last layer: the sums of the loss over each group of rows, and its gradient at the layer's sums.
    fn loss(&self, outputs: &[Line], deltas: &mut [Line], rows: usize, sums: &mut [LossSums]) {
        let last = self.network.layers.len() - 1;
        let output = Output {
            activation: self.network.training_activation(last),
            loss: self.network.loss.element(),
            targets: self.panels(outputs, 0, rows),
            // The loss is the mean over samples and features.
            scale: 1.0 / (self.batch as f32 * self.widths[0] as f32),
        };
        forward_loss(
            self.network.instructions,
            self.panels(&outputs[self.outputs[last]..], last, rows),
            self.network.weights(last),
            |panel| self.network.bias(last, panel),
            output,
            self.panels_mut(&mut deltas[self.delta(last)..], last + 1, rows),
            sums,
        );
    }

    fn backward(&self, outputs: &[Line], deltas: &mut [Line], rows: usize) {
        let mut end = self.transposed.len();
        for layer in (1..self.network.layers.len()).rev() {
            let (inputs, width) = (self.widths[layer], self.widths[layer + 1]);
            let first = end - square_lines(width, inputs);
            let transposed = Squares::new(&self.transposed[first..end], width, inputs);
            end = first;
            let (before, after) = deltas.split_at_mut(self.delta(layer));
            backward(
                self.network.instructions,
                self.panels(after, layer + 1, rows),
                transposed,
                self.panels(&outputs[self.outputs[layer]..], layer, rows),
                self.network.training_activation(layer - 1),
                self.panels_mut(&mut before[self.delta(layer - 1)..], layer, rows),
            );
        }
    }

    /// Where the gradients at a layer's sums lie among the deltas of a block.
    fn delta(&self, layer: usize) -> usize {
        self.deltas[layer] - self.deltas[0]
    }

    /// The values at boundary `at` between layers, from the first of `lines` on.
    fn panels<'l>(&self, lines_from: &'l [Line], at: usize, rows: usize) -> Panels<'l> {
        let width = self.widths[at];
        Panels::new(&lines_from[..lines(self.height, width)], rows, width, self.height)
    }

    fn panels_mut<'l>(&self, lines_from: &'l mut [Line], at: usize, rows: usize) -> PanelsMut<'l> {
        let width = self.widths[at];
        PanelsMut::new(&mut lines_from[..lines(self.height, width)], rows, width, self.height)
    }
}

/// The network's lines cut into pieces, in order.
fn pieces(network: &Network) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, layer) in network.layers.iter().enumerate() {
        for panel in 0..panels(layer.outputs) {
            for first_row in (0..layer.inputs).step_by(PIECE) {
                let rows = PIECE.min(layer.inputs - first_row);
                let with_bias = first_row + rows == layer.inputs;
                let lines = rows + usize::from(with_bias);
                let transposed = if index == 0 { 0 } else { rows.next_multiple_of(PANEL) };
                pieces.push(Piece { layer: index, panel, first_row, lines, with_bias, transposed });
            }
        }
    }
    pieces
}

/// Calls `each` with every piece and its part of each buffer, in parallel: three in the network's layout, each empty or
/// whole, and the transposed weights, likewise.
fn for_each_piece(
    pieces: &[Piece],
    buffers: [&mut [Line]; 4],
    each: &(impl Fn(&Piece, [&mut [Line]; 4]) + Sync),
) {
    match pieces {
        [] => {}
        [piece] => each(piece, buffers),
        _ => {
            let (left, right) = pieces.split_at(pieces.len() / 2);
            let at: usize = left.iter().map(|piece| piece.lines).sum();
            let squares: usize = left.iter().map(|piece| piece.transposed).sum();
            let mut places = [at, at, at, squares].into_iter();
            let [a, b, c, d] = buffers.map(|buffer| {
                let place = places.next().map_or(0, |place| place.min(buffer.len()));
                buffer.split_at_mut(place)
            });
            rayon::join(
                || for_each_piece(left, [a.0, b.0, c.0, d.0], each),
                || for_each_piece(right, [a.1, b.1, c.1, d.1], each),
            );
        }
    }
}
