//! The rescue of a training whose folder takes no files any more: its state goes to a new folder among the system's
//! temporary ones.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::state::StateCopy;
use crate::config::{self, Settings};
use crate::failure::{Failure, Outcome};
use crate::output::write_file;
use crate::printable;
use crate::run::files;

/// Rescues a training after `failure`; returns that failure with what came of the training. `written` is the place of
/// the last checkpoint in the folder of the run.
pub(super) fn rescued(
    failure: Failure,
    state: &StateCopy,
    settings: &Settings,
    written: Option<&str>,
) -> Failure {
    let place = state.place();
    match saved(state, settings) {
        Ok(folder) => {
            let word = printable::word(&folder);
            failure.and(format_args!("the training up to {place} was rescued to {}", folder.display())).advise(
                format_args!("`autoencoder train --resume --out {word}` continues; move that folder first, as the system may clear it"),
            )
        }
        Err(other) => {
            let since = written.map_or_else(
                || format!("the training up to {place} is lost"),
                |written| format!("the training from {written} to {place} is lost"),
            );
            let failure =
                failure.and(format_args!("{since}, as nothing can be written elsewhere either: {other}"));
            let advice = if written.is_some() {
                "--resume continues from the last checkpoint"
            } else {
                "train again into a folder that takes files"
            };
            failure.advise(advice)
        }
    }
}

/// Writes the state of a training into a new folder.
pub(super) fn saved(state: &StateCopy, settings: &Settings) -> Outcome<PathBuf> {
    let folder = folder()?;
    fill(&folder, state, settings)?;
    Ok(folder)
}

/// A new folder.
fn folder() -> Outcome<PathBuf> {
    let above = env::temp_dir();
    let folder = Builder::new().prefix("autoencoder-rescue-").tempdir_in(&above);
    Ok(folder.map_err(|error| Failure::at(&above, error))?.keep())
}

/// Writes what a resume needs; then whatever else there is, as far as there is room for it.
fn fill(folder: &Path, state: &StateCopy, settings: &Settings) -> Outcome {
    let write = |name: &str| -> Outcome {
        state.file(name)?.map_or(Ok(()), |bytes| write_file(&folder.join(name), &bytes))
    };
    let needed = || -> Outcome {
        write_file(&folder.join(files::CONFIG), config::text(settings)?.as_bytes())?;
        write(files::CHECKPOINT)
    };
    if let Err(failure) = needed() {
        // A part of a run would only take room.
        let _ = fs::remove_dir_all(folder);
        return Err(failure);
    }
    for name in [files::METRICS, files::MODEL] {
        let _ = write(name);
    }
    Ok(())
}
