//! The files that a run is resumed from, written whenever it is time.

use std::path::PathBuf;

use autoencoder::Trainer;

use crate::config::{self, Alarm, Interval, Settings};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::{RunFolder, tensorboard};
use crate::terminal::{Interrupt, Signal, numerals};

/// The checkpoint of a run, and the other files that a resume reads.
pub(super) struct Checkpoints<'a> {
    pub(super) folder: &'a RunFolder,
    /// The path of TensorBoard's file, if there is to be one.
    pub(super) events: Option<PathBuf>,
    settings: &'a Settings,
    /// Whether the folder holds another run, whose files are replaced.
    replaces: bool,
    alarm: Option<Alarm>,
    interrupt: &'a Interrupt,
    begun: bool,
}

impl<'a> Checkpoints<'a> {
    pub(super) fn new(
        (folder, settings, replaces): (&'a RunFolder, &'a Settings, bool),
        events: Option<PathBuf>,
        every: Option<Interval>,
        interrupt: &'a Interrupt,
    ) -> Self {
        Self { folder, events, settings, replaces, alarm: every.map(Alarm::new), interrupt, begun: false }
    }

    /// Writes a checkpoint. After the first one there is a whole checkpoint at every moment.
    pub(super) fn write(&mut self, checkpoint: &[u8]) -> Outcome {
        if !self.begun {
            if self.replaces {
                self.folder.clear()?;
            }
            config::write(&self.folder.config(), self.settings)?;
            // TensorBoard's file exists from the beginning, as a resumed run continues the file only if it exists.
            if let Some(path) = self.events.as_ref().filter(|path| !path.exists()) {
                output::write_file(path, &tensorboard::events(&[]))?;
            }
            self.begun = true;
        }
        output::write_file(&self.folder.checkpoint(), checkpoint)
    }

    /// Counts a step within an epoch; returns whether it is time for a checkpoint.
    pub(super) fn are_due(&mut self) -> bool {
        self.alarm.as_mut().is_some_and(Alarm::step)
    }

    /// The signal that is to end the training, if one came.
    pub(super) fn signal(&self) -> Option<Signal> {
        self.interrupt.asked()
    }

    /// The failure that a signal ended the training, which the checkpoint holds.
    pub(super) fn interrupted(&self, signal: Signal, what: &str, trainer: &Trainer) -> Failure {
        let checkpoint = self.folder.checkpoint();
        let (done, of) = (trainer.history().len(), trainer.options().epochs);
        let place = match trainer.part_of_epoch().samples {
            0 => format!("epoch {done} of {of}"),
            samples => format!("sample {} of epoch {} of {of}", numerals::grouped(samples), done + 1),
        };
        let resume =
            format_args!("`autoencoder train --resume --out {}` continues", self.folder.path().display());
        let what = format_args!("interrupted; {} holds {what} up to {place}", checkpoint.display());
        signal.failure(what).advise(resume)
    }
}
