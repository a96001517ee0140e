//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use autoencoder_kernels::{
    Factors, Instructions, LOSS_ROWS, Line, PANEL, PenaltyGradient, Store, Update, add_bias_gradient,
    add_gradient, gradient, map_lines, panels, sum_of_squares,
};
use rayon::prelude::*;

use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::pieces::{Parts, Piece, Reads, Updater, for_each_piece, pieces, with_room_for_gradients};
use crate::network::weights::{Operands, Weights};
use crate::options::Rule;
use crate::options::noise::Chance;
use crate::samples::Samples;
use crate::specification::Penalty;
use crate::stages::block::{Block, Halt, Pass, Rows, Sums};
use crate::stages::contraction::Contraction;
use crate::stages::normalization::Statistics;
use crate::stages::recipe::Recipe;
use crate::stages::sparsity::Sparsity;

/// Rows of a block for a batch: an equal share for each thread, in whole groups. No result depends on it.
///
/// A block reads all weights once, most of them from the third-level cache, so few tall blocks read less; past
/// 128 rows their activations no longer stay in the second.
fn block_rows(batch: usize) -> usize {
    const TALLEST: usize = 128;
    let share = batch.div_ceil(rayon::current_num_threads());
    share.next_multiple_of(LOSS_ROWS).clamp(LOSS_ROWS, TALLEST)
}

/// What the steps of one training reuse.
pub(crate) struct Workspace<B: Buffer> {
    recipe: Recipe,
    /// Rows that pass through all layers together while their activations stay in the cache.
    block_rows: usize,
    blocks: Vec<Block<B>>,
    /// Of every [`LOSS_ROWS`] rows: fixed, so that a loss has the same bits however the batch was cut into blocks.
    sums: Vec<Sums>,
    /// Of as many rows what all others wait for.
    measured: Vec<Line>,
    /// Where all wait on the way forward.
    halts: Vec<Halt>,
    /// Of the normalised layers.
    statistics: Vec<Statistics>,
    contraction: Option<Contraction>,
    pieces: Vec<Piece>,
    weights: Weights<B::Operand>,
    /// How an update stores what all threads read.
    store: Store,
    /// The gradients of several batches, or of all parameters, where an update waits for them.
    gradients: Vec<Line>,
    /// Whether gradients of batches before wait for the update.
    waiting: bool,
}

impl Halt {
    /// All that a step of this network waits for on its way forward, in order.
    fn all(network: &Network) -> Vec<Self> {
        let mut halts = Vec::new();
        for (index, layer) in network.layers.iter().enumerate() {
            if index == network.encoder_layers && matches!(network.penalty, Penalty::KlSparsity { .. }) {
                halts.push(Self::Codes);
            }
            if layer.normalized {
                halts.push(Self::Sums(index));
            }
        }
        halts
    }

    /// The first layer that the next pass begins with.
    fn end(self, network: &Network) -> usize {
        match self {
            Self::Sums(layer) => layer + 1,
            Self::Codes => network.encoder_layers,
        }
    }

    /// Lines that are measured of each group of rows.
    fn measured(self, network: &Network) -> usize {
        match self {
            Self::Sums(layer) => 2 * panels(network.layers[layer].outputs),
            Self::Codes => panels(network.code),
        }
    }
}

/// The blocks of a batch, and what they leave for all.
struct Blocks<'a, B> {
    all: &'a mut [Block<B>],
    block_rows: usize,
    indices: &'a [usize],
    sums: &'a mut [Sums],
    measured: &'a mut [Line],
}

impl<B: Buffer> Blocks<'_, B> {
    /// Calls `run` for every block, in parallel, with its rows, its sums, and `lines` (1 or more) for each group of rows: those
    /// of all.
    fn each(
        &mut self,
        lines: usize,
        run: impl Fn(&mut Block<B>, Rows<'_>, &mut [Sums], &mut [Line]) + Sync,
    ) -> &[Line] {
        let Self { all, block_rows, indices, sums, measured } = self;
        let (block_rows, groups) = (*block_rows, *block_rows / LOSS_ROWS);
        let measured = &mut measured[..indices.len().div_ceil(LOSS_ROWS) * lines];
        all.par_iter_mut()
            .enumerate()
            .zip(indices.par_chunks(block_rows))
            .zip(sums.par_chunks_mut(groups))
            .zip(measured.par_chunks_mut(groups * lines))
            .for_each(|((((index, block), indices), sums), measured)| {
                let rows = Rows { indices, first: index * block_rows };
                run(block, rows, &mut sums[..indices.len().div_ceil(LOSS_ROWS)], measured);
            });
        measured
    }
}

