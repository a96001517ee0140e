//! Rows of a batch on their way through all layers and back, on one thread.

use std::ops::Range;

use autoencoder_kernels::{
    Activation, LOSS_ROWS, Line, LossSums, Mask, Output, PANEL, Panels, PenaltyGradient, Words,
    add_bias_gradient, backward_with, column_moments, column_products, forward_loss, gaussian_codes,
    gaussian_divergence, gaussian_gradients, lines, normalize_gradients, panels,
};

use crate::network::Network;
use crate::network::activations::Activations;
use crate::network::buffer::{Buffer, Uses};
use crate::network::weights::Weights;
use crate::options::noise::{Chance, Noise};
use crate::random::Purpose;
use crate::samples::{Samples, Zeros};
use crate::specification::Penalty;
use crate::stages::contraction::{Contraction, Contractions};
use crate::stages::normalization::Statistics;
use crate::stages::recipe::Recipe;
use crate::stages::shift::Shifted;

/// What some rows came to, summed over them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    /// Of the reconstruction, summed over the features too.
    pub reconstruction: LossSums,
    /// The divergence of the codes' distributions, unweighted.
    pub divergence: f64,
    /// The penalty as it counts.
    pub penalty: f64,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.reconstruction += other.reconstruction;
        self.divergence += other.divergence;
        self.penalty += other.penalty;
    }
}

/// What all blocks of a batch read.
pub(crate) struct Pass<'a, L> {
    pub network: &'a Network,
    pub weights: &'a Weights<L>,
    pub samples: &'a Samples,
    pub recipe: &'a Recipe,
    pub chance: &'a dyn Chance,
    /// Samples that the loss is the mean of.
    pub of: usize,
    /// What the penalty of the codes counts in this step.
    pub penalty_weight: f32,
    /// Where that penalty is the contraction.
    pub contraction: Option<&'a Contraction>,
    /// Of the batch, as far as it was measured.
    pub statistics: &'a [Statistics],
}

/// The rows of a block.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// Their samples.
    pub indices: &'a [usize],
    /// The place of the first of them in the batch.
    pub first: usize,
}

impl Rows<'_> {
    pub(crate) fn count(self) -> usize {
        self.indices.len()
    }
}

/// Where all blocks of a batch meet on their way forward, as what follows depends on all its rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Halt {
    /// At the sums of this layer, which are to be normalised.
    Sums(usize),
    /// At the codes, whose units' means a penalty asks for.
    Codes,
}

impl<L> Pass<'_, L> {
    /// What one over the number of samples, and of a mean over features, makes of the gradient of one element.
    fn scale(&self) -> f32 {
        let elements = if self.network.draws_codes() { 1 } else { self.samples.features() };
        let (scale, _) = self.network.loss.scale_and_shift();
        scale as f32 / (self.of as f32 * elements as f32)
    }

    /// What the gradient of a sample's penalty is multiplied with.
    pub(crate) fn penalty_scale(&self) -> f32 {
        self.penalty_weight / self.of as f32
    }

    /// Those of a layer, if it is normalised.
    fn statistics(&self, layer: usize) -> Option<&Statistics> {
        self.statistics.iter().find(|statistics| statistics.layer == layer)
    }
}

/// A block of rows, and all that they leave behind for the gradients.
pub(crate) struct Block<B> {
    /// Before each layer; behind the last there is only the loss.
    pub activations: Activations<B>,
    /// The gradients at each layer's sums; there are none for the samples.
    pub deltas: Vec<B>,
    /// The sums of each normalised layer: normal ones, once the batch's statistics are known.
    normalized: Vec<Option<B>>,
    /// What of each layer's inputs is kept, where units are dropped.
    masks: Vec<Option<Mask>>,
    codes: Option<Codes<B>>,
    /// The contraction's part.
    pub contractions: Option<Contractions>,
    shifted: Option<Shifted>,
    words: Vec<Words>,
}

