//! A training or pretraining under way as bytes, and going on from them exactly where it stood.

use crate::engine::device::State;
use crate::files::error::FileError;
use crate::files::kind::FileKind;
use crate::files::progress::Progress;
use crate::files::{BEST, Contents, MOMENTS, write};
use crate::model::parameters::Parameters;
use crate::model::{Model, Training};
use crate::options::TrainingOptions;
use crate::specification::architecture::Architecture;
use crate::training::pretraining::{Pretraining, check_pretraining, copy_layers, layer_and_mirror};
use crate::training::trainer::Trainer;

impl Trainer {
    /// The training as it stands: the model, the moments, the history and the options.
    ///
    /// Whenever it was taken, between epochs or between steps, [`Trainer::resume`] goes on from it to the same bits as if
    /// it had never stopped.
    pub fn checkpoint(&self) -> Vec<u8> {
        write(&self.model(), FileKind::Checkpoint, Some(self.progress(None)), &self.parameter_sets())
    }

    /// Goes on with the training of a checkpoint, to `epochs` epochs counted from its beginning.
    ///
    /// # Errors
    /// If the bytes are no checkpoint, or one that contradicts itself.
    pub fn resume(checkpoint: &[u8], epochs: usize) -> Result<Self, FileError> {
        let Checkpoint { model, options, progress, parameter_sets } =
            Checkpoint::read(checkpoint, FileKind::Checkpoint)?;
        let trainer =
            Self::of_model(model, TrainingOptions { epochs, ..options }).map_err(FileError::Options)?;
        trainer.restored(progress, &parameter_sets)
    }

    fn progress(&self, layer: Option<usize>) -> Progress {
        Progress {
            steps: self.steps,
            history: self.history.clone(),
            part: self.part,
            first_loss: self.first_loss,
            layer,
        }
    }

    /// What is kept beside the parameters, in their shapes.
    fn parameter_sets(&self) -> Vec<(&'static str, Parameters)> {
        let moment = |index: usize| {
            let mut parameters = Parameters::zeros(self.model.architecture());
            self.engine.read(State::Moment(index), &mut parameters);
            (MOMENTS[index], parameters)
        };
        let moments = (0..self.engine.moments()).map(moment);
        moments.chain(self.best.iter().map(|best| (BEST, best.clone()))).collect()
    }

    /// A training that has only its parameters, brought to where it stood.
    fn restored(
        mut self,
        progress: Progress,
        parameter_sets: &[(String, Parameters)],
    ) -> Result<Self, FileError> {
        let moments = self.engine.moments();
        let best = (self.options.keep_best && !progress.history.is_empty()).then_some(BEST);
        let expected: Vec<&str> = MOMENTS.into_iter().take(moments).chain(best).collect();
        let found: Vec<&str> = parameter_sets.iter().map(|(name, _)| name.as_str()).collect();
        if found != expected {
            return Err(FileError::Contradiction {
                what: "what it holds beside the parameters",
                expected: format!("{expected:?}"),
                found: format!("{found:?}"),
            });
        }
        for (name, parameters) in parameter_sets {
            match MOMENTS.iter().position(|moment| moment == name) {
                Some(index) => self.engine.restore(State::Moment(index), parameters),
                None => self.best = Some(parameters.clone()),
            }
        }
        Progress {
            steps: self.steps,
            history: self.history,
            part: self.part,
            first_loss: self.first_loss,
            ..
        } = progress;
        Ok(self)
    }
}

impl Pretraining {
    /// The pretraining as it stands: the whole model, and of the layer in hand what a [`Trainer::checkpoint`] has.
    ///
    /// [`Pretraining::resume`] goes on from it to the same bits as if it had never stopped.
    pub fn checkpoint(&self) -> Vec<u8> {
        let mut model = self.model();
        model.about.training =
            Some(Training { options: self.options.clone(), epochs: self.trainer.history().len() });
        let layers = layer_and_mirror(&model, self.layer);
        let whole = |(name, of_layer): (_, Parameters)| {
            (name, moved_layers(&of_layer, model.architecture(), [0, 1], layers))
        };
        let parameter_sets: Vec<_> = self.trainer.parameter_sets().into_iter().map(whole).collect();
        write(&model, FileKind::Pretraining, Some(self.trainer.progress(Some(self.layer))), &parameter_sets)
    }

    /// Goes on with the pretraining of a checkpoint.
    ///
    /// # Errors
    /// If the bytes are no checkpoint of a pretraining, or one that contradicts itself.
    pub fn resume(checkpoint: &[u8]) -> Result<Self, FileError> {
        let Checkpoint { model, options, progress, parameter_sets } =
            Checkpoint::read(checkpoint, FileKind::Pretraining)?;
        check_pretraining(model.architecture()).map_err(FileError::Options)?;
        let layers = model.architecture().encoder_layers();
        let layer =
            progress.layer.filter(|&layer| layer < layers).ok_or_else(|| FileError::Contradiction {
                what: "the layer that is pretrained",
                expected: format!("one from 0 to {}", layers - 1),
                found: progress.layer.map_or_else(|| "none".to_owned(), |layer| layer.to_string()),
            })?;
        if progress.history.len() > options.epochs {
            return Err(FileError::Contradiction {
                what: "epochs in the history",
                expected: format!("at most {}", options.epochs),
                found: progress.history.len().to_string(),
            });
        }
        let places = layer_and_mirror(&model, layer);
        let mut pretraining = Self::from_layer(model, options, layer).map_err(FileError::Options)?;
        let shallow = pretraining.trainer.model.architecture();
        let parameter_sets: Vec<_> = parameter_sets
            .iter()
            .map(|(name, whole)| (name.clone(), moved_layers(whole, shallow, places, [0, 1])))
            .collect();
        pretraining.trainer = pretraining.trainer.restored(progress, &parameter_sets)?;
        Ok(pretraining)
    }
}

/// Zeros for a model, but for two layers, which are of another.
fn moved_layers(
    from: &Parameters,
    architecture: &Architecture,
    sources: [usize; 2],
    targets: [usize; 2],
) -> Parameters {
    let mut to = Parameters::zeros(architecture);
    copy_layers(from, &mut to, sources, targets);
    to
}

/// What a checkpoint of either kind holds.
struct Checkpoint {
    model: Model,
    options: TrainingOptions,
    progress: Progress,
    parameter_sets: Vec<(String, Parameters)>,
}

impl Checkpoint {
    fn read(checkpoint: &[u8], expected: FileKind) -> Result<Self, FileError> {
        let Contents { kind, mut model, progress, parameter_sets } = Contents::read(checkpoint)?;
        if kind != expected {
            return Err(FileError::Kind { expected, found: kind });
        }
        let missing = |what| FileError::Contradiction {
            what,
            expected: "that of a checkpoint".to_owned(),
            found: "none".to_owned(),
        };
        let progress = progress.ok_or_else(|| missing("progress"))?;
        let Training { options, epochs } = model.about.training.take().ok_or_else(|| missing("training"))?;
        let done: Vec<usize> = progress.history.iter().map(|report| report.epoch).collect();
        if done != (1..=epochs).collect::<Vec<_>>() {
            return Err(FileError::Contradiction {
                what: "epochs in the history",
                expected: format!("1 to {epochs}"),
                found: format!("{done:?}"),
            });
        }
        Ok(Self { model, options, progress, parameter_sets })
    }
}
