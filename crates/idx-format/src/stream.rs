//! The bytes of an IDX file, whether the input is plain or gzip.

use std::io::{self, Read};

use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
#[cfg(feature = "gzip")]
use crate::gzip::GzipSource;
use crate::source::Source;

#[derive(Debug)]
pub(crate) enum Stream<R> {
    Plain(Source<R>),
    // Boxed: the state of a decoder is large.
    #[cfg(feature = "gzip")]
    Gzip(Box<GzipSource<R>>),
}

impl<R: Read> Stream<R> {
    /// Looks at the first two bytes, unless told not to, and decides.
    pub(crate) fn new(input: R, detect_gzip: bool) -> Result<Self> {
        let mut source = Source::new(input);
        if detect_gzip {
            let start = source.peek(2).map_err(|error| Error::new(ErrorKind::Read).at(0).caused_by(error))?;
            if start == [0x1F, 0x8B] {
                #[cfg(feature = "gzip")]
                return Ok(Self::Gzip(Box::new(GzipSource::new(source))));
                #[cfg(not(feature = "gzip"))]
                return Err(Error::new(ErrorKind::GzipDisabled).at(0));
            }
        }
        Ok(Self::Plain(source))
    }

    pub(crate) fn is_gzip(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "gzip")]
            Self::Gzip(_) => true,
        }
    }

    /// Whether a gzip stream has ended and something that is not gzip follows.
    pub(crate) fn has_bytes_after_gzip(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "gzip")]
            Self::Gzip(source) => source.has_bytes_after(),
        }
    }

    /// Turns an error of `read` into ours; it came after `found` of `expected` bytes of the IDX file.
    #[cfg_attr(not(feature = "gzip"), expect(unused_variables, reason = "only gzip can end too early"))]
    pub(crate) fn fault(&self, error: io::Error, expected: u64, found: u64) -> Error {
        match self {
            Self::Plain(_) => Error::new(ErrorKind::Read).at(found).caused_by(error),
            #[cfg(feature = "gzip")]
            Self::Gzip(source) => source.fault(error, expected, found),
        }
    }
}

impl<R: Read> Read for Stream<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(out),
            #[cfg(feature = "gzip")]
            Self::Gzip(source) => source.read(out),
        }
    }
}
