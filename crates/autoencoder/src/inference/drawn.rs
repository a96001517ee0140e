//! Codes drawn from the distributions of single samples, on their way through the decoder of a variational model.

use autoencoder_kernels::{Line, PANEL, Panels, PanelsMut, Words, lines, panels};

use super::passes::{BLOCK, rows, step};
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::random::Purpose;
use crate::random::chance::{Chance, Draws};
use crate::samples::Samples;
use crate::samples::zeros::Zeros;
use crate::stages::block::Block;
use crate::stages::draw::Codes;
use crate::stages::list::StageList;
use crate::stages::stage::Source;

/// Buffers for the codes of one sample on their way through the decoder.
pub(super) struct Decoder<'a, B: Buffer> {
    network: &'a Network,
    weights: &'a Weights<B::Operand>,
    list: StageList,
    block: Block<B>,
    target: Vec<Line>,
    words: Vec<Words>,
    noise: Vec<Line>,
}

/// A sample whose codes are drawn, by its place among all samples.
#[derive(Clone, Copy)]
pub(super) struct DrawnFor<'a> {
    pub(super) samples: &'a Samples,
    pub(super) place: usize,
    /// The means of the code in whole panels, then the logarithms of the variances in as many, as
    /// [`encode_statistics`](super::passes::encode_statistics) gives them.
    pub(super) statistics: &'a [Line],
    /// What stands for the sample among all that is drawn.
    pub(super) row: usize,
}

impl<'a, B: Buffer> Decoder<'a, B> {
    pub(super) fn new(network: &'a Network, weights: &'a Weights<B::Operand>) -> Self {
        let across = panels(network.code).next_multiple_of(2);
        let layers = network.encoder_layers..network.layers.len();
        let features = network.layers[0].inputs;
        let list = StageList::of_use(network, layers, Codes::Means, Zeros::NONE, true);
        Self {
            block: Block::new(&list, network, None, BLOCK),
            list,
            target: vec![Line::ZERO; lines(1, features)],
            words: vec![Words::ZERO; across],
            noise: vec![Line::ZERO; across],
            network,
            weights,
        }
    }

    /// Draws so many codes of a sample, and decodes them. Calls `take` for each code with ln p(z) - ln q(z|x), what is decoded,
    /// in numbers that the loss reads, and the sample, both (1, features).
    pub(super) fn draw(
        &mut self,
        sample: DrawnFor<'_>,
        draws: usize,
        mut take: impl FnMut(f64, Panels<'_>, Panels<'_>),
    ) {
        let Self { network, weights, list, block, target, words, noise } = self;
        let DrawnFor { samples, place, statistics, row } = sample;
        let (instructions, code) = (network.instructions, network.code);
        let features = network.layers[0].inputs;
        samples.gather(instructions, &mut PanelsMut::new(target, 1, features, 1), |_| place);
        let target = Panels::new(target, 1, features, 1);
        let (means, logs) = statistics.split_at(panels(code));
        let chance = Draws { seed: 0, step: 0, first_row: row };
        let mut ratios = [0.0; BLOCK];
        for first in (0..draws).step_by(BLOCK) {
            let count = BLOCK.min(draws - first);
            block.fill(count, |codes| {
                for (row, ratio) in ratios[..count].iter_mut().enumerate() {
                    chance.words(Purpose::Likelihood, 0, first + row, words);
                    autoencoder_kernels::standard_normals(instructions, words, noise);
                    *ratio = 0.0;
                    for unit in 0..code {
                        let (panel, column) = (unit / PANEL, unit % PANEL);
                        let (mean, log) = (means[panel].0[column], logs[panel].0[column]);
                        let epsilon = noise[panel].0[column];
                        let z = mean + (0.5 * log).exp() * epsilon;
                        codes.panel_mut(panel)[row].0[column] = z;
                        // The difference ln p(z) - ln q(z|x), whose constants cancel.
                        let [z, epsilon] = [z, epsilon].map(|value| f64::from(value) * f64::from(value));
                        *ratio += 0.5 * (epsilon + f64::from(log) - z);
                    }
                }
            });
            let step = step::<B>(network, weights, Source::Filled);
            block.forward(list.all(), &step, rows(first, count), &mut []);
            let outputs = block.outputs(count);
            for (row, &ratio) in ratios[..count].iter().enumerate() {
                take(ratio, outputs.slice_rows(row..row + 1), target);
            }
        }
    }
}
