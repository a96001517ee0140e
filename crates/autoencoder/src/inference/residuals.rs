//! Residuals of samples of plain numbers, computed block by block where the samples and their reconstructions lie in panels.

use super::passes::{BLOCK, SHARE, rows, step};
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::parallel::{in_shares, prelude::*};
use crate::samples::Samples;
use crate::scorer::residual::Residual;
use crate::stages::block::Block;
use crate::stages::draw::Codes;
use crate::stages::list::StageList;
use crate::stages::stage::Source;

/// The residual of each sample, in nats.
pub(super) fn residuals<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    residual: &Residual,
) -> Vec<f64> {
    let list = StageList::of_use(network, 0..network.layers.len(), Codes::Means, samples.zeros(), false);
    let step = step::<B>(network, weights, Source::Samples(samples));
    let mut found = vec![0.0; samples.len()];
    in_shares(found.par_chunks_mut(BLOCK).enumerate(), SHARE).for_each_init(
        || Block::<B>::new(&list, network, None, BLOCK),
        |block, (index, found)| {
            let count = found.len();
            block.forward(list.all(), &step, rows(index * BLOCK, count), &mut []);
            let (restored, clean) = (block.outputs(count), block.inputs(count));
            residual.of_panels(clean.iter().zip(restored.iter()), found);
        },
    );
    found
}