/// The drawing of codes.
struct Codes<B> {
    /// Normal numbers for each code, in panels.
    noise: Vec<Line>,
    /// Those of one row.
    row: Vec<Line>,
    /// The gradients at the codes.
    delta: B,
}

impl<B: Buffer> Block<B> {
    /// For up to `height` rows, a multiple of 32.
    pub(crate) fn new(network: &Network, samples: &Samples, recipe: &Recipe, height: usize) -> Self {
        let all = Uses { values: true, rows: true, steps: true };
        let (count, code) = (network.layers.len(), network.encoder_layers);
        let drops = |layer: usize| recipe.dropout > 0.0 && layer > 0 && layer < count && layer != code;
        let draws = network.draws_codes();
        let deltas = network.layers.iter().enumerate().map(|(index, layer)| {
            // Slopes that outputs do not tell wait here for the gradients, and what is changed once more is kept.
            let slopes = !network.training_activation(index).derives_from_output();
            let changed = drops(index + 1) || draws && index + 1 == code;
            let contracts = matches!(network.penalty, Penalty::Contraction { .. }) && index < code;
            let values = slopes || changed || contracts || layer.normalized;
            // Nothing is behind the first layer.
            B::zeros(height, layer.outputs, Uses { values, rows: index > 0, ..all })
        });
        let passed = |layer: usize| match layer {
            0 => recipe.noise.map(|_| network.layers[0].inputs),
            _ if draws && layer == code => Some(network.code),
            _ => drops(layer).then(|| network.layers[layer].inputs),
        };
        let zeros = if recipe.noise.is_none_or(Noise::keeps_zeros) { samples.zeros() } else { Zeros::NONE };
        let widest = network.layers.iter().map(|layer| panels(layer.inputs)).max().unwrap_or(0);
        Self {
            activations: Activations::new(network, 0..count - 1, height, zeros, |_| all, passed),
            deltas: deltas.collect(),
            normalized: network
                .layers
                .iter()
                .map(|layer| {
                    let uses = Uses { values: true, rows: false, steps: false };
                    layer.normalized.then(|| B::zeros(height, layer.outputs, uses))
                })
                .collect(),
            masks: (0..count)
                .map(|layer| drops(layer).then(|| Mask::new(height, network.layers[layer].inputs)))
                .collect(),
            codes: draws.then(|| Codes {
                noise: vec![Line::ZERO; lines(height, network.code)],
                row: vec![Line::ZERO; panels(network.code).next_multiple_of(2)],
                delta: B::zeros(height, network.code, Uses { values: true, rows: false, steps: false }),
            }),
            contractions: Contractions::new(network, height),
            shifted: Shifted::new(recipe, samples, height),
            words: vec![Words::ZERO; widest.next_multiple_of(2)],
        }
    }

    /// The samples, with their noise.
    fn take(&mut self, pass: &Pass<'_, B::Operand>, rows: Rows<'_>) {
        let (network, Rows { indices, first }) = (pass.network, rows);
        let Self { activations, shifted, words, .. } = self;
        activations.take(network, rows.count(), |target| match shifted {
            Some(shifted) => shifted.gather(pass, indices, first, target),
            None => pass.samples.gather(network.instructions, target, |row| indices[row]),
        });
        if let Some(noise) = pass.recipe.noise {
            let corruption = noise.corruption(pass.recipe.range);
            activations.pass(network, 0, rows.count(), |x, y| {
                for row in 0..rows.count() {
                    let words = &mut words[..panels(x.columns()).next_multiple_of(2)];
                    pass.chance.words(Purpose::Noise, first + row, 0, words);
                    autoencoder_kernels::corrupt(network.instructions, corruption, words, row, x, y);
                }
            });
        }
    }

