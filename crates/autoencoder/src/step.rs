//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use autoencoder_kernels::{
    Factors, Instructions, LOSS_ROWS, Line, PANEL, PenaltyGradient, Update, add_bias_gradient, add_gradient,
    map_lines, panels, sum_of_squares,
};
use rayon::prelude::*;

use crate::block::{Block, Pass, Sums};
use crate::boundary::Boundary;
use crate::contraction::Contraction;
use crate::network::Network;
use crate::noise::Chance;
use crate::options::Rule;
use crate::pieces::{PIECE, Parts, Piece, Reads, for_each_piece, pieces};
use crate::recipe::Recipe;
use crate::samples::Samples;
use crate::sparsity::Sparsity;
use crate::specification::Penalty;
use crate::weights::{Operands, Weights};

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
pub(crate) struct Workspace<B: Boundary> {
    recipe: Recipe,
    /// Rows that pass through all layers together while their activations stay in the cache.
    block_rows: usize,
    blocks: Vec<Block<B>>,
    /// Of every [`LOSS_ROWS`] rows: fixed, so that a loss has the same bits however the batch was cut into blocks.
    sums: Vec<Sums>,
    /// Of as many rows the sums of the code's units, in lines; where a penalty asks for their means.
    code_sums: Vec<Line>,
    contraction: Option<Contraction>,
    pieces: Vec<Piece>,
    weights: Weights<B::Operand>,
    /// The gradients of several batches, or of all parameters, where an update waits for them.
    gradients: Vec<Line>,
    /// Whether what is gathered next begins a step.
    begins: bool,
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

impl<B: Boundary> Workspace<B> {
    /// For steps on at most `batch` of these samples.
    pub(crate) fn new(network: &Network, samples: &Samples, recipe: Recipe, batch: usize) -> Self {
        let block_rows = block_rows(batch);
        let pieces = pieces::<B>(network, Reads::Both);
        let groups = batch.div_ceil(LOSS_ROWS);
        let asks_for_means = matches!(network.penalty, Penalty::KlSparsity { .. });
        Self {
            block_rows,
            blocks: (0..batch.div_ceil(block_rows))
                .map(|_| Block::new(network, samples, &recipe, block_rows))
                .collect(),
            recipe,
            sums: vec![Sums::default(); groups],
            code_sums: vec![Line::ZERO; if asks_for_means { groups * panels(network.code) } else { 0 }],
            contraction: Contraction::new(network),
            weights: Weights::new::<B>(network, &pieces),
            pieces,
            gradients: Vec::new(),
            begins: true,
        }
    }

    /// Forward, loss and backward on a batch: its sums.
    pub(crate) fn forward_backward(&mut self, network: &Network, batch: Batch<'_>) -> Sums {
        let Self { recipe, block_rows, blocks, sums, code_sums, contraction, weights, .. } = self;
        let Batch { samples, indices, of, chance, penalty_weight } = batch;
        let (block_rows, rows) = (*block_rows, indices.len());
        let groups = rows.div_ceil(LOSS_ROWS);
        if let Some(contraction) = contraction {
            contraction.prepare(network, penalty_weight / of as f32);
        }
        let contraction = contraction.as_ref();
        let pass = Pass { network, weights, samples, recipe, chance, of, penalty_weight, contraction };
        let mut total = Sums::default();
        let (mut sign, mut columns) = (0.0, None);
        match network.penalty {
            Penalty::L1 { .. } => sign = pass.penalty_scale(),
            Penalty::KlSparsity { target, .. } => {
                let across = panels(network.code);
                let code_sums = &mut code_sums[..groups * across];
                blocks
                    .par_iter_mut()
                    .enumerate()
                    .zip(indices.par_chunks(block_rows))
                    .zip(code_sums.par_chunks_mut(block_rows / LOSS_ROWS * across))
                    .for_each(|(((index, block), indices), sums)| {
                        block.encode(&pass, indices, index * block_rows);
                        block.sum_codes(network, indices.len(), sums);
                    });
                let sparsity = Sparsity::new(network, target, rows, code_sums);
                total.penalty = f64::from(penalty_weight) * sparsity.divergence() * rows as f64;
                columns = Some(sparsity.gradient(pass.penalty_scale()));
            }
            _ => {}
        }
        let is_encoded = columns.is_some();
        let penalty = PenaltyGradient { sign, columns: columns.as_deref() };
        blocks
            .par_iter_mut()
            .enumerate()
            .zip(indices.par_chunks(block_rows))
            .zip(sums.par_chunks_mut(block_rows / LOSS_ROWS))
            .for_each(|(((index, block), indices), sums)| {
                if !is_encoded {
                    block.encode(&pass, indices, index * block_rows);
                }
                let sums = &mut sums[..indices.len().div_ceil(LOSS_ROWS)];
                block.finish(&pass, index * block_rows, indices.len(), penalty, sums);
            });
        for &group in &sums[..groups] {
            total += group;
        }
        if let Some(contraction) = &mut self.contraction {
            contraction.collect(network, &self.blocks, rows);
        }
        total
    }

