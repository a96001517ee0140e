//! A buffered input that can be looked ahead into, and that remembers whether it was the input that failed.

use std::fmt;
use std::io::{self, BufRead, Read};

/// Bytes read from the input at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// Like `BufReader`, with a look-ahead that works though bytes arrive one at a time.
///
/// Interruptions end here; whoever reads from it never sees one.
pub(crate) struct Source<R> {
    input: R,
    buffer: Vec<u8>,
    // What of the buffer was filled and not yet taken: start <= end <= buffer.len().
    start: usize,
    end: usize,
    fills_whole_buffer: bool,
    // An error that came behind bytes that are still to be taken.
    pending: Option<io::Error>,
    has_failed: bool,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            fills_whole_buffer: false,
            pending: None,
            has_failed: false,
        }
    }

    /// The next `count` bytes without taking them; fewer only where the input ends.
    pub(crate) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.buffered().len() < count {
            if self.refill()? == 0 {
                break;
            }
        }
        let buffered = self.buffered();
        Ok(buffered.get(..count).unwrap_or(buffered))
    }

    /// From now on waits until the buffer is full.
    ///
    /// A decoder that meets damage forgets what it has decoded in the same call. So that the result does not depend
    /// on the pieces in which bytes arrive, it is given them in pieces that do not depend on that.
    #[cfg(feature = "gzip")]
    pub(crate) fn fill_whole_buffer(&mut self) {
        self.fills_whole_buffer = true;
        if let Err(error) = self.refill() {
            // Nobody has been told yet: it comes behind the bytes that are buffered.
            self.pending = Some(error);
            self.has_failed = false;
        }
    }

    /// Whether the input itself has failed; an error can also come from a decoder that could not decode the bytes.
    #[cfg(feature = "gzip")]
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads behind what is buffered and returns how many bytes came; 0 at the end of the input.
    fn refill(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let mut arrived = 0_usize;
        while let Some(space) = self.buffer.get_mut(self.end..).filter(|space| !space.is_empty()) {
            let result = self.pending.take().map_or_else(|| read_once(&mut self.input, space), Err);
            match result {
                Ok(0) => break,
                Ok(count) => {
                    self.end = self.end.saturating_add(count);
                    arrived = arrived.saturating_add(count);
                }
                Err(error) if arrived > 0 => {
                    self.pending = Some(error);
                    break;
                }
                Err(error) => {
                    self.has_failed = true;
                    return Err(error);
                }
            }
            if !self.fills_whole_buffer {
                break;
            }
        }
        Ok(arrived)
    }
}

/// One read, through interruptions, of at most the bytes there is room for, whatever the input claims.
fn read_once<R: Read>(input: &mut R, space: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(space) {
            Ok(count) => return Ok(count.min(space.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Large reads go past the buffer, straight to where they are wanted.
        if self.buffered().is_empty() && self.pending.is_none() && out.len() >= self.buffer.len() {
            return read_once(&mut self.input, out);
        }
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.buffered().is_empty() {
            self.refill()?;
        }
        Ok(self.buffered())
    }

    fn consume(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.end);
    }
}

impl<R: fmt::Debug> fmt::Debug for Source<R> {
    // Without the buffer, which would fill the screen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("input", &self.input)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte a call.
    struct OneByOne<'a>(&'a [u8]);

    impl Read for OneByOne<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let room = out.len().min(1);
            self.0.read(&mut out[..room])
        }
    }

    #[test]
    fn a_peek_takes_nothing_away() {
        let mut source = Source::new(OneByOne(b"abcdef"));
        assert_eq!(source.peek(3).unwrap(), b"abc");
        let mut first = [0];
        source.read_exact(&mut first).unwrap();
        assert_eq!(source.peek(4).unwrap(), b"bcde");
        assert_eq!(source.peek(9).unwrap(), b"bcdef");
        let mut rest = Vec::new();
        source.read_to_end(&mut rest).unwrap();
        assert_eq!((first, rest.as_slice()), (*b"a", &b"bcdef"[..]));
        assert_eq!(source.peek(2).unwrap(), b"");
    }

    #[test]
    fn large_reads_give_the_same_bytes() {
        let bytes: Vec<u8> = (0..3 * BUFFER_BYTES + 5).map(|i| u8::try_from(i % 251).unwrap()).collect();
        let mut source = Source::new(bytes.as_slice());
        source.peek(2).unwrap();
        let mut all = vec![0; bytes.len()];
        source.read_exact(&mut all).unwrap();
        assert!(all == bytes);
    }
}
