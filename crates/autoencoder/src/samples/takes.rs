//! What samples have to be for a model.

use super::Samples;
use super::error::SamplesError;
use super::scaling::Scaling;

/// The samples that a model takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Takes {
    pub features: usize,
    /// None where a model was never trained: it takes any.
    pub scaling: Option<Scaling>,
    /// None where samples are rows of numbers.
    pub shape: Option<Vec<usize>>,
}

impl Takes {
    /// Checks samples.
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

    /// Checks a number of features.
    pub(crate) fn check_features(&self, found: usize) -> Result<(), SamplesError> {
        let expected = self.features;
        if found == expected { Ok(()) } else { Err(SamplesError::Features { expected, found }) }
    }
}
