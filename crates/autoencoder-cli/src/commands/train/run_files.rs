//! The files of a run as its training writes them: which, in which order, and again where their folder vanished.

use super::state::StateCopy;
use crate::config::{self, Settings};
use crate::failure::Outcome;
use crate::output;
use crate::run::{FileBytes, RunFolder, files, replace, write_together};
use crate::terminal::Notes;

/// The files of a run.
pub(super) struct RunFiles<'a> {
    folder: &'a mut RunFolder,
    settings: &'a Settings,
    /// Whether there is to be a file for TensorBoard.
    writes_events: bool,
    /// Whether the folder holds another run, whose files are replaced.
    replaces: bool,
    notes: Notes,
    /// Whether the folder has the files of this run.
    begun: bool,
    /// The number of epochs in the file of the losses.
    epochs: usize,
}

/// The files that it is time to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The checkpoint, with the losses of epochs that no file has yet.
    Checkpoint,
    /// The checkpoint and everything that is made of the epochs: the model and the losses, if the whole is trained.
    Epoch,
}

impl<'a> RunFiles<'a> {
    /// The files of a run in a claimed folder, where the losses of this many epochs are written already.
    pub(super) fn new(
        (folder, settings, replaces): (&'a mut RunFolder, &'a Settings, bool),
        writes_events: bool,
        epochs: usize,
        notes: Notes,
    ) -> Self {
        Self { folder, settings, writes_events, replaces, notes, begun: false, epochs }
    }

    /// Writes a checkpoint, and what else it is time for. After the first one there is a whole checkpoint at every
    /// moment.
    pub(super) fn write(&mut self, state: &StateCopy, extent: Extent) -> Outcome {
        let mut outcome = self.write_here(state, extent);
        if outcome.is_err() && !self.folder.is_ours() {
            // The folder vanished while it was written into.
            outcome = self.write_here(state, extent);
        }
        outcome
    }

    fn write_here(&mut self, state: &StateCopy, extent: Extent) -> Outcome {
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
        let names = self.names(state, extent);
        if self.begun {
            // One file after the other is made and written, so that only one of them is in memory.
            for name in names {
                if let Some(bytes) = state.file(name)? {
                    output::write_file(&self.folder.path().join(name), &bytes)?;
                }
            }
        } else {
            let mut files: Vec<FileBytes> = vec![(files::CONFIG, config::text(self.settings)?.into_bytes())];
            if self.writes_events && !names.contains(&files::EVENTS) && (self.replaces || !self.has_events())
            {
                // TensorBoard's file exists from the beginning, as a resumed run continues the file only if it
                // exists.
                files.push((files::EVENTS, state.events()));
            }
            for name in names {
                files.extend(state.file(name)?.map(|bytes| (name, bytes)));
            }
            if self.replaces {
                replace(self.folder.path(), &files)?;
            } else {
                write_together(self.folder.path(), &files)?;
            }
            self.begun = true;
        }
        self.epochs = state.epochs();
        Ok(())
    }

    fn has_events(&self) -> bool {
        self.folder.path().join(files::EVENTS).exists()
    }

    /// The names of the files that it is time for, in the order in which they are written. The losses come last: no
    /// file has an epoch that the checkpoint has not.
    fn names(&self, state: &StateCopy, extent: Extent) -> Vec<&'static str> {
        let is_epoch = extent == Extent::Epoch;
        let has_news = is_epoch || state.epochs() > self.epochs;
        let files = [
            (files::CHECKPOINT, true),
            (files::MODEL, is_epoch),
            (files::EVENTS, has_news && self.writes_events),
            (files::METRICS, has_news),
        ];
        files.into_iter().filter_map(|(name, is_time)| is_time.then_some(name)).collect()
    }
}
