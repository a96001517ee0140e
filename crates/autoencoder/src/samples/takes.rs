//! The requirements of a model on its samples.

use super::Samples;
use super::error::SamplesError;
use super::scaling::Scaling;

/// The requirements of a model on its samples.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Takes {
    /// The number of features in a sample.
    pub features: usize,
    /// The scaling of the samples; `None` if the model was never trained and takes any scaling.
    pub scaling: Option<Scaling>,
    /// The shape of a sample; `None` if the model's samples are plain rows of numbers.
    pub shape: Option<Vec<usize>>,
}

impl Takes {
    /// Checks the number of features, the scaling and the shape, if one was given, of samples.
    pub(crate) fn check(&self, samples: &Samples) -> Result<(), SamplesError> {
        self.check_features(samples.features())?;
        match &self.scaling {
            Some(expected) if expected != samples.scaling() => {
                let (expected, found) = (expected.kind(), samples.scaling().kind());
                return Err(SamplesError::Scaling { expected, found });
            }
            Some(_) | None => {}
        }
        match (&self.shape, samples.given_shape()) {
            (Some(expected), Some(found)) if expected != found => {
                Err(SamplesError::Shape { expected: expected.clone(), found: found.to_vec() })
            }
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    /// Checks that `found` is the number of features in a sample.
    pub(crate) fn check_features(&self, found: usize) -> Result<(), SamplesError> {
        let expected = self.features;
        if found == expected { Ok(()) } else { Err(SamplesError::Features { expected, found }) }
    }
}
