//! Meeting of the contractive penalty: the matrices that all samples of a step share, and the gradients of
//! the encoder's weights, summed over all samples.

use crate::parallel::prelude::*;
use autoencoder_kernels::{
    Factors, Instructions, Line, PANEL, Panels, PanelsMut, Store, add_gradient, column_products, map_columns,
    map_lines, panels, square_lines, transpose,
};

use super::layout::Layout;
use super::rows::product;
use crate::network::Network;
use crate::network::pieces::Piece;
use crate::stages::meeting::{Direction, MeasuredBatch, Meeting};

/// The part of the contractive penalty that all blocks share.
pub(crate) struct ContractionMeeting {
    layout: Layout,
    /// The factor of every gradient: 2 λ / samples, where λ is the weight of the penalty.
    scale: f32,
    /// The shared lines, placed by [`Layout::shared`].
    shared: Vec<Line>,
    /// The gradients of weights: dW (inputs, outputs) of each layer in panels, or Σ f'², a line a panel, if
    /// the encoder has one layer.
    gradients: Vec<Vec<Line>>,
    /// The sum Σ U₁ᵀ U₁ (outputs, outputs) in panels, if the encoder has several layers.
    square: Vec<Line>,
}

impl ContractionMeeting {
    pub(crate) fn new(network: &Network) -> Self {
        let layout = Layout::new(network);
        let is_deep = layout.last() > 0;
        let gradients = layout
            .widths
            .iter()
            .map(|&[inputs, outputs]| vec![Line::ZERO; panels(outputs) * if is_deep { inputs } else { 1 }]);
        Self {
            scale: 0.0,
            shared: vec![Line::ZERO; layout.shared_lines()],
            gradients: gradients.collect(),
            square: vec![Line::ZERO; if is_deep { layout.measured[0].len() } else { 0 }],
            layout,
        }
    }

    /// Computes G = W₁ W₁ᵀ, or the squared norms of each unit's weights if the encoder has one layer.
    fn prepare_first(&mut self, network: &Network) {
        let (instructions, weights) = (network.instructions, network.weights(0));
        let gram = &mut self.shared[self.layout.shared[0].clone()];
        if self.layout.last() == 0 {
            gram.par_iter_mut().enumerate().for_each(|(panel, norms)| {
                *norms = column_products(instructions, weights.panel(panel), weights.panel(panel));
            });
            return;
        }
        gram.par_chunks_mut(weights.columns()).enumerate().for_each(|(right, panel)| {
            for (left, square) in panel.chunks_mut(PANEL).enumerate() {
                square.fill(Line::ZERO);
                let factors = Factors { x: weights.panel(left), nonzero: None, dy: weights.panel(right) };
                add_gradient(instructions, factors, square);
            }
        });
    }

    /// Sums the last layer's dW over the groups, and transposes it from squares side by side to panels.
    fn join_last(&mut self, network: &Network, groups: &MeasuredGroups<'_>) {
        let last = self.layout.last();
        let inputs = self.layout.widths[last][0];
        let across = panels(inputs);
        self.gradients[last].par_chunks_mut(inputs).enumerate().for_each(|(panel, lines)| {
            for (index, lines) in lines.chunks_mut(PANEL).enumerate() {
                let [mut square, mut turned] = [[Line::ZERO; PANEL]; 2];
                for (row, line) in square.iter_mut().enumerate() {
                    *line = groups.sum(last, (panel * across + index) * PANEL + row);
                }
                transpose(network.instructions, &square, &mut turned, Store::Cached);
                lines.copy_from_slice(&turned[..lines.len()]);
            }
        });
    }

    /// Computes dW₁ = (Σ U₁ᵀ U₁) W₁, here transposed as the network holds it: dW₁ᵀ = W₁ᵀ (Σ U₁ᵀ U₁).
    fn join_first(&mut self, network: &Network, groups: &MeasuredGroups<'_>) {
        self.square.par_iter_mut().enumerate().for_each(|(place, line)| *line = groups.sum(0, place));
        let [inputs, outputs] = self.layout.widths[0];
        let (weights, square) = (network.weights(0), &self.square);
        self.gradients[0].par_chunks_mut(inputs).enumerate().for_each(|(panel, gradients)| {
            let columns = PANEL.min(outputs - panel * PANEL);
            let square = Panels::new(&square[panel * outputs..][..outputs], outputs, columns, outputs);
            product(network, weights, square, PanelsMut::new(gradients, inputs, columns, inputs));
        });
    }
}

/// The measured lines of all groups of a batch.
struct MeasuredGroups<'a> {
    layout: &'a Layout,
    measured: &'a [Line],
}

impl MeasuredGroups<'_> {
    /// The sum of one of a layer's lines over all groups, in their order.
    fn sum(&self, layer: usize, place: usize) -> Line {
        let place = self.layout.measured[layer].start + place;
        let groups = self.measured.chunks(self.layout.measured_lines());
        groups.fold(Line::ZERO, |sum, group| {
            Line(std::array::from_fn(|column| sum.0[column] + group[place].0[column]))
        })
    }
}

impl Meeting for ContractionMeeting {
    fn lines(&self, direction: Direction) -> usize {
        match direction {
            Direction::Forward => self.layout.measured_lines(),
            Direction::Backward => 0,
        }
    }

    fn prepare(&mut self, network: &Network) {
        self.prepare_first(network);
        for (layer, range) in self.layout.shared.iter().enumerate().skip(1) {
            let weights = network.weights(layer);
            let across = square_lines::<Line>(PANEL, weights.rows());
            self.shared[range.clone()].par_chunks_mut(across).enumerate().for_each(|(panel, squares)| {
                let weights = weights.panel(panel).chunks(PANEL);
                for (weights, square) in weights.zip(squares.chunks_mut(PANEL)) {
                    transpose(network.instructions, weights, square, Store::Cached);
                }
            });
        }
    }

    fn join(&mut self, _: Direction, batch: MeasuredBatch<'_>) -> f64 {
        self.scale = 2.0 * (batch.penalty_weight / batch.loss_samples as f32);
        let layout = self.layout.clone();
        let groups = &MeasuredGroups { layout: &layout, measured: batch.measured };
        let last = layout.last();
        if last == 0 {
            let total = |(place, line): (usize, &mut Line)| *line = groups.sum(0, place);
            self.gradients[0].par_iter_mut().enumerate().for_each(total);
            return 0.0;
        }
        self.join_first(batch.network, groups);
        for layer in 1..last {
            let total = |(place, line): (usize, &mut Line)| *line = groups.sum(layer, place);
            self.gradients[layer].par_iter_mut().enumerate().for_each(total);
        }
        self.join_last(batch.network, groups);
        // The blocks have already added the penalties of their groups to their sums.
        0.0
    }

    fn shared(&self) -> &[Line] {
        &self.shared
    }

    fn add_gradients(&self, instructions: Instructions, piece: &Piece, own: &[Line], lines: &mut [Line]) {
        let Some(gradients) = self.gradients.get(piece.layer) else { return };
        let (scale, weights) = (self.scale, piece.weights());
        let (own, lines) = (&own[..weights], &mut lines[..weights]);
        if self.layout.last() == 0 {
            let square = &gradients[piece.panel];
            map_columns(instructions, [square], [own], lines, |[square], [weight], sum| {
                sum + scale * square * weight
            });
            return;
        }
        let inputs = self.layout.widths[piece.layer][0];
        let gradients = &gradients[piece.panel * inputs + piece.first_row..][..weights];
        map_lines(instructions, [gradients], lines, |[gradient], sum| sum + scale * gradient);
    }
}
