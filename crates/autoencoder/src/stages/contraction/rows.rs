//! The contractive penalty of one block's rows, computed sample by sample or for several samples together.

use std::ops::Range;

use autoencoder_kernels::{
    Activation, Factors, LOSS_ROWS, Line, PANEL, Panels, PanelsMut, Right, Squares, Store, add_bias_gradient,
    add_gradient, column_products, forward, lines, map_columns, map_lines, panels, scale_rows, slopes,
    transpose,
};

use super::layout::Layout;
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::stages::stage::{Rows, StageSlice, Step, input};

/// Buffers for the derivatives of a block's rows.
pub(super) struct Derivatives {
    layout: Layout,
    height: usize,
    /// The number of rows of a stack.
    stacked: usize,
    /// For each layer of the encoder, in panels: the slopes f', the second derivatives f'' and the gradients
    /// at the layer's sums.
    slopes: Vec<[Vec<Line>; 3]>,
    stacks: Vec<Stack>,
}

/// The lines that all samples share, and the measured lines of one group of rows.
struct GroupContext<'a> {
    layout: &'a Layout,
    shared: &'a [Line],
    measured: &'a mut [Line],
    /// The factor of every gradient: 2 λ / samples.
    scale: f32,
}

impl GroupContext<'_> {
    /// The shared lines of a layer: G or squared norms for the first layer, W (outputs, inputs) in squares
    /// for the others.
    fn shared(&self, layer: usize) -> &[Line] {
        &self.shared[self.layout.shared[layer].clone()]
    }

    /// The measured lines of a layer.
    fn measured(&mut self, layer: usize) -> &mut [Line] {
        &mut self.measured[self.layout.measured[layer].clone()]
    }
}

/// The stacked derivatives of several samples at one layer: one row for each sample and unit of the code.
struct Stack {
    /// U, the derivatives with respect to the layer's sums; empty for the last layer, where U is diagonal.
    u: Vec<Line>,
    /// The gradient of U.
    du: Vec<Line>,
    /// V, the derivatives with respect to the layer's inputs, later replaced by the gradient of V; empty for
    /// the first layer.
    v: Vec<Line>,
}

/// The approximate number of rows of a stack: enough for efficient products, few enough to stay in the cache.
const STACK_ROWS: usize = 128;

/// The number of samples in a stack.
fn samples_in_stack(code: usize) -> usize {
    (STACK_ROWS / code).clamp(1, LOSS_ROWS)
}

impl Derivatives {
    /// Makes buffers for up to `height` rows.
    pub(super) fn new(network: &Network, height: usize) -> Self {
        let layout = Layout::new(network);
        let last = layout.last();
        let stacked = samples_in_stack(network.code) * network.code;
        let stack = |(layer, &[inputs, outputs]): (usize, &[usize; 2])| {
            let u = if layer < last { lines(stacked, outputs) } else { 0 };
            let v = if layer > 0 { lines(stacked, inputs) } else { 0 };
            let [u, du, v] = [u, u, v].map(|count| vec![Line::ZERO; count]);
            Stack { u, du, v }
        };
        let widths = &layout.widths;
        Self {
            height,
            stacked,
            slopes: widths
                .iter()
                .map(|&[_, outputs]| std::array::from_fn(|_| vec![Line::ZERO; lines(height, outputs)]))
                .collect(),
            stacks: if last == 0 { Vec::new() } else { widths.iter().enumerate().map(stack).collect() },
            layout,
        }
    }

    /// Whether a layer belongs to the encoder, so that the penalty has gradients at its sums.
    pub(super) fn reach(&self, layer: usize) -> bool {
        layer < self.slopes.len()
    }

    /// Computes the penalty of the rows into `sums` and the gradients of weights into `measured`, both for
    /// each group of rows, so that no sum depends on the height of a block. The gradients at the sums of the
    /// layers stay here for [`add_to_gradient`](Self::add_to_gradient).
    pub(super) fn run<B: Buffer>(
        &mut self,
        step: &Step<'_, B>,
        shared: &[Line],
        below: &StageSlice<B>,
        rows: Rows<'_>,
        sums: &mut [Sums],
        measured: &mut [Line],
    ) {
        let network = step.network;
        for layer in 0..self.slopes.len() {
            self.find_slopes(network, below, layer, rows.count);
        }
        let (weight, layout) = (f64::from(step.penalty_weight), self.layout.clone());
        let scale = 2.0 * step.penalty_scale();
        let groups = measured.chunks_mut(layout.measured_lines()).zip(sums).zip(rows.groups());
        for ((measured, sums), Range { start, end }) in groups {
            measured.fill(Line::ZERO);
            let mut group = GroupContext { layout: &layout, shared, measured, scale };
            let norms = if layout.last() == 0 {
                self.one_layer(network, &mut group, start..end)
            } else {
                let together = samples_in_stack(network.code);
                let chunks = (start..end).step_by(together);
                chunks
                    .map(|row| self.several_layers(network, &mut group, &(row..end.min(row + together))))
                    .sum()
            };
            sums.penalty = weight * norms;
        }
    }

