//! Pretraining: the layers are trained one after the other before the whole.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Model, Observer, Pretraining, StepReport, Trainer};

use super::checkpoints::{Checkpoints, Extent};
use super::explain::explain;
use super::state::State;
use crate::failure::Outcome;
use crate::run::{DataSets, Row, TrainingProgress};
use crate::terminal::Notes;

/// Trains the layers that are left. The checkpoint of a run is written after every epoch, and whenever else it is
/// time.
pub(super) fn layer_by_layer(
    mut pretraining: Pretraining,
    data: &DataSets,
    mut checkpoints: Option<&mut Checkpoints<'_>>,
    notes: Notes,
) -> Outcome<Model> {
    let samples = &data.train.samples;
    pretraining.note_validation(data.validation.as_ref().map(|set| &set.samples));
    let layers = pretraining.model().architecture().encoder_layers();
    while !pretraining.is_finished() {
        let layer = pretraining.layer();
        notes.say(format_args!("pretraining layer {} of {layers}", layer + 1));
        let mut watch =
            LayerWatch::new(checkpoints.as_deref_mut(), pretraining.trainer(), samples.len(), notes);
        while pretraining.layer() == layer && !pretraining.is_finished() {
            pretraining.train_layer(samples, &mut watch).map_err(|error| {
                explain(&error, data).of(format_args!("pretraining layer {} of {layers}", layer + 1))
            })?;
            let Some(checkpoints) = &mut watch.checkpoints else { continue };
            let state = State::Pretraining(&pretraining);
            if let Some(signal) = checkpoints.signal() {
                return Err(checkpoints.interrupted(signal, state));
            }
            checkpoints.write(state, Extent::Checkpoint)?;
        }
    }
    Ok(pretraining.into_model())
}

/// A watch over the training of one layer, which breaks it off whenever there is something to write.
struct LayerWatch<'a, 'b> {
    checkpoints: Option<&'a mut Checkpoints<'b>>,
    progress: TrainingProgress,
    samples: usize,
    /// The last epoch that was begun.
    epoch: usize,
    /// The time at which it began, unless another process began it.
    begun: Option<Instant>,
}

impl<'a, 'b> LayerWatch<'a, 'b> {
    fn new(
        checkpoints: Option<&'a mut Checkpoints<'b>>,
        trainer: &Trainer,
        samples: usize,
        notes: Notes,
    ) -> Self {
        let (done, of) = (trainer.history().len(), trainer.options().epochs);
        Self {
            checkpoints,
            progress: TrainingProgress::new(of - done, of, samples, notes),
            samples,
            epoch: if trainer.part_of_epoch().samples > 0 { done + 1 } else { done },
            begun: None,
        }
    }
}

impl Observer for LayerWatch<'_, '_> {
    fn epoch_begins(&mut self, epoch: usize) {
        // An epoch that was broken off begins again where it was.
        if self.epoch != epoch {
            self.epoch = epoch;
            self.begun = Some(Instant::now());
            self.progress.epoch_begins();
        }
    }

    fn step_done(&mut self, report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        let Some(checkpoints) = &mut self.checkpoints else { return ControlFlow::Continue(()) };
        // Everything is about to be written after the last step of an epoch.
        let ends = report.samples < report.of && (checkpoints.signal().is_some() || checkpoints.are_due());
        if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn epoch_done(&mut self, report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        let seconds = self.begun.map(|begun| begun.elapsed().as_secs_f64());
        self.progress.epoch(&Row { report: *report, seconds, samples: self.samples });
        if self.checkpoints.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
