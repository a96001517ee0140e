//! Pretraining: the layers are trained one after the other before the whole.

use std::mem;
use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Model, Observer, Pretraining, StepReport, Trainer};

use super::checkpoints::Checkpoints;
use super::explain::explain;
use super::run_files::Extent;
use super::state::State;
use crate::failure::Outcome;
use crate::run::{DataSets, Row, TrainingProgress};
use crate::terminal::Notes;

/// Trains the layers that are left. The checkpoint of a run is written whenever it is time.
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
            let writes = mem::take(&mut watch.writes);
            let Some(checkpoints) = &mut watch.checkpoints else { continue };
            let state = State::Pretraining(&pretraining);
            if let Some(signal) = checkpoints.signal() {
                return Err(checkpoints.interrupted(signal, state));
            }
            checkpoints.check(state)?;
            if writes {
                let is_within = pretraining.trainer().part_of_epoch().samples > 0;
                checkpoints.begin(state, if is_within { Extent::Checkpoint } else { Extent::Epoch });
            }
        }
    }
    Ok(pretraining.into_model())
}

/// A watch over the training of one layer, which breaks it off whenever it is time to write, as the state of the
/// pretraining can be had only then.
struct LayerWatch<'a, 'b> {
    checkpoints: Option<&'a mut Checkpoints<'b>>,
    progress: TrainingProgress,
    samples: usize,
    /// The last epoch that was begun.
    epoch: usize,
    /// The time at which it began, unless another process began it.
    begun: Option<Instant>,
    /// Whether it is time to write.
    writes: bool,
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
            writes: false,
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
        self.writes = checkpoints.are_asked_for();
        // The epoch's last step is followed by the end of the epoch.
        let ends = checkpoints.signal().is_some() || checkpoints.have_failed() || self.writes;
        if ends && report.samples < report.of { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn epoch_done(&mut self, report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        let seconds = self.begun.map(|begun| begun.elapsed().as_secs_f64());
        self.progress.epoch(&Row { report: *report, seconds, samples: self.samples });
        let Some(checkpoints) = &mut self.checkpoints else { return ControlFlow::Continue(()) };
        self.writes |= checkpoints.epoch_is_due();
        if self.writes || checkpoints.signal().is_some() || checkpoints.have_failed() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}