    /// Computes f' and f'' of a layer of the encoder.
    fn find_slopes<B: Buffer>(
        &mut self,
        network: &Network,
        below: &StageSlice<B>,
        layer: usize,
        rows: usize,
    ) {
        let (height, [first, second, gradients]) = (self.height, &mut self.slopes[layer]);
        let activation = network.layers[layer].activation;
        let place = below.iter().position(|stage| stage.layer() == Some(layer));
        let (before, after) = below.split_at(place.expect("every layer of the encoder is below the code"));
        let outputs = after[0].output().expect("a dense stage has values").values(rows);
        if !activation.derives_from_output() {
            // These slopes are functions of the sums, which are computed once more into the buffer of the
            // gradients.
            let target = PanelsMut::new(gradients, rows, outputs.columns(), height);
            let (x, weights) = (input(before).values(rows), network.weights(layer));
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
            let (first, second) = (&mut first[place.clone()], &mut second[place]);
            slopes(network.instructions, activation, values, first, second);
        }
    }

    /// Computes ‖J‖² = Σ f'² ‖w‖² of some rows, for an encoder of one layer.
    fn one_layer(&mut self, network: &Network, group: &mut GroupContext<'_>, rows: Range<usize>) -> f64 {
        let [first, second, gradients] = &mut self.slopes[0];
        let mut sum = 0.0;
        for (panel, norms) in group.shared.iter().enumerate() {
            let place = panel * self.height + rows.start..panel * self.height + rows.end;
            let (slopes, scale) = (&first[place.clone()], group.scale);
            let square = &mut group.measured[panel];
            *square = column_products(network.instructions, slopes, slopes);
            let products = square.0.iter().zip(&norms.0);
            sum += products.map(|(&square, &norm)| f64::from(square) * f64::from(norm)).sum::<f64>();
            let (curvatures, gradients) = (&second[place.clone()], &mut gradients[place]);
            let each = |[norm]: [f32; 1], [slope, curvature]: [f32; 2], _| scale * slope * curvature * norm;
            map_columns(network.instructions, [norms], [slopes, curvatures], gradients, each);
        }
        sum
    }

    /// Computes ‖J‖² of some samples, whose derivatives are stacked, for an encoder of several layers.
    fn several_layers(
        &mut self,
        network: &Network,
        group: &mut GroupContext<'_>,
        samples: &Range<usize>,
    ) -> f64 {
        let norms = self.derivatives_down(network, group, samples);
        let last = self.layout.last();
        let rows = samples.len() * network.code;
        let [_, first] = self.layout.widths[0];
        let u = Panels::new(&self.stacks[0].u, rows, first, self.stacked);
        add_products(network, u, u, group.measured(0));
        for layer in 1..=last {
            let [inputs, outputs] = self.layout.widths[layer];
            self.gradients_through_slopes(network, group.scale, layer, samples);
            if layer == last {
                self.gradients_of_code_layer(network, group, samples);
                break;
            }
            let Stack { u, du, v } = &mut self.stacks[layer];
            let u = Panels::new(u, rows, outputs, self.stacked);
            let v = Panels::new(v, rows, inputs, self.stacked);
            add_products(network, v, u, group.measured(layer));
            let du = PanelsMut::new(du, rows, outputs, self.stacked);
            product(network, v, network.weights(layer), du);
        }
        norms
    }