    /// What is measured of the rows where all blocks of the batch meet on their way forward: lines for each [`LOSS_ROWS`].
    pub(crate) fn measure(&self, network: &Network, halt: Halt, rows: usize, measured: &mut [Line]) {
        let Halt::Sums(layer) = halt else {
            self.sum_codes(network, rows, measured);
            return;
        };
        let across = panels(network.layers[layer].outputs);
        for (measured, group) in measured.chunks_mut(2 * across).zip(groups(rows)) {
            let sums = self.normalized(layer).values(rows).slice_rows(group);
            let (means, squares) = measured.split_at_mut(across);
            for (panel, (mean, square)) in means.iter_mut().zip(squares).enumerate() {
                [*mean, *square] = column_moments(network.instructions, sums.panel(panel));
            }
        }
    }

    /// What is measured of the gradients at a normalised layer's outputs before f: du and du ẑ, summed over each
    /// [`LOSS_ROWS`] rows.
    pub(crate) fn measure_gradients(
        &self,
        network: &Network,
        layer: usize,
        rows: usize,
        measured: &mut [Line],
    ) {
        let across = panels(network.layers[layer].outputs);
        for (measured, group) in measured.chunks_mut(2 * across).zip(groups(rows)) {
            let z = self.normalized(layer).values(rows).slice_rows(group.clone());
            let du = self.deltas[layer].values(rows).slice_rows(group);
            let (sums, products) = measured.split_at_mut(across);
            for (panel, (sum, product)) in sums.iter_mut().zip(products).enumerate() {
                *sum = Line::ZERO;
                add_bias_gradient(network.instructions, du.panel(panel), sum);
                *product = column_products(network.instructions, du.panel(panel), z.panel(panel));
            }
        }
    }

    fn normalized(&self, layer: usize) -> &B {
        self.normalized[layer].as_ref().expect("a normalised layer has a place for its sums")
    }

    /// The sums of the code's units, a line a panel.
    fn sum_codes(&self, network: &Network, rows: usize, sums: &mut [Line]) {
        for (sums, group) in sums.chunks_mut(panels(network.code)).zip(groups(rows)) {
            let codes = self.code(network, group);
            for (panel, sum) in sums.iter_mut().enumerate() {
                *sum = Line::ZERO;
                add_bias_gradient(network.instructions, codes.panel(panel), sum);
            }
        }
    }

