//! The contractive penalty: the squared Frobenius norm of the code's derivative in the sample, and its gradients.
//!
//! With D the slopes of a layer at one sample, the derivative is a product of all layers, J = D W ... D₁ W₁. Its rows, one a
//! unit of the code, pass back through the encoder as gradients do; those of some samples make one matrix U, so that every
//! step of all of them is one product:
//!
//! ```text
//! V_l = U_l W_l,  U_{l-1} = V_l D_{l-1}       from the code down, U of the code being D
//! ‖J‖² = Σ (U₁ G) ⊙ U₁,  G = W₁ W₁ᵀ           the last product is not formed: G is the same for all samples
//! dU₁ = 2 U₁ G,  dW₁ = 2 (Σ U₁ᵀ U₁) W₁        and back up:
//! dD_{l-1} = Σ dU_{l-1} ⊙ V_l,  dV_l = dU_{l-1} D_{l-1},  dW_l = U_lᵀ dV_l,  dU_l = dV_l W_lᵀ
//! ```
//!
//! (Rifai et al. 2011; here exact and not sampled, for any number of layers.) With one layer, ‖J‖² = Σ f'² ‖w‖² over its units,
//! and no product is needed. Weights are (outputs, inputs) here; the code below counts layers from 0.

mod block;

use autoencoder_kernels::{
    Activation, Factors, Instructions, LOSS_ROWS, Line, PANEL, Panels, PanelsMut, Right, Store, add_gradient,
    column_products, forward, lines, map_columns, map_lines, panels, square_lines, transpose,
};
use rayon::prelude::*;

pub(crate) use block::Contractions;

use crate::network::Network;
use crate::network::pieces::{PIECE, Piece};
use crate::specification::Penalty;
use crate::stages::block::Block;

/// What is the same for all samples of a step, and what they all come to.
pub(crate) struct Contraction {
    /// λ over the number of samples, twice: what every gradient is multiplied with.
    scale: f32,
    /// G (outputs, outputs) of the first layer in panels; of an encoder of one layer only ‖w‖² of its units, a line a panel.
    gram: Vec<Line>,
    /// W (outputs, inputs) of the other layers in squares.
    turned: Vec<Vec<Line>>,
    /// Of each layer: of the first Σ U₁ᵀ U₁ in panels, or Σ f'² a line a panel; of the others dW (inputs, outputs) in panels.
    totals: Vec<Vec<Line>>,
}

fn encoder(network: &Network) -> impl Iterator<Item = (usize, usize)> {
    network.layers[..network.encoder_layers].iter().map(|layer| (layer.inputs, layer.outputs))
}

impl Contraction {
    /// If the network has this penalty.
    pub(crate) fn new(network: &Network) -> Option<Self> {
        matches!(network.penalty, Penalty::Contraction { .. }).then(|| {
            let first = network.layers[0].outputs;
            let is_deep = network.encoder_layers > 1;
            let square = if is_deep { lines(first, first) } else { panels(first) };
            let rest = || encoder(network).skip(1);
            Self {
                scale: 0.0,
                gram: vec![Line::ZERO; square],
                turned: rest()
                    .map(|(inputs, outputs)| vec![Line::ZERO; square_lines::<Line>(outputs, inputs)])
                    .collect(),
                totals: std::iter::once(vec![Line::ZERO; square])
                    .chain(rest().map(|(inputs, outputs)| vec![Line::ZERO; lines(inputs, outputs)]))
                    .collect(),
            }
        })
    }

    /// Brings what depends on the weights alone up to date.
    pub(crate) fn prepare(&mut self, network: &Network, scale: f32) {
        let instructions = network.instructions;
        self.scale = 2.0 * scale;
        let (weights, outputs) = (network.weights(0), network.layers[0].outputs);
        if network.encoder_layers == 1 {
            self.gram.par_iter_mut().enumerate().for_each(|(panel, norms)| {
                *norms = column_products(instructions, weights.panel(panel), weights.panel(panel));
            });
        } else {
            self.gram.par_chunks_mut(outputs).enumerate().for_each(|(right, panel)| {
                for (left, square) in panel.chunks_mut(PANEL).enumerate() {
                    square.fill(Line::ZERO);
                    let factors = Factors { x: weights.panel(left), nonzero: None, dy: weights.panel(right) };
                    add_gradient(instructions, factors, square);
                }
            });
        }
        for (layer, turned) in (1..).zip(&mut self.turned) {
            let weights = network.weights(layer);
            let across = square_lines::<Line>(PANEL, weights.rows());
            turned.par_chunks_mut(across).enumerate().for_each(|(panel, squares)| {
                let weights = weights.panel(panel).chunks(PANEL);
                for (weights, square) in weights.zip(squares.chunks_mut(PANEL)) {
                    transpose(instructions, weights, square, Store::Cached);
                }
            });
        }
    }

