//! One training step in phases: forward and backward over blocks of rows, gradients and update over pieces of the
//! parameters. Within a phase every thread owns what it writes; between phases all wait for each other once.

use crate::parallel::prelude::*;
use autoencoder_kernels::{LOSS_ROWS, Line, Store, map_lines};

use super::device::Batch;
use super::gradients::{Gradients, norm};
use super::updates::{PieceSlices, Updater, for_each_piece, with_gradient_buffer};
use crate::evaluation::sums::Sums;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::pieces::{Piece, Reads, pieces};
use crate::network::weights::{Operands, Weights};
use crate::options::Rule;
use crate::samples::Samples;
use crate::stages::block::Block;
use crate::stages::list::StageList;
use crate::stages::meeting::{MeasuredBatch, Meetings, Segment};
use crate::stages::stage::{Rows, Source, Step};
use crate::stages::treatment::Treatment;

/// Rows of a block for a batch: an equal share for each thread, in whole groups. No result depends on it.
///
/// A block reads all weights once, most of them from the third-level cache, so few tall blocks read less; past
/// 128 rows their activations no longer stay in the second.
fn block_rows(batch: usize) -> usize {
    const TALLEST: usize = 128;
    let share = batch.div_ceil(crate::parallel::current_num_threads());
    share.next_multiple_of(LOSS_ROWS).clamp(LOSS_ROWS, TALLEST)
}

/// What the steps of one training reuse.
pub(crate) struct Workspace<B: Buffer> {
    treatment: Treatment,
    /// Rows that pass through all layers together while their values stay in the cache.
    block_rows: usize,
    blocks: Vec<Block<B>>,
    /// Sums over every [`LOSS_ROWS`] rows: fixed, so that a loss has the same bits however the batch was cut into blocks.
    sums: Vec<Sums>,
    /// What the same rows were measured in, where all blocks meet.
    measured: Vec<Line>,
    meetings: Meetings,
    /// The way through all stages and back.
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    weights: Weights<B::Operand>,
    /// How an update stores what all threads read.
    store: Store,
    /// The gradients of several batches, or of all parameters, where an update waits for them.
    gradients: Vec<Line>,
    /// Whether gradients of batches before wait for the update.
    waiting: bool,
}

/// The blocks of a batch, and what they leave for all.
struct BatchBlocks<'a, B: Buffer> {
    all: &'a mut [Block<B>],
    block_rows: usize,
    indices: &'a [usize],
    sums: &'a mut [Sums],
    measured: &'a mut [Line],
}

impl<B: Buffer> BatchBlocks<'_, B> {
    /// Calls `run` for every block, in parallel, with its rows, its sums, and `lines` (1 or more) for each group of rows: the
    /// lines of all blocks.
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
                let (first, count) = (index * block_rows, indices.len());
                let rows = Rows { indices: Some(indices), first, count, group: LOSS_ROWS };
                run(block, rows, &mut sums[..count.div_ceil(LOSS_ROWS)], measured);
            });
        measured
    }
}

/// The parameters' moments, in the network's layout.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments(pub [Vec<Line>; 2]);

impl Moments {
    /// Zeros for so many moments.
    pub(crate) fn zeros(moments: usize, lines: usize) -> Self {
        let buffer = |index| if index < moments { vec![Line::ZERO; lines] } else { Vec::new() };
        Self([buffer(0), buffer(1)])
    }
}

impl<B: Buffer> Workspace<B> {
    /// For steps on at most `batch` of these samples.
    pub(crate) fn new(network: &Network, samples: &Samples, treatment: Treatment, batch: usize) -> Self {
        let list = StageList::of_training(network, treatment.clone(), samples);
        let (block_rows, groups) = (block_rows(batch), batch.div_ceil(LOSS_ROWS));
        let block = |_| Block::new(&list, network, Some(samples), block_rows);
        let (pieces, meetings) = (pieces::<B>(network, Reads::Both), list.meetings(network));
        Self {
            treatment,
            block_rows,
            blocks: (0..batch.div_ceil(block_rows)).map(block).collect(),
            sums: vec![Sums::default(); groups],
            measured: vec![Line::ZERO; groups * meetings.most_lines().max(1)],
            segments: meetings.segments(list.first_trained(network), list.kinds().len()),
            meetings,
            weights: Weights::new::<B>(network, &pieces),
            pieces,
            store: Store::read_by(crate::parallel::current_num_threads()),
            gradients: Vec::new(),
            waiting: false,
        }
    }

