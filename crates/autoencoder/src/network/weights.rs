//! Weights of a network in the forms that products read: packed and transposed.

use std::ops::Range;

use autoencoder_kernels::{
    Instructions, Line, Operand, PANEL, Right, Squares, Store, square_lines, transpose,
};

use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::pieces::{Chunk, Piece, split};

/// Copies of a network's weights in the forms that products read. Every update refreshes them.
#[derive(Clone, Debug)]
pub(crate) struct Weights<L> {
    /// The packed weights W (inputs, outputs) of each layer; empty if products read the network's own lines.
    packed: Vec<L>,
    /// The transposed weights Wᵀ (outputs, inputs) in [`Squares`], for layers where a product reads them.
    transposed: Vec<L>,
    /// The ranges of each layer in `packed` and in `transposed`.
    places: Vec<[Range<usize>; 2]>,
}

/// The parts of [`Weights`] that belong to some pieces. Each slice is whole or empty.
pub(crate) struct Operands<'a, L> {
    pub packed: &'a mut [L],
    pub transposed: &'a mut [L],
}

impl<L: Operand> Weights<L> {
    /// Packs and transposes the network's present weights. `pieces` are all pieces of the network.
    pub(crate) fn new<B: Buffer<Operand = L>>(network: &Network, pieces: &[Piece]) -> Self {
        let zeros = |count: fn(&Piece) -> usize| vec![L::ZERO; pieces.iter().map(count).sum()];
        let (packed, transposed) = (zeros(|piece| piece.packed), zeros(|piece| piece.transposed));
        let mut ends = [0; 2];
        let places = (0..network.layers.len()).map(|layer| {
            let mine = pieces.iter().filter(|piece| piece.layer == layer);
            let starts: [usize; 2] = ends;
            for piece in mine {
                ends[0] += piece.packed;
                ends[1] += piece.transposed;
            }
            [starts[0]..ends[0], starts[1]..ends[1]]
        });
        let mut weights = Self { places: places.collect(), packed, transposed };
        let (mut lines, mut operands) = (&network.lines[..], weights.operands());
        for piece in pieces {
            let (parameters, mut mine);
            (parameters, lines) = lines.split_at(piece.lines);
            (mine, operands) = operands.split(std::slice::from_ref(piece));
            for chunk in piece.chunks() {
                mine.refresh::<B>(network.instructions, &chunk, &parameters[chunk.first..], Store::Cached);
            }
        }
        weights
    }

    /// The slices of all pieces, for an update to write.
    pub(crate) fn operands(&mut self) -> Operands<'_, L> {
        Operands { packed: &mut self.packed, transposed: &mut self.transposed }
    }

    /// The weights W (inputs, outputs) of a layer, for the product of the forward pass.
    pub(crate) fn forward<'a, B: Buffer<Operand = L>>(
        &'a self,
        network: &'a Network,
        layer: usize,
    ) -> Right<'a, L> {
        match network.layers[layer].matrix.tied_to {
            Some(encoder) => self.squares(network, encoder).into(),
            None => B::weights(network, layer, &self.packed[self.places[layer][0].clone()]).into(),
        }
    }

    /// The weights Wᵀ (outputs, inputs) of a layer, for the product of the backward pass.
    pub(crate) fn backward<'a, B: Buffer<Operand = L>>(
        &'a self,
        network: &'a Network,
        layer: usize,
    ) -> Right<'a, L> {
        match network.layers[layer].matrix.tied_to {
            Some(encoder) => self.forward::<B>(network, encoder),
            None => self.squares(network, layer).into(),
        }
    }

    /// The transposed weights Wᵀ (outputs, inputs) of a layer that is not tied.
    pub(crate) fn squares(&self, network: &Network, layer: usize) -> Squares<'_, L> {
        let (place, matrix) = (&self.places[layer][1], &network.layers[layer].matrix);
        Squares::new(&self.transposed[place.clone()], matrix.columns, matrix.rows)
    }
}

impl<L: Operand> Operands<'_, L> {
    /// Splits the slices into the part of `left`, the first pieces, and the rest.
    pub(crate) fn split(self, left: &[Piece]) -> (Self, Self) {
        let packed = split(self.packed, left, |piece| piece.packed);
        let transposed = split(self.transposed, left, |piece| piece.transposed);
        (
            Self { packed: packed.0, transposed: transposed.0 },
            Self { packed: packed.1, transposed: transposed.1 },
        )
    }

    /// Refreshes the packed and transposed weights of one chunk of the piece that the slices belong to.
    /// `parameters` are the chunk's lines.
    pub(crate) fn refresh<B: Buffer<Operand = L>>(
        &mut self,
        instructions: Instructions,
        chunk: &Chunk,
        parameters: &[Line],
        store: Store,
    ) {
        let weights = &parameters[..chunk.weights];
        let packed = B::packed_lines(chunk.first)..B::packed_lines(chunk.first + chunk.weights);
        B::pack(instructions, weights, &mut self.packed[packed], store);
        if !self.transposed.is_empty() {
            let first = square_lines::<L>(PANEL, chunk.first);
            let square = &mut self.transposed[first..][..square_lines::<L>(PANEL, PANEL)];
            transpose(instructions, weights, square, store);
        }
    }
}
