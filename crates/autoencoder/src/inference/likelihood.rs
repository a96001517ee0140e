//! Log-likelihood of samples under a variational model, estimated by importance sampling (Burda et al. 2016).
//!
//! ```text
//! ln p(x) ≈ ln 1/K Σ p(x|z) p(z) / q(z|x),   z₁ ... z_K drawn from q(z|x)
//! ```
//!
//! With one draw, the estimate is the bound that training maximises; with more draws, a tighter bound.

use crate::parallel::prelude::*;
use autoencoder_kernels::{loss, panels};

use super::drawn::{Decoder, DrawnFor};
use super::losses::{table_buffers, table_sums};
use super::passes::encode_statistics;
use crate::network::Network;
use crate::network::buffer::Buffer;
use crate::network::weights::Weights;
use crate::samples::Samples;

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
    let (scale, shift) = network.specification.loss.scale_and_shift();
    let element = network.specification.loss.element();
    let mut likelihoods = vec![0.0; samples.len()];
    likelihoods.par_iter_mut().enumerate().with_min_len(8).for_each_init(
        || (Decoder::<B>::new(network, weights), table_buffers(network)),
        |(decoder, buffers), (place, likelihood)| {
            let statistics = &statistics[place * 2 * across..][..2 * across];
            let sample = DrawnFor { samples, place, statistics, row: place };
            let mut logarithms = Vec::with_capacity(draws);
            decoder.draw(sample, draws, |ratio, output, target| {
                let loss = if let (Some(table), Some(buffers)) = (samples.table(), &mut *buffers) {
                    table_sums(network, buffers, output, |_| table.row(place)).loss
                } else {
                    scale * loss(network.instructions, element, output, target).loss
                        + shift * target.columns() as f64
                };
                logarithms.push(ratio - loss);
            });
            // The largest logarithm is taken out, so that no exponential overflows and not all exponentials
            // vanish.
            let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = logarithms.iter().map(|logarithm| (logarithm - largest).exp()).sum();
            *likelihood = largest + (sum / draws as f64).ln();
            done();
        },
    );
    likelihoods.iter().sum::<f64>() / samples.len() as f64
}
