//! Decompression of all members of a gzip stream, to the end, so that every checksum counts.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

use crate::error::Error;
use crate::error_kind::ErrorKind;
use crate::source::Source;

/// The first two bytes of every member.
pub(crate) const MAGIC: [u8; 2] = [0x1F, 0x8B];

/// Reads the members of a gzip stream as one.
///
/// flate2's own reader of several members is not used: it takes whatever follows the last one for a member, so
/// that padding behind a good stream could not be told from a damaged one.
#[derive(Debug)]
pub(crate) struct GzipSource<R> {
    // None once the last member has ended.
    member: Option<GzDecoder<Source<R>>>,
    bytes_after: bool,
}

impl<R: Read> GzipSource<R> {
    pub(crate) fn new(mut source: Source<R>) -> Self {
        source.fill_whole_buffer();
        Self { member: Some(GzDecoder::new(source)), bytes_after: false }
    }

    /// Whether the stream has ended and something else follows it.
    pub(crate) fn has_bytes_after(&self) -> bool {
        self.bytes_after
    }

    /// Turns an error of `read` into ours; it came after `found` of `expected` decompressed bytes.
    pub(crate) fn fault(&self, error: io::Error, expected: u64, found: u64) -> Error {
        let input_failed = self.member.as_ref().is_some_and(|member| member.get_ref().has_failed());
        let error = match error.kind() {
            _ if input_failed => Error::new(ErrorKind::Read).caused_by(error),
            io::ErrorKind::UnexpectedEof => Error::new(ErrorKind::TruncatedGzip { expected, found }),
            _ => Error::new(ErrorKind::CorruptGzip).caused_by(error),
        };
        error.at(found)
    }
}

impl<R: Read> Read for GzipSource<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        // A loop, since a member may be empty, and so may be thousands of them.
        while let Some(member) = &mut self.member {
            let count = member.read(out)?;
            if count > 0 {
                return Ok(count);
            }
            // The member has ended and its checksum was right.
            let next = member.get_mut().peek(MAGIC.len())?;
            let (is_end, is_member) = (next.is_empty(), next == MAGIC);
            let ended = self.member.take();
            if is_member {
                self.member = ended.map(|member| GzDecoder::new(member.into_inner()));
            } else {
                self.bytes_after = !is_end;
            }
        }
        Ok(0)
    }
}