/// The parameters' moments, in the network's layout.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments(pub [Vec<Line>; 2]);

impl Moments {
    /// Zeros for as many buffers as `rule` has.
    pub(crate) fn zeros(rule: Update, lines: usize) -> Self {
        let buffer = |index| if index < rule.moments() { vec![Line::ZERO; lines] } else { Vec::new() };
        Self([buffer(0), buffer(1)])
    }
}

/// The samples of a batch, and what a step makes of them.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub samples: &'a Samples,
    pub indices: &'a [usize],
    /// Samples that the loss is the mean of: the batch's, or those of several batches.
    pub of: usize,
    pub chance: &'a dyn Chance,
    /// What the penalty counts in this step.
    pub penalty_weight: f32,
}

impl<B: Buffer> Workspace<B> {
    /// For steps on at most `batch` of these samples.
    pub(crate) fn new(network: &Network, samples: &Samples, recipe: Recipe, batch: usize) -> Self {
        let block_rows = block_rows(batch);
        let pieces = pieces::<B>(network, Reads::Both);
        let groups = batch.div_ceil(LOSS_ROWS);
        let halts = Halt::all(network);
        let measured = halts.iter().map(|halt| halt.measured(network)).max().unwrap_or(1);
        Self {
            block_rows,
            blocks: (0..batch.div_ceil(block_rows))
                .map(|_| Block::new(network, samples, &recipe, block_rows))
                .collect(),
            recipe,
            sums: vec![Sums::default(); groups],
            measured: vec![Line::ZERO; groups * measured],
            halts,
            statistics: Statistics::of(network),
            contraction: Contraction::new(network),
            weights: Weights::new::<B>(network, &pieces),
            pieces,
            store: Store::read_by(rayon::current_num_threads()),
            gradients: Vec::new(),
            waiting: false,
        }
    }

    /// Forward, loss and backward on a batch: its sums.
    pub(crate) fn forward_backward(&mut self, network: &Network, batch: Batch<'_>) -> Sums {
        let Self {
            recipe, block_rows, blocks, sums, measured, halts, statistics, contraction, weights, ..
        } = self;
        let Batch { samples, indices, of, chance, penalty_weight } = batch;
        let (rows, last) = (indices.len(), network.layers.len() - 1);
        if let Some(contraction) = contraction {
            contraction.prepare(network, penalty_weight / of as f32);
        }
        let contraction = contraction.as_ref();
        let nothing_known = Pass {
            network,
            weights,
            samples,
            recipe,
            chance,
            of,
            penalty_weight,
            contraction,
            statistics: &[],
        };
        let mut blocks = Blocks { all: blocks, block_rows: *block_rows, indices, sums, measured };
        let mut total = Sums::default();
        let (mut sign, mut columns, mut begin) = (0.0, None, 0);
        if let Penalty::L1 { .. } = network.penalty {
            sign = penalty_weight / of as f32;
        }
        for &halt in &*halts {
            let end = halt.end(network);
            let pass = Pass { statistics, ..nothing_known };
            let measured = blocks.each(halt.measured(network), |block, rows, _, measured| {
                block.forward(&pass, begin..end, rows);
                block.measure(network, halt, rows.count(), measured);
            });
            match (halt, network.penalty) {
                (Halt::Sums(layer), _) => {
                    let mine = statistics.iter_mut().find(|statistics| statistics.layer == layer);
                    mine.expect("a normalised layer has statistics").join_moments(rows, measured);
                }
                (Halt::Codes, Penalty::KlSparsity { target, .. }) => {
                    let sparsity = Sparsity::new(network, target, rows, measured);
                    total.penalty = f64::from(penalty_weight) * sparsity.divergence() * rows as f64;
                    columns = Some(sparsity.gradient(penalty_weight / of as f32));
                }
                (Halt::Codes, _) => {}
            }
            begin = end;
        }
        let penalty = PenaltyGradient { sign, columns: columns.as_deref() };
        // Down from the loss to the normalised layers one after the other, and on to the first.
        let mut above = last + 1;
        for lower in (0..=statistics.len()).rev() {
            let layer = lower.checked_sub(1).map(|index| statistics[index].layer);
            let lines = layer.map_or(1, |layer| Halt::Sums(layer).measured(network));
            let pass = Pass { statistics, ..nothing_known };
            let measured = blocks.each(lines, |block, rows, sums, measured| {
                if above > last {
                    block.forward(&pass, begin..last, rows);
                    block.finish(&pass, rows.count(), sums);
                }
                block.backward(&pass, rows.count(), penalty, layer.map_or(1, |layer| layer + 1)..above);
                if let Some(layer) = layer {
                    block.measure_gradients(network, layer, rows.count(), measured);
                }
            });
            if let (Some(index), Some(layer)) = (lower.checked_sub(1), layer) {
                statistics[index].join_gradients(measured);
                above = layer + 1;
            }
        }
        for &group in &self.sums[..rows.div_ceil(LOSS_ROWS)] {
            total += group;
        }
        if let Some(contraction) = &mut self.contraction {
            contraction.collect(network, &self.blocks, rows);
        }
        total
    }

