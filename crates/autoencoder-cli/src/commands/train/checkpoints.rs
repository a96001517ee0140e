//! The files that a run is resumed from, written whenever it is time.

use std::path::Path;

use super::rescue;
use super::state::State;
use crate::config::{self, Alarm, Interval, Settings};
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::printable;
use crate::run::{FileBytes, RunFolder, files, replace, write_together};
use crate::terminal::{Interrupt, Notes, Signal};

/// The checkpoint of a run, and the other files that a resume reads.
pub(super) struct Checkpoints<'a> {
    folder: &'a mut RunFolder,
    settings: &'a Settings,
    /// Whether there is to be a file for TensorBoard.
    writes_events: bool,
    /// Whether the folder holds another run, whose files are replaced.
    replaces: bool,
    alarm: Option<Alarm>,
    interrupt: &'a Interrupt,
    notes: Notes,
    /// Whether the folder has the files of this run.
    begun: bool,
    /// The place of the last checkpoint that was written.
    written: Option<String>,
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
        (folder, settings, replaces): (&'a mut RunFolder, &'a Settings, bool),
        writes_events: bool,
        every: Option<Interval>,
        interrupt: &'a Interrupt,
        notes: Notes,
    ) -> Self {
        let alarm = every.map(Alarm::new);
        let (begun, written) = (false, None);
        Self { folder, settings, writes_events, replaces, alarm, interrupt, notes, begun, written }
    }

    /// Writes a checkpoint, and what else it is time for. After the first one there is a whole checkpoint at every
    /// moment. Where the folder takes no files any more, the state is written to another one, and the failure names
    /// both.
    pub(super) fn write(&mut self, state: State<'_>, extent: Extent) -> Outcome {
        let mut outcome = self.write_here(state, extent);
        if outcome.is_err() && !self.folder.is_ours() {
            // The folder vanished while it was written into.
            outcome = self.write_here(state, extent);
        }
        outcome.map_err(|failure| rescue::rescued(failure, state, self.settings, self.written.as_deref()))
    }

    /// Writes the checkpoint of a run that is resumed, as it was read but for the number of epochs.
    pub(super) fn write_again(&mut self, state: State<'_>) -> Outcome {
        self.write_here(state, Extent::Checkpoint)
    }

    fn write_here(&mut self, state: State<'_>, extent: Extent) -> Outcome {
        let mut extent = extent;
        let is_ours = self.folder.is_ours();
        if !is_ours {
            self.folder.claim_again(self.notes)?;
        }
        if self.begun && !self.folder.config().exists() {
            // The folder was removed, moved or emptied: every file is written again.
            (self.begun, self.replaces, extent) = (false, false, Extent::Epoch);
            let what = "the files of the run vanished during its training; all of them are written again";
            self.notes.say(format_args!("{}: {what}", self.folder.path().display()));
        }
        if self.begun {
            // One file after the other is made and written, so that only one of them is in memory.
            for &name in self.names(extent) {
                if let Some(bytes) = state.file(name)? {
                    output::write_file(&self.folder.path().join(name), &bytes)?;
                }
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
        self.written = Some(state.place());
        Ok(())
    }

    fn has_events(&self) -> bool {
        self.folder.path().join(files::EVENTS).exists()
    }

    /// The names of the files that it is time for, in the order in which they are written.
    fn names(&self, extent: Extent) -> &'static [&'static str] {
        match (extent, self.writes_events) {
            (Extent::Checkpoint, _) => &[files::CHECKPOINT],
            (Extent::Epoch, false) => &[files::CHECKPOINT, files::MODEL, files::METRICS],
            (Extent::Epoch, true) => &[files::CHECKPOINT, files::MODEL, files::EVENTS, files::METRICS],
        }
    }

    /// The files of a state in the order in which they are written.
    fn files(&self, state: State<'_>, extent: Extent) -> Outcome<Vec<FileBytes>> {
        let named = |&name: &&'static str| Ok(state.file(name)?.map(|bytes| (name, bytes)));
        self.names(extent).iter().filter_map(|name| named(name).transpose()).collect()
    }

    /// Counts a step within an epoch; returns whether it is time for a checkpoint.
    pub(super) fn are_due(&mut self) -> bool {
        self.alarm.as_mut().is_some_and(Alarm::step)
    }

    /// The signal that is to end the training, if one came.
    pub(super) fn signal(&self) -> Option<Signal> {
        self.interrupt.asked()
    }

    /// Writes the state of a training that a signal ended; returns the failure that says where. A run that would be
    /// replaced stays as it is: whoever interrupts so early may not have meant to replace it.
    pub(super) fn interrupted(&mut self, signal: Signal, state: State<'_>) -> Failure {
        let place = state.place();
        let resume = |folder: &Path| {
            format!("`autoencoder train --resume --out {}` continues", printable::word(folder))
        };
        let run = self.folder.path().display();
        if self.replaces && !self.begun {
            let what = format!("interrupted; the run in {run} stays as it was");
            return match rescue::saved(state, self.settings) {
                Ok(saved) => {
                    let saving =
                        format_args!("{what}, and {} has the training up to {place}", saved.display());
                    signal.failure(saving).advise(resume(&saved))
                }
                Err(other) => signal.failure(format_args!("{what}, and {place} is lost: {other}")),
            };
        }
        if let Err(failure) = self.write(state, Extent::Epoch) {
            return failure;
        }
        let checkpoint = self.folder.checkpoint();
        let what = format_args!("interrupted; {} holds the training up to {place}", checkpoint.display());
        signal.failure(what).advise(resume(self.folder.path()))
    }
}
