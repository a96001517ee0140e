//! The `.part` file of a transfer: new, private, hashed as bytes arrive; it becomes the file by renaming, or a later one goes on
//! from it.

use std::cmp::Reverse;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::{Builder, NamedTempFile};

use super::digest::Digest;
use super::error::FetchError;
use super::file_kind::{self, FileKind};

/// Number of first bytes that are kept for telling what arrived.
const HEAD: usize = 64;

/// Number of letters and digits in a part's name that nobody can guess.
const RANDOM: usize = 6;

/// A file on its way. Locked, so that a second download of the same file is refused.
#[derive(Debug)]
pub(crate) struct Part {
    file: NamedTempFile,
    length: u64,
    /// Bytes of the file that are older than the current request.
    inherited: u64,
    hasher: Sha256,
    head: Vec<u8>,
}

impl Part {
    /// Makes a new file for `name` in `folder`, beginning with what an earlier transfer left there, at most `most` bytes.
    ///
    /// Bytes of an earlier transfer are copied: a file that lay there before is read and removed, and never written to,
    /// whoever put it or a link of its name there.
    pub(crate) fn resume(folder: &Path, name: &str, most: u64) -> Result<Self, FetchError> {
        let leftovers = Leftover::all(folder, name)?;
        let mut part = Self::create(folder, name)?;
        if let Some(longest) = leftovers.iter().find(|leftover| leftover.length <= most) {
            part.copy(&longest.file, most)
                .map_err(|error| FetchError::Disk { path: longest.path.clone(), error })?;
        }
        leftovers.into_iter().try_for_each(Leftover::remove)?;
        Ok(part)
    }

    /// Makes a new file for `name` in `folder`, and removes what earlier ones left there.
    pub(crate) fn anew(folder: &Path, name: &str) -> Result<Self, FetchError> {
        Leftover::all(folder, name)?.into_iter().try_for_each(Leftover::remove)?;
        Self::create(folder, name)
    }

    fn create(folder: &Path, name: &str) -> Result<Self, FetchError> {
        let disk = |error| FetchError::Disk { path: folder.join(name), error };
        let file = Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .rand_bytes(RANDOM)
            .tempfile_in(folder)
            .map_err(disk)?;
        // A file system without locks is no reason not to download, and nobody else knows the name yet.
        let _ = file.as_file().try_lock();
        Ok(Self { file, length: 0, inherited: 0, hasher: Sha256::new(), head: Vec::new() })
    }

