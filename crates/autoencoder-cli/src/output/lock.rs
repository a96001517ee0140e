//! The lock of a folder: two processes that write the same files do not do so at once.
//!
//! The operating system frees a lock when the process that holds it ends, however it ends. The file itself stays
//! behind a killed process, and the next process takes it over.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::check::no_files;
use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

/// The name of the file in the folder.
const NAME: &str = ".lock";

/// The length that a process id with its line feed stays below.
const LONGEST: u64 = 24;

/// The number of times that a lock is tried whose file vanishes while it is taken.
const ATTEMPTS: usize = 100;

/// The lock of a folder. On drop, its file is removed.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    /// The locked file, which holds the process id as text; nothing where the file system has no locks.
    file: Option<File>,
    folder: Identity,
}

impl Lock {
    /// Locks a folder, which must exist. The refusal names the process that holds the lock. Where the file system has
    /// no locks, a note says so.
    pub(crate) fn take(folder: &Path, notes: Notes) -> Outcome<Self> {
        let path = folder.join(NAME);
        for _ in 0..ATTEMPTS {
            refuse_others_file(&path)?;
            let mut file = open(&path).map_err(|error| no_files(folder, &error))?;
            let taken = |file| Self { path: path.clone(), file, folder: Identity::of(folder) };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(folder, &mut file)),
                Err(TryLockError::Error(error)) => {
                    let _ = fs::remove_file(&path);
                    notes.say(format_args!(
                        "{}: no lock keeps others from writing into this folder at the same time, as the file system has none: {error}",
                        folder.display()
                    ));
                    return Ok(taken(None));
                }
            }
            // Between the opening and the locking, the process that held the lock may have removed the file: then
            // another process may hold the lock of a new file by now.
            if is_at(&file, &path) {
                // A failure is ignored, as on a full disk: the id is there for messages only.
                let _ = sign(&mut file);
                return Ok(taken(Some(file)));
            }
        }
        Err(Failure::at(&path, "this file vanishes whenever it is locked").advise("try again"))
    }

    /// Returns whether the lock still keeps others out: its file is where it was made. It is not where the folder
    /// was removed, moved or replaced.
    pub(crate) fn holds(&self) -> bool {
        match &self.file {
            Some(file) => is_at(file, &self.path),
            None => self.is_in_its_folder(),
        }
    }

    /// Returns whether the folder at the path is still the one that was locked.
    pub(crate) fn is_in_its_folder(&self) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        folder.is_dir() && Identity::of(folder) == self.folder
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file is removed while it is locked, and only if it is still this one: whoever takes the lock next sees
        // that the file is gone, see `take`.
        if self.file.as_ref().is_some_and(|file| is_at(file, &self.path)) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens the file, which is made where it is missing. The file of another user can often be locked but not written.
fn open(path: &Path) -> io::Result<File> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    match opened {
        Err(error) if error.kind() == ErrorKind::PermissionDenied && path.exists() => File::open(path),
        opened => opened,
    }
}

/// Writes the process id.
fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

/// The process id in a lock's file, or nothing in a file that was just made; `None` where there is something else.
fn signature(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.to_owned())
}

/// Refuses to take over a file that is no lock of this program: it is somebody's, and would be removed.
fn refuse_others_file(path: &Path) -> Outcome {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    // On Windows nobody else can read the file while it is locked.
    let is_lock = metadata.is_file()
        && metadata.len() < LONGEST
        && (cfg!(windows) || File::open(path).ok().is_none_or(|mut file| signature(&mut file).is_some()));
    if is_lock {
        return Ok(());
    }
    let what = "a lock of this folder would have this name, and the file is something else";
    Err(Failure::at(path, what).advise("give --out another folder, or move the file away"))
}

fn busy(folder: &Path, file: &mut File) -> Failure {
    let process = match signature(file) {
        Some(id) if !id.is_empty() => format!("process {id}"),
        _ => "another process".to_owned(),
    };
    Failure::at(folder, format_args!("{process} is training into this folder"))
        .advise("wait until it has ended, or give --out another folder")
}

/// A file or folder, told from another one of the same path; everything is the same where the system tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(Option<(u64, u64)>);

impl Identity {
    fn of(path: &Path) -> Self {
        Self(fs::metadata(path).ok().and_then(|metadata| place(&metadata)))
    }
}

/// Returns whether an open file is the one at a path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(found)) => place(&open) == place(&found),
        _ => false,
    }
}

/// The device and the number of a file on it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not tell")]
fn place(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn place(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Notes = Notes::new(true);

    #[test]
    fn a_folder_is_locked_once_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path(), QUIET).unwrap();
        assert!(lock.holds() && lock.is_in_its_folder());
        let refused = Lock::take(folder.path(), QUIET).unwrap_err();
        let process =
            if cfg!(windows) { "another process".into() } else { format!("process {}", std::process::id()) };
        assert!(
            refused.to_string().contains(&format!("{process} is training into this folder; wait")),
            "{refused}"
        );
        drop(lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        Lock::take(folder.path(), QUIET).unwrap();
    }

    #[test]
    fn the_file_of_a_killed_process_is_taken_over_and_any_other_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        for text in ["", "4294967295\n"] {
            fs::write(&path, text).unwrap();
            let lock = Lock::take(folder.path(), QUIET).unwrap();
            #[cfg(unix)]
            assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", std::process::id()));
            drop(lock);
            assert!(!path.exists());
        }
        if cfg!(unix) {
            for text in ["mine", "1234567890123456789012345678901234567890"] {
                fs::write(&path, text).unwrap();
                let refused = Lock::take(folder.path(), QUIET).unwrap_err().to_string();
                assert!(refused.contains(".lock: a lock of this folder would have this name"), "{refused}");
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_whose_file_is_gone_holds_nothing_and_removes_nobodys() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("run");
        fs::create_dir(&folder).unwrap();
        let old = Lock::take(&folder, QUIET).unwrap();
        fs::rename(&folder, scratch.path().join("moved")).unwrap();
        assert!(!old.holds() && !old.is_in_its_folder());
        fs::create_dir(&folder).unwrap();
        let new = Lock::take(&folder, QUIET).unwrap();
        assert!(!old.holds() && !old.is_in_its_folder());
        drop(old);
        assert!(new.holds());
        fs::remove_file(folder.join(NAME)).unwrap();
        assert!(!new.holds() && new.is_in_its_folder());
    }

    /// Every process counts up a number in a file: no count is lost, whichever lock is removed while it is taken.
    #[test]
    fn only_one_at_a_time_holds_a_lock_that_is_taken_and_removed_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let (count, taken) = (folder.path().join("count"), std::sync::atomic::AtomicUsize::new(0));
        fs::write(&count, "0").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let Ok(_lock) = Lock::take(folder.path(), QUIET) else { continue };
                        let number: usize = fs::read_to_string(&count).unwrap().parse().unwrap();
                        fs::write(&count, (number + 1).to_string()).unwrap();
                        taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    }
                });
            }
        });
        let taken = taken.into_inner();
        assert!(taken > 0);
        assert_eq!(fs::read_to_string(&count).unwrap(), taken.to_string());
    }
}
