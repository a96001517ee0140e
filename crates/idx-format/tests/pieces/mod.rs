//! An input that hands its bytes out in small pieces, is interrupted, and may fail.

use std::io::{self, Read};

/// Gives at most `piece` bytes a call, and before each an interruption where so wanted.
#[derive(Debug)]
pub(crate) struct Pieces<'a> {
    bytes: &'a [u8],
    piece: usize,
    interrupts: bool,
    interrupted: bool,
}

impl<'a> Pieces<'a> {
    /// One byte at a time.
    pub(crate) fn one_by_one(bytes: &'a [u8]) -> Self {
        Self { bytes, piece: 1, interrupts: false, interrupted: false }
    }

    /// Pieces of `piece` bytes, each after an interruption.
    pub(crate) fn interrupted(bytes: &'a [u8], piece: usize) -> Self {
        Self { bytes, piece, interrupts: true, interrupted: false }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.interrupted = self.interrupts && !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let room = out.len().min(self.piece);
        self.bytes.read(&mut out[..room])
    }
}