    /// The codes of some of the rows.
    fn code(&self, network: &Network, range: Range<usize>) -> Panels<'_> {
        self.activations.values(network.encoder_layers, range.end).slice_rows(range)
    }

    /// Through these layers; before the first of all the samples are taken. A normalised layer can only be the last of them,
    /// which leaves its sums: its outputs come with the next, when their statistics are known.
    pub(crate) fn forward(&mut self, pass: &Pass<'_, B::Operand>, layers: Range<usize>, rows: Rows<'_>) {
        let (network, count) = (pass.network, rows.count());
        match layers.start.checked_sub(1) {
            None => self.take(pass, rows),
            Some(layer) => {
                let Self { activations, normalized, deltas, .. } = &mut *self;
                if let (Some(statistics), Some(sums)) = (pass.statistics(layer), &mut normalized[layer]) {
                    activations.normalize(network, statistics, count, sums, deltas.get_mut(layer));
                    self.drop_units(pass, layer + 1, rows);
                }
            }
        }
        for layer in layers {
            let Self { activations, normalized, deltas, .. } = &mut *self;
            if let Some(sums) = &mut normalized[layer] {
                activations.sums(network, pass.weights, count, layer, sums);
                return;
            }
            let activation = network.training_activation(layer);
            activations.forward(network, pass.weights, count, layer, activation, deltas.get_mut(layer));
            self.drop_units(pass, layer + 1, rows);
            if layer + 1 == network.encoder_layers {
                self.draw_codes(pass, rows);
            }
        }
    }

    /// Drops some of what goes into `layer`.
    fn drop_units(&mut self, pass: &Pass<'_, B::Operand>, layer: usize, rows: Rows<'_>) {
        let Self { activations, masks, words, .. } = self;
        let Some(mask) = &mut masks[layer] else { return };
        let (network, share) = (pass.network, pass.recipe.dropout);
        let words = &mut words[..panels(network.layers[layer].inputs)];
        for row in 0..rows.count() {
            pass.chance.words(Purpose::Dropout, rows.first + row, layer, words);
            mask.draw(network.instructions, row, words, Words::bound(share));
        }
        activations.pass(network, layer, rows.count(), |x, y| {
            mask.apply(network.instructions, 1.0 / (1.0 - share), x, y);
        });
    }

    fn draw_codes(&mut self, pass: &Pass<'_, B::Operand>, rows: Rows<'_>) {
        let Self { activations, codes: Some(codes), words, .. } = self else { return };
        let (network, across) = (pass.network, panels(pass.network.code));
        let height = codes.noise.len() / across;
        let words = &mut words[..codes.row.len()];
        for row in 0..rows.count() {
            pass.chance.code_noise(network.instructions, rows.first + row, words, &mut codes.row);
            for (panel, &line) in codes.row.iter().enumerate().take(across) {
                codes.noise[panel * height + row] = line;
            }
        }
        let noise = Panels::new(&codes.noise, rows.count(), network.code, height);
        activations.pass(network, network.encoder_layers, rows.count(), |statistics, codes| {
            gaussian_codes(network.instructions, statistics, noise, codes);
        });
    }

    /// The last layer, the loss and what the codes cost: the sums over each [`LOSS_ROWS`] rows, and the gradient at the last
    /// layer's sums.
    pub(crate) fn finish(&mut self, pass: &Pass<'_, B::Operand>, rows: usize, sums: &mut [Sums]) {
        self.loss(pass, rows, sums);
        self.penalties(pass, rows, sums);
    }

    /// The last layer: the sums of the loss over each group of rows, and its gradient at the layer's sums.
    fn loss(&mut self, pass: &Pass<'_, B::Operand>, rows: usize, sums: &mut [Sums]) {
        let last = pass.network.layers.len() - 1;
        let output = Output {
            activation: pass.network.training_activation(last),
            loss: pass.network.loss.element(),
            targets: self.activations.values(0, rows),
            scale: pass.scale(),
        };
        let mut losses = [LossSums::default(); MOST_GROUPS];
        let losses = &mut losses[..sums.len()];
        forward_loss(
            pass.network.instructions,
            self.activations.rows(last, rows),
            pass.weights.forward::<B>(pass.network, last),
            |panel| pass.network.bias(last, panel),
            output,
            self.deltas[last].target(rows),
            losses,
        );
        for (sums, &reconstruction) in sums.iter_mut().zip(&*losses) {
            *sums = Sums { reconstruction, ..Sums::default() };
        }
    }

    /// What the codes cost.
    fn penalties(&mut self, pass: &Pass<'_, B::Operand>, rows: usize, sums: &mut [Sums]) {
        let network = pass.network;
        if let (Some(contraction), Some(mine)) = (pass.contraction, &mut self.contractions) {
            mine.run(pass, contraction, &self.activations, rows, sums);
        }
        for (sums, group) in sums.iter_mut().zip(groups(rows)) {
            let codes = self.code(network, group);
            match network.penalty {
                Penalty::Variational { .. } => {
                    sums.divergence = gaussian_divergence(network.instructions, codes);
                    sums.penalty = f64::from(pass.penalty_weight) * sums.divergence;
                }
                Penalty::L1 { .. } => sums.penalty = f64::from(pass.penalty_weight) * absolute_sum(codes),
                _ => {}
            }
        }
    }

    /// From the gradients at the sums of the last of `layers` down to those of the layer before the first. Those of a
    /// normalised layer are of its outputs before f, until the next call begins with them.
    pub(crate) fn backward(
        &mut self,
        pass: &Pass<'_, B::Operand>,
        rows: usize,
        penalty: PenaltyGradient<'_>,
        layers: Range<usize>,
    ) {
        let network = pass.network;
        if let Some(statistics) = layers.end.checked_sub(1).and_then(|layer| pass.statistics(layer)) {
            self.normalize_gradients(network, statistics, rows);
        }
        // Below the first layer that is trained nothing reads what would come out.
        let first = pass.recipe.first_trained(network);
        for index in (layers.start.max(first + 1)..layers.end).rev() {
            let is_code = index == network.encoder_layers;
            let (before, after) = self.deltas.split_at_mut(index);
            let (delta, dy) = (&mut before[index - 1], after[0].rows(rows));
            let transposed = pass.weights.backward::<B>(network, index);
            let outputs = self.activations.values(index, rows);
            let mut activation = network.training_activation(index - 1);
            let (target, x) = match &mut self.codes {
                Some(codes) if is_code => {
                    activation = Activation::Linear;
                    (codes.delta.target(rows), self.activations.inputs(index, rows))
                }
                _ => (delta.target(rows), outputs),
            };
            let penalty = if is_code { penalty } else { PenaltyGradient::NONE };
            backward_with(network.instructions, dy, transposed, x, activation, penalty, target);
            let Some(mut values) = delta.values_mut(rows) else { continue };
            let mut changed = true;
            match (&self.codes, &self.masks[index], &self.contractions) {
                (Some(codes), _, _) if is_code => {
                    let noise = Panels::new(
                        &codes.noise,
                        rows,
                        network.code,
                        codes.noise.len() / panels(network.code),
                    );
                    let (dz, scale) = (codes.delta.values(rows), pass.penalty_scale());
                    gaussian_gradients(network.instructions, outputs, noise, dz, scale, &mut values);
                }
                (_, Some(mask), _) => {
                    let scale = 1.0 / (1.0 - pass.recipe.dropout);
                    mask.apply_in_place(network.instructions, scale, &mut values);
                }
                (_, _, Some(contractions)) if index <= network.encoder_layers => {
                    contractions.add_to_delta(network, index - 1, &mut values);
                }
                _ => changed = false,
            }
            if changed {
                delta.written(network.instructions, rows);
            }
        }
    }

    /// Those of a normalised layer's outputs before f become those of its sums.
    fn normalize_gradients(&mut self, network: &Network, statistics: &Statistics, rows: usize) {
        let Self { normalized, deltas, .. } = self;
        let (Some(z), delta) = (&normalized[statistics.layer], &mut deltas[statistics.layer]) else { return };
        let Some(mut gradients) = delta.values_mut(rows) else { return };
        for panel in 0..panels(gradients.columns()) {
            let [mean, mean_with_z] = statistics.mean_gradients(panel);
            normalize_gradients(
                network.instructions,
                statistics.normalizer(network, panel),
                [&mean, &mean_with_z],
                z.values(rows).panel(panel),
                gradients.panel_mut(panel),
            );
        }
        delta.written(network.instructions, rows);
    }
}

/// So many rows in groups of [`LOSS_ROWS`].
fn groups(rows: usize) -> impl Iterator<Item = Range<usize>> {
    (0..rows).step_by(LOSS_ROWS).map(move |first| first..rows.min(first + LOSS_ROWS))
}

/// Groups of rows in the tallest block.
const MOST_GROUPS: usize = 128 / LOSS_ROWS;

/// Σ |h|, in f64.
fn absolute_sum(codes: Panels<'_>) -> f64 {
    let sum = |panel: usize| -> f64 {
        let width = PANEL.min(codes.columns() - panel * PANEL);
        codes.panel(panel).iter().flat_map(|line| &line.0[..width]).map(|&h| f64::from(h.abs())).sum()
    };
    (0..panels(codes.columns())).map(sum).sum()
}
