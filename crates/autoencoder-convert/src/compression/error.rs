//! The reasons why bytes are no compressed codes.

use std::fmt;

use autoencoder::Digest;

/// Error of reading compressed codes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompressedError {
    /// The bytes do not begin as compressed codes do.
    Foreign,
    /// The file is of a newer version.
    Version {
        /// The version of the file.
        found: u16,
    },
    /// The bytes end too early, or go on behind the end.
    Length,
    /// The checksum is not that of the bytes.
    Checksum,
    /// A part of the file is none that is written.
    Damaged {
        /// The part.
        part: &'static str,
    },
    /// The codes are those of another model.
    Model {
        /// The digest of the model.
        expected: Digest,
        /// The digest of the model that made the codes.
        found: Digest,
    },
}

impl fmt::Display for CompressedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("expected compressed codes (.aez), found another kind of file"),
            Self::Version { found } => {
                write!(
                    f,
                    "expected compressed codes of version 1, found version {found}, which a newer program wrote"
                )
            }
            Self::Length => {
                f.write_str("the file has another length than it tells: it was cut, or something was added")
            }
            Self::Checksum => f.write_str("the checksum is not that of the contents: the file was changed"),
            Self::Damaged { part } => {
                write!(f, "expected the {part} of compressed codes, found something else")
            }
            Self::Model { expected, found } => {
                write!(f, "expected codes of the model with the digest {expected}, found those of {found}")
            }
        }
    }
}

impl std::error::Error for CompressedError {}
