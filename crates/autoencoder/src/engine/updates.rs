//! Updates of parameters, piece by piece, in parallel.

use std::cell::RefCell;

use autoencoder_kernels::{Instructions, Line, Operand, Store, map_lines, update};

use crate::network::buffer::Buffer;
use crate::network::pieces::{MOST_LINES, Piece, split};
use crate::network::weights::Operands;
use crate::options::Rule;

thread_local! {
    static GRADIENTS: RefCell<[Line; MOST_LINES]> = const { RefCell::new([Line::ZERO; MOST_LINES]) };
}

/// Calls `run` with a buffer for the gradients of the largest piece. The buffer holds arbitrary numbers:
/// clearing the buffer for each piece would take a hundredth of a step.
pub(crate) fn with_gradient_buffer(run: impl FnOnce(&mut [Line; MOST_LINES])) {
    GRADIENTS.with_borrow_mut(run);
}

/// The slices of some pieces in all buffers that an update reads and writes.
pub(crate) struct PieceSlices<'a, L> {
    /// The parameters and their moments, or other lines in the network's layout; each slice whole or empty.
    pub lines: [&'a mut [Line]; 3],
    /// The weights as products read them.
    pub operands: Operands<'a, L>,
}

impl<L: Operand> PieceSlices<'_, L> {
    /// Splits the slices into the part of `left`, the first pieces, and the rest.
    fn split(self, left: &[Piece]) -> (Self, Self) {
        let [parameters, m, v] = self.lines.map(|buffer| split(buffer, left, |piece| piece.lines));
        let operands = self.operands.split(left);
        (
            Self { lines: [parameters.0, m.0, v.0], operands: operands.0 },
            Self { lines: [parameters.1, m.1, v.1], operands: operands.1 },
        )
    }
}

/// The settings with which pieces are updated.
#[derive(Clone, Copy)]
pub(crate) struct Updater {
    pub instructions: Instructions,
    pub rule: Rule,
    /// The kind of store for numbers that all threads read.
    pub store: Store,
}

impl Updater {
    /// Updates a piece's parameters and moments with its gradients, and refreshes the weights that products
    /// read.
    pub(crate) fn update<B: Buffer>(
        self,
        piece: &Piece,
        slices: PieceSlices<'_, B::Operand>,
        gradients: &[Line],
    ) {
        let PieceSlices { lines: [parameters, m, v], mut operands } = slices;
        let Self { instructions, rule, store } = self;
        // If products read packed weights, only the thread that owns a piece reads the network's own lines.
        let own = if B::PACKS { Store::Cached } else { store };
        for chunk in piece.chunks() {
            let moments = [&mut *m, &mut *v].map(|moment| moment.get_mut(chunk.lines()).unwrap_or_default());
            let (parameters, gradients) = (&mut parameters[chunk.lines()], &gradients[chunk.lines()]);
            if rule.keep < 1.0 {
                let weights = &mut parameters[..chunk.weights];
                map_lines(instructions, [], weights, |[], weight| weight * rule.keep);
            }
            update(instructions, rule.update, parameters, gradients, moments, own);
            operands.refresh::<B>(instructions, &chunk, parameters, store);
        }
    }
}

/// The place that splits two or more pieces into two parts with about the same number of lines.
fn middle(pieces: &[Piece]) -> usize {
    let all: usize = pieces.iter().map(|piece| piece.lines).sum();
    let mut before = 0;
    let first_half = pieces.iter().take_while(|piece| {
        before += piece.lines;
        2 * before <= all
    });
    first_half.count().clamp(1, pieces.len() - 1)
}

/// Calls `each` with every piece and its slices, in parallel.
pub(crate) fn for_each_piece<L: Operand>(
    pieces: &[Piece],
    slices: PieceSlices<'_, L>,
    each: &(impl Fn(&Piece, PieceSlices<'_, L>) + Sync),
) {
    match pieces {
        [] => {}
        [piece] => each(piece, slices),
        _ => {
            let (left, right) = pieces.split_at(middle(pieces));
            let (mine, others) = slices.split(left);
            crate::parallel::join(
                || for_each_piece(left, mine, each),
                || for_each_piece(right, others, each),
            );
        }
    }
}