    /// Brings the running statistics of normalised layers nearer to those of the last [`Workspace::forward_backward`].
    pub(crate) fn follow_statistics(&self, network: &mut Network) {
        self.statistics.iter().for_each(|statistics| statistics.follow(network));
    }

    /// Whether an update must wait for the gradients of all parameters: those of a contraction through several layers are
    /// products of weights, which an update changes.
    pub(crate) fn gathers_gradients(&self) -> bool {
        self.contraction.as_ref().is_some_and(|contraction| !contraction.is_local())
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, and the update with them and those that wait
    /// for it.
    pub(crate) fn update(&mut self, network: &mut Network, moments: &mut Moments, rule: Rule, batch: usize) {
        let instructions = network.instructions;
        let updater = Updater { instructions, rule, store: self.store };
        let Self {
            block_rows,
            blocks,
            contraction,
            pieces,
            weights,
            recipe,
            statistics,
            gradients: gathered,
            waiting,
            ..
        } = self;
        let contraction = contraction.as_ref();
        let gathered = std::mem::take(waiting).then_some(&gathered[..]);
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch, statistics };
        for_each_piece(pieces, parts, &|piece, parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            with_room_for_gradients(|dw| {
                if let Some(gathered) = gathered {
                    dw[..piece.lines].copy_from_slice(&gathered[piece.first_line..][..piece.lines]);
                }
                gradients.form(piece, gathered.is_some(), &mut dw[..piece.lines]);
                if let Some(contraction) = contraction {
                    let (own, dw) = (&parts.lines[0][..piece.weights()], &mut dw[..piece.weights()]);
                    contraction.add_local(instructions, piece, own, dw);
                }
                updater.update::<B>(piece, parts, dw);
            });
        });
    }

    /// Adds the gradients of the last [`Workspace::forward_backward`] on `batch` samples to those that wait for the update.
    pub(crate) fn gather_gradients(&mut self, network: &Network, batch: usize) {
        let operands = Operands::<B::Operand> { packed: &mut [], transposed: &mut [] };
        let begins = !std::mem::replace(&mut self.waiting, true);
        let Self { block_rows, blocks, contraction, pieces, gradients, recipe, statistics, .. } = self;
        // What is not trained stays zero.
        gradients.resize(network.lines.len(), Line::ZERO);
        let contraction = contraction.as_ref();
        let parts = Parts { lines: [gradients, &mut [], &mut []], operands };
        let instructions = network.instructions;
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch, statistics };
        for_each_piece(pieces, parts, &|piece, parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            let [lines, ..] = parts.lines;
            gradients.form(piece, !begins, lines);
            if let Some(contraction) = contraction {
                contraction.add(network, piece, &mut lines[..piece.weights()]);
            }
        });
    }

    /// What was gathered, in the network's layout.
    pub(crate) fn gradients(&self) -> &[Line] {
        &self.gradients
    }

    /// The update with the gradients that were gathered, each times `scale`.
    pub(crate) fn update_with(
        &mut self,
        network: &mut Network,
        moments: &mut Moments,
        rule: Rule,
        scale: f32,
    ) {
        self.waiting = false;
        let instructions = network.instructions;
        let updater = Updater { instructions, rule, store: self.store };
        let Self { pieces, weights, gradients, recipe, .. } = self;
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        for_each_piece(pieces, parts, &|piece, parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            with_room_for_gradients(|dw| {
                let gradients = &gradients[piece.first_line..][..piece.lines];
                map_lines(instructions, [gradients], &mut dw[..piece.lines], |[gradient], _| {
                    gradient * scale
                });
                updater.update::<B>(piece, parts, dw);
            });
        });
    }
}

