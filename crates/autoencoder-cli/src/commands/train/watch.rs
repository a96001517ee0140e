//! What happens while a model is trained: progress is shown, files are written after every epoch, Ctrl-C is obeyed.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use super::run_folder::RunFolder;
use crate::config::{self, Settings};
use crate::failure::{Failure, Outcome};
use crate::interrupt::Interrupt;
use crate::metrics::{self, Row};
use crate::output;
use crate::progress::TrainingProgress;

/// Watches a training and keeps its files.
pub(super) struct Watch<'a> {
    pub(super) folder: &'a RunFolder,
    pub(super) settings: &'a Settings,
    pub(super) rows: Vec<Row>,
    /// Whether the folder holds another run, whose files this one's replace.
    pub(super) replaces: bool,
    pub(super) progress: TrainingProgress,
    pub(super) interrupt: Interrupt,
    samples: usize,
    epochs: usize,
    begun: Instant,
    seconds: f64,
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
        (epochs, samples): (usize, usize),
    ) -> Self {
        Self {
            folder,
            settings,
            rows,
            replaces,
            progress,
            interrupt: Interrupt::watch(),
            samples,
            epochs,
            begun: Instant::now(),
            seconds: 0.0,
            written: false,
            fault: None,
            interrupted: false,
        }
    }

    /// Writes the run as it stands after its last whole epoch: at every moment there is one whole checkpoint.
    pub(super) fn write(&mut self, trainer: &Trainer) -> Outcome {
        if !self.written {
            if self.replaces {
                self.folder.clear()?;
            }
            config::write(&self.folder.config(), self.settings)?;
            self.written = true;
        }
        output::write_file(&self.folder.checkpoint(), &trainer.checkpoint())?;
        output::write_file(&self.folder.model(), &trainer.model().to_bytes())?;
        metrics::write(&self.folder.metrics(), &self.rows)
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
        let done = trainer.history().len();
        if done == 0 {
            return Err(Failure::interrupted(
                "interrupted before the first epoch was done; nothing was written",
            ));
        }
        let what = format!(
            "interrupted; {} holds the training up to epoch {done} of {}",
            self.folder.checkpoint().display(),
            self.epochs
        );
        let resume =
            format_args!("`autoencoder train --resume --out {}` goes on", self.folder.path().display());
        Err(Failure::interrupted(what).advise(resume))
    }
}

impl Observer for Watch<'_> {
    fn epoch_begins(&mut self, _epoch: usize) {
        self.progress.epoch_begins();
        self.begun = Instant::now();
    }

    fn step_done(&mut self, report: &StepReport) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        if self.interrupt.asked() && report.samples < report.of {
            self.interrupted = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn epoch_trained(&mut self, _epoch: usize) {
        self.seconds = self.begun.elapsed().as_secs_f64();
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        let row = Row { report: *report, seconds: Some(self.seconds), samples: self.samples };
        self.rows.push(row);
        if let Err(fault) = self.write(trainer) {
            self.fault = Some(fault);
            return ControlFlow::Break(());
        }
        self.progress.epoch(&row);
        if self.interrupt.asked() && report.epoch < self.epochs {
            self.interrupted = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}
