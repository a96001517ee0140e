//! The `.part` file of a transfer: grows and is hashed as bytes arrive, survives an interruption, becomes the file by renaming.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
use super::error::FetchError;

/// Number of first bytes that are kept for telling what arrived.
const HEAD: usize = 64;

/// A file on its way. Locked, so that two downloads do not write into one.
#[derive(Debug)]
pub(crate) struct Part {
    path: PathBuf,
    file: File,
    length: u64,
    /// Bytes of the file that are older than the current request.
    inherited: u64,
    hasher: Sha256,
    head: Vec<u8>,
}

impl Part {
    /// Opens `path`, hashing what an earlier transfer left there.
    pub(crate) fn open(path: PathBuf) -> Result<Self, FetchError> {
        let disk = |error| FetchError::Disk { path: path.clone(), error };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(disk)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy { path }),
            // A file system without locks is no reason not to download.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut part = Self {
            path: path.clone(),
            file,
            length: 0,
            inherited: 0,
            hasher: Sha256::new(),
            head: Vec::new(),
        };
        part.hash_what_is_there().map_err(disk)?;
        Ok(part)
    }

    fn hash_what_is_there(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match self.file.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => self.take_note(&buffer[..count]),
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
        &self.path
    }

    /// The sum of everything up to here.
    pub(crate) fn digest(&self) -> Digest {
        Digest::finish(self.hasher.clone())
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.file.write_all(bytes).map_err(|error| self.disk(error))?;
        self.take_note(bytes);
        Ok(())
    }

    /// Throws away what is there.
    pub(crate) fn clear(&mut self) -> Result<(), FetchError> {
        self.file.set_len(0).map_err(|error| self.disk(error))?;
        self.file.seek(SeekFrom::Start(0)).map_err(|error| self.disk(error))?;
        self.length = 0;
        self.inherited = 0;
        self.hasher = Sha256::new();
        self.head.clear();
        Ok(())
    }

    /// Gives the file its final name, after everything is on the disk.
    pub(crate) fn rename(self, name: &Path) -> Result<(), FetchError> {
        self.file.sync_all().map_err(|error| self.disk(error))?;
        let Self { path, file, .. } = self;
        drop(file);
        fs::rename(&path, name).map_err(|error| FetchError::Disk { path: name.to_owned(), error })
    }

    /// Leaves the bytes for a later transfer, or no file where there are none.
    pub(crate) fn leave(self) -> Result<(), FetchError> {
        let Self { path, file, length, .. } = self;
        drop(file);
        if length == 0 {
            fs::remove_file(&path).map_err(|error| FetchError::Disk { path, error })?;
        }
        Ok(())
    }

    fn disk(&self, error: io::Error) -> FetchError {
        FetchError::Disk { path: self.path.clone(), error }
    }
}
