//! The files that a run is resumed from, written whenever it is time.

use autoencoder::Trainer;

use super::state::State;
use crate::config::{self, Alarm, Interval, Settings};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::{FileBytes, RunFolder, files, replace, write_together};
use crate::terminal::{Interrupt, Signal};

/// The checkpoint of a run, and the other files that a resume reads.
pub(super) struct Checkpoints<'a> {
    folder: &'a RunFolder,
    settings: &'a Settings,
    /// Whether there is to be a file for TensorBoard.
    writes_events: bool,
    /// Whether the folder holds another run, whose files are replaced.
    replaces: bool,
    alarm: Option<Alarm>,
    interrupt: &'a Interrupt,
    /// Whether the folder has the files of this run.
    begun: bool,
}

/// The files that it is time to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The checkpoint alone.
    Checkpoint,
    /// The checkpoint and everything that is made of the epochs: the model and the losses, if the whole is trained.
    Epoch,
}

impl<'a> Checkpoints<'a> {
    pub(super) fn new(
        (folder, settings, replaces): (&'a RunFolder, &'a Settings, bool),
        writes_events: bool,
        every: Option<Interval>,
        interrupt: &'a Interrupt,
    ) -> Self {
        let alarm = every.map(Alarm::new);
        Self { folder, settings, writes_events, replaces, alarm, interrupt, begun: false }
    }

    /// Writes a checkpoint, and what else it is time for. After the first one there is a whole checkpoint at every
    /// moment.
    pub(super) fn write(&mut self, state: State<'_>, extent: Extent) -> Outcome {
        if self.begun {
            for (name, bytes) in self.files(state, extent)? {
                output::write_file(&self.folder.path().join(name), &bytes)?;
            }
        } else {
            let mut files = vec![(files::CONFIG, config::text(self.settings)?.into_bytes())];
            if extent == Extent::Checkpoint && self.writes_events && (self.replaces || !self.has_events()) {
                // TensorBoard's file exists from the beginning, as a resumed run continues the file only if it
                // exists.
                files.push((files::EVENTS, state.events()));
            }
            files.extend(self.files(state, extent)?);
            if self.replaces {
                replace(self.folder.path(), &files)?;
            } else {
                write_together(self.folder.path(), &files)?;
            }
            self.begun = true;
        }
        Ok(())
    }

    fn has_events(&self) -> bool {
        self.folder.path().join(files::EVENTS).exists()
    }

    /// The files of a state in the order in which they are written.
    fn files(&self, state: State<'_>, extent: Extent) -> Outcome<Vec<FileBytes>> {
        let mut files = vec![(files::CHECKPOINT, state.checkpoint())];
        match extent {
            Extent::Checkpoint => {}
            Extent::Epoch => {
                files.extend(state.model().map(|bytes| (files::MODEL, bytes)));
                files.extend(self.writes_events.then(|| (files::EVENTS, state.events())));
                if let Some(bytes) = state.metrics() {
                    files.push((files::METRICS, bytes?));
                }
            }
        }
        Ok(files)
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
        let place = State::Training(trainer, &[]).place();
        let resume =
            format_args!("`autoencoder train --resume --out {}` continues", self.folder.path().display());
        let what = format_args!("interrupted; {} holds {what} up to {place}", checkpoint.display());
        signal.failure(what).advise(resume)
    }
}
