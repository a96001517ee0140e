//! The folder of a run, with the files in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files;
use crate::data::ImageFolder;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{self, Folder, Lock};
use crate::printable;
use crate::terminal::Notes;

/// The folder of a run.
#[derive(Debug)]
pub(crate) struct RunFolder {
    /// The lock of a training that writes into the folder. It is dropped first: a folder with a file in it would not
    /// be removed.
    lock: Option<Lock>,
    folder: Folder,
}

impl RunFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { lock: None, folder: Folder::new(path) }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn model(&self) -> PathBuf {
        self.path().join(files::MODEL)
    }

    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.path().join(files::CHECKPOINT)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path().join(files::CONFIG)
    }

    pub(crate) fn metrics(&self) -> PathBuf {
        self.path().join(files::METRICS)
    }

    pub(crate) fn events(&self) -> PathBuf {
        self.path().join(files::EVENTS)
    }

    pub(crate) fn loss(&self) -> PathBuf {
        self.path().join(files::LOSS)
    }

    pub(crate) fn reconstructions(&self) -> PathBuf {
        self.path().join(files::RECONSTRUCTIONS)
    }

    /// Returns whether there is a run in the folder, or a part of one.
    pub(crate) fn is_taken(&self) -> bool {
        files::ALL.iter().any(|file| self.path().join(file).exists())
    }

    /// The failure that there is a run in the folder, or a part of one, with what can be done.
    pub(crate) fn taken(&self) -> Failure {
        if self.checkpoint().exists() {
            let advice = "--resume continues the run, --force replaces the run, --out takes another folder";
            Failure::at(self.path(), "there is a run already").advise(advice)
        } else {
            let what = "there is a part of a run, which has no checkpoint to continue from";
            Failure::at(self.path(), what).advise("--force replaces that part, --out takes another folder")
        }
    }

    /// The failure that a run without a checkpoint cannot be resumed, with what can be done instead.
    pub(crate) fn without_checkpoint(&self) -> Failure {
        let config = self.config();
        if config.is_file() {
            let (path, config) = (printable::word(self.path()), printable::word(&config));
            Failure::at(self.path(), "the run ended before it wrote a checkpoint").advise(format_args!(
                "`autoencoder train --config {config} --out {path} --force` begins it again"
            ))
        } else {
            let what = format_args!("there is no run to continue, as there is no {}", files::CHECKPOINT);
            Failure::at(self.path(), what)
                .advise("give --out the folder of a run, or begin a run without --resume")
        }
    }

    /// Advice: the arguments of a training with other settings that begins with the weights of this run.
    pub(crate) fn anew(&self) -> String {
        // The advice names the checkpoint, which fits every run of the same layers: a model has its normalisation
        // folded in.
        let checkpoint = self.checkpoint();
        format!(
            "to train anew from the weights of the run: --init {} --out NEW",
            printable::word(&checkpoint)
        )
    }

    /// Returns whether the folder has every file of a finished run.
    pub(crate) fn is_whole(&self) -> bool {
        files::ALWAYS.iter().all(|file| self.path().join(file).exists())
    }

    /// Takes the folder for a training: it is made where it is missing, locked, and found to take files, before any
    /// work is done.
    ///
    /// Temporary files that a killed training left are removed: with the lock taken, no training is writing them.
    pub(crate) fn claim(&mut self, notes: Notes) -> Outcome {
        self.folder.make()?;
        files::ALL.iter().try_for_each(|file| expect_file(&self.path().join(file)))?;
        self.lock = Some(Lock::take(self.path(), notes)?);
        output::remove_leftovers(self.path(), &files::ALL, Duration::ZERO);
        output::probe(&self.checkpoint())
    }

    /// Returns whether the folder is still the one that was claimed, and locked.
    pub(crate) fn is_ours(&self) -> bool {
        self.lock.as_ref().is_some_and(Lock::holds)
    }

    /// Claims the folder again where it or its lock has vanished; fails where another run has come to lie there.
    pub(crate) fn claim_again(&mut self, notes: Notes) -> Outcome {
        let is_same = self.lock.as_ref().is_some_and(Lock::is_in_its_folder);
        self.lock = None;
        self.claim(notes)?;
        if !is_same && self.is_taken() {
            return Err(Failure::at(
                self.path(),
                "another run came to lie in this folder during the training",
            ));
        }
        Ok(())
    }

    /// Refuses to write the files of a run over a file that its training reads. The run's own configuration is no
    /// such file: its settings are written again.
    pub(crate) fn refuse_input(&self, input: &Path) -> Outcome {
        if input.is_dir() {
            // A folder of data holds nothing that has the name of a run's file, except perhaps among images.
            return match ImageFolder::find(input) {
                Ok(Some(_)) => output::refuse_input(&self.reconstructions(), input),
                _ => Ok(()),
            };
        }
        let written = files::ALL.iter().filter(|&&file| file != files::CONFIG);
        written.into_iter().try_for_each(|file| output::refuse_input(&self.path().join(file), input))
    }
}

