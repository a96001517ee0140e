//! Pieces: the lines of a network cut into parts, each of which one thread updates.

use std::ops::Range;

use autoencoder_kernels::{PANEL, panels, square_lines};

use crate::network::buffer::Buffer;
use crate::network::{Network, PackedLayer};

/// The most rows of weights in a piece; a multiple of 32.
pub(crate) const PIECE_ROWS: usize = 64;

/// The most lines after the last weights of a panel: bias, scale, running mean and running variance.
const MOST_VECTORS: usize = 4;

/// The most lines in a piece.
pub(crate) const MOST_LINES: usize = PIECE_ROWS + MOST_VECTORS;

/// A contiguous range of lines of one panel of one layer: some rows of weights, and in the panel's last piece
/// also the bias and the other vectors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub layer: usize,
    /// The decoder layer that is tied to this layer and uses its transposed weights, if there is one.
    pub tied: Option<usize>,
    /// The architecture's layer that the piece belongs to.
    pub architecture_layer: usize,
    /// The panel of the layer.
    pub panel: usize,
    /// The number of columns of the panel that are outputs of the layer; at most 32.
    pub width: usize,
    /// The first row of the layer's weights in the piece.
    pub first_row: usize,
    /// The first line of the piece, counted in the network's lines.
    pub first_line: usize,
    /// The number of lines in the piece.
    pub lines: usize,
    /// The number of lines after the weights, and how many of these lines gradients train.
    vectors: [usize; 2],
    /// The number of lines that the piece's packed weights take; 0 if products read the network's own lines.
    pub packed: usize,
    /// The number of lines that the piece's transposed weights take; 0 if no product reads them.
    pub transposed: usize,
}

/// The passes whose products read a network's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// The forward pass only: a model in use.
    Forward,
    /// The forward and the backward pass: a model in training.
    Both,
}

/// Cuts the network's lines into pieces, in order.
pub(crate) fn pieces<B: Buffer>(network: &Network, reads: Reads) -> Vec<Piece> {
    let (mut pieces, mut first_line) = (Vec::new(), 0);
    for (index, PackedLayer { matrix, .. }) in network.layers.iter().enumerate() {
        // A tied decoder layer reads the encoder layer's transposed weights in its forward pass.
        let tied = network.layers.iter().position(|other| other.matrix.tied_to == Some(index));
        let is_turned = tied.is_some() || reads == Reads::Both && index > 0;
        for panel in 0..panels(matrix.columns) {
            for first_row in (0..matrix.weight_lines().max(1)).step_by(PIECE_ROWS) {
                let rows = PIECE_ROWS.min(matrix.weight_lines() - first_row);
                let is_last = first_row + rows == matrix.weight_lines();
                let vectors = if is_last { matrix.vectors } else { [0, 0] };
                let lines = rows + vectors[0];
                let transposed = if is_turned { square_lines::<B::Operand>(PANEL, rows) } else { 0 };
                let packed = B::packed_lines(rows);
                pieces.push(Piece {
                    layer: index,
                    tied,
                    architecture_layer: matrix.architecture_layer(panel),
                    panel,
                    width: PANEL.min(matrix.columns - panel * PANEL),
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
    /// The number of lines of weights.
    pub(crate) fn weights(&self) -> usize {
        self.lines - self.vectors[0]
    }

    /// Cuts the piece into chunks of up to 32 rows of weights. The last chunk includes the trained vectors.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let [_, trained] = self.vectors;
        let all = self.weights();
        (0..all.max(1)).step_by(PANEL).map(move |first| {
            let weights = PANEL.min(all - first);
            Chunk { first, weights, vectors: if first + weights == all { trained } else { 0 } }
        })
    }
}

/// Up to 32 rows of a piece's weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chunk {
    /// The first line of the chunk, counted in the piece.
    pub first: usize,
    /// The number of lines of weights.
    pub weights: usize,
    /// The number of lines of trained vectors after the weights.
    vectors: usize,
}

impl Chunk {
    /// The lines of the chunk, as a range in the piece.
    pub(crate) fn lines(&self) -> Range<usize> {
        self.first..self.first + self.weights + self.vectors
    }
}

/// Splits a buffer after the lines that the pieces `left` take, as counted by `count`. An empty buffer gives
/// two empty parts.
pub(crate) fn split<'a, L>(
    buffer: &'a mut [L],
    left: &[Piece],
    count: fn(&Piece) -> usize,
) -> (&'a mut [L], &'a mut [L]) {
    let place = left.iter().map(count).sum::<usize>().min(buffer.len());
    buffer.split_at_mut(place)
}
