//! How well samples are restored: mean squared error, its sum over a sample, and the ratio of peak to noise.

use serde::{Deserialize, Serialize};

use crate::observer::{Means, Terms};

/// Reconstruction errors over a set of samples, on values as the model sees them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Number of samples.
    pub samples: usize,
    /// Numbers in a sample.
    pub features: usize,
    /// Numbers in a code.
    pub code: usize,
    /// Mean over samples and features of the squared error.
    pub mse: f64,
    /// The squared error summed over features, mean over samples: features times `mse`.
    pub squared_error: f64,
    /// 10 log10(1 / mse), decibels, for values that span 1; `None` if `mse` is 0.
    pub psnr_db: Option<f64>,
    /// What training minimises, but for a penalty of the code: mean over samples and features; of a variational model in nats
    /// a sample, with one code drawn for each.
    pub loss: f64,
    /// What the loss is the sum of, if of more than one.
    pub terms: Terms,
}

impl Evaluation {
    pub(crate) fn new(samples: usize, features: usize, code: usize, means: Means) -> Self {
        let Means { mse, loss, terms } = means;
        Self {
            samples,
            features,
            code,
            mse,
            squared_error: mse * features as f64,
            psnr_db: (mse > 0.0).then(|| -10.0 * mse.log10()),
            loss,
            terms,
        }
    }
}