/// Refuses anything but a file where a file of the run is to be: a pipe would wait for a reader for ever.
fn expect_file(path: &Path) -> Outcome {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            let what = format_args!("expected a file of the run, found {}", input::kind(&metadata));
            Err(Failure::at(path, what).advise("move it away, or give --out another folder"))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const QUIET: Notes = Notes::new(true);

    #[test]
    fn a_run_is_in_the_way_and_other_files_are_not() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(scratch.path().to_owned());
        fs::write(scratch.path().join("notes.txt"), "mine").unwrap();
        assert!(!folder.is_taken());
        for file in files::ALL {
            fs::write(scratch.path().join(file), "").unwrap();
            assert!(folder.is_taken());
        }
        fs::remove_file(folder.events()).unwrap();
        assert!(folder.is_whole(), "which TensorBoard's file is not asked for");
        fs::remove_file(folder.loss()).unwrap();
        assert!(!folder.is_whole());
    }

    #[test]
    fn a_claimed_folder_is_locked_swept_and_gone_again_if_nothing_was_written() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("runs/a");
        let mut folder = RunFolder::new(path.clone());
        folder.claim(QUIET).unwrap();
        assert!(folder.is_ours() && !folder.is_taken());
        let refused = RunFolder::new(path.clone()).claim(QUIET).unwrap_err().to_string();
        assert!(refused.contains(" is training into this folder"), "{refused}");
        drop(folder);
        assert!(!scratch.path().join("runs").exists());

        fs::create_dir_all(&path).unwrap();
        let left =
            [".model.safetensors.AbCd12.part", ".mine.csv.AbCd12.part", "model.safetensors.AbCd12.part"];
        for name in left {
            fs::write(path.join(name), "").unwrap();
        }
        RunFolder::new(path.clone()).claim(QUIET).unwrap();
        assert_eq!(left.map(|name| path.join(name).exists()), [false, true, true]);
    }

    #[test]
    fn a_folder_that_vanished_is_claimed_again_unless_another_run_lies_there() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("run");
        let mut folder = RunFolder::new(path.clone());
        folder.claim(QUIET).unwrap();
        fs::remove_dir_all(&path).unwrap();
        assert!(!folder.is_ours());
        folder.claim_again(QUIET).unwrap();
        assert!(folder.is_ours());
        if cfg!(unix) {
            fs::write(folder.model(), "").unwrap();
            fs::remove_file(path.join(".lock")).unwrap();
            folder.claim_again(QUIET).unwrap();
            fs::rename(&path, scratch.path().join("moved")).unwrap();
            fs::create_dir(&path).unwrap();
            fs::write(folder.model(), "of another run").unwrap();
            let refused = folder.claim_again(QUIET).unwrap_err().to_string();
            assert!(refused.contains("another run came to lie in this folder"), "{refused}");
        }
    }

    #[test]
    fn inputs_are_not_written_over_except_the_runs_own_settings() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = RunFolder::new(scratch.path().to_owned());
        for file in files::ALL {
            let path = scratch.path().join(file);
            fs::write(&path, "1,2").unwrap();
            assert_eq!(folder.refuse_input(&path).is_err(), file != files::CONFIG, "{file}");
        }
        assert!(folder.refuse_input(&scratch.path().join("data.csv")).is_ok());
        assert!(folder.refuse_input(scratch.path()).is_err(), "the figure would be read as an image");
        fs::remove_file(folder.reconstructions()).unwrap();
        assert!(folder.refuse_input(scratch.path()).is_ok());
    }
}
