//! Data that comes through a pipe: read once, from the beginning, without being opened again.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::failure::{Failure, Outcome};

/// Advice: what a pipe cannot do, a file can.
pub(super) const SAVE: &str = "save the data in a file, and give that file";

/// A pipe that was opened to tell what comes through it. Its first bytes are kept, as they come only once.
pub(crate) struct Piped {
    first: Vec<u8>,
    rest: Mutex<Option<File>>,
}

impl fmt::Debug for Piped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piped").field("first", &self.first).finish_non_exhaustive()
    }
}

impl Piped {
    /// Opens a pipe, and waits for its first `count` bytes.
    pub(super) fn open(path: &Path, count: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut first = Vec::new();
        (&file).take(count).read_to_end(&mut first)?;
        Ok(Self { first, rest: Mutex::new(Some(file)) })
    }

    /// The first bytes.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// Everything that comes through the pipe, which can be taken once.
    pub(super) fn take(&self, path: &Path) -> Outcome<impl Read + use<>> {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let rest = rest.ok_or_else(|| refused(path, "a pipe can be read only once"))?;
        Ok(Cursor::new(self.first.clone()).chain(rest))
    }
}

/// The failure that a pipe cannot do what is asked.
pub(super) fn refused(path: &Path, what: impl fmt::Display) -> Failure {
    Failure::at(path, what).advise(SAVE)
}
