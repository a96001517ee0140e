//! Forward passes of blocks of rows through a network in use.

use std::ops::{Range, RangeInclusive};

use crate::parallel::{in_shares, prelude::*};
use autoencoder_kernels::{Line, panels};
use ndarray::{ArrayViewMut2, Axis};

use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::random::chance::Draws;
use crate::samples::Samples;
use crate::stages::block::Block;
use crate::stages::draw::Codes;
use crate::stages::list::StageList;
use crate::stages::meeting::Meetings;
use crate::stages::stage::{Rows, Source, Step};

/// The number of rows of a block. A block reads all weights once. The number is fixed, because losses are
/// summed by blocks.
pub(super) const BLOCK: usize = 64;

/// The least and the most blocks that a thread takes together, which share one set of buffers. Of more than that, one thread would have
/// the last ones to itself.
pub(super) const SHARE: RangeInclusive<usize> = 8..=128;

/// The random words for codes drawn in use: the same words in every call.
pub(super) const FIXED_DRAWS: Draws = Draws { seed: 0, step: 0, first_row: 0 };

/// Networks in use have no meetings.
static NO_MEETINGS: Meetings = Meetings(Vec::new());

/// The shared inputs of blocks in use: no penalty counts, and no block waits for another.
pub(super) fn step<'a, B: Buffer>(
    network: &'a Network,
    weights: &'a Weights<B::Operand>,
    source: Source<'a>,
) -> Step<'a, B> {
    Step {
        network,
        weights,
        source,
        chance: &FIXED_DRAWS,
        loss_samples: 1,
        penalty_weight: 0.0,
        meetings: &NO_MEETINGS,
    }
}

/// The rows `first`..`first + count` of the source.
pub(super) fn rows(first: usize, count: usize) -> Rows<'static> {
    Rows { indices: None, first, count, group: BLOCK }
}

/// Runs the rows of `source` through `layers` and writes the outputs of the last layer, (rows, columns).
pub(super) fn run<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    layers: Range<usize>,
    source: Source<'_>,
    mut outputs: ArrayViewMut2<'_, f32>,
) {
    let list = StageList::of_use(network, layers, Codes::Means, source.zeros(), false);
    let step = step::<B>(network, weights, source);
    let blocks = outputs.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate();
    in_shares(blocks, SHARE).for_each_init(
        || Block::<B>::new(&list, network, None, BLOCK),
        |block, (index, outputs)| {
            let count = outputs.nrows();
            block.forward(list.all(), &step, rows(index * BLOCK, count), &mut []);
            block.outputs(count).unpack(outputs);
        },
    );
}

/// Computes the distributions of a variational model's codes. For each sample: the means in `panels(code)`
/// lines, then the logarithms of the variances in as many lines.
pub(super) fn encode_statistics<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
) -> Vec<Line> {
    let layers = 0..network.encoder_layers;
    let list = StageList::of_use(network, layers, Codes::Means, samples.zeros(), true);
    let step = step::<B>(network, weights, Source::Samples(samples));
    let across = 2 * panels(network.code);
    let mut statistics = vec![Line::ZERO; samples.len() * across];
    in_shares(statistics.par_chunks_mut(BLOCK * across).enumerate(), SHARE).for_each_init(
        || Block::<B>::new(&list, network, None, BLOCK),
        |block, (index, lines)| {
            let count = lines.len() / across;
            block.forward(list.all(), &step, rows(index * BLOCK, count), &mut []);
            let found = block.outputs(count);
            for (row, lines) in lines.chunks_mut(across).enumerate() {
                lines.iter_mut().enumerate().for_each(|(panel, line)| *line = found.panel(panel)[row]);
            }
        },
    );
    statistics
}
