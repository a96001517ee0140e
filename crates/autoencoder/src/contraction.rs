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

use std::ops::Range;

use autoencoder_kernels::{
    Activation, Factors, Instructions, LOSS_ROWS, Line, PANEL, Panels, PanelsMut, Right, Squares,
    add_gradient, column_products, forward, lines, map_columns, map_lines, panels, scale_rows, slopes,
    square_lines, transpose,
};
use rayon::prelude::*;

use crate::activations::Activations;
use crate::block::{Block, Pass, Sums};
use crate::boundary::Boundary;
use crate::network::Network;
use crate::pieces::{PIECE, Piece};
use crate::specification::Penalty;

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

/// A block's part of it.
pub(crate) struct Contractions {
    height: usize,
    /// Rows of the stacks.
    stacked: usize,
    /// Of each layer of the encoder, in panels: f', f'' and the gradients at the layer's sums.
    slopes: Vec<[Vec<Line>; 3]>,
    /// Of each [`LOSS_ROWS`] rows what [`Contraction::totals`] holds: so that no sum depends on the height of a block. Of the
    /// last layer W is (outputs, inputs) in squares.
    groups: Vec<Vec<Vec<Line>>>,
    stacks: Vec<Stack>,
}

/// The rows of some samples at one layer, one for each unit of the code.
struct Stack {
    /// U, at the outputs of the layer; none of the last, where it is diagonal.
    u: Vec<Line>,
    /// Its gradient.
    du: Vec<Line>,
    /// V, at its inputs, and then its gradient; none of the first.
    v: Vec<Line>,
}

/// What a sum over columns multiplies with.
static ONES: [Line; PANEL] = [Line([1.0; PANEL]); PANEL];

/// Rows of a stack, about: so many that products are efficient, so few that they stay in the cache.
const ROWS: usize = 128;

fn encoder(network: &Network) -> impl Iterator<Item = (usize, usize)> {
    network.layers[..network.encoder_layers].iter().map(|layer| (layer.inputs, layer.outputs))
}

