//! The folder of a run: what is in it, and that a failed start leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::{loaded, tensorboard};

const CONFIG: &str = "config.toml";
const METRICS: &str = "metrics.csv";
const LOSS: &str = "loss.svg";
const RECONSTRUCTIONS: &str = "reconstructions.png";

/// Every file that a run may write; the checkpoint first, without which nothing can be resumed.
const FILES: [&str; 7] =
    [loaded::CHECKPOINT, loaded::MODEL, METRICS, CONFIG, LOSS, RECONSTRUCTIONS, tensorboard::NAME];

/// The folder of a run. Folders made for it vanish with it if they are still empty.
#[derive(Debug)]
pub(super) struct RunFolder {
    path: PathBuf,
    /// The outermost first.
    made: Vec<PathBuf>,
}

impl RunFolder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, made: Vec::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn model(&self) -> PathBuf {
        self.path.join(loaded::MODEL)
    }

    pub(super) fn checkpoint(&self) -> PathBuf {
        self.path.join(loaded::CHECKPOINT)
    }

    pub(super) fn config(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    pub(super) fn metrics(&self) -> PathBuf {
        self.path.join(METRICS)
    }

    pub(super) fn events(&self) -> PathBuf {
        self.path.join(tensorboard::NAME)
    }

    pub(super) fn loss(&self) -> PathBuf {
        self.path.join(LOSS)
    }

    pub(super) fn reconstructions(&self) -> PathBuf {
        self.path.join(RECONSTRUCTIONS)
    }

    /// Whether there is a run in it, or a part of one.
    pub(super) fn is_taken(&self) -> bool {
        FILES.iter().any(|file| self.path.join(file).exists())
    }

    /// Makes the folder and those above it where they are missing.
    pub(super) fn make(&mut self) -> Outcome {
        let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let mut missing: Vec<&Path> = self.path.ancestors().take_while(missing).collect();
        missing.reverse();
        for folder in missing {
            fs::create_dir(folder).map_err(|error| Failure::at(folder, error))?;
            self.made.push(folder.to_owned());
        }
        if self.path.is_dir() {
            Ok(())
        } else {
            Err(Failure::at(&self.path, "expected a folder, found a file").advise("choose another --out"))
        }
    }

    /// Takes away the files of a run that another replaces.
    pub(super) fn clear(&self) -> Outcome {
        for path in FILES.map(|file| self.path.join(file)) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::at(&path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // Which fails where something was written.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_folders_vanish_and_others_stay() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("runs").join("a");
        let mut folder = RunFolder::new(path.clone());
        folder.make().unwrap();
        assert!(path.is_dir() && !folder.is_taken());
        drop(folder);
        assert!(!scratch.path().join("runs").exists());

        let mut folder = RunFolder::new(path.clone());
        folder.make().unwrap();
        fs::write(folder.metrics(), "").unwrap();
        assert!(folder.is_taken());
        drop(folder);
        assert!(path.join(METRICS).exists());

        let folder = RunFolder::new(path.clone());
        fs::write(path.join("notes.txt"), "mine").unwrap();
        folder.clear().unwrap();
        assert!(!folder.is_taken() && path.join("notes.txt").exists());
    }

    #[test]
    fn a_file_is_no_folder() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(RunFolder::new(path).make().unwrap_err().to_string().contains("found a file"));
    }
}
