//! Models in use for once: each call prepares the model.

use ndarray::{Array1, Array2, ArrayView2};

use super::Inference;
use crate::evaluation::Evaluation;
use crate::model::Model;
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// Each of these prepares the model; [`Inference`] does so once for many calls.
impl Model {
    /// The codes of all samples, (samples, code).
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn encode(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).encode(samples)
    }

    /// What the decoder makes of codes (rows, code): samples as the model sees them, (rows, features).
    ///
    /// # Errors
    /// If the codes have another width than the model's.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).decode(codes)
    }

    /// All samples as the model restores them, (samples, features), as the model sees them: scaled.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn reconstruct(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).reconstruct(samples)
    }

    /// How well it restores these samples.
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation, SamplesError> {
        Inference::new(self).evaluate(samples)
    }

    /// The error of each sample, its mean squared difference from what is restored of it. See [`Inference::errors`].
    ///
    /// # Errors
    /// If the samples have another width, scaling or shape than the model's.
    pub fn errors(&self, samples: &Samples) -> Result<Array1<f64>, SamplesError> {
        Inference::new(self).errors(samples)
    }
}
