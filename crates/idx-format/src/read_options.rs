//! Options for reading: the limit, whether trailing bytes are allowed, and whether to look for gzip.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::any_array::AnyArray;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::reader::Reader;
use crate::view::View;

/// Bytes of elements that one call may bring into memory unless told otherwise: 2 GiB.
pub const DEFAULT_LIMIT_BYTES: u64 = 2 << 30;

/// Settings of a reader, and the calls that use them.
///
/// | setting | default |
/// |---|---|
/// | [`limit_bytes`](Self::limit_bytes) | [`DEFAULT_LIMIT_BYTES`], 2 GiB |
/// | [`allow_trailing_bytes`](Self::allow_trailing_bytes) | no: strict |
/// | [`detect_gzip`](Self::detect_gzip) | yes |
///
/// ```
/// use idx_format::{ErrorKind, ReadOptions};
///
/// let bytes = [0, 0, 0x08, 1, 0, 0, 0, 2, 10, 20, 99]; // one byte too many
///
/// let strict = ReadOptions::new().read(&bytes[..]);
/// assert!(matches!(strict.unwrap_err().kind(), ErrorKind::TrailingBytes { .. }));
///
/// let lenient = ReadOptions::new().allow_trailing_bytes(true).read(&bytes[..])?;
/// assert_eq!(lenient.as_slice::<u8>()?, [10, 20]);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct ReadOptions {
    limit_bytes: u64,
    allow_trailing_bytes: bool,
    detect_gzip: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { limit_bytes: DEFAULT_LIMIT_BYTES, allow_trailing_bytes: false, detect_gzip: true }
    }
}

impl ReadOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the limit on the bytes of elements that one call may bring into memory.
    ///
    /// The limit is checked before any element is read, and only against the items that the call reads: the first ten
    /// items of a file that is larger than the limit can be read, and so can all of it, item by item. Calls that fill the
    /// caller's own buffer have no limit. Whatever the limit, memory grows only as bytes arrive.
    pub fn limit_bytes(mut self, limit: u64) -> Self {
        self.limit_bytes = limit;
        self
    }

    /// Sets whether bytes after the last element, or after the last member of a gzip stream, are allowed (lenient) or an
    /// error (strict).
    ///
    /// Allowed bytes are left unread. If they are inside a gzip stream, its checksum is left unread too: a stream is never
    /// decompressed further than one byte beyond the array that the header declares.
    pub fn allow_trailing_bytes(mut self, allow: bool) -> Self {
        self.allow_trailing_bytes = allow;
        self
    }

    /// Sets whether input that begins with the bytes of gzip is decompressed, whatever the file's name says.
    pub fn detect_gzip(mut self, detect: bool) -> Self {
        self.detect_gzip = detect;
        self
    }

    /// Reads the header and stops before the first element.
    ///
    /// # Errors
    ///
    /// The errors of [`Reader::new`].
    pub fn reader<R: Read>(self, input: R) -> Result<Reader<R>> {
        Reader::with_options(input, self)
    }

    /// Reads a whole array.
    ///
    /// # Errors
    ///
    /// The errors of [`read`](crate::read).
    pub fn read<R: Read>(self, input: R) -> Result<AnyArray> {
        self.reader(input)?.read_any_array()
    }

    /// Looks at an array whose bytes are in memory already; the limit and gzip do not matter there.
    ///
    /// # Errors
    ///
    /// The errors of [`View::new`].
    pub fn view(self, bytes: &[u8]) -> Result<View<'_>> {
        View::with_options(bytes, self)
    }

    /// Opens a file and reads its header.
    ///
    /// # Errors
    ///
    /// The errors of [`open`](crate::open).
    pub fn open(self, path: impl AsRef<Path>) -> Result<Reader<File>> {
        let path = path.as_ref();
        File::open(path)
            .map_err(|error| Error::new(ErrorKind::Open).caused_by(error))
            .and_then(|file| self.reader(file))
            .map(|reader| reader.with_path(path))
            .map_err(|error| error.with_path(path))
    }

    /// Reads a whole file.
    ///
    /// # Errors
    ///
    /// The errors of [`read_path`](crate::read_path).
    pub fn read_path(self, path: impl AsRef<Path>) -> Result<AnyArray> {
        self.open(path)?.read_any_array()
    }

    pub(crate) fn trailing_bytes_allowed(self) -> bool {
        self.allow_trailing_bytes
    }

    pub(crate) fn gzip_detected(self) -> bool {
        self.detect_gzip
    }

    /// Refuses to bring so many declared bytes into memory when they are over the limit.
    pub(crate) fn check_limit(self, declared: usize) -> Result<()> {
        let declared = declared as u64;
        if declared <= self.limit_bytes {
            return Ok(());
        }
        Err(Error::new(ErrorKind::OverLimit { limit: self.limit_bytes, declared }))
    }
}

/// Opens a file, gzip or not, and reads its header.
///
/// Every error names the file, and so do the errors of the reader later on.
///
/// # Errors
///
/// [`ErrorKind::Open`], and the errors of [`Reader::new`].
///
/// ```
/// let path = std::env::temp_dir().join("idx-format-example-open-idx2-short");
/// idx_format::write_path(&path, &[2, 3], &[1_i16, 2, 3, 4, 5, 6])?;
///
/// let mut reader = idx_format::open(&path)?;
/// assert_eq!(reader.header().to_string(), "i16 2 x 3");
/// assert_eq!(reader.read_items::<i16>(1)?.as_slice(), [1, 2, 3]);
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), idx_format::Error>(())
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Reader<File>> {
    ReadOptions::new().open(path)
}

/// Reads a whole file, gzip or not.
///
/// # Errors
///
/// [`ErrorKind::Open`], and the errors of [`read`](crate::read); all of them name the file.
///
/// ```
/// let error = idx_format::read_path("no-such-file").unwrap_err();
/// assert!(error.to_string().starts_with("no-such-file: opening failed: "));
/// ```
pub fn read_path(path: impl AsRef<Path>) -> Result<AnyArray> {
    ReadOptions::new().read_path(path)
}
