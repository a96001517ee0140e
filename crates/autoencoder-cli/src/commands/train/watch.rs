//! The watch over a training: it shows progress, has files written and obeys signals.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use super::checkpoints::Checkpoints;
use super::run_files::Extent;
use super::state::State;
use crate::failure::{Failure, Outcome};
use crate::run::{Row, TrainingProgress};
use crate::terminal::Signal;

/// A watch over a training, which keeps the files of the run.
pub(super) struct Watch<'a> {
    checkpoints: Checkpoints<'a>,
    rows: Vec<Row>,
    progress: TrainingProgress,
    samples: usize,
    /// The epoch that another process began, if one did: its seconds are not known.
    begun_elsewhere: Option<usize>,
    begun: Option<Instant>,
    /// The seconds of the epoch just trained.
    seconds: Option<f64>,
    /// Whether a checkpoint is asked for after the epoch's last step.
    asked_for: bool,
    /// The signal that ended the training.
    interrupted: Option<Signal>,
}

impl<'a> Watch<'a> {
    /// A watch over a training on this many samples, of which the epochs of `rows` are done.
    pub(super) fn new(
        checkpoints: Checkpoints<'a>,
        trainer: &Trainer,
        rows: Vec<Row>,
        progress: TrainingProgress,
        samples: usize,
    ) -> Self {
        let begun_elsewhere = (trainer.part_of_epoch().samples > 0).then_some(rows.len() + 1);
        Self {
            checkpoints,
            rows,
            progress,
            samples,
            begun_elsewhere,
            begun: None,
            seconds: None,
            asked_for: false,
            interrupted: None,
        }
    }

    /// Ends the training where a signal came or something could not be written.
    fn unless_ended(&mut self) -> ControlFlow<()> {
        if self.interrupted.is_some() || self.checkpoints.have_failed() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Writes the files of the run at its end. The rows of all epochs, if nothing ended the training early.
    pub(super) fn finish(mut self, trainer: &Trainer, fault: Option<Failure>) -> Outcome<Vec<Row>> {
        if let Some(fault) = fault {
            return Err(fault);
        }
        let state = State::Training(trainer, &self.rows);
        if let Some(signal) = self.interrupted {
            return Err(self.checkpoints.interrupted(signal, state));
        }
        self.checkpoints.write(state, Extent::Epoch)?;
        Ok(self.rows)
    }
}

impl Observer for Watch<'_> {
    fn epoch_begins(&mut self, epoch: usize) {
        self.progress.epoch_begins();
        self.begun = (self.begun_elsewhere != Some(epoch)).then(Instant::now);
    }

    fn step_done(&mut self, report: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        self.asked_for = self.checkpoints.are_asked_for();
        // The epoch's last step is followed by the end of the epoch.
        if report.samples == report.of {
            return ControlFlow::Continue(());
        }
        if self.asked_for {
            self.checkpoints.begin(State::Training(trainer, &self.rows), Extent::Checkpoint);
        }
        self.interrupted = self.checkpoints.signal();
        self.unless_ended()
    }

    fn epoch_trained(&mut self, _epoch: usize) {
        self.seconds = self.begun.map(|begun| begun.elapsed().as_secs_f64());
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        let row = Row { report: *report, seconds: self.seconds, samples: self.samples };
        self.rows.push(row);
        // The end of the training is written by `finish`, which waits for it.
        if !trainer.is_finished() {
            if self.asked_for || self.checkpoints.epoch_is_due() {
                self.checkpoints.begin(State::Training(trainer, &self.rows), Extent::Epoch);
            }
            self.interrupted = self.checkpoints.signal();
        }
        self.progress.epoch(&row);
        self.unless_ended()
    }
}
