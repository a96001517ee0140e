//! Gradients of weights and biases, formed piece by piece from the values and gradients that blocks hold
//! after their backward pass.

use crate::parallel::prelude::*;
use autoencoder_kernels::{
    Factors, Instructions, Line, PANEL, add_bias_gradient, add_gradient, gradient, sum_of_squares,
};

use crate::network::buffer::Buffer;
use crate::network::pieces::Piece;
use crate::stages::block::Block;
use crate::stages::meeting::Meetings;

/// The inputs of a batch's gradients of weights and biases.
pub(super) struct Gradients<'a, B: Buffer> {
    pub instructions: Instructions,
    pub blocks: &'a [Block<B>],
    /// The number of rows of a full block.
    pub block_rows: usize,
    /// The number of rows of the batch.
    pub batch: usize,
    pub meetings: &'a Meetings,
}

impl<B: Buffer> Gradients<'_, B> {
    /// Computes the gradients of a piece into `lines`: overwrites them, or adds to them if `adds`. `own` are
    /// the piece's parameters.
    pub(super) fn form(&self, piece: &Piece, adds: bool, own: &[Line], lines: &mut [Line]) {
        self.form_products(piece, adds, lines);
        for meeting in self.meetings.iter() {
            meeting.add_gradients(self.instructions, piece, own, lines);
        }
    }

    /// Computes the gradients that are sums over rows: dW = xᵀ dz and db = Σ dz.
    ///
    /// The loop goes block by block, so that a block's panel of dz comes from the first-level cache for all
    /// chunks but the first.
    fn form_products(&self, piece: &Piece, adds: bool, lines: &mut [Line]) {
        let (weights, vectors) = lines.split_at_mut(piece.weights());
        if !adds {
            vectors.fill(Line::ZERO);
            // If the batch has rows, the first block overwrites the weights' gradients.
            if self.batch == 0 {
                weights.fill(Line::ZERO);
            }
        }
        let row_panels = piece.first_row / PANEL..;
        for (index, (block, rows)) in self.blocks().enumerate() {
            let dz = block.gradient(piece.layer, piece.panel, rows);
            for (panel, weights) in row_panels.clone().zip(weights.chunks_mut(PANEL)) {
                let (x, nonzero) = block.inputs_of(piece.layer, panel, rows);
                let factors = Factors { x, nonzero, dy: dz };
                if adds || index > 0 {
                    add_gradient(self.instructions, factors, weights);
                } else {
                    gradient(self.instructions, factors, weights);
                }
            }
            if let [bias] = vectors {
                add_bias_gradient(self.instructions, dz, bias);
            }
        }
        // A layer tied to this one uses Wᵀ, so the gradients of its weights are added transposed. All blocks
        // add them after the other gradients, so that the order of the sum does not depend on how the batch
        // was cut into blocks.
        let Some(tied) = piece.tied else { return };
        for (block, rows) in self.blocks() {
            let (x, _) = block.inputs_of(tied, piece.panel, rows);
            for (panel, weights) in row_panels.clone().zip(weights.chunks_mut(PANEL)) {
                let dz = block.gradient(tied, panel, rows);
                add_gradient(self.instructions, Factors { x: dz, nonzero: None, dy: x }, weights);
            }
        }
        // Columns of x past the layer's width hold f(0); gradients must be zero there.
        if piece.width < PANEL {
            for line in weights {
                line.0[piece.width..].fill(0.0);
            }
        }
    }

    /// The blocks that hold rows of the batch, each with its number of rows.
    fn blocks(&self) -> impl Iterator<Item = (&Block<B>, usize)> {
        self.blocks.iter().enumerate().map_while(|(index, block)| {
            let rows = self.batch.checked_sub(index * self.block_rows).filter(|&rows| rows > 0)?;
            Some((block, rows.min(self.block_rows)))
        })
    }
}

/// The Euclidean norm of all numbers together.
pub(super) fn norm(instructions: Instructions, lines: &[Line]) -> f64 {
    /// The number of lines that one thread sums; fixed, so that the bits do not depend on the number of
    /// threads.
    const TOGETHER: usize = 1024;
    let sums = lines.par_chunks(TOGETHER).map(|lines| sum_of_squares(instructions, lines));
    sums.collect::<Vec<f64>>().into_iter().sum::<f64>().sqrt()
}
