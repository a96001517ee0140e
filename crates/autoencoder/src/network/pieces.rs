//! A network's lines cut into pieces, each of which one thread updates; and all that belongs to a piece.

use std::ops::Range;

use autoencoder_kernels::{PANEL, panels, square_lines};

use crate::network::Network;
use crate::network::buffer::Buffer;

/// Weight rows of one panel that one task updates, at most; a multiple of 32.
pub(crate) const PIECE_ROWS: usize = 64;

/// Lines after the last weights of a panel, at most.
const MOST_VECTORS: usize = 4;

/// Lines of the largest piece.
pub(crate) const MOST_LINES: usize = PIECE_ROWS + MOST_VECTORS;

/// Contiguous lines of one panel of one layer: some rows of weights, the last piece also the biases and other vectors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub layer: usize,
    /// The layer whose weights are this one's, transposed.
    pub tied: Option<usize>,
    /// The layer of the architecture that it belongs to.
    pub architecture_layer: usize,
    pub panel: usize,
    /// Columns of the panel that are outputs of the layer.
    pub width: usize,
    pub first_row: usize,
    /// Its first line in the network's.
    pub first_line: usize,
    pub lines: usize,
    /// Lines after those of weights, and how many of them are trained by their gradients.
    vectors: [usize; 2],
    /// Lines of packed weights.
    pub packed: usize,
    /// Lines of transposed weights: none where nothing reads them.
    pub transposed: usize,
}

/// What a network's weights are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Products forward only.
    Forward,
    /// Products forward and backward.
    Both,
}

/// The network's lines cut into pieces, in order.
pub(crate) fn pieces<B: Buffer>(network: &Network, reads: Reads) -> Vec<Piece> {
    let (mut pieces, mut first_line) = (Vec::new(), 0);
    for (index, layer) in network.layers.iter().enumerate() {
        // A tied layer reads another's weights, transposed, where that layer reads them as they are.
        let tied = network.layers.iter().position(|other| other.tied_to == Some(index));
        let is_turned = tied.is_some() || reads == Reads::Both && index > 0;
        for panel in 0..panels(layer.outputs) {
            for first_row in (0..layer.weight_lines().max(1)).step_by(PIECE_ROWS) {
                let rows = PIECE_ROWS.min(layer.weight_lines() - first_row);
                let is_last = first_row + rows == layer.weight_lines();
                let vectors = if is_last { [layer.vectors(), layer.trained_vectors()] } else { [0, 0] };
                let lines = rows + vectors[0];
                let transposed = if is_turned { square_lines::<B::Operand>(PANEL, rows) } else { 0 };
                let packed = B::packed_lines(rows);
                pieces.push(Piece {
                    layer: index,
                    tied,
                    architecture_layer: layer.architecture_layer(panel),
                    panel,
                    width: PANEL.min(layer.outputs - panel * PANEL),
                    first_row,
                    first_line,
                    lines,
                    vectors,
                    packed,
                    transposed,
                });
                first_line += lines;
            }
        }
    }
    pieces
}

impl Piece {
    /// Lines of weights, without the biases.
    pub(crate) fn weights(&self) -> usize {
        self.lines - self.vectors[0]
    }

    /// Its lines in chunks of 32 rows of weights, with the last the vectors that are trained.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let [_, trained] = self.vectors;
        let all = self.weights();
        (0..all.max(1)).step_by(PANEL).map(move |first| {
            let weights = PANEL.min(all - first);
            Chunk { first, weights, vectors: if first + weights == all { trained } else { 0 } }
        })
    }
}

/// At most 32 rows of a piece's weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk {
    /// Its first line in the piece.
    pub first: usize,
    pub weights: usize,
    vectors: usize,
}

impl Chunk {
    /// Its lines in the piece.
    pub(crate) fn lines(&self) -> Range<usize> {
        self.first..self.first + self.weights + self.vectors
    }
}

/// A buffer that is whole or empty, cut where `left` ends.
pub(crate) fn split<'a, L>(
    buffer: &'a mut [L],
    left: &[Piece],
    count: fn(&Piece) -> usize,
) -> (&'a mut [L], &'a mut [L]) {
    let place = left.iter().map(count).sum::<usize>().min(buffer.len());
    buffer.split_at_mut(place)
}
