//! The distributions that the encoder of a variational model gives for the codes of samples.

use autoencoder_kernels::{PANEL, panels};
use ndarray::Array2;

use super::passes::encode_statistics;
use super::{Inference, Prepared};
use crate::network::buffer::{Bf16, F32};
use crate::samples::Samples;
use crate::samples::error::SamplesError;

impl Inference {
    /// The means of the codes of samples, and the logarithms of their variances, each (samples, code); `None` if the model is not
    /// variational.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    ///
    /// ```
    /// use autoencoder::{Error, Inference, Initialization, Model, Specification, Values};
    /// use ndarray::Array2;
    /// let model = Model::new(Specification::new(12, [8, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = model.samples(Values::Floats(Array2::from_elem((50, 12), 0.5)))?;
    /// let [means, log_variances] = Inference::new(&model).code_distributions(&samples)?.unwrap();
    /// assert_eq!((means, log_variances.dim()), (model.encode(&samples)?, (50, 2)));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn code_distributions(&self, samples: &Samples) -> Result<Option<[Array2<f32>; 2]>, SamplesError> {
        self.takes.check(samples)?;
        if !self.draws_codes() {
            return Ok(None);
        }
        let lines = match &self.prepared {
            Prepared::F32(weights) => encode_statistics::<F32>(&self.network, weights, samples),
            Prepared::Bf16(weights) => encode_statistics::<Bf16>(&self.network, weights, samples),
        };
        let half = panels(self.code());
        Ok(Some([0, half].map(|first| {
            Array2::from_shape_fn((samples.len(), self.code()), |(sample, unit)| {
                lines[sample * 2 * half + first + unit / PANEL].0[unit % PANEL]
            })
        })))
    }
}