/// The Euclidean norm of all numbers together.
pub(crate) fn norm(instructions: Instructions, lines: &[Line]) -> f64 {
    /// Lines of which one thread forms the sum; fixed, so that the bits do not depend on the number of threads.
    const TOGETHER: usize = 1024;
    let sums = lines.par_chunks(TOGETHER).map(|lines| sum_of_squares(instructions, lines));
    sums.collect::<Vec<f64>>().into_iter().sum::<f64>().sqrt()
}

/// What the gradients are computed from.
struct Gradients<'a, B> {
    instructions: Instructions,
    blocks: &'a [Block<B>],
    block_rows: usize,
    batch: usize,
    statistics: &'a [Statistics],
}

impl<B: Buffer> Gradients<'_, B> {
    /// The gradients of a piece, in its lines; where it `adds`, to what they hold.
    ///
    /// Block by block: a block's panel of deltas then comes from the first-level cache for all chunks but the first.
    fn form(&self, piece: &Piece, adds: bool, lines: &mut [Line]) {
        let (weights, vectors) = lines.split_at_mut(piece.weights());
        if !adds {
            vectors.fill(Line::ZERO);
        }
        let row_panels = piece.first_row / PANEL..;
        for (index, (block, rows)) in self.blocks().enumerate() {
            let dy = block.deltas[piece.layer].steps(piece.panel, rows);
            for (panel, weights) in row_panels.clone().zip(weights.chunks_mut(PANEL)) {
                let (x, nonzero) = block.activations.steps(piece.layer, panel, rows);
                let factors = Factors { x, nonzero, dy };
                if adds || index > 0 {
                    add_gradient(self.instructions, factors, weights);
                } else {
                    gradient(self.instructions, factors, weights);
                }
            }
            if let [bias] = vectors {
                add_bias_gradient(self.instructions, dy, bias);
            }
        }
        if let [shift, scale, ..] = vectors
            && let Some(mine) = self.statistics.iter().find(|statistics| statistics.layer == piece.layer)
        {
            let gradients = mine.gradients(piece.panel);
            map_lines(self.instructions, [&gradients[..1]], std::slice::from_mut(shift), |[g], sum| sum + g);
            map_lines(self.instructions, [&gradients[1..]], std::slice::from_mut(scale), |[g], sum| sum + g);
        }
        // A layer that is tied to this one has Wᵀ: its gradients are turned too. After all blocks, so that the order of the
        // sum does not depend on how the batch was cut into them.
        let Some(tied) = piece.tied else { return };
        for (block, rows) in self.blocks() {
            let (x, _) = block.activations.steps(tied, piece.panel, rows);
            for (panel, weights) in row_panels.clone().zip(weights.chunks_mut(PANEL)) {
                let dy = block.deltas[tied].steps(panel, rows);
                add_gradient(self.instructions, Factors { x: dy, nonzero: None, dy: x }, weights);
            }
        }
        // Beside its columns x has what f makes of nothing, where deltas have nothing.
        if piece.width < PANEL {
            for line in weights {
                line.0[piece.width..].fill(0.0);
            }
        }
    }

    /// The blocks with rows of the batch, and how many.
    fn blocks(&self) -> impl Iterator<Item = (&Block<B>, usize)> {
        self.blocks.iter().enumerate().map_while(|(index, block)| {
            let rows = self.batch.checked_sub(index * self.block_rows).filter(|&rows| rows > 0)?;
            Some((block, rows.min(self.block_rows)))
        })
    }
}