    /// Forward, loss and backward on a batch: its sums.
    pub(crate) fn forward_backward(&mut self, network: &Network, batch: Batch<'_>) -> Sums {
        let Self { block_rows, blocks, sums, measured, meetings, segments, weights, .. } = self;
        let Batch { samples, indices, loss_samples, chance, penalty_weight, exchange } = batch;
        let rows = indices.len();
        meetings.iter_mut().for_each(|meeting| meeting.prepare(network));
        let sums = &mut sums[..rows.div_ceil(LOSS_ROWS)];
        sums.fill(Sums::default());
        let mut blocks = BatchBlocks { all: blocks, block_rows: *block_rows, indices, sums, measured };
        let mut total = Sums::default();
        for Segment { forward, backward, meeting } in &*segments {
            let source = Source::Samples(samples);
            let step = Step { network, weights, source, chance, loss_samples, penalty_weight, meetings };
            let lines = meeting.map_or(0, |(place, direction)| meetings.lines(place, direction));
            let measured = blocks.each(lines.max(1), |block, rows, sums, measured| {
                block.forward(forward.clone(), &step, rows, sums);
                block.backward(backward.clone(), &step, rows);
                if let Some(meeting) = *meeting {
                    block.measure(meeting, &step, rows, sums, measured);
                }
            });
            if let Some((place, direction)) = *meeting {
                let measured_batch =
                    MeasuredBatch { network, rows, loss_samples, penalty_weight, measured, exchange };
                total.penalty += meetings.join(place, direction, measured_batch);
            }
        }
        for &group in &*blocks.sums {
            total += group;
        }
        total
    }

    /// Brings running statistics nearer to those of the last [`Workspace::forward_backward`].
    pub(crate) fn update_running_statistics(&self, network: &mut Network) {
        self.meetings.iter().for_each(|meeting| meeting.update_running_statistics(network));
    }

    /// The gradients of the last [`Workspace::forward_backward`] on `batch` samples, and the update with them and those that wait
    /// for it.
    pub(crate) fn update(&mut self, network: &mut Network, moments: &mut Moments, rule: Rule, batch: usize) {
        let instructions = network.instructions;
        let updater = Updater { instructions, rule, store: self.store };
        let Self { block_rows, blocks, meetings, pieces, weights, treatment, waiting, .. } = self;
        let accumulated = std::mem::take(waiting).then_some(&self.gradients[..]);
        let [m, v] = &mut moments.0;
        let slices = PieceSlices { lines: [&mut network.lines, m, v], operands: weights.operands() };
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch, meetings };
        for_each_piece(pieces, slices, &|piece, slices| {
            if treatment.frozen.contains(piece.architecture_layer) {
                return;
            }
            with_gradient_buffer(|dw| {
                if let Some(accumulated) = accumulated {
                    dw[..piece.lines].copy_from_slice(&accumulated[piece.first_line..][..piece.lines]);
                }
                gradients.form(piece, accumulated.is_some(), slices.lines[0], &mut dw[..piece.lines]);
                updater.update::<B>(piece, slices, dw);
            });
        });
    }

    /// Adds the gradients of the last [`Workspace::forward_backward`] on `batch` samples to those that wait for the update.
    pub(crate) fn accumulate_gradients(&mut self, network: &Network, batch: usize) {
        let operands = Operands::<B::Operand> { packed: &mut [], transposed: &mut [] };
        let begins = !std::mem::replace(&mut self.waiting, true);
        let Self { block_rows, blocks, meetings, pieces, gradients, treatment, .. } = self;
        // What is not trained stays zero.
        gradients.resize(network.lines.len(), Line::ZERO);
        let slices = PieceSlices { lines: [gradients, &mut [], &mut []], operands };
        let instructions = network.instructions;
        let gradients = Gradients { instructions, blocks, block_rows: *block_rows, batch, meetings };
        for_each_piece(pieces, slices, &|piece, slices| {
            if treatment.frozen.contains(piece.architecture_layer) {
                return;
            }
            let [lines, ..] = slices.lines;
            let own = &network.lines[piece.first_line..][..piece.lines];
            gradients.form(piece, !begins, own, lines);
        });
    }

    /// What was accumulated, in the network's layout.
    pub(crate) fn gradients(&self) -> &[Line] {
        &self.gradients
    }

    /// The same, to be changed.
    pub(crate) fn gradients_mut(&mut self) -> &mut [Line] {
        &mut self.gradients
    }

    /// The Euclidean norm of all that was accumulated.
    pub(crate) fn gradient_norm(&self, network: &Network) -> f64 {
        norm(network.instructions, &self.gradients)
    }

    /// The update with the gradients that were accumulated, each times `scale`.
    pub(crate) fn update_with_accumulated(
        &mut self,
        network: &mut Network,
        moments: &mut Moments,
        rule: Rule,
        scale: f32,
    ) {
        self.waiting = false;
        let instructions = network.instructions;
        let updater = Updater { instructions, rule, store: self.store };
        let Self { pieces, weights, gradients, treatment, .. } = self;
        let [m, v] = &mut moments.0;
        let slices = PieceSlices { lines: [&mut network.lines, m, v], operands: weights.operands() };
        for_each_piece(pieces, slices, &|piece, slices| {
            if treatment.frozen.contains(piece.architecture_layer) {
                return;
            }
            with_gradient_buffer(|dw| {
                let gradients = &gradients[piece.first_line..][..piece.lines];
                map_lines(instructions, [gradients], &mut dw[..piece.lines], |[gradient], _| {
                    gradient * scale
                });
                updater.update::<B>(piece, slices, dw);
            });
        });
    }
}
