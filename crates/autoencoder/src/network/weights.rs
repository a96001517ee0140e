//! The weights of a network as its products want them: packed, and transposed.

use std::ops::Range;

use autoencoder_kernels::{
    Instructions, Line, Operand, PANEL, Right, Squares, Store, square_lines, transpose,
};

use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::pieces::{Chunk, Piece, split};

/// The weights beside the network's own lines; every update brings them up to date.
#[derive(Clone, Debug)]
pub(crate) struct Weights<L> {
    /// W (inputs, outputs) of each layer, as far as the network's own lines do not serve.
    packed: Vec<L>,
    /// Wᵀ (outputs, inputs) in [`Squares`], of each layer where it is read.
    transposed: Vec<L>,
    /// Where each layer's lie in both.
    places: Vec<[Range<usize>; 2]>,
}

/// What belongs to some pieces of [`Weights`]: each whole or empty.
pub(crate) struct Operands<'a, L> {
    pub packed: &'a mut [L],
    pub transposed: &'a mut [L],
}

impl<L: Operand> Weights<L> {
    /// The weights as they are now.
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

    /// What an update writes.
    pub(crate) fn operands(&mut self) -> Operands<'_, L> {
        Operands { packed: &mut self.packed, transposed: &mut self.transposed }
    }

    /// W (inputs, outputs) of a layer, for the product forward.
    pub(crate) fn forward<'a, B: Buffer<Operand = L>>(
        &'a self,
        network: &'a Network,
        layer: usize,
    ) -> Right<'a, L> {
        match network.layers[layer].tied_to {
            Some(encoder) => self.squares(network, encoder).into(),
            None => B::weights(network, layer, &self.packed[self.places[layer][0].clone()]).into(),
        }
    }

    /// Wᵀ (outputs, inputs) of a layer, for the product backward.
    pub(crate) fn backward<'a, B: Buffer<Operand = L>>(
        &'a self,
        network: &'a Network,
        layer: usize,
    ) -> Right<'a, L> {
        match network.layers[layer].tied_to {
            Some(encoder) => self.forward::<B>(network, encoder),
            None => self.squares(network, layer).into(),
        }
    }

    /// Wᵀ (outputs, inputs) of a layer with weights of its own.
    pub(crate) fn squares(&self, network: &Network, layer: usize) -> Squares<'_, L> {
        let (place, layer) = (&self.places[layer][1], &network.layers[layer]);
        Squares::new(&self.transposed[place.clone()], layer.outputs, layer.inputs)
    }
}

impl<L: Operand> Operands<'_, L> {
    /// What belongs to `left`, the first pieces, and the rest.
    pub(crate) fn split(self, left: &[Piece]) -> (Self, Self) {
        let packed = split(self.packed, left, |piece| piece.packed);
        let transposed = split(self.transposed, left, |piece| piece.transposed);
        (
            Self { packed: packed.0, transposed: transposed.0 },
            Self { packed: packed.1, transposed: transposed.1 },
        )
    }

    /// Brings a chunk of the one piece that they belong to up to date with the parameters of that chunk.
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
