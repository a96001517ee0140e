//! Kinds of files that are mistaken for IDX, told from their first four bytes.

use std::fmt;

use crate::element::ElementType;

/// A kind of file that people mistake for IDX, or receive instead of it.
///
/// ```
/// use idx_format::Signature;
///
/// assert_eq!(Signature::of(b"<!DOCTYPE html>"), Some(Signature::Html));
/// assert_eq!(Signature::of(&[0, 0, 8, 1]), None); // a good start of an IDX file
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signature {
    /// gzip: `1F 8B`.
    Gzip,
    /// An HTML or XML page: `<`, after blanks or a byte-order mark or not. Usually a server's error message.
    Html,
    /// A `NumPy` array: `93 "NUMPY"`.
    Npy,
    /// A zip archive: `PK`. An `.npz` file is one, too.
    Zip,
    /// An xz archive: `FD "7zXZ"`.
    Xz,
    /// A matrix of the language Lush, IDX's ancestor: `1E 3D 4C 5x`.
    Lush,
    /// An IDX header with its first four bytes reversed, as in `03 08 00 00`.
    ByteSwapped,
}

impl Signature {
    /// The kind of file that the bytes look like, judged by the first four.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let first_four = bytes.get(..4).unwrap_or(bytes);
        let text = first_four.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first_four).trim_ascii_start();
        match *first_four {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [0x93, b'N', b'U', b'M'] => Some(Self::Npy),
            [b'P', b'K', ..] => Some(Self::Zip),
            [0xFD, b'7', b'z', ..] => Some(Self::Xz),
            [0x1E, 0x3D, 0x4C, 0x50..=0x5F] => Some(Self::Lush),
            [_, code, 0, 0] if ElementType::from_code(code).is_some() => Some(Self::ByteSwapped),
            _ if text.starts_with(b"<") => Some(Self::Html),
            _ => None,
        }
    }

    /// Advice on what to do about such a file.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Gzip => {
                "this is gzip: read it with gzip detection on (the default for readers); a file compressed twice must be decompressed once first"
            }
            Self::Html => {
                "this is a web page, perhaps a server's error message saved under the data's name: download the file again"
            }
            Self::Npy => "this is a NumPy array: convert it, or read it with an npy reader",
            Self::Zip => "this is a zip archive: extract the IDX file from it first",
            Self::Xz => "this is an xz archive: decompress it first",
            Self::Lush => "this is a Lush matrix: convert it to IDX first",
            Self::ByteSwapped => {
                "the header is in little-endian order: write the file again with every number big-endian"
            }
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gzip => "gzip",
            Self::Html => "an HTML page",
            Self::Npy => "a NumPy array",
            Self::Zip => "a zip archive",
            Self::Xz => "an xz archive",
            Self::Lush => "a Lush matrix",
            Self::ByteSwapped => "a byte-swapped IDX header",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_is_told_from_four_bytes() {
        let cases: [(&[u8], Signature); 11] = [
            (&[0x1F, 0x8B, 0x08, 0x00], Signature::Gzip),
            (b"<htm", Signature::Html),
            (b"\r\n <", Signature::Html),
            (b"\xEF\xBB\xBF<", Signature::Html),
            (b"\x93NUMPY", Signature::Npy),
            (b"PK\x03\x04", Signature::Zip),
            (b"\xFD7zXZ\0", Signature::Xz),
            (&[0x1E, 0x3D, 0x4C, 0x51], Signature::Lush),
            (&[0x1E, 0x3D, 0x4C, 0x5A], Signature::Lush),
            (&[0x03, 0x08, 0x00, 0x00], Signature::ByteSwapped),
            (&[0x01, 0x0E, 0x00, 0x00], Signature::ByteSwapped),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Signature::of(bytes), Some(expected), "{bytes:02x?}");
        }
    }

    #[test]
    fn idx_and_nonsense_look_like_nothing() {
        for bytes in [&[0, 0, 8, 1][..], &[], &[0], &[0x03, 0x0A, 0, 0], &[0x1E, 0x3D, 0x4C, 0x60], b"abcd"] {
            assert_eq!(Signature::of(bytes), None, "{bytes:02x?}");
        }
    }
}
