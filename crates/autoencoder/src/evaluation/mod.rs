//! Evaluation: errors of reconstructed samples, as mean squared error, squared error of a sample, and peak
//! signal-to-noise ratio.

pub(crate) mod agreement;
pub(crate) mod columns;
pub(crate) mod detection;
#[cfg(feature = "pca")]
pub(crate) mod pca;
pub(crate) mod sums;

use serde::{Deserialize, Serialize};

use crate::evaluation::sums::{Means, Terms};
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// The number of samples that are scaled at a time.
const ROWS: usize = 8192;

/// Reconstruction errors over a set of samples, computed on scaled values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// Number of samples.
    pub samples: usize,
    /// Number of features of a sample.
    pub features: usize,
    /// Number of units of the code.
    pub code: usize,
    /// Mean squared error over samples and features.
    pub mse: f64,
    /// Squared error of a sample, summed over features; mean over samples. Equals `features` times `mse`.
    pub squared_error: f64,
    /// Peak signal-to-noise ratio in decibels, 10 log10(1 / mse), for values that span 1; `None` if `mse` is
    /// 0.
    pub psnr_db: Option<f64>,
    /// Mean loss over samples and features, without a sparse, L1 or contractive penalty. For a variational
    /// model: the loss that training minimises, in nats a sample, with one code drawn for each sample.
    pub loss: f64,
    /// Terms of the loss, if the loss is a sum of several.
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

/// Mean squared difference between `inputs` and `targets`, both scaled:
/// `Σ (input - target)² / (samples · features)`. For noisy inputs and clean targets, this is the error before
/// a model reconstructs anything.
///
/// # Errors
/// If `inputs` and `targets` differ in their number of samples or features.
pub fn mean_squared_difference(inputs: &Samples, targets: &Samples) -> Result<f64, SamplesError> {
    check_pair(inputs, targets)?;
    let mut sum = 0.0;
    for first in (0..inputs.len()).step_by(ROWS) {
        let rows = first..(first + ROWS).min(inputs.len());
        let (inputs, targets) = (inputs.scaled(rows.clone()), targets.scaled(rows));
        sum += autoencoder_kernels::row_squared_errors(inputs.view(), targets.view()).sum();
    }
    Ok(sum / (inputs.len() as f64 * inputs.features() as f64))
}

/// Checks that there is one target of the same width for each input.
pub(crate) fn check_pair(inputs: &Samples, targets: &Samples) -> Result<(), SamplesError> {
    let [expected, found] = [inputs, targets].map(|samples| (samples.len(), samples.features()));
    if found == expected { Ok(()) } else { Err(SamplesError::Pair { expected, found }) }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::{Pca, Scaling, Values};

    fn samples(values: Array2<f32>) -> Samples {
        Samples::new(Values::Floats(values), Scaling::None).unwrap()
    }

    #[test]
    fn differences_are_of_sample_and_sample() {
        let (inputs, targets) =
            (samples(array![[1.0, 2.0], [3.0, 5.0]]), samples(array![[1.0, 0.0], [3.0, 4.0]]));
        assert!((mean_squared_difference(&inputs, &targets).unwrap() - 5.0 / 4.0).abs() < 1e-12);
        assert!(mean_squared_difference(&inputs, &inputs).unwrap().abs() < f64::EPSILON);
    }

    #[test]
    fn components_restore_targets_from_inputs() {
        // One component, the diagonal through (1, 1): (3, 1) is reconstructed as (2, 2).
        let fitted = samples(array![[0.0, 0.0], [2.0, 2.0], [1.0, 1.0]]);
        let pca = Pca::fit(&fitted, 1).unwrap();
        let (inputs, targets) = (samples(array![[3.0, 1.0]]), samples(array![[0.0, 1.0]]));
        let expected = 0.5 * (2.0 * 2.0 + 1.0 * 1.0);
        assert!((pca.mse_against(&inputs, &targets).unwrap() - expected).abs() < 1e-6);
        assert!((pca.mse_against(&inputs, &inputs).unwrap() - pca.mse(&inputs).unwrap()).abs() < 1e-9);
    }
}
