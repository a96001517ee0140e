//! The moments at which the files that a run is resumed from are written, and what follows where they cannot be.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::pace::Pace;
use super::rescue;
use super::run_files::Extent;
use super::state::State;
use super::writer::{Report, Writer};
use crate::config::{Alarm, Interval, Settings};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::printable;
use crate::run::{LARGEST, files};
use crate::terminal::{Interrupt, Signal};

/// The checkpoints of a run. They are written on a thread of their own while the training goes on; see [`Pace`] for how
/// often after an epoch. Those that are asked for are all written, and the training waits where one is not written yet
/// when the next is due.
pub(super) struct Checkpoints<'a> {
    writer: Writer,
    pace: Pace,
    alarm: Option<Alarm>,
    interrupt: &'a Interrupt,
    settings: &'a Settings,
    folder: PathBuf,
    /// Whether the folder holds another run, whose files are replaced.
    replaces: bool,
    /// The place of the last checkpoint that was written.
    written: Option<String>,
    /// The failure of a writing while the training went on.
    failure: Option<Failure>,
}

impl<'a> Checkpoints<'a> {
    pub(super) fn new(
        writer: Writer,
        (folder, settings, replaces): (PathBuf, &'a Settings, bool),
        every: Option<Interval>,
        interrupt: &'a Interrupt,
    ) -> Self {
        let (alarm, pace) = (every.map(Alarm::new), Pace::default());
        Self { writer, pace, alarm, interrupt, settings, folder, replaces, written: None, failure: None }
    }

    /// Counts a step; returns whether a checkpoint is asked for after it.
    pub(super) fn are_asked_for(&mut self) -> bool {
        self.alarm.as_mut().is_some_and(Alarm::step)
    }

    /// Returns whether it is time to write what an epoch has brought.
    pub(super) fn epoch_is_due(&mut self) -> bool {
        let ended = self.writer.ended();
        self.note(ended);
        self.pace.is_due(Instant::now())
    }

    /// Returns whether something could not be written: then the training is to end.
    pub(super) fn have_failed(&mut self) -> bool {
        let ended = self.writer.ended();
        self.note(ended);
        self.failure.is_some()
    }

    /// Has the files of a state written while the training goes on. Waits for those of the state before.
    pub(super) fn begin(&mut self, state: State<'_>, extent: Extent) {
        self.wait();
        if self.failure.is_none() {
            if extent == Extent::Epoch {
                self.pace.begin(Instant::now());
            }
            self.writer.begin(state.copy(), extent);
        }
    }

    /// Writes the files of a state. Where the folder takes no files any more, the state is written to another one, and the
    /// failure names both.
    pub(super) fn write(&mut self, state: State<'_>, extent: Extent) -> Outcome {
        self.begin(state, extent);
        self.wait();
        self.check(state)
    }

    /// Fails if something could not be written, after the state was written to another folder.
    pub(super) fn check(&mut self, state: State<'_>) -> Outcome {
        match self.failure.take() {
            None => Ok(()),
            Some(failure) => {
                Err(rescue::rescued(failure, &state.copy(), self.settings, self.written.as_deref()))
            }
        }
    }

    /// Writes the checkpoint of a run that is resumed, as it was read but for the number of epochs.
    pub(super) fn write_again(&mut self, state: State<'_>) -> Outcome {
        self.begin(state, Extent::Checkpoint);
        self.wait();
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Waits until nothing is being written.
    fn wait(&mut self) {
        let ended = self.writer.wait();
        self.note(ended);
    }

    fn note(&mut self, ended: Option<Report>) {
        let Some(Report { outcome, place, extent, ended }) = ended else { return };
        if extent == Extent::Epoch {
            self.pace.end(ended);
        }
        match outcome {
            Ok(()) => self.written = Some(place),
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// The bytes of the last checkpoint that was written, if one was.
    pub(super) fn last(&mut self) -> Option<Vec<u8>> {
        self.wait();
        self.written.as_ref()?;
        input::read(&self.folder.join(files::CHECKPOINT), LARGEST).ok()
    }

    pub(super) fn interrupt(&self) -> &'a Interrupt {
        self.interrupt
    }

    /// The signal that is to end the training, if one came.
    pub(super) fn signal(&self) -> Option<Signal> {
        self.interrupt.asked()
    }

    /// Writes the state of a training that a signal ended; returns the failure that says where. A run that would be
    /// replaced stays as it is: whoever interrupts so early may not have meant to replace it.
    pub(super) fn interrupted(&mut self, signal: Signal, state: State<'_>) -> Failure {
        self.wait();
        let resume = |folder: &Path| {
            format!("`autoencoder train --resume --out {}` continues", printable::word(folder))
        };
        if self.replaces && self.written.is_none() && self.failure.is_none() {
            let what = format!("interrupted; the run in {} stays as it was", self.folder.display());
            let state = state.copy();
            let place = state.place();
            return match rescue::saved(&state, self.settings) {
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
        let checkpoint = self.folder.join(files::CHECKPOINT);
        let place = self.written.as_deref().unwrap_or_default();
        let what = format_args!("interrupted; {} holds the training up to {place}", checkpoint.display());
        signal.failure(what).advise(resume(&self.folder))
    }
}
