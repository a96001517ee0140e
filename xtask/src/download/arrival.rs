//! A guess at what arrived in place of the file that was asked for, as far as its bytes tell.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::catalogue::{Catalogue, Content, KnownFile};
use super::digest::Digest;

/// A guess at what some bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Arrival {
    Nothing,
    Known(KnownFile),
    Html,
    Xml,
    Json,
    GitLfsPointer,
    Zip,
    Gzip,
    /// A gzip file that unpacks to exactly the right content, packed by another program.
    Repacked,
    Idx,
    Bytes(Vec<u8>),
}

impl Arrival {
    /// Judges by the first bytes.
    pub(crate) fn of_first_bytes(head: &[u8]) -> Self {
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let starts =
            |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        match head {
            [] => Self::Nothing,
            [0x1F, 0x8B, ..] => Self::Gzip,
            [b'P', b'K', 3 | 5, ..] => Self::Zip,
            [0, 0, 0x08..=0x0E, ..] => Self::Idx,
            _ if starts(b"<?xml") => Self::Xml,
            _ if starts(b"<") => Self::Html,
            _ if starts(b"{") || starts(b"[") => Self::Json,
            _ if starts(b"version https://git-lfs") => Self::GitLfsPointer,
            _ => Self::Bytes(head[..head.len().min(8)].to_vec()),
        }
    }

    /// Judges a whole body by its sum, else by its first bytes.
    pub(crate) fn of_body(catalogue: &Catalogue, digest: &Digest, head: &[u8]) -> Self {
        catalogue.by_digest(digest).map_or_else(|| Self::of_first_bytes(head), Self::Known)
    }

    /// Whether the gzip file at `path` unpacks to `raw`; never unpacks more than that many bytes and one.
    pub(crate) fn is_repacked(path: &Path, raw: Content) -> bool {
        let Ok(file) = File::open(path) else { return false };
        let unpacked = MultiGzDecoder::new(file).take(raw.bytes + 1);
        Digest::of_reader(unpacked).is_ok_and(|(digest, _)| digest == raw.sha256)
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Known(file) => write!(f, "the file {file}"),
            Self::Html => f.write_str("an HTML page"),
            Self::Xml => f.write_str("an XML document (an error message of a storage service?)"),
            Self::Json => f.write_str("JSON"),
            Self::GitLfsPointer => f.write_str("a git-lfs pointer, not the file it points to"),
            Self::Zip => f.write_str("a zip archive"),
            Self::Gzip => f.write_str("a gzip file that is no file we know"),
            Self::Repacked => {
                f.write_str("the right content packed by another program; unpack it and give that file")
            }
            Self::Idx => f.write_str("an unpacked IDX file"),
            Self::Bytes(head) => {
                f.write_str("something that begins with")?;
                head.iter().try_for_each(|byte| write!(f, " {byte:02X}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_arrived() {
        let cases: [(&[u8], Arrival); 10] = [
            (b"", Arrival::Nothing),
            (b"\x1F\x8B\x08", Arrival::Gzip),
            (b"\n  <!doctype HTML><title>", Arrival::Html),
            (b"\xEF\xBB\xBF<html>", Arrival::Html),
            (b"<?xml version='1.0'?><Error><Code>AccessDenied", Arrival::Xml),
            (b"{\"message\": \"Not Found\"}", Arrival::Json),
            (b"version https://git-lfs.github.com/spec/v1\n", Arrival::GitLfsPointer),
            (b"PK\x03\x04", Arrival::Zip),
            (b"\0\0\x08\x03", Arrival::Idx),
            (b"\x93NUMPY\x01\x00v\x00", Arrival::Bytes(b"\x93NUMPY\x01\x00".to_vec())),
        ];
        for (head, expected) in cases {
            assert_eq!(Arrival::of_first_bytes(head), expected);
        }
        assert_eq!(Arrival::Bytes(vec![0x93, 0x4E]).to_string(), "something that begins with 93 4E");
    }
}
