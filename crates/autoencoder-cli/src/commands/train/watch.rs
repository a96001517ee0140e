//! What happens while a model is trained: progress is shown, files are written, Ctrl-C is obeyed.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use super::run_folder::RunFolder;
use crate::config::{self, Settings};
use crate::failure::{Failure, Outcome};
use crate::interrupt::Interrupt;
use crate::interval::{Alarm, Interval};
use crate::metrics::{self, Row};
use crate::progress::TrainingProgress;
use crate::{numerals, output, tensorboard};

/// Watches a training and keeps its files.
pub(super) struct Watch<'a> {
    folder: &'a RunFolder,
    settings: &'a Settings,
    rows: Vec<Row>,
    /// Whether the folder holds another run, whose files this one's replace.
    replaces: bool,
    progress: TrainingProgress,
    interrupt: &'a Interrupt,
    samples: usize,
    epochs: usize,
    alarm: Option<Alarm>,
    /// Where TensorBoard's file goes, if there is to be one.
    events: Option<PathBuf>,
    /// The epoch that another process began, if one did: how long it takes is not known.
    begun_elsewhere: Option<usize>,
    begun: Option<Instant>,
    /// Of the epoch just trained.
    seconds: Option<f64>,
    written: bool,
    fault: Option<Failure>,
    interrupted: bool,
}

impl<'a> Watch<'a> {
    /// A watch over a training of `epochs` epochs over so many samples, of which `rows` are done.
    pub(super) fn new(
        (folder, settings, replaces): (&'a RunFolder, &'a Settings, bool),
        rows: Vec<Row>,
        progress: TrainingProgress,
        interrupt: &'a Interrupt,
        (epochs, samples): (usize, usize),
        begun_elsewhere: Option<usize>,
        (every, events): (Option<Interval>, Option<PathBuf>),
    ) -> Self {
        Self {
            folder,
            settings,
            rows,
            replaces,
            progress,
            interrupt,
            samples,
            epochs,
            alarm: every.map(Alarm::new),
            events,
            begun_elsewhere,
            begun: None,
            seconds: None,
            written: false,
            fault: None,
            interrupted: false,
        }
    }

    /// Writes the run as it stands.
    pub(super) fn write(&mut self, trainer: &Trainer) -> Outcome {
        self.write_checkpoint(trainer)?;
        output::write_file(&self.folder.model(), &trainer.best_model().folded().to_bytes())?;
        if let Some(path) = &self.events {
            output::write_file(path, &tensorboard::events(&self.rows))?;
        }
        metrics::write(&self.folder.metrics(), &self.rows)
    }

    /// Writes what the run can be resumed from: from the first time on there is one whole checkpoint at every moment.
    fn write_checkpoint(&mut self, trainer: &Trainer) -> Outcome {
        if !self.written {
            if self.replaces {
                self.folder.clear()?;
            }
            config::write(&self.folder.config(), self.settings)?;
            self.written = true;
        }
        output::write_file(&self.folder.checkpoint(), &trainer.checkpoint())
    }

    /// Breaks the training where something could not be written.
    fn unless_failed(&mut self, outcome: Outcome) -> ControlFlow<()> {
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(fault) => {
                self.fault = Some(fault);
                ControlFlow::Break(())
            }
        }
    }

    /// The rows of all epochs, if nothing ended the training before its time.
    pub(super) fn finish(mut self, trainer: &Trainer, fault: Option<Failure>) -> Outcome<Vec<Row>> {
        self.progress.finish();
        if let Some(fault) = fault.or(self.fault.take()) {
            return Err(fault);
        }
        if !self.interrupted {
            if !self.written {
                // No epoch was asked for.
                self.write(trainer)?;
            }
            return Ok(self.rows);
        }
        self.write(trainer)?;
        let (done, part) = (trainer.history().len(), trainer.part_of_epoch());
        let place = if part.samples == 0 {
            format!("up to epoch {done} of {}", self.epochs)
        } else {
            format!(
                "up to sample {} of epoch {} of {}",
                numerals::grouped(part.samples),
                done + 1,
                self.epochs
            )
        };
        let what = format!("interrupted; {} holds the training {place}", self.folder.checkpoint().display());
        let resume =
            format_args!("`autoencoder train --resume --out {}` goes on", self.folder.path().display());
        Err(Failure::interrupted(what).advise(resume))
    }
}

impl Observer for Watch<'_> {
    fn epoch_begins(&mut self, epoch: usize) {
        self.progress.epoch_begins();
        self.begun = (self.begun_elsewhere != Some(epoch)).then(Instant::now);
    }

    fn step_done(&mut self, report: &StepReport, trainer: &Trainer) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        // After an epoch's last step everything is about to be written.
        if report.samples == report.of {
            return ControlFlow::Continue(());
        }
        if self.interrupt.asked() {
            self.interrupted = true;
            return ControlFlow::Break(());
        }
        if self.alarm.as_mut().is_some_and(Alarm::step) {
            let outcome = self.write_checkpoint(trainer);
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
        if self.interrupt.asked() && !trainer.is_finished() {
            self.interrupted = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
