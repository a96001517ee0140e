//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use autoencoder_kernels::{
    Instructions, Line, LossGradient, LossSums, PANEL, Panels, PanelsMut, Update, backward, bias_gradient,
    forward, gradient, lines, loss, panels, transpose_panel, update,
};
use rayon::prelude::*;

use crate::network::Network;
use crate::samples::Samples;

/// Weight rows of one panel that one task updates, at most; a multiple of 32.
const PIECE: usize = 256;

/// Rows whose losses are summed before the sums of the batch are: fixed, so that a loss has the same bits however the
/// batch was cut into blocks.
const GROUP: usize = 32;

/// Rows of a block for a batch: an equal share for each thread, in whole groups. No result depends on it.
///
/// A block reads all weights once, most of them from the third-level cache, so few tall blocks read less; past
/// 128 rows their activations no longer stay in the second.
fn block_rows(batch: usize) -> usize {
    const TALLEST: usize = 128;
    let share = batch.div_ceil(rayon::current_num_threads());
    share.next_multiple_of(GROUP).clamp(GROUP, TALLEST)
}

/// What the steps of one training reuse.
#[derive(Debug)]
pub(crate) struct Workspace {
    widths: Vec<usize>,
    /// Where the outputs of each layer lie in a block; the first are the samples.
    outputs: Vec<usize>,
    /// Where the gradients at each layer's sums lie in a block; there are none for the samples.
    deltas: Vec<usize>,
    /// Rows that pass through all layers together while their activations stay in the cache.
    block_rows: usize,
    block_lines: usize,
    blocks: Vec<Line>,
    /// Of every [`GROUP`] rows.
    sums: Vec<LossSums>,
    pieces: Vec<Piece>,
    /// W (outputs, inputs) of each layer but the first, for the backward products.
    transposed: Vec<Vec<Line>>,
}

/// Contiguous lines of one panel of one layer: some rows of weights, the last piece also the biases.
#[derive(Clone, Copy, Debug)]
struct Piece {
    layer: usize,
    panel: usize,
    first_row: usize,
    lines: usize,
    with_bias: bool,
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
        let outputs: Vec<usize> = widths.iter().map(&mut place).collect();
        let deltas: Vec<usize> = widths[1..].iter().map(&mut place).collect();
        let blocks = batch.div_ceil(block_rows);
        let mut workspace = Self {
            transposed: network.layers[1..]
                .iter()
                .map(|layer| vec![Line::ZERO; lines(layer.outputs, layer.inputs)])
                .collect(),
            pieces: pieces(network),
            widths,
            outputs,
            deltas,
            block_rows,
            block_lines,
            blocks: vec![Line::ZERO; blocks * block_lines],
            sums: vec![LossSums::default(); batch.div_ceil(GROUP)],
        };
        workspace.transpose(network);
        workspace
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
        let sums = &mut sums[..batch.div_ceil(GROUP)];
        blocks
            .par_chunks_mut(block_lines)
            .zip(indices.par_chunks(block_rows))
            .zip(sums.par_chunks_mut(block_rows / GROUP))
            .for_each(|((lines, indices), sums)| block.run(lines, samples, indices, sums));
        let mut total = LossSums::default();
        for &group in &*sums {
            total += group;
        }
        total
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, and the update with them.
    pub(crate) fn update(&self, network: &mut Network, moments: &mut Moments, rule: Update, batch: usize) {
        let instructions = network.instructions;
        let [m, v] = &mut moments.0;
        for_each_piece(&self.pieces, [&mut network.lines, m, v], &|piece, [parameters, m, v]| {
            let mut m = m.chunks_mut(PANEL);
            let mut v = v.chunks_mut(PANEL);
            self.gradient_chunks(instructions, piece, batch, |first, gradients| {
                let parameters = &mut parameters[first..first + gradients.len()];
                let moments = [m.next().unwrap_or_default(), v.next().unwrap_or_default()];
                update(instructions, rule, parameters, gradients, moments);
            });
        });
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, in the network's layout.
    pub(crate) fn gradients(&self, network: &Network, batch: usize) -> Vec<Line> {
        let mut lines = vec![Line::ZERO; network.lines.len()];
        for_each_piece(&self.pieces, [&mut lines, &mut [], &mut []], &|piece, [lines, _, _]| {
            self.gradient_chunks(network.instructions, piece, batch, |first, gradients| {
                lines[first..first + gradients.len()].copy_from_slice(gradients);
            });
        });
        lines
    }

    /// Calls `each` with the gradients of up to 32 lines of a piece at a time, and the first line's place in it.
    fn gradient_chunks(
        &self,
        instructions: Instructions,
        piece: &Piece,
        batch: usize,
        mut each: impl FnMut(usize, &[Line]),
    ) {
        let rows = |first: usize| {
            self.blocks.chunks(self.block_lines).enumerate().map_while(move |(block, lines)| {
                let rows =
                    batch.checked_sub(block * self.block_rows).filter(|&rows| rows > 0)?.min(self.block_rows);
                Some(&lines[first..first + rows])
            })
        };
        let dy = self.deltas[piece.layer] + piece.panel * self.block_rows;
        let mut dw = [Line::ZERO; PANEL];
        let weights = piece.lines - usize::from(piece.with_bias);
        for first in (0..weights).step_by(PANEL) {
            let x = self.outputs[piece.layer] + (piece.first_row + first) / PANEL * self.block_rows;
            let mut count = PANEL.min(weights - first);
            gradient(instructions, rows(x).zip(rows(dy)), &mut dw[..count]);
            // The bias line follows the last weights; where it fits, they are updated together.
            if piece.with_bias && count < PANEL && first + count == weights {
                dw[count] = bias_gradient(instructions, rows(dy));
                count += 1;
            }
            each(first, &dw[..count]);
        }
        if piece.with_bias && weights.is_multiple_of(PANEL) {
            each(weights, &[bias_gradient(instructions, rows(dy))]);
        }
    }

    /// Brings the transposed weights up to date.
    pub(crate) fn transpose(&mut self, network: &Network) {
        let layers = self.transposed.par_iter_mut().zip(1..network.layers.len());
        layers.for_each(|(transposed, layer)| {
            let weights = network.weights(layer);
            let panels = transposed.par_chunks_mut(weights.columns());
            panels.enumerate().for_each(|(panel, lines)| transpose_panel(weights, panel, lines));
        });
    }
}

/// What one block of rows needs to pass through all layers and back.
struct Block<'a> {
    network: &'a Network,
    widths: &'a [usize],
    outputs: &'a [usize],
    deltas: &'a [usize],
    transposed: &'a [Vec<Line>],
    /// Rows that there is room for.
    height: usize,
    /// Samples in the whole batch.
    batch: usize,
}