/// Samples whose rows are stacked.
fn samples_together(code: usize) -> usize {
    (ROWS / code).clamp(1, LOSS_ROWS)
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
                    transpose(instructions, weights, square);
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
                    transpose(network.instructions, &square, &mut turned);
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

impl Contractions {
    /// For up to `height` rows, if the network has this penalty.
    pub(crate) fn new(network: &Network, height: usize) -> Option<Self> {
        let whole = Contraction::new(network)?;
        let last = network.encoder_layers - 1;
        let stacked = samples_together(network.code) * network.code;
        let group = || {
            let parts = whole.totals.iter().enumerate().map(|(layer, total)| {
                // The last layer's are in squares.
                let count =
                    if layer == last && layer > 0 { whole.turned[layer - 1].len() } else { total.len() };
                vec![Line::ZERO; count]
            });
            parts.collect()
        };
        let stack = |(layer, (inputs, outputs))| {
            let u = if layer < last { lines(stacked, outputs) } else { 0 };
            let v = if layer > 0 { lines(stacked, inputs) } else { 0 };
            let [u, du, v] = [u, u, v].map(|count| vec![Line::ZERO; count]);
            Stack { u, du, v }
        };
        Some(Self {
            height,
            stacked,
            slopes: encoder(network)
                .map(|(_, outputs)| std::array::from_fn(|_| vec![Line::ZERO; lines(height, outputs)]))
                .collect(),
            groups: (0..height / LOSS_ROWS).map(|_| group()).collect(),
            stacks: if last == 0 { Vec::new() } else { encoder(network).enumerate().map(stack).collect() },
        })
    }

    /// The penalty of a block's rows, for each group of them, and all gradients of it.
    pub(crate) fn run<B: Boundary>(
        &mut self,
        pass: &Pass<'_, B::Operand>,
        whole: &Contraction,
        activations: &Activations<B>,
        rows: usize,
        sums: &mut [Sums],
    ) {
        let (network, height) = (pass.network, self.height);
        for (layer, [first, second, gradients]) in self.slopes.iter_mut().enumerate() {
            let activation = network.layers[layer].activation;
            let outputs = activations.values(layer + 1, rows);
            if !activation.derives_from_output() {
                // The slopes are those of the sums, which are formed once more and kept where their gradients will be.
                let target = PanelsMut::new(gradients, rows, outputs.columns(), height);
                let (x, weights) = (activations.inputs(layer, rows), network.weights(layer));
                let bias = |panel| network.bias(layer, panel);
                forward(network.instructions, x, weights, bias, Activation::Linear, target, None);
            }
            for panel in 0..panels(outputs.columns()) {
                let place = panel * height..panel * height + rows;
                let values = if activation.derives_from_output() {
                    outputs.panel(panel)
                } else {
                    &gradients[place.clone()]
                };
                slopes(
                    network.instructions,
                    activation,
                    values,
                    &mut first[place.clone()],
                    &mut second[place],
                );
            }
        }
        let weight = f64::from(pass.penalty_weight);
        for (group, sums) in sums.iter_mut().enumerate() {
            let first = group * LOSS_ROWS;
            let last = rows.min(first + LOSS_ROWS);
            self.groups[group].iter_mut().flatten().for_each(|line| *line = Line::ZERO);
            let norms = if network.encoder_layers == 1 {
                self.one_layer(network, whole, group, first..last)
            } else {
                let together = samples_together(network.code);
                let chunks = (first..last).step_by(together);
                chunks.map(|row| self.deep(network, whole, group, &(row..last.min(row + together)))).sum()
            };
            sums.penalty = weight * norms;
        }
    }

    /// ‖J‖² = Σ f'² ‖w‖².
    fn one_layer(&mut self, network: &Network, whole: &Contraction, group: usize, rows: Range<usize>) -> f64 {
        let [first, second, gradients] = &mut self.slopes[0];
        let squares = &mut self.groups[group][0];
        let mut sum = 0.0;
        for (panel, norms) in whole.gram.iter().enumerate() {
            let place = panel * self.height + rows.start..panel * self.height + rows.end;
            let (slopes, scale) = (&first[place.clone()], whole.scale);
            squares[panel] = column_products(network.instructions, slopes, slopes);
            let products = squares[panel].0.iter().zip(&norms.0);
            sum += products.map(|(&square, &norm)| f64::from(square) * f64::from(norm)).sum::<f64>();
            let (curvatures, gradients) = (&second[place.clone()], &mut gradients[place]);
            let each = |[norm]: [f32; 1], [slope, curvature]: [f32; 2], _| scale * slope * curvature * norm;
            map_columns(network.instructions, [norms], [slopes, curvatures], gradients, each);
        }
        sum
    }

    /// The penalty of some samples, whose rows are stacked.
    fn deep(&mut self, network: &Network, whole: &Contraction, group: usize, samples: &Range<usize>) -> f64 {
        let norms = self.down(network, whole, samples);
        let last = network.encoder_layers - 1;
        let rows = samples.len() * network.code;
        let first = network.layers[0].outputs;
        let u = Panels::new(&self.stacks[0].u, rows, first, self.stacked);
        add_products(network, u, u, &mut self.groups[group][0]);
        for layer in 1..=last {
            let PackedRows { inputs, outputs } = PackedRows::of(network, layer);
            self.through_slopes(network, whole, layer, samples);
            if layer == last {
                self.top(network, whole, group, samples);
                break;
            }
            let Stack { u, du, v } = &mut self.stacks[layer];
            let u = Panels::new(u, rows, outputs, self.stacked);
            let v = Panels::new(v, rows, inputs, self.stacked);
            add_products(network, v, u, &mut self.groups[group][layer]);
            let du = PanelsMut::new(du, rows, outputs, self.stacked);
            product(network, v, network.weights(layer), du);
        }
        norms
    }

    /// U and V of all layers, from the code down, and U₁ G: the penalty.
    fn down(&mut self, network: &Network, whole: &Contraction, samples: &Range<usize>) -> f64 {
        let (code, stacked, height) = (network.code, self.stacked, self.height);
        let (last, rows) = (network.encoder_layers - 1, samples.len() * code);
        // V of the code's layer are its weights' rows, each times its unit's slope.
        let inputs = network.layers[last].inputs;
        let across = panels(inputs);
        for (index, sample) in samples.clone().enumerate() {
            for square in 0..panels(code) {
                let units = square * PANEL..code.min((square + 1) * PANEL);
                let slopes = &self.slopes[last][0][square * height + sample].0[..units.len()];
                for panel in 0..across {
                    let weights = &whole.turned[last - 1][(square * across + panel) * PANEL..][..units.len()];
                    let first = panel * stacked + index * code + units.start;
                    let v = &mut self.stacks[last].v[first..][..units.len()];
                    scale_rows(network.instructions, slopes, weights, v);
                }
            }
        }
        for layer in (1..=last).rev() {
            let PackedRows { inputs, outputs } = PackedRows::of(network, layer);
            let (below, above) = self.stacks.split_at_mut(layer);
            let (below, stack) = (&mut below[layer - 1], &mut above[0]);
            if layer < last {
                let u = Panels::new(&stack.u, rows, outputs, stacked);
                let weights = Squares::new(&whole.turned[layer - 1], outputs, inputs);
                product(network, u, weights, PanelsMut::new(&mut stack.v, rows, inputs, stacked));
            }
            let slopes = &self.slopes[layer - 1][0];
            for_each_sample(inputs, samples, code, |panel, sample, mine| {
                let lines = stacked * panel + mine.start..stacked * panel + mine.end;
                let slopes = &slopes[panel * height + sample];
                scale_columns(network, slopes, &stack.v[lines.clone()], &mut below.u[lines]);
            });
        }
        let first = network.layers[0].outputs;
        let Stack { u, du, .. } = &mut self.stacks[0];
        let gram = Panels::new(&whole.gram, first, first, first);
        product(
            network,
            Panels::new(u, rows, first, stacked),
            gram,
            PanelsMut::new(du, rows, first, stacked),
        );
        let norms = (0..panels(first)).map(|panel| {
            let lines = panel * stacked..panel * stacked + rows;
            let sums = column_products(network.instructions, &u[lines.clone()], &du[lines]);
            sums.0.iter().copied().map(f64::from).sum::<f64>()
        });
        norms.sum()
    }

    /// The gradients at the slopes below `layer`, and V's: dV = dU D.
    fn through_slopes(
        &mut self,
        network: &Network,
        whole: &Contraction,
        layer: usize,
        samples: &Range<usize>,
    ) {
        let (stacked, height) = (self.stacked, self.height);
        let (below, above) = self.stacks.split_at_mut(layer);
        let (du, v) = (&below[layer - 1].du, &mut above[0].v);
        let [slopes, curvatures, gradients] = &mut self.slopes[layer - 1];
        for_each_sample(network.layers[layer].inputs, samples, network.code, |panel, sample, mine| {
            let lines = stacked * panel + mine.start..stacked * panel + mine.end;
            let (du, v) = (&du[lines.clone()], &mut v[lines]);
            let place = panel * height + sample;
            let products = column_products(network.instructions, du, v);
            gradients[place] =
                Line(std::array::from_fn(|unit| whole.scale * products.0[unit] * curvatures[place].0[unit]));
            scale_columns(network, &slopes[place], du, v);
        });
    }

    /// The gradients of the code's layer: at its slopes, and of its weights.
    fn top(&mut self, network: &Network, whole: &Contraction, group: usize, samples: &Range<usize>) {
        let (code, last, height) = (network.code, network.encoder_layers - 1, self.height);
        let across = panels(network.layers[last].inputs);
        let v = &self.stacks[last].v;
        let [slopes, curvatures, gradients] = &mut self.slopes[last];
        let (weights, sums) = (&whole.turned[last - 1], &mut self.groups[group][last]);
        let instructions = network.instructions;
        for (index, sample) in samples.clone().enumerate() {
            for square in 0..panels(code) {
                let units = square * PANEL..code.min((square + 1) * PANEL);
                let place = square * height + sample;
                let [mut products, mut scaled, mut turned] = [[Line::ZERO; PANEL]; 3];
                let (products, scaled) = (&mut products[..units.len()], &mut scaled[..units.len()]);
                for panel in 0..across {
                    let v = &v[panel * self.stacked + index * code + units.start..][..units.len()];
                    let lines = (square * across + panel) * PANEL..;
                    let weights = &weights[lines.clone()][..units.len()];
                    map_lines(instructions, [v, weights], products, |[v, weight], sum| sum + v * weight);
                    scale_rows(instructions, &slopes[place].0[..units.len()], v, scaled);
                    let sums = &mut sums[lines][..units.len()];
                    map_lines(instructions, [scaled], sums, |[product], sum| sum + product);
                }
                // The sum over the columns of each unit's row, in their order, of all units at once.
                transpose(instructions, products, &mut turned);
                let totals = column_products(instructions, &turned, &ONES);
                let gradients = &mut gradients[place..=place];
                map_columns(
                    instructions,
                    [&totals],
                    [&curvatures[place..=place]],
                    gradients,
                    |[product], [curvature], _| whole.scale * product * curvature,
                );
            }
        }
    }

    /// Adds the gradients at a layer's sums to `delta`.
    pub(crate) fn add_to_delta(&self, network: &Network, layer: usize, delta: &mut PanelsMut<'_>) {
        let gradients = &self.slopes[layer][2];
        let rows = delta.rows();
        for panel in 0..panels(delta.columns()) {
            let gradients = &gradients[panel * self.height..][..rows];
            let add = |[gradient]: [f32; 1], delta: f32| delta + gradient;
            map_lines(network.instructions, [gradients], delta.panel_mut(panel), add);
        }
    }
}

/// Calls `each` with every panel of so many columns, every sample and the rows of that sample in a stack.
fn for_each_sample(
    columns: usize,
    samples: &Range<usize>,
    code: usize,
    mut each: impl FnMut(usize, usize, Range<usize>),
) {
    for panel in 0..panels(columns) {
        for (index, sample) in samples.clone().enumerate() {
            each(panel, sample, index * code..(index + 1) * code);
        }
    }
}

/// y ← x ⊙ columns
fn scale_columns(network: &Network, columns: &Line, x: &[Line], y: &mut [Line]) {
    map_columns(network.instructions, [columns], [x], y, |[column], [x], _| x * column);
}

/// y ← x W
fn product<'w>(network: &Network, x: Panels<'_>, weights: impl Into<Right<'w>>, y: PanelsMut<'_>) {
    forward(network.instructions, x, weights, |_| &Line::ZERO, Activation::Linear, y, None);
}

/// sums ← sums + xᵀ y, in panels.
fn add_products(network: &Network, x: Panels<'_>, y: Panels<'_>, sums: &mut [Line]) {
    for (right, sums) in sums.chunks_mut(x.columns()).enumerate() {
        for (left, sums) in sums.chunks_mut(PANEL).enumerate() {
            let factors = Factors { x: x.panel(left), nonzero: None, dy: y.panel(right) };
            add_gradient(network.instructions, factors, sums);
        }
    }
}
