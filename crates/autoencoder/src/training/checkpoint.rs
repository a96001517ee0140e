//! Checkpoints: a training or pretraining under way as bytes, from which it can be resumed exactly.

use crate::engine::device::State;
use crate::files::error::FileError;
use crate::files::kind::FileKind;
use crate::files::progress::Progress;
use crate::files::{BEST, Contents, MOMENTS};
use crate::model::parameters::Parameters;
use crate::model::{Model, Training};
use crate::options::TrainingOptions;
use crate::specification::architecture::Architecture;
use crate::training::pretraining::{Pretraining, check_pretraining, copy_layers, layer_and_mirror};
use crate::training::snapshot::Snapshot;
use crate::training::trainer::Trainer;

impl Trainer {
    /// Writes the state of the training as the bytes of a file: model, moments, history and options.
    ///
    /// [`Trainer::resume`] continues from a checkpoint to the same bits as an uninterrupted training, whether
    /// the checkpoint was taken between epochs or between steps.
    pub fn checkpoint(&self) -> Vec<u8> {
        self.snapshot().checkpoint()
    }

    /// Copies the state of the training, to be written while the training goes on.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            kind: FileKind::Checkpoint,
            model: self.model(),
            progress: self.progress(None),
            parameter_sets: self.parameter_sets(),
        }
    }

    /// Resumes the training of a checkpoint, up to `epochs` epochs counted from the training's beginning.
    ///
    /// # Errors
    /// If the bytes are no checkpoint, or the checkpoint contradicts itself.
    pub fn resume(checkpoint: &[u8], epochs: usize) -> Result<Self, FileError> {
        let Checkpoint { model, options, progress, parameter_sets } =
            Checkpoint::read(checkpoint, FileKind::Checkpoint)?;
        let trainer =
            Self::of_model(model, TrainingOptions { epochs, ..options }).map_err(FileError::Options)?;
        trainer.restored(progress, &parameter_sets)
    }

    /// The progress of the training; `layer` is the current layer of a pretraining.
    fn progress(&self, layer: Option<usize>) -> Progress {
        Progress {
            steps: self.steps,
            history: self.history().to_vec(),
            part: self.part,
            first_loss: self.first_loss,
            layer,
            data: self.data.clone(),
        }
    }

    /// The moments and the best parameters, each with the prefix of its names in a file.
    fn parameter_sets(&self) -> Vec<(&'static str, Parameters)> {
        let moment = |index: usize| {
            let mut parameters = Parameters::zeros(self.model.architecture());
            self.engine.read(State::Moment(index), &mut parameters);
            (MOMENTS[index], parameters)
        };
        let moments = (0..self.engine.moments()).map(moment);
        moments.chain(self.best.iter().map(|best| (BEST, best.clone()))).collect()
    }

    /// Restores the progress, the moments and the best parameters of a training that has only its model and
    /// options.
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
                what: "sets of tensors beside the parameters",
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
        let Progress { steps, history, part, first_loss, data, layer: _ } = progress;
        (self.steps, self.part, self.first_loss, self.data) = (steps, part, first_loss, data);
        for report in history {
            self.record(report);
        }
        Ok(self)
    }
}

impl Pretraining {
    /// Writes the state of the pretraining as the bytes of a file: the whole model, and the
    /// [`Trainer::checkpoint`] of the current layer.
    ///
    /// [`Pretraining::resume`] continues from a checkpoint to the same bits as an uninterrupted pretraining.
    pub fn checkpoint(&self) -> Vec<u8> {
        self.snapshot().checkpoint()
    }

    /// Copies the state of the pretraining, to be written while the pretraining goes on.
    pub fn snapshot(&self) -> Snapshot {
        let mut model = self.model();
        model.about.training =
            Some(Training { options: self.options.clone(), epochs: self.trainer.history().len() });
        let layers = layer_and_mirror(&model, self.layer);
        let whole = |(name, of_layer): (_, Parameters)| {
            (name, moved_layers(&of_layer, model.architecture(), [0, 1], layers))
        };
        let parameter_sets = self.trainer.parameter_sets().into_iter().map(whole).collect();
        let progress = Progress { data: self.data.clone(), ..self.trainer.progress(Some(self.layer)) };
        Snapshot { kind: FileKind::Pretraining, model, progress, parameter_sets }
    }

    /// Resumes the pretraining of a checkpoint.
    ///
    /// # Errors
    /// If the bytes are no checkpoint of a pretraining, or the checkpoint contradicts itself.
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
        // The samples of the layer's own trainer are codes, which are computed again.
        pretraining.data.clone_from(&progress.data);
        let progress = Progress { data: None, ..progress };
        pretraining.trainer = pretraining.trainer.restored(progress, &parameter_sets)?;
        Ok(pretraining)
    }
}

/// Parameters of zeros for `architecture`, with the two layers `targets` copied from the layers `sources` of
/// `from`.
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

/// The contents of a checkpoint of a training or a pretraining.
struct Checkpoint {
    model: Model,
    options: TrainingOptions,
    progress: Progress,
    parameter_sets: Vec<(String, Parameters)>,
}

impl Checkpoint {
    /// Reads the bytes of a checkpoint of the expected kind.
    fn read(checkpoint: &[u8], expected: FileKind) -> Result<Self, FileError> {
        let Contents { kind, mut model, progress, parameter_sets } = Contents::read(checkpoint)?;
        if kind != expected {
            return Err(FileError::Kind { expected, found: kind });
        }
        let missing = |what| FileError::Contradiction {
            what,
            expected: "one in a checkpoint".to_owned(),
            found: "none".to_owned(),
        };
        let progress = progress.ok_or_else(|| missing("progress"))?;
        let Training { options, epochs } = model.about.training.take().ok_or_else(|| missing("training"))?;
        let contradiction = |what, expected: String, found: usize| {
            Err(FileError::Contradiction { what, expected, found: found.to_string() })
        };
        let done = progress.history.len();
        if done != epochs {
            return contradiction("epochs in the history", epochs.to_string(), done);
        }
        if let Some((index, report)) =
            progress.history.iter().enumerate().find(|(index, report)| report.epoch != index + 1)
        {
            return contradiction("epoch in the history", (index + 1).to_string(), report.epoch);
        }
        Ok(Self { model, options, progress, parameter_sets })
    }
}