impl Block<'_> {
    fn run(&self, block: &mut [Line], samples: &Samples, indices: &[usize], sums: &mut [LossSums]) {
        let rows = indices.len();
        let mut x = self.panels_mut(block, 0, rows);
        for (row, &index) in indices.iter().enumerate() {
            samples.gather(self.network.instructions, index, &mut x, row);
        }
        let (outputs, deltas) = block.split_at_mut(self.deltas[0]);
        self.forward(outputs, deltas, rows);
        self.loss(outputs, deltas, rows, sums);
        self.backward(outputs, deltas, rows);
    }

    fn forward(&self, outputs: &mut [Line], deltas: &mut [Line], rows: usize) {
        for layer in 0..self.network.layers.len() {
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

    /// The sums of the loss over each group of rows, and its gradient at the last layer's sums.
    fn loss(&self, outputs: &[Line], deltas: &mut [Line], rows: usize, sums: &mut [LossSums]) {
        let last = self.network.layers.len();
        let y = self.panels(&outputs[self.outputs[last]..], last, rows);
        let x = self.panels(outputs, 0, rows);
        let mut dy = self.panels_mut(&mut deltas[self.delta(last - 1)..], last, rows);
        let activation = self.network.training_activation(last - 1);
        // The loss is the mean over samples and features.
        let scale = 1.0 / (self.batch as f32 * self.widths[0] as f32);
        for (group, sums) in sums.iter_mut().enumerate() {
            let group = group * GROUP..((group + 1) * GROUP).min(rows);
            let target = &mut dy.slice_rows(group.clone());
            let gradient = LossGradient { scale, activation, target };
            let (y, x) = (y.slice_rows(group.clone()), x.slice_rows(group));
            *sums = loss(self.network.instructions, self.network.loss.element(), y, x, Some(gradient));
        }
    }

    fn backward(&self, outputs: &[Line], deltas: &mut [Line], rows: usize) {
        for layer in (1..self.network.layers.len()).rev() {
            let (before, after) = deltas.split_at_mut(self.delta(layer));
            backward(
                self.network.instructions,
                self.panels(after, layer + 1, rows),
                self.transposed(layer),
                self.panels(&outputs[self.outputs[layer]..], layer, rows),
                self.network.training_activation(layer - 1),
                self.panels_mut(&mut before[self.delta(layer - 1)..], layer, rows),
            );
        }
    }

    /// W (outputs, inputs) of a layer other than the first.
    fn transposed(&self, layer: usize) -> Panels<'_> {
        let (inputs, outputs) = (self.widths[layer], self.widths[layer + 1]);
        Panels::new(&self.transposed[layer - 1], outputs, inputs, outputs)
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
                pieces.push(Piece { layer: index, panel, first_row, lines, with_bias });
            }
        }
    }
    pieces
}

/// Calls `each` with every piece and its part of each buffer, in parallel. A buffer is empty or covers all pieces.
fn for_each_piece(
    pieces: &[Piece],
    buffers: [&mut [Line]; 3],
    each: &(impl Fn(&Piece, [&mut [Line]; 3]) + Sync),
) {
    match pieces {
        [] => {}
        [piece] => each(piece, buffers),
        _ => {
            let (left, right) = pieces.split_at(pieces.len() / 2);
            let at: usize = left.iter().map(|piece| piece.lines).sum();
            let [a, b, c] = buffers.map(|buffer| buffer.split_at_mut(at.min(buffer.len())));
            rayon::join(
                || for_each_piece(left, [a.0, b.0, c.0], each),
                || for_each_piece(right, [a.1, b.1, c.1], each),
            );
        }
    }
}
