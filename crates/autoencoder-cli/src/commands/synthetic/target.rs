//! The folder that small data is written into, with notes about what is written.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::output;
use crate::terminal::Notes;

/// A folder that small data is written into.
pub(super) struct Target<'a> {
    pub(super) folder: &'a Path,
    pub(super) notes: Notes,
    pub(super) force: bool,
}

impl Target<'_> {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Refuses to write over files of these names, unless that was asked for.
    pub(super) fn expect_none_of(&self, names: &[&str]) -> Outcome {
        let there = names.iter().map(|name| self.path(name)).find(|path| path.exists());
        match there.filter(|_| !self.force) {
            Some(path) => Err(Failure::at(&path, "this file is there already")
                .advise("replace the file with --force, or choose another --out")),
            None => Ok(()),
        }
    }

    /// Writes a file, and notes what the file holds.
    pub(super) fn write(&self, name: &str, bytes: &[u8], holds: impl fmt::Display) -> Outcome {
        output::write_file(&self.path(name), bytes)?;
        self.notes.say(format_args!("{}: {holds}", self.path(name).display()));
        Ok(())
    }

    /// Notes what to do next: a command, in which FOLDER stands for the folder.
    pub(super) fn next(&self, command: &str) {
        let command = command.replace("FOLDER", &self.folder.display().to_string());
        self.notes.say(format_args!("Try: {command}"));
    }
}
