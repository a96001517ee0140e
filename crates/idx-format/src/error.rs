//! The error of every call: what was wrong, at which byte, what was expected, what was found, and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::error_kind::ErrorKind;

/// The result of every call of this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of this crate: its kind, and where it happened.
///
/// `Display` is one line: what was wrong, at which byte, what was expected and what was found, or the system's reason where
/// a file could not be opened, read or written. [`Error::hint`] says what to do about it.
///
/// ```
/// let error = idx_format::read(&[0, 0, 0x08, 1, 0, 0, 0, 5, 7, 7][..]).unwrap_err();
///
/// assert_eq!(error.to_string(), "truncated data at byte 10: expected 5 bytes after the header, found 2 bytes");
/// assert_eq!(error.offset(), Some(10));
/// assert_eq!(error.expected().as_deref(), Some("5 bytes after the header"));
/// assert_eq!(error.found().as_deref(), Some("2 bytes"));
/// assert!(error.hint().is_some_and(|hint| hint.contains("download")));
/// ```
#[derive(Debug)]
pub struct Error {
    // Boxed, so that a `Result` stays small.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    offset: Option<u64>,
    path: Option<PathBuf>,
    io: Option<io::Error>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { inner: Box::new(Inner { kind, offset: None, path: None, io: None }) }
    }

    /// Adds the byte at which the error happened.
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.inner.offset = Some(offset);
        self
    }

    pub(crate) fn caused_by(mut self, error: io::Error) -> Self {
        self.inner.io = Some(error);
        self
    }

    /// The same error, which now also names the file it is about, unless it already names one.
    ///
    /// The calls that take a path do this themselves.
    ///
    /// ```
    /// let error = idx_format::Header::parse(&[0, 0]).unwrap_err().with_path("digits.idx");
    /// assert_eq!(error.to_string(), "digits.idx: truncated header at byte 2: expected 4 bytes, found 2 bytes");
    /// ```
    #[must_use]
    pub fn with_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.inner.path.get_or_insert_with(|| path.into());
        self
    }

    /// The kind of the error, with its data.
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// The byte at which the error happened, counted from the start of the IDX data; of the decompressed data for gzip.
    ///
    /// `None` where no byte is to blame, as for an array of the wrong dimensions.
    pub fn offset(&self) -> Option<u64> {
        self.inner.offset
    }

    /// The expected state in words, such as `5 bytes after the header`; `None` where nothing in particular was expected.
    pub fn expected(&self) -> Option<String> {
        self.inner.kind.expected()
    }

    /// The state that was found, in words, such as `2 bytes`; `None` where there is nothing to show.
    pub fn found(&self) -> Option<String> {
        self.inner.kind.found()
    }

    /// Advice on what to do about the error, where there is any.
    pub fn hint(&self) -> Option<&'static str> {
        self.inner.kind.hint()
    }

    /// The underlying error, where the system, the input, the output or gzip reported one. `Display` ends with it.
    pub fn io_error(&self) -> Option<&io::Error> {
        self.inner.io.as_ref()
    }

    /// The file that the error is about, where the call knew its path. `Display` begins with it.
    pub fn path(&self) -> Option<&Path> {
        self.inner.path.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = self.path() {
            write!(f, "{}: ", path.display())?;
        }
        f.write_str(self.kind().summary())?;
        if let Some(offset) = self.offset() {
            write!(f, " at byte {offset}")?;
        }
        match (self.expected(), self.found()) {
            (Some(expected), Some(found)) => write!(f, ": expected {expected}, found {found}"),
            (Some(expected), None) => write!(f, ": expected {expected}"),
            (None, Some(found)) => write!(f, ": found {found}"),
            (None, None) => Ok(()),
        }?;
        match self.io_error() {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}

/// There is no `source`: what an [`io::Error`] says is in `Display`, and whoever prints both would say it twice.
impl std::error::Error for Error {}

/// The error of the input or output, where that failed; else one that holds this error.
///
/// ```
/// use std::io;
///
/// let error = idx_format::read_path("no/such/file.idx").unwrap_err();
/// assert_eq!(io::Error::from(error).kind(), io::ErrorKind::NotFound);
/// let error = idx_format::read(&[0, 0][..]).unwrap_err();
/// assert_eq!(io::Error::from(error).to_string(), "truncated header at byte 2: expected 4 bytes, found 2 bytes");
/// ```
impl From<Error> for io::Error {
    fn from(mut error: Error) -> Self {
        error.inner.io.take().unwrap_or_else(|| Self::other(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_the_system_is_said_once() {
        let inner = io::Error::other("the cable came loose");
        let error = Error::new(ErrorKind::Read).at(20).caused_by(inner).with_path("a.idx");
        assert_eq!(error.to_string(), "a.idx: reading failed at byte 20: the cable came loose");
        assert!(std::error::Error::source(&error).is_none());
    }

    #[test]
    fn the_first_path_stays() {
        let error = Error::new(ErrorKind::Open).with_path("a.idx").with_path("b.idx");
        assert_eq!(error.path(), Some(Path::new("a.idx")));
    }

    #[test]
    fn an_error_is_as_small_as_a_pointer_and_crosses_threads() {
        fn crosses_threads<T: Send + Sync + 'static>() {}
        crosses_threads::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
