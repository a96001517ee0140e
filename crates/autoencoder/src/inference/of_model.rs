//! Single uses of a model: each call prepares the model.

use ndarray::{Array1, Array2, ArrayView2};

use super::Inference;
use crate::evaluation::Evaluation;
use crate::model::Model;
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// Methods that prepare the model in each call; [`Inference`] prepares a model once for many calls.
impl Model {
    /// Encodes samples: returns their codes, (samples, code).
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn encode(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).encode(samples)
    }

    /// Decodes codes (rows, code): returns scaled samples, (rows, features).
    ///
    /// # Errors
    /// If the codes have another width than the model's code.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).decode(codes)
    }

    /// Encodes and decodes samples: returns the reconstructions on the model's scale, (samples, features).
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn reconstruct(&self, samples: &Samples) -> Result<Array2<f32>, SamplesError> {
        Inference::new(self).reconstruct(samples)
    }

    /// Computes the errors of reconstructing samples.
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation, SamplesError> {
        Inference::new(self).evaluate(samples)
    }

    /// Computes the error of each sample, its mean squared difference from its reconstruction, (samples). See
    /// [`Inference::errors`].
    ///
    /// # Errors
    /// If the samples have another number of features, scaling or shape than the model takes.
    pub fn errors(&self, samples: &Samples) -> Result<Array1<f64>, SamplesError> {
        Inference::new(self).errors(samples)
    }
}
