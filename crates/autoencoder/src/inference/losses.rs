//! Losses of reconstructing samples.

use crate::parallel::{in_shares, prelude::*};
use autoencoder_kernels::{
    ElementLoss, HOLE, LOSS_ROWS, Line, LossSums, Panels, PanelsMut, TableBuffers, TableRow, lines, loss,
    table_loss,
};
use ndarray::Array1;

use super::passes::{BLOCK, SHARE, rows, step};
use crate::evaluation::sums::{Means, Sums, Terms};
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::samples::Samples;
use crate::stages::block::Block;
use crate::stages::draw::Codes;
use crate::stages::list::StageList;
use crate::stages::stage::Source;
use crate::stages::table::number_loss;

/// Computes the mean losses of reconstructing all samples, or the given targets. For a variational model, the
/// loss uses codes drawn once for each sample, the same in every call, and the squared error uses the means
/// of the codes' distributions.
pub(crate) fn losses<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    targets: Option<&Samples>,
) -> Means {
    let mut sums = restore::<B>(network, weights, samples, targets, Codes::Means);
    if network.draws_codes() {
        let LossSums { squared_error, .. } = sums.reconstruction;
        sums = restore::<B>(network, weights, samples, targets, Codes::Drawn);
        sums.reconstruction.squared_error = squared_error;
        sums.penalty = f64::from(network.specification.penalty.weight()) * sums.divergence;
    }
    let means = Means::new(&network.specification, sums, samples.len());
    // Penalties on the code, except a variational model's divergence, count in training only.
    let terms = if network.draws_codes() { means.terms } else { Terms::default() };
    Means { terms, ..means }
}

/// Computes the mean squared error of each sample over its features, or the mean loss of a table's row over the columns of which
/// something is known.
pub(super) fn errors<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
) -> Array1<f64> {
    // The loss of words is computed from their logits.
    let logits = network.table.is_some();
    let list = StageList::of_use(network, 0..network.layers.len(), Codes::Means, samples.zeros(), logits);
    let step = step::<B>(network, weights, Source::Samples(samples));
    let mut errors = vec![0.0; samples.len()];
    in_shares(errors.par_chunks_mut(BLOCK).enumerate(), SHARE).for_each_init(
        || (Block::<B>::new(&list, network, None, BLOCK), table_buffers(network)),
        |(block, buffers), (index, errors)| {
            let count = errors.len();
            block.forward(list.all(), &step, rows(index * BLOCK, count), &mut []);
            let (restored, clean) = (block.outputs(count), block.inputs(count));
            for (row, error) in errors.iter_mut().enumerate() {
                let restored = restored.slice_rows(row..row + 1);
                if let (Some(table), Some(buffers)) = (samples.table(), &mut *buffers) {
                    let row = table.row(index * BLOCK + row);
                    *error = table_sums(network, buffers, restored, |_| row).loss
                        / known_columns(row).max(1) as f64;
                    continue;
                }
                let clean = clean.slice_rows(row..row + 1);
                let sum =
                    loss(network.instructions, ElementLoss::SquaredError, restored, clean).squared_error;
                *error = sum / clean.columns() as f64;
            }
        },
    );
    errors.into()
}

/// Makes the buffers for [`table_sums`], if the samples of a network are rows of a table.
pub(super) fn table_buffers(network: &Network) -> Option<TableBuffers> {
    network.table.as_ref().map(TableBuffers::new)
}

/// Sums the losses of some rows of a table, given the sums of the network's last layer.
pub(super) fn table_sums<'a>(
    network: &Network,
    buffers: &mut TableBuffers,
    outputs: Panels<'_>,
    row: impl Fn(usize) -> TableRow<'a>,
) -> LossSums {
    let mut sums = [LossSums::default(); BLOCK / LOSS_ROWS];
    let sums = &mut sums[..outputs.rows().div_ceil(LOSS_ROWS)];
    table_loss(network.instructions, buffers, number_loss(network), row, outputs, sums);
    sums.iter().fold(LossSums::default(), |mut total, &sums| {
        total += sums;
        total
    })
}

/// The number of a row's columns of which something is known.
fn known_columns(row: TableRow<'_>) -> usize {
    let numbers = row.numbers.iter().filter(|number| !number.is_nan()).count();
    numbers + row.words.iter().filter(|&&word| word != HOLE).count()
}

/// Sums the losses over all samples, in the order of their blocks.
fn restore<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    targets: Option<&Samples>,
    codes: Codes,
) -> Sums {
    let (instructions, element) = (network.instructions, network.specification.loss.element());
    let list = StageList::of_use(network, 0..network.layers.len(), codes, samples.zeros(), true);
    let step = step::<B>(network, weights, Source::Samples(samples));
    let mut blocks = vec![Sums::default(); samples.len().div_ceil(BLOCK)];
    in_shares(blocks.par_iter_mut().enumerate(), SHARE).for_each_init(
        || {
            let clean = targets.map(|targets| vec![Line::ZERO; lines(BLOCK, targets.features())]);
            (Block::<B>::new(&list, network, None, BLOCK), clean, table_buffers(network))
        },
        |(block, clean, buffers), (index, sums)| {
            let first = index * BLOCK;
            let count = BLOCK.min(samples.len() - first);
            block.forward(list.all(), &step, rows(first, count), std::slice::from_mut(sums));
            let outputs = block.outputs(count);
            if let (Some(table), Some(buffers)) = (targets.unwrap_or(samples).table(), buffers) {
                sums.reconstruction = table_sums(network, buffers, outputs, |row| table.row(first + row));
                return;
            }
            sums.reconstruction = match (targets, clean) {
                (Some(targets), Some(clean)) => {
                    let mut clean = PanelsMut::new(clean, count, targets.features(), BLOCK);
                    targets.gather(instructions, &mut clean, |row| first + row);
                    loss(instructions, element, outputs, clean.view())
                }
                (None, _) | (_, None) => loss(instructions, element, outputs, block.inputs(count)),
            };
        },
    );
    let mut total = Sums::default();
    for block in blocks {
        total += block;
    }
    total
}
