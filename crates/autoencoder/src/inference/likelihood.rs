//! Log-likelihood of samples under a variational model, estimated by importance sampling (Burda et al. 2016).
//!
//! ```text
//! ln p(x) ≈ ln 1/K Σ p(x|z) p(z) / q(z|x),   z₁ ... z_K drawn from q(z|x)
//! ```
//!
//! With one draw, the estimate is the bound that training maximises; with more draws, a tighter bound.

use crate::parallel::prelude::*;
use autoencoder_kernels::{Line, PANEL, Panels, PanelsMut, TableBuffers, Words, lines, loss, panels};

use super::losses::{table_buffers, table_sums};
use super::passes::{BLOCK, encode_statistics, rows, step};
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

/// Estimates the mean log-likelihood of all samples, in nats, from `draws` codes for each sample.
///
/// The draws are a function of the sample's place and the draw's number, the same in every call. Calls `done`
/// after each sample, on the thread that computed the sample.
pub(crate) fn log_likelihood<B: Buffer>(
    network: &Network,
    weights: &Weights<B::Operand>,
    samples: &Samples,
    draws: usize,
    done: &(dyn Fn() + Sync),
) -> f64 {
    let statistics = encode_statistics::<B>(network, weights, samples);
    let across = panels(network.code);
    let mut likelihoods = vec![0.0; samples.len()];
    likelihoods.par_iter_mut().enumerate().with_min_len(8).for_each_init(
        || Decoder::<B>::new(network),
        |decoder, (sample, likelihood)| {
            let statistics = &statistics[sample * 2 * across..][..2 * across];
            *likelihood = decoder.run(network, weights, samples, sample, statistics, draws);
            done();
        },
    );
    likelihoods.iter().sum::<f64>() / samples.len() as f64
}

/// Buffers for the codes of one sample on their way through the decoder.
struct Decoder<B: Buffer> {
    list: StageList,
    block: Block<B>,
    target: Vec<Line>,
    words: Vec<Words>,
    noise: Vec<Line>,
    table: Option<TableBuffers>,
}

impl<B: Buffer> Decoder<B> {
    fn new(network: &Network) -> Self {
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
            table: table_buffers(network),
        }
    }

    /// Estimates the log-likelihood of one sample.
    fn run(
        &mut self,
        network: &Network,
        weights: &Weights<B::Operand>,
        samples: &Samples,
        sample: usize,
        statistics: &[Line],
        draws: usize,
    ) -> f64 {
        let Self { list, block, target, words, noise, table: buffers } = self;
        let (instructions, code) = (network.instructions, network.code);
        let features = network.layers[0].inputs;
        samples.gather(instructions, &mut PanelsMut::new(target, 1, features, 1), |_| sample);
        let target = Panels::new(target, 1, features, 1);
        let (means, logs) = statistics.split_at(panels(code));
        let (scale, shift) = network.specification.loss.scale_and_shift();
        let mut logarithms = Vec::with_capacity(draws);
        for first in (0..draws).step_by(BLOCK) {
            let count = BLOCK.min(draws - first);
            block.fill(count, |codes| {
                for row in 0..count {
                    let chance = Draws { seed: 0, step: 0, first_row: sample };
                    chance.words(Purpose::Likelihood, 0, first + row, words);
                    autoencoder_kernels::standard_normals(instructions, words, noise);
                    let mut ratio = 0.0;
                    for unit in 0..code {
                        let (panel, column) = (unit / PANEL, unit % PANEL);
                        let (mean, log) = (means[panel].0[column], logs[panel].0[column]);
                        let epsilon = noise[panel].0[column];
                        let z = mean + (0.5 * log).exp() * epsilon;
                        codes.panel_mut(panel)[row].0[column] = z;
                        // The difference ln p(z) - ln q(z|x), whose constants cancel.
                        let [z, epsilon] = [z, epsilon].map(|value| f64::from(value) * f64::from(value));
                        ratio += 0.5 * (epsilon + f64::from(log) - z);
                    }
                    logarithms.push(ratio);
                }
            });
            let step = step::<B>(network, weights, Source::Filled);
            block.forward(list.all(), &step, rows(first, count), &mut []);
            let outputs = block.outputs(count);
            for (row, logarithm) in logarithms[first..].iter_mut().enumerate() {
                let output = outputs.slice_rows(row..row + 1);
                *logarithm -= if let (Some(table), Some(buffers)) = (samples.table(), &mut *buffers) {
                    table_sums(network, buffers, output, |_| table.row(sample)).loss
                } else {
                    let element = network.specification.loss.element();
                    scale * loss(instructions, element, output, target).loss + shift * features as f64
                };
            }
        }
        // The largest logarithm is taken out, so that no exponential overflows and not all exponentials
        // vanish.
        let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logarithms.iter().map(|logarithm| (logarithm - largest).exp()).sum();
        largest + (sum / draws as f64).ln()
    }
}
