//! The distributions that the encoder of a variational model gives for the codes of samples.

use autoencoder_kernels::{PANEL, panels};
use ndarray::Array2;

use super::passes::encode_statistics;
use super::{Inference, Prepared};
use crate::network::buffer::{Bf16, F32};
use crate::samples::Samples;
use crate::samples::error::SamplesError;

impl Inference {
    /// The means of the codes of samples, and the logarithms of their variances, each (samples, code); the model is variational.
    pub(crate) fn code_distributions(&self, samples: &Samples) -> Result<[Array2<f32>; 2], SamplesError> {
        assert!(self.draws_codes(), "code_distributions: of variational models alone");
        self.takes.check(samples)?;
        let lines = match &self.prepared {
            Prepared::F32(weights) => encode_statistics::<F32>(&self.network, weights, samples),
            Prepared::Bf16(weights) => encode_statistics::<Bf16>(&self.network, weights, samples),
        };
        let half = panels(self.code());
        Ok([0, half].map(|first| {
            Array2::from_shape_fn((samples.len(), self.code()), |(sample, unit)| {
                lines[sample * 2 * half + first + unit / PANEL].0[unit % PANEL]
            })
        }))
    }
}