    /// Sums what the blocks of so many rows left behind, in the order of the rows.
    pub(crate) fn collect<B>(&mut self, network: &Network, blocks: &[Block<B>], rows: usize) {
        let groups = rows.div_ceil(LOSS_ROWS);
        let parts: Vec<&Vec<Vec<Line>>> = blocks
            .iter()
            .filter_map(|block| block.contractions.as_ref())
            .flat_map(|mine| &mine.groups)
            .collect();
        let last = network.encoder_layers - 1;
        for (layer, total) in self.totals.iter_mut().enumerate() {
            let sum = |place: usize, line: &mut Line| {
                *line = Line::ZERO;
                for group in &parts[..groups] {
                    let part = &group[layer][place].0;
                    *line = Line(std::array::from_fn(|column| line.0[column] + part[column]));
                }
            };
            if layer == 0 || layer < last {
                total.par_iter_mut().enumerate().for_each(|(place, line)| sum(place, line));
                continue;
            }
            // Panel by panel from the squares that lie side by side, each turned.
            let inputs = network.layers[layer].inputs;
            let across = panels(inputs);
            total.par_chunks_mut(inputs).enumerate().for_each(|(panel, lines)| {
                for (index, lines) in lines.chunks_mut(PANEL).enumerate() {
                    let [mut square, mut turned] = [[Line::ZERO; PANEL]; 2];
                    for (row, line) in square.iter_mut().enumerate() {
                        sum((panel * across + index) * PANEL + row, line);
                    }
                    transpose(network.instructions, &square, &mut turned, Store::Cached);
                    lines.copy_from_slice(&turned[..lines.len()]);
                }
            });
        }
    }

    /// Whether the gradient of each weight takes no other weight, as in an encoder of one layer.
    pub(crate) fn is_local(&self) -> bool {
        self.totals.len() == 1
    }

    /// Adds the gradients of the weights of a piece, `own`, to its lines, where they are local.
    pub(crate) fn add_local(
        &self,
        instructions: Instructions,
        piece: &Piece,
        own: &[Line],
        weights: &mut [Line],
    ) {
        let Some(total) = self.totals.get(piece.layer) else { return };
        let scale = self.scale;
        map_columns(instructions, [&total[piece.panel]], [own], weights, |[square], [weight], sum| {
            sum + scale * square * weight
        });
    }

    /// Adds the gradients of the weights of a piece to its lines.
    pub(crate) fn add(&self, network: &Network, piece: &Piece, weights: &mut [Line]) {
        let Some(total) = self.totals.get(piece.layer) else { return };
        let (instructions, scale) = (network.instructions, self.scale);
        let PackedRows { inputs, outputs } = PackedRows::of(network, piece.layer);
        let rows = piece.first_row..piece.first_row + weights.len();
        if piece.layer > 0 {
            let gradients = &total[piece.panel * inputs..][rows];
            map_lines(instructions, [gradients], weights, |[gradient], sum| sum + scale * gradient);
            return;
        }
        let mine = network.weights(0);
        if network.encoder_layers == 1 {
            self.add_local(instructions, piece, &mine.panel(piece.panel)[rows], weights);
            return;
        }
        let mut products = [Line::ZERO; PIECE];
        let products = &mut products[..weights.len()];
        let columns = PANEL.min(outputs - piece.panel * PANEL);
        let square = Panels::new(&total[piece.panel * outputs..][..outputs], outputs, columns, outputs);
        let target = PanelsMut::new(products, rows.len(), columns, rows.len());
        product(network, mine.slice_rows(rows), square, target);
        map_lines(instructions, [products], weights, |[product], sum| sum + scale * product);
    }
}

/// The shape of a layer's weights.
struct PackedRows {
    inputs: usize,
    outputs: usize,
}

impl PackedRows {
    fn of(network: &Network, layer: usize) -> Self {
        let layer = &network.layers[layer];
        Self { inputs: layer.inputs, outputs: layer.outputs }
    }
}

/// y ← x W
fn product<'w>(network: &Network, x: Panels<'_>, weights: impl Into<Right<'w>>, y: PanelsMut<'_>) {
    forward(network.instructions, x, weights, |_| &Line::ZERO, Activation::Linear, y, None);
}