    fn copy(&mut self, from: &File, most: u64) -> io::Result<()> {
        let mut from = from.take(most);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    self.file.write_all(&buffer[..count])?;
                    self.take_note(&buffer[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn take_note(&mut self, bytes: &[u8]) {
        let wanted = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Marks the bytes that are there as older than the request that begins now; returns their number.
    pub(crate) fn begin_request(&mut self) -> u64 {
        self.inherited = self.length;
        self.length
    }

    /// Whether the current request goes on where older bytes end.
    pub(crate) fn is_resumed(&self) -> bool {
        self.inherited > 0
    }

    /// The first bytes, up to 64.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The sum of everything up to here.
    pub(crate) fn digest(&self) -> Digest {
        Digest::finish(self.hasher.clone())
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.as_file_mut().write_all(bytes).map_err(|error| self.disk(error))?;
        self.take_note(bytes);
        Ok(())
    }

    /// Throws away what is there.
    pub(crate) fn clear(&mut self) -> Result<(), FetchError> {
        let file = self.file.as_file_mut();
        file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(|error| self.disk(error))?;
        self.length = 0;
        self.inherited = 0;
        self.hasher = Sha256::new();
        self.head.clear();
        Ok(())
    }

    /// Gives the file its final name, after everything is on the disk, and the permissions of any new file.
    pub(crate) fn rename(self, name: &Path) -> Result<(), FetchError> {
        let file = self.file.as_file();
        file.sync_all().map_err(|error| self.disk(error))?;
        usual_permissions(name)
            .and_then(|permissions| file.set_permissions(permissions))
            .map_err(|error| self.disk(error))?;
        self.file
            .persist(name)
            .map(|_| ())
            .map_err(|error| FetchError::Disk { path: name.to_owned(), error: error.error })
    }

    /// Leaves the bytes for a later transfer, or no file where there are none.
    pub(crate) fn leave(self) -> Result<(), FetchError> {
        let path = self.path().to_owned();
        let kept = if self.length == 0 {
            self.file.close()
        } else {
            self.file.keep().map(|_| ()).map_err(|error| error.error)
        };
        kept.map_err(|error| FetchError::Disk { path, error })
    }

    fn disk(&self, error: io::Error) -> FetchError {
        FetchError::Disk { path: self.path().to_owned(), error }
    }
}

/// The permissions that the system gives to a new file beside `name`, found by making one.
fn usual_permissions(name: &Path) -> io::Result<fs::Permissions> {
    let folder = name.parent().unwrap_or_else(|| Path::new("."));
    let make = |path: &Path| OpenOptions::new().write(true).create_new(true).open(path);
    let probe = Builder::new().prefix(".permissions.").suffix(".part").make_in(folder, make)?;
    Ok(probe.as_file().metadata()?.permissions())
}

/// A part that an earlier transfer left, open and locked.
#[derive(Debug)]
struct Leftover {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Leftover {
    /// Everything in `folder` that has the name of a part of `name`, the longest first.
    fn all(folder: &Path, name: &str) -> Result<Vec<Self>, FetchError> {
        let disk = |error| FetchError::Disk { path: folder.to_owned(), error };
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            if entry.file_name().to_str().is_some_and(|entry| is_part_of(entry, name)) {
                found.push(Self::open(entry.path())?);
            }
        }
        found.sort_by_key(|leftover| Reverse(leftover.length));
        Ok(found)
    }

    /// Opens a file to read; refuses links and everything that is no file.
    fn open(path: PathBuf) -> Result<Self, FetchError> {
        let disk = |error| FetchError::Disk { path: path.clone(), error };
        let listed = fs::symlink_metadata(&path).map_err(disk)?;
        let kind = FileKind::of(listed.file_type());
        if kind != FileKind::File {
            return Err(FetchError::NotAFile { path, kind });
        }
        let file = File::open(&path).map_err(disk)?;
        let metadata = file.metadata().map_err(disk)?;
        // Another process may have put a link there in between.
        if !file_kind::is_same_file(&listed, &metadata) {
            return Err(FetchError::Busy { path });
        }
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path }),
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(Self { path, file, length: metadata.len() })
    }

    fn remove(self) -> Result<(), FetchError> {
        fs::remove_file(&self.path).map_err(|error| FetchError::Disk { path: self.path.clone(), error })
    }
}

/// Whether `entry` is the name of a part of `name`: `.NAME.RANDOM.part`, or `NAME.part` as older versions called it.
pub(crate) fn is_part_of(entry: &str, name: &str) -> bool {
    let Some(stem) = entry.strip_suffix(".part") else { return false };
    let random = || stem.strip_prefix('.')?.strip_prefix(name)?.strip_prefix('.');
    stem == name
        || random().is_some_and(|random| {
            random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_known_by_their_names() {
        for (entry, name, expected) in [
            (".a.gz.x1Y2z3.part", "a.gz", true),
            ("a.gz.part", "a.gz", true),
            (".a.gz.x1Y2z3.part", "a", false),
            (".a.gz.x1Y2z.part", "a.gz", false),
            (".a.gz.x1Y2.3.part", "a.gz", false),
            ("a.gz.x1Y2z3.part", "a.gz", false),
            ("a.gz", "a.gz", false),
        ] {
            assert_eq!(is_part_of(entry, name), expected, "{entry} of {name}");
        }
    }
}