    /// Computes U and V of all layers from the code down, then U₁ G, and returns ‖J‖² = Σ (U₁ G) ⊙ U₁.
    fn derivatives_down(
        &mut self,
        network: &Network,
        group: &GroupContext<'_>,
        samples: &Range<usize>,
    ) -> f64 {
        let (code, stacked, height) = (network.code, self.stacked, self.height);
        let (last, rows) = (self.layout.last(), samples.len() * code);
        // V of the last layer: each unit's row of weights times the unit's slope.
        let [inputs, _] = self.layout.widths[last];
        let across = panels(inputs);
        for (index, sample) in samples.clone().enumerate() {
            for square in 0..panels(code) {
                let units = square * PANEL..code.min((square + 1) * PANEL);
                let slopes = &self.slopes[last][0][square * height + sample].0[..units.len()];
                for panel in 0..across {
                    let weights = &group.shared(last)[(square * across + panel) * PANEL..][..units.len()];
                    let first = panel * stacked + index * code + units.start;
                    let v = &mut self.stacks[last].v[first..][..units.len()];
                    scale_rows(network.instructions, slopes, weights, v);
                }
            }
        }
        for layer in (1..=last).rev() {
            let [inputs, outputs] = self.layout.widths[layer];
            let (below, above) = self.stacks.split_at_mut(layer);
            let (below, stack) = (&mut below[layer - 1], &mut above[0]);
            if layer < last {
                let u = Panels::new(&stack.u, rows, outputs, stacked);
                let weights = Squares::new(group.shared(layer), outputs, inputs);
                product(network, u, weights, PanelsMut::new(&mut stack.v, rows, inputs, stacked));
            }
            let slopes = &self.slopes[layer - 1][0];
            for_each_sample(inputs, samples, code, |panel, sample, mine| {
                let lines = stacked * panel + mine.start..stacked * panel + mine.end;
                let slopes = &slopes[panel * height + sample];
                scale_columns(network, slopes, &stack.v[lines.clone()], &mut below.u[lines]);
            });
        }
        let [_, first] = self.layout.widths[0];
        let Stack { u, du, .. } = &mut self.stacks[0];
        let gram = Panels::new(group.shared(0), first, first, first);
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

    /// Computes the gradients at the sums of the layer below `layer`, by way of its slopes, and the gradient
    /// of V: dV = dU D.
    fn gradients_through_slopes(
        &mut self,
        network: &Network,
        scale: f32,
        layer: usize,
        samples: &Range<usize>,
    ) {
        let (stacked, height) = (self.stacked, self.height);
        let (below, above) = self.stacks.split_at_mut(layer);
        let (du, v) = (&below[layer - 1].du, &mut above[0].v);
        let [slopes, curvatures, gradients] = &mut self.slopes[layer - 1];
        for_each_sample(self.layout.widths[layer][0], samples, network.code, |panel, sample, mine| {
            let lines = stacked * panel + mine.start..stacked * panel + mine.end;
            let (du, v) = (&du[lines.clone()], &mut v[lines]);
            let place = panel * height + sample;
            let products = column_products(network.instructions, du, v);
            gradients[place] =
                Line(std::array::from_fn(|unit| scale * products.0[unit] * curvatures[place].0[unit]));
            scale_columns(network, &slopes[place], du, v);
        });
    }

    /// Computes the gradients of the last layer: at its sums, by way of its slopes, and of its weights.
    fn gradients_of_code_layer(
        &mut self,
        network: &Network,
        group: &mut GroupContext<'_>,
        samples: &Range<usize>,
    ) {
        let (code, last, height) = (network.code, self.layout.last(), self.height);
        let across = panels(self.layout.widths[last][0]);
        let v = &self.stacks[last].v;
        let [slopes, curvatures, gradients] = &mut self.slopes[last];
        let (instructions, scale) = (network.instructions, group.scale);
        let weights = &group.shared[self.layout.shared[last].clone()];
        let sums = &mut group.measured[self.layout.measured[last].clone()];
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
                // The sum over the columns of each unit's row, in order, for all units at once.
                transpose(instructions, products, &mut turned, Store::Cached);
                let mut totals = Line::ZERO;
                add_bias_gradient(instructions, &turned, &mut totals);
                let gradients = &mut gradients[place..=place];
                map_columns(
                    instructions,
                    [&totals],
                    [&curvatures[place..=place]],
                    gradients,
                    |[product], [curvature], _| scale * product * curvature,
                );
            }
        }
    }

    /// Adds the penalty's gradients at a layer's sums to `delta`, the gradients that propagated down to the
    /// layer.
    pub(super) fn add_to_gradient(&self, network: &Network, layer: usize, delta: &mut PanelsMut<'_>) {
        let gradients = &self.slopes[layer][2];
        let rows = delta.rows();
        for panel in 0..panels(delta.columns()) {
            let gradients = &gradients[panel * self.height..][..rows];
            let add = |[gradient]: [f32; 1], delta: f32| delta + gradient;
            map_lines(network.instructions, [gradients], delta.panel_mut(panel), add);
        }
    }
}

/// Calls `each` with every panel of `columns` columns, every sample, and the rows of that sample in the
/// stack.
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

/// Scales each column of x: y ← x ⊙ columns.
fn scale_columns(network: &Network, columns: &Line, x: &[Line], y: &mut [Line]) {
    map_columns(network.instructions, [columns], [x], y, |[column], [x], _| x * column);
}

/// Adds a product: sums ← sums + xᵀ y, in panels.
fn add_products(network: &Network, x: Panels<'_>, y: Panels<'_>, sums: &mut [Line]) {
    for (right, sums) in sums.chunks_mut(x.columns()).enumerate() {
        for (left, sums) in sums.chunks_mut(PANEL).enumerate() {
            let factors = Factors { x: x.panel(left), nonzero: None, dy: y.panel(right) };
            add_gradient(network.instructions, factors, sums);
        }
    }
}

/// Multiplies: y ← x W.
pub(super) fn product<'w>(network: &Network, x: Panels<'_>, weights: impl Into<Right<'w>>, y: PanelsMut<'_>) {
    forward(network.instructions, x, weights, |_| &Line::ZERO, Activation::Linear, y, None);
}
