//! Workspace: the buffers and the phases of a training step. The forward and the backward pass run over
//! blocks of rows, gradients and updates over pieces of the parameters. Within a phase every thread owns the
//! numbers that it writes; between phases all threads wait for each other once.

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
use crate::stages::stage::{MOST_ROWS, Rows, Source, Step};
use crate::stages::treatment::Treatment;

/// The number of rows of a block, given the size of a batch: an equal share for each thread, in whole groups.
/// No result depends on it.
///
/// A block reads all weights once, most of them from the third-level cache, so a few tall blocks read less
/// than many low ones.
fn block_rows(batch: usize) -> usize {
    let share = batch.div_ceil(crate::parallel::current_num_threads());
    share.next_multiple_of(LOSS_ROWS).clamp(LOSS_ROWS, MOST_ROWS)
}

/// The buffers and settings that all steps of a training reuse.
pub(crate) struct Workspace<B: Buffer> {
    treatment: Treatment,
    /// The number of rows of a full block.
    block_rows: usize,
    blocks: Vec<Block<B>>,
    /// The sums over each group of [`LOSS_ROWS`] rows. Groups have a fixed size, so that a loss has the same
    /// bits however a batch is cut into blocks.
    sums: Vec<Sums>,
    /// The lines in which each group of rows is measured for a meeting.
    measured: Vec<Line>,
    meetings: Meetings,
    /// The segments of a step, from the first stage to the loss and back.
    segments: Vec<Segment>,
    pieces: Vec<Piece>,
    weights: Weights<B::Operand>,
    /// The kind of store for numbers that all threads read.
    store: Store,
    /// The accumulated gradients of all parameters; empty until gradients are accumulated.
    gradients: Vec<Line>,
    /// Whether accumulated gradients wait for an update.
    waiting: bool,
}

/// The blocks of a batch and the buffers that they write their results to.
struct BatchBlocks<'a, B: Buffer> {
    all: &'a mut [Block<B>],
    block_rows: usize,
    indices: &'a [usize],
    sums: &'a mut [Sums],
    measured: &'a mut [Line],
}

impl<B: Buffer> BatchBlocks<'_, B> {
    /// Calls `run` for every block, in parallel, with the block's rows, its sums, and `lines` (1 or more)
    /// lines for each of its groups of rows. Returns the lines of all blocks.
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

/// The optimizer's moments, in the network's layout.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments(pub [Vec<Line>; 2]);

impl Moments {
    /// Makes `moments` moments of zeros; the others stay empty.
    pub(crate) fn zeros(moments: usize, lines: usize) -> Self {
        let buffer = |index| if index < moments { vec![Line::ZERO; lines] } else { Vec::new() };
        Self([buffer(0), buffer(1)])
    }
}

impl<B: Buffer> Workspace<B> {
    /// Allocates a workspace for steps on at most `batch` of these samples.
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

    /// Computes the forward pass, the loss and the backward pass of a batch, and returns its sums of losses
    /// and penalties.
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

    /// Moves running statistics towards those of the last [`Workspace::forward_backward`].
    pub(crate) fn update_running_statistics(&self, network: &mut Network) {
        self.meetings.iter().for_each(|meeting| meeting.update_running_statistics(network));
    }

    /// Computes the gradients of the last [`Workspace::forward_backward`], which had `batch` samples, and
    /// updates the parameters with them and the accumulated gradients.
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

    /// Adds the gradients of the last [`Workspace::forward_backward`], which had `batch` samples, to the
    /// accumulated gradients.
    pub(crate) fn accumulate_gradients(&mut self, network: &Network, batch: usize) {
        let operands = Operands::<B::Operand> { packed: &mut [], transposed: &mut [] };
        let begins = !std::mem::replace(&mut self.waiting, true);
        let Self { block_rows, blocks, meetings, pieces, gradients, treatment, .. } = self;
        // The gradients of frozen layers stay zero.
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

    /// The accumulated gradients, in the network's layout.
    pub(crate) fn gradients(&self) -> &[Line] {
        &self.gradients
    }

    /// The accumulated gradients, in the network's layout, for writing.
    pub(crate) fn gradients_mut(&mut self) -> &mut [Line] {
        &mut self.gradients
    }

    /// The Euclidean norm of all accumulated gradients together.
    pub(crate) fn gradient_norm(&self, network: &Network) -> f64 {
        norm(network.instructions, &self.gradients)
    }

    /// Updates the parameters with the accumulated gradients times `scale`.
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
