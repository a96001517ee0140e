//! The reasons why a file did not come, with what was expected and what was found.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::arrival::Arrival;
use super::catalogue::KnownFile;
use super::digest::Digest;
use super::file_kind::FileKind;

/// The reason why one file did not come from one mirror, or could not be written on this machine.
#[derive(Debug)]
pub(crate) enum FetchError {
    /// No connection, or it broke before an answer.
    Connection(String),
    /// A time limit passed with `received` bytes of the file there.
    TimedOut { what: &'static str, limit: Duration, received: u64 },
    /// Bytes came, but too few of them in the time that a file of this size may take.
    TooSlow { received: u64, expected: u64, limit: Duration },
    /// The server answered, but not with the file.
    Status { code: u16, reason: &'static str },
    /// The body broke off; what came is kept.
    Interrupted { received: u64, expected: u64, reason: String },
    /// The body ended properly, too early.
    Short { received: u64, expected: u64 },
    /// The body goes on after the file's size; it was cut off there.
    TooLong { expected: u64, announced: Option<u64>, like: Option<KnownFile> },
    /// The first bytes, or the sum of the whole body, say that this is something else.
    SomethingElse { arrived: Arrival },
    /// The right size, but not the right bytes.
    Mismatch { expected: Digest, found: Digest, arrived: Arrival },
    /// A partial answer that does not go on where the file on disk ends.
    BadRange { wanted: u64, answered: String },
    /// No such file in the folder given.
    NotInFolder { folder: PathBuf, spellings: Vec<String> },
    /// Another download is writing the same file.
    Busy { path: PathBuf },
    /// Something that is no file has the name of one.
    NotAFile { path: PathBuf, kind: FileKind },
    /// This machine's file system.
    Disk { path: PathBuf, error: io::Error },
}

impl FetchError {
    /// Whether the fault is on this machine, so that another mirror would not help.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::NotAFile { .. } | Self::Disk { .. })
    }

    /// Whether the source was reached and answered to the end, so that another spelling of the file's name is worth a try.
    pub(crate) fn may_have_another_name(&self) -> bool {
        !self.is_local()
            && !matches!(
                self,
                Self::Connection(_) | Self::TimedOut { .. } | Self::TooSlow { .. } | Self::Interrupted { .. }
            )
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(reason) => write!(f, "no connection: {reason}"),
            Self::TimedOut { what, limit, received } => {
                write!(
                    f,
                    "timed out: {what} took more than {limit:?}, {received} bytes of the file are there"
                )
            }
            Self::TooSlow { received, expected, limit } => {
                write!(f, "too slow: {received} of {expected} bytes were there after {limit:.1?}")
            }
            Self::Status { code, reason } => write!(f, "the server answered {code} {reason}"),
            Self::Interrupted { received, expected, reason } => {
                write!(f, "broke off after {received} of {expected} bytes: {reason}")
            }
            Self::Short { received, expected } => {
                write!(f, "too short: the body ended after {received} of {expected} bytes")
            }
            Self::TooLong { expected, announced, like } => {
                write!(f, "too long: cut off after the {expected} bytes expected")?;
                announced.iter().try_for_each(|bytes| write!(f, ", {bytes} were announced"))?;
                like.iter().try_for_each(|file| write!(f, ", which is the size of {file}"))
            }
            Self::SomethingElse { arrived } => write!(f, "what arrived is {arrived}"),
            Self::Mismatch { expected, found, arrived } => {
                write!(f, "wrong sha256: expected {expected}, found {found}; what arrived is {arrived}")
            }
            Self::BadRange { wanted, answered } => {
                write!(f, "asked to go on at byte {wanted}, the server answered {answered:?}")
            }
            Self::NotInFolder { folder, spellings } => {
                write!(f, "not in {}, neither as {}", folder.display(), spellings.join(" nor "))
            }
            Self::Busy { path } => write!(f, "another download is writing {}", path.display()),
            Self::NotAFile { path, kind } => {
                write!(
                    f,
                    "{}: expected a file, found {kind}; remove it or give --to another folder",
                    path.display()
                )
            }
            Self::Disk { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for FetchError {}
