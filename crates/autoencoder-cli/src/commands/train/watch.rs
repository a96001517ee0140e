//! The watch over a training: it shows progress, writes files and obeys signals.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use super::checkpoints::{Checkpoints, Extent};
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
    written: bool,
    fault: Option<Failure>,
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
            written: false,
            fault: None,
            interrupted: None,
        }
    }

    /// Writes the files of the run as it is now.
    fn write(&mut self, trainer: &Trainer) -> Outcome {
        self.written = true;
        self.checkpoints.write(State::Training(trainer, &self.rows), Extent::Epoch)
    }

    /// Ends the training where something could not be written.
    fn unless_failed(&mut self, outcome: Outcome) -> ControlFlow<()> {
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(fault) => {
                self.fault = Some(fault);
                ControlFlow::Break(())
            }
        }
    }

    /// The rows of all epochs, if nothing ended the training early.
    pub(super) fn finish(mut self, trainer: &Trainer, fault: Option<Failure>) -> Outcome<Vec<Row>> {
        if let Some(fault) = fault.or(self.fault.take()) {
            return Err(fault);
        }
        if let Some(signal) = self.interrupted {
            return Err(self.checkpoints.interrupted(signal, State::Training(trainer, &self.rows)));
        }
        if !self.written {
            // Nothing was written yet if there was no epoch left.
            self.write(trainer)?;
        }
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
        // Everything is about to be written after the last step of an epoch.
        if report.samples == report.of {
            return ControlFlow::Continue(());
        }
        self.interrupted = self.checkpoints.signal();
        if self.interrupted.is_some() {
            return ControlFlow::Break(());
        }
        if self.checkpoints.are_due() {
            let outcome = self.checkpoints.write(State::Training(trainer, &self.rows), Extent::Checkpoint);
            return self.unless_failed(outcome);
        }
        ControlFlow::Continue(())
    }

    fn epoch_trained(&mut self, _epoch: usize) {
        self.seconds = self.begun.map(|begun| begun.elapsed().as_secs_f64());
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        let row = Row { report: *report, seconds: self.seconds, samples: self.samples };
        self.rows.push(row);
        let outcome = self.write(trainer);
        self.unless_failed(outcome)?;
        self.progress.epoch(&row);
        self.interrupted = self.checkpoints.signal().filter(|_| !trainer.is_finished());
        if self.interrupted.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