    /// Whether an update must wait for the gradients of all parameters: those of the contraction are products of weights,
    /// which an update changes.
    pub(crate) fn gathers_gradients(&self) -> bool {
        self.contraction.is_some()
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, and the update with them.
    pub(crate) fn update(&mut self, network: &mut Network, moments: &mut Moments, rule: Rule, batch: usize) {
        let instructions = network.instructions;
        let Self { block_rows, blocks, pieces, weights, recipe, .. } = self;
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch };
        for_each_piece(pieces, parts, &|piece, mut parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            let mut dw = [Line::ZERO; PIECE + 1];
            gradients.add(piece, &mut dw[..piece.lines]);
            parts.update::<B>(instructions, rule, piece, &dw);
        });
    }

    /// Begins the gradients of a step that are gathered.
    pub(crate) fn begin_gradients(&mut self) {
        self.begins = true;
    }

    /// Adds the gradients of the last [`Workspace::forward_backward`] on `batch` samples to those that are gathered.
    pub(crate) fn gather_gradients(&mut self, network: &Network, batch: usize) {
        let operands = Operands::<B::Operand> { packed: &mut [], transposed: &mut [] };
        let begins = std::mem::take(&mut self.begins);
        let Self { block_rows, blocks, contraction, pieces, gradients, recipe, .. } = self;
        // What is not trained stays zero.
        gradients.resize(network.lines.len(), Line::ZERO);
        let contraction = contraction.as_ref();
        let parts = Parts { lines: [gradients, &mut [], &mut []], operands };
        let gradients =
            Gradients { instructions: network.instructions, blocks, block_rows: *block_rows, batch };
        for_each_piece(pieces, parts, &|piece, parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            let [lines, ..] = parts.lines;
            // Each piece while it is in the nearest cache, and not all at once.
            if begins {
                lines.fill(Line::ZERO);
            }
            gradients.add(piece, lines);
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
        let instructions = network.instructions;
        let Self { pieces, weights, gradients, recipe, .. } = self;
        let [m, v] = &mut moments.0;
        let parts = Parts { lines: [&mut network.lines, m, v], operands: weights.operands() };
        for_each_piece(pieces, parts, &|piece, mut parts| {
            if recipe.frozen.contains(piece.part) {
                return;
            }
            let mut dw = [Line::ZERO; PIECE + 1];
            let gradients = &gradients[piece.first_line..][..piece.lines];
            map_lines(instructions, [gradients], &mut dw[..piece.lines], |[gradient], _| gradient * scale);
            parts.update::<B>(instructions, rule, piece, &dw);
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
}

impl<B: Boundary> Gradients<'_, B> {
    /// Adds the gradients of a piece to its lines.
    ///
    /// Block by block: a block's panel of deltas then comes from the first-level cache for all chunks but the first.
    fn add(&self, piece: &Piece, lines: &mut [Line]) {
        let (weights, bias) = lines.split_at_mut(piece.weights());
        let row_panels = piece.first_row / PANEL..;
        for (block, rows) in self.blocks() {
            let dy = block.deltas[piece.layer].steps(piece.panel, rows);
            for (panel, weights) in row_panels.clone().zip(weights.chunks_mut(PANEL)) {
                let (x, nonzero) = block.activations.steps(piece.layer, panel, rows);
                add_gradient(self.instructions, Factors { x, nonzero, dy }, weights);
            }
            if let [bias] = bias {
                add_bias_gradient(self.instructions, dy, bias);
            }
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
    }

    /// The blocks with rows of the batch, and how many.
    fn blocks(&self) -> impl Iterator<Item = (&Block<B>, usize)> {
        self.blocks.iter().enumerate().map_while(|(index, block)| {
            let rows = self.batch.checked_sub(index * self.block_rows).filter(|&rows| rows > 0)?;
            Some((block, rows.min(self.block_rows)))
        })
    }
}
