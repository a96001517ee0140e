//! A training under way as bytes, and going on from them exactly where it stood.

use crate::file::{Contents, FileError, FileKind, MOMENTS, Progress, write};
use crate::model::Training;
use crate::parameters::Parameters;
use crate::training::Trainer;

impl Trainer {
    /// The training as it stands: the model, the moments, the history and the options.
    ///
    /// Taken between epochs (in [`Observer::epoch_done`](crate::Observer::epoch_done), or after a run that was not
    /// broken off within one), [`Trainer::resume`] goes on from it to the same bits as if it had never stopped.
    pub fn checkpoint(&self) -> Vec<u8> {
        let model = self.model();
        let mut moments = Vec::new();
        for (name, lines) in MOMENTS.into_iter().zip(&self.moments.0) {
            if !lines.is_empty() {
                let mut parameters = Parameters::zeros(model.architecture());
                self.network.unpack(lines, &mut parameters);
                moments.push((name, parameters));
            }
        }
        let progress = Progress { steps: self.steps, history: self.history.clone() };
        write(&model, FileKind::Checkpoint, Some(progress), &moments)
    }

    /// Goes on with the training of a checkpoint, to `epochs` epochs counted from its beginning.
    ///
    /// # Errors
    /// If the bytes are no checkpoint, or one that contradicts itself.
    pub fn resume(checkpoint: &[u8], epochs: usize) -> Result<Self, FileError> {
        let Contents { kind, model, progress, moments } = Contents::read(checkpoint)?;
        if kind != FileKind::Checkpoint {
            return Err(FileError::Kind { expected: FileKind::Checkpoint, found: kind });
        }
        let missing = |what, expected: &str| FileError::Contradiction {
            what,
            expected: expected.to_owned(),
            found: "none".to_owned(),
        };
        let Progress { steps, history } =
            progress.ok_or_else(|| missing("progress", "that of a checkpoint"))?;
        let Training { mut options, epochs: trained } =
            model.about.training.clone().ok_or_else(|| missing("training", "that of a checkpoint"))?;
        let epochs_done: Vec<usize> = history.iter().map(|report| report.epoch).collect();
        if epochs_done != (1..=trained).collect::<Vec<_>>() {
            return Err(FileError::Contradiction {
                what: "epochs in the history",
                expected: format!("1 to {trained}"),
                found: format!("{epochs_done:?}"),
            });
        }
        options.epochs = epochs;
        let mut trainer =
            Self::new(model, options).map_err(|error| FileError::Description(error.to_string()))?;
        let expected = trainer.moments.0.iter().filter(|lines| !lines.is_empty()).count();
        if moments.iter().map(|(name, _)| name).ne(&MOMENTS[..expected]) {
            return Err(FileError::Contradiction {
                what: "moments of the optimizer",
                expected: expected.to_string(),
                found: moments.len().to_string(),
            });
        }
        for (lines, (_, parameters)) in trainer.moments.0.iter_mut().zip(&moments) {
            *lines = trainer.network.pack(parameters);
        }
        trainer.steps = steps;
        trainer.history = history;
        Ok(trainer)
    }
}
