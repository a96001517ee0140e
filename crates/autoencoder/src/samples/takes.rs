//! The requirements of a model on its samples.

use super::Samples;
use super::error::SamplesError;
use super::scaling::Scaling;
use super::table::{TableRows, TableShape};

/// The requirements of a model on its samples.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Takes {
    /// The number of features in a sample.
    pub features: usize,
    /// The scaling of the samples; `None` if the model was never trained and takes any scaling.
    pub scaling: Option<Scaling>,
    /// The shape of a sample; `None` if the model's samples are plain rows of numbers.
    pub shape: Option<Vec<usize>>,
    /// The shape of the table whose rows the samples are; `None` if they are plain rows of numbers.
    pub table: Option<TableShape>,
}

impl Takes {
    /// Checks the number of features, the scaling and the shape, if one was given, of samples.
    pub(crate) fn check(&self, samples: &Samples) -> Result<(), SamplesError> {
        self.check_features(samples.features())?;
        check_table(self.table.as_ref(), samples)?;
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

/// Checks that samples are rows of the table that a model was made for, or plain rows if it was made for none.
pub(crate) fn check_table(expected: Option<&TableShape>, samples: &Samples) -> Result<(), SamplesError> {
    let found = samples.table().map(TableRows::shape);
    if found.as_ref() == expected {
        Ok(())
    } else {
        Err(SamplesError::Table { expected: expected.is_some() })
    }
}
