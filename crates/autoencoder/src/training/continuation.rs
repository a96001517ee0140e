//! Checks of a training that goes on: its samples are those that it began with, and its progress fits their number.

use super::trainer::Trainer;
use crate::files::progress::TrainingData;
use crate::options::error::TrainingError;
use crate::samples::Samples;

impl TrainingData {
    /// The fingerprints of samples.
    pub(super) fn of(train: &Samples, validation: Option<&Samples>) -> Self {
        Self { training: train.fingerprint(), validation: validation.map(Samples::fingerprint) }
    }

    /// Checks that these are the samples of `known`, the data that a training began with, if it is known. Validation samples may be
    /// added or left out.
    pub(super) fn expect_same(self, known: Option<&Self>) -> Result<Self, TrainingError> {
        let Some(known) = known else { return Ok(self) };
        let refuse = |part, difference| Err(TrainingError::OtherSamples { part, difference });
        if let Some(difference) = known.training.difference(&self.training) {
            return refuse("training", difference);
        }
        let validation = known.validation.as_ref().zip(self.validation.as_ref());
        match validation.and_then(|(known, found)| known.difference(found)) {
            Some(difference) => refuse("validation", difference),
            None => Ok(self),
        }
    }
}

/// Checks that the steps and the part of an epoch that are done fit this number of samples, as they may come from a file.
pub(super) fn check_progress(trainer: &Trainer, samples: usize) -> Result<(), TrainingError> {
    let refuse = |what, expected: String, found| Err(TrainingError::Progress { what, expected, found });
    let (part, step_size) = (trainer.part_of_epoch().samples, trainer.options().step_size());
    if part > samples {
        return refuse("samples of the epoch under way", format!("at most {samples}"), part as u64);
    }
    if part < samples && part % step_size != 0 {
        return refuse("samples of the epoch under way", format!("a multiple of {step_size}"), part as u64);
    }
    let of_epoch = samples.div_ceil(step_size) as u64;
    let expected = of_epoch * trainer.history().len() as u64 + part.div_ceil(step_size) as u64;
    let found = trainer.steps();
    if found == expected { Ok(()) } else { refuse("steps", expected.to_string(), found) }
}
