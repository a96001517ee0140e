//! A training under way as bytes, and going on from them exactly where it stood.

use crate::file::{BEST, Contents, FileError, FileKind, MOMENTS, Progress, write};
use crate::model::Training;
use crate::parameters::Parameters;
use crate::training::Trainer;

impl Trainer {
    /// The training as it stands: the model, the moments, the history and the options.
    ///
    /// Whenever it was taken, between epochs or between steps, [`Trainer::resume`] goes on from it to the same bits as if
    /// it had never stopped.
    pub fn checkpoint(&self) -> Vec<u8> {
        let model = self.model();
        let named = MOMENTS.into_iter().zip(&self.moments.0).chain(self.best.iter().map(|best| (BEST, best)));
        let mut beside = Vec::new();
        for (name, lines) in named.filter(|(_, lines)| !lines.is_empty()) {
            let mut parameters = Parameters::zeros(model.architecture());
            self.network.unpack(lines, &mut parameters);
            beside.push((name, parameters));
        }
        let progress = Progress {
            steps: self.steps,
            history: self.history.clone(),
            part: self.part,
            first_loss: self.first_loss,
        };
        write(&model, FileKind::Checkpoint, Some(progress), &beside)
    }

    /// Goes on with the training of a checkpoint, to `epochs` epochs counted from its beginning.
    ///
    /// # Errors
    /// If the bytes are no checkpoint, or one that contradicts itself.
    pub fn resume(checkpoint: &[u8], epochs: usize) -> Result<Self, FileError> {
        let Contents { kind, model, progress, beside } = Contents::read(checkpoint)?;
        if kind != FileKind::Checkpoint {
            return Err(FileError::Kind { expected: FileKind::Checkpoint, found: kind });
        }
        let missing = |what, expected: &str| FileError::Contradiction {
            what,
            expected: expected.to_owned(),
            found: "none".to_owned(),
        };
        let Progress { steps, history, part, first_loss } =
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
        let moments = trainer.moments.0.iter().filter(|lines| !lines.is_empty()).count();
        let best = (options.keep_best && trained > 0).then_some(BEST);
        let expected: Vec<&str> = MOMENTS.into_iter().take(moments).chain(best).collect();
        let found: Vec<&str> = beside.iter().map(|(name, _)| name.as_str()).collect();
        if found != expected {
            return Err(FileError::Contradiction {
                what: "what it holds beside the parameters",
                expected: format!("{expected:?}"),
                found: format!("{found:?}"),
            });
        }
        for (name, parameters) in &beside {
            let lines = trainer.network.pack(parameters);
            match MOMENTS.iter().position(|moment| moment == name) {
                Some(index) => trainer.moments.0[index] = lines,
                None => trainer.best = Some(lines),
            }
        }
        trainer.steps = steps;
        trainer.history = history;
        trainer.part = part;
        trainer.first_loss = first_loss;
        Ok(trainer)
    }
}
