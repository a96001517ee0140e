//! The text of a table in blocks of whole lines, which can be read side by side.

use std::io::{self, Cursor, Read};

/// The number of bytes of a block, 512 KiB: long beside what it costs to hand a block to a thread, and short beside a table.
pub(crate) const BLOCK: usize = 1 << 19;

/// An input that keeps all that was read of it, so that what was read ahead is not lost.
#[derive(Debug)]
pub(crate) struct Recorder<R> {
    input: R,
    recorded: Vec<u8>,
}

/// An input that tells its last byte which ends no line and is no blank.
#[derive(Debug)]
pub(crate) struct LastByte<R> {
    input: R,
    last: u8,
}

impl<R> LastByte<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, last: 0 }
    }

    /// The last such byte that was read.
    pub(crate) fn last(&self) -> u8 {
        self.last
    }
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let last = buffer[..count].iter().rfind(|byte| !byte.is_ascii_whitespace());
        self.last = last.copied().unwrap_or(self.last);
        Ok(count)
    }
}

impl<R: Read> Recorder<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, recorded: Vec::new() }
    }

    /// The input that is recorded.
    pub(crate) fn input(&self) -> &R {
        &self.input
    }

    /// The blocks from byte `offset` on, of about `size` bytes each.
    pub(crate) fn into_blocks(mut self, offset: usize, size: usize) -> Blocks<R> {
        self.recorded.drain(..offset.min(self.recorded.len()));
        Blocks { input: self.input, left: self.recorded, size, failed: None, is_over: false }
    }
}

impl<R: Read> Read for Recorder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.recorded.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

/// Blocks of an input, each of which ends behind a line, except perhaps the last.
///
/// Where lines end in a carriage return alone, a block may end anywhere: whoever reads such a block has to go on with
/// [`Blocks::into_input`].
#[derive(Debug)]
pub(crate) struct Blocks<R> {
    input: R,
    /// The bytes that were read and belong to no block yet.
    left: Vec<u8>,
    size: usize,
    /// The failure of the input, which comes behind all that was read before.
    failed: Option<io::Error>,
    is_over: bool,
}

/// A block, whose memory is used again and again.
#[derive(Debug, Default)]
pub(crate) struct Block {
    memory: Vec<u8>,
    length: usize,
}

impl Block {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[..self.length]
    }

    /// Makes room for `size` bytes.
    fn grow(&mut self, size: usize) {
        if self.memory.len() < size {
            self.memory.resize(size, 0);
        }
    }
}

impl<R: Read> Blocks<R> {
    /// Reads the next block; returns whether there is one. There is none at the end, and where the input failed.
    pub(crate) fn next(&mut self, block: &mut Block) -> bool {
        let mut wanted = self.size.max(self.left.len());
        block.grow(wanted);
        block.length = self.left.len();
        block.memory[..block.length].copy_from_slice(&self.left);
        self.left.clear();
        loop {
            self.fill(block, wanted);
            let end = block.bytes().iter().rposition(|&byte| byte == b'\n').map(|end| end + 1);
            let end = match end {
                Some(end) if self.failed.is_some() || !self.is_over => end,
                None if self.failed.is_some() => 0,
                // A line longer than a block; where lines end in carriage returns alone, there would be no end.
                None if !self.is_over && !block.bytes().contains(&b'\r') => {
                    wanted = block.length.saturating_mul(2);
                    block.grow(wanted);
                    continue;
                }
                Some(_) | None => block.length,
            };
            self.left.extend_from_slice(&block.bytes()[end..]);
            block.length = end;
            return end > 0;
        }
    }

    /// Reads on until `wanted` bytes are in the block.
    fn fill(&mut self, block: &mut Block, wanted: usize) {
        while block.length < wanted && !self.is_over && self.failed.is_none() {
            match self.input.read(&mut block.memory[block.length..wanted]) {
                Ok(0) => self.is_over = true,
                Ok(count) => block.length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// The input from some blocks on, which were the last.
    pub(crate) fn into_input(self, blocks: &[Block]) -> impl Read {
        let mut bytes: Vec<u8> = blocks.iter().flat_map(Block::bytes).copied().collect();
        bytes.extend(self.left);
        Cursor::new(bytes).chain(Failing(self.failed)).chain(self.input)
    }
}

/// An input of nothing, or of a failure that is told once.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    fn blocks(text: &str, size: usize) -> Vec<String> {
        let mut blocks = Recorder::new(text.as_bytes()).into_blocks(0, size);
        let mut block = Block::default();
        let text = |block: &Block| String::from_utf8(block.bytes().to_vec()).unwrap();
        iter::from_fn(|| blocks.next(&mut block).then(|| text(&block))).collect()
    }

    #[test]
    fn blocks_end_behind_lines() {
        assert_eq!(blocks("12\n34\n56\n", 4), ["12\n", "34\n", "56\n"]);
        assert_eq!(blocks("12\n34\n56", 100), ["12\n34\n56"]);
        assert_eq!(blocks("1234567890\n12\n", 3), ["1234567890\n", "12\n"]);
        assert_eq!(blocks("", 3), Vec::<String>::new());
        assert_eq!(blocks("1\r2\r3\r4\r5", 3).concat(), "1\r2\r3\r4\r5");
    }

    #[test]
    fn what_was_read_ahead_is_not_lost() {
        let mut recorder = Recorder::new(&b"12\n34\n56\n"[..]);
        recorder.read_exact(&mut [0; 7]).unwrap();
        let mut blocks = recorder.into_blocks(3, 4);
        let mut first = Block::default();
        assert!(blocks.next(&mut first));
        assert_eq!(first.bytes(), b"34\n");
        let mut rest = String::new();
        blocks.into_input(&[first]).read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "34\n56\n");
    }

    #[test]
    fn a_failure_comes_behind_what_was_read() {
        let input = b"12\n34\n5".chain(Failing(Some(io::Error::other("gone"))));
        let mut blocks = Recorder::new(input).into_blocks(0, 100);
        let mut first = Block::default();
        assert!(blocks.next(&mut first));
        assert_eq!(first.bytes(), b"12\n34\n");
        assert!(!blocks.next(&mut Block::default()));
        let mut rest = Vec::new();
        assert_eq!(blocks.into_input(&[first]).read_to_end(&mut rest).unwrap_err().to_string(), "gone");
        assert_eq!(rest, b"12\n34\n5");
    }
}
