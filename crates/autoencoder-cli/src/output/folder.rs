//! A folder to write into, which does not stay behind empty after a failure.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// A folder to write into. On drop, the folders that were created for it are removed if they are still empty.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The created folders, the outermost first.
    made: Vec<PathBuf>,
}

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, made: Vec::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Creates the folder and the folders above it where they are missing.
    pub(crate) fn make(&mut self) -> Outcome {
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
}

impl Drop for Folder {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // A folder that something was written into is not empty, and stays.
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
        let mut folder = Folder::new(path.clone());
        folder.make().unwrap();
        assert!(path.is_dir());
        drop(folder);
        assert!(!scratch.path().join("runs").exists());

        let mut folder = Folder::new(path.clone());
        folder.make().unwrap();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        drop(folder);
        assert!(path.join("notes.txt").exists());
    }

    #[test]
    fn a_file_is_no_folder() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(Folder::new(path).make().unwrap_err().to_string().contains("found a file"));
    }
}
