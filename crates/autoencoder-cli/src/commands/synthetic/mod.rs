//! `autoencoder synthetic`: small data to try, as files of the kinds that people have.

mod digits;
mod photos;
mod tables;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::arguments::{Synthetic, SyntheticKind};
use crate::failure::{Failure, Outcome};
use crate::output::{self, Folder};
use crate::terminal::{Notes, numerals};

/// A folder that small data is written into, and who is told of it.
struct Target<'a> {
    folder: &'a Path,
    notes: Notes,
    force: bool,
}

pub(crate) fn run(typed: &Synthetic, notes: Notes) -> Outcome {
    let mut folder = Folder::new(typed.out.clone());
    folder.make()?;
    let target = Target { folder: folder.path(), notes, force: typed.force };
    let count = |usual| typed.count.unwrap_or(usual);
    match typed.kind {
        SyntheticKind::Digits => digits::write(&target, typed.count, typed.seed),
        SyntheticKind::Table => tables::write_pumps(&target, count(2000), typed.seed),
        SyntheticKind::Photos => photos::write(&target, count(600), typed.seed),
        SyntheticKind::Series => tables::write_beats(&target, count(2000), typed.seed),
    }
}

impl Target<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Refuses to write over these unless that was asked for.
    fn expect_none_of(&self, names: &[&str]) -> Outcome {
        let there = names.iter().map(|name| self.path(name)).find(|path| path.exists());
        match there.filter(|_| !self.force) {
            Some(path) => Err(Failure::at(&path, "is there already")
                .advise("replace it with --force, or choose another --out")),
            None => Ok(()),
        }
    }

    /// Writes a file and says what it holds.
    fn write(&self, name: &str, bytes: &[u8], holds: impl fmt::Display) -> Outcome {
        output::write_file(&self.path(name), bytes)?;
        self.notes.say(format_args!("{}: {holds}", self.path(name).display()));
        Ok(())
    }

    /// Ends with what to do now: a command, in which FOLDER stands for the folder.
    fn next(&self, command: &str) {
        let command = command.replace("FOLDER", &self.folder.display().to_string());
        self.notes.say(format_args!("Try: {command}"));
    }
}

/// A number and what is counted: 1 row, 2,000 rows.
fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", numerals::grouped(count), if count == 1 { "" } else { "s" })
}
