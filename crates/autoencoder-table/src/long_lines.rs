//! Text whose lines end: an input fails where a line is longer than any that is read.

use std::io::{self, ErrorKind, Read};

/// The largest number of bytes of a line, 64 MiB: some ten million numbers.
pub(crate) const LONGEST: usize = 1 << 26;

/// An input that fails within a line of more than 64 MiB, so that whoever reads lines never asks for memory without end.
#[derive(Debug)]
pub(crate) struct LongLines<R> {
    input: R,
    /// The number of bytes since the last line end.
    since: usize,
}

impl<R: Read> LongLines<R> {
    /// The same input, whose lines are counted.
    pub(crate) fn new(input: R) -> Self {
        Self { input, since: 0 }
    }
}

impl<R: Read> Read for LongLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let end = buffer[..count].iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        self.since = end.map_or(self.since + count, |end| count - end - 1);
        if self.since > LONGEST {
            let what = format!("expected lines of at most {LONGEST} bytes, found a longer line");
            return Err(io::Error::new(ErrorKind::InvalidData, what));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_line_fails_and_many_lines_do_not() {
        let refused = LongLines::new(io::repeat(b'1')).read_to_end(&mut Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("at most 67108864 bytes"), "{refused}");
        let many = io::repeat(b'\n').take(3 * LONGEST as u64);
        assert_eq!(io::copy(&mut LongLines::new(many), &mut io::sink()).unwrap(), 3 * LONGEST as u64);
    }
}
