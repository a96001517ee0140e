//! The text of a table that comes piece by piece.

use crate::dialect::BYTES;
use crate::error::{Outcome, TableError};
use crate::long_lines::LONGEST;
use crate::refusal;

/// Text that came and was not read yet.
#[derive(Debug, Default)]
pub(crate) struct Arriving {
    bytes: Vec<u8>,
    /// The number of bytes of whole lines in it.
    whole: usize,
    /// The number of lines before it.
    lines: u64,
    is_over: bool,
    /// Whether lines end in a carriage return alone, once that is known.
    are_returns: Option<bool>,
}

impl Arriving {
    /// Adds text.
    pub(crate) fn push(&mut self, text: &[u8]) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text);
        if self.are_returns == Some(true) {
            self.turn_returns(from);
        }
        self.find_lines(from);
    }

    /// Says that no more comes.
    pub(crate) fn end(&mut self) {
        self.is_over = true;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of bytes of whole lines at the beginning.
    pub(crate) fn whole(&self) -> usize {
        self.whole
    }

    /// The number of lines before the text.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// Takes bytes away that were read.
    pub(crate) fn take(&mut self, count: usize) {
        self.lines += self.bytes[..count].iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
        self.bytes.drain(..count);
        self.whole = self.whole.saturating_sub(count);
    }

    /// Tells from as many first bytes as of every table whether lines end in a carriage return alone, which is then taken for a line
    /// feed; returns whether that is known.
    pub(crate) fn settle_line_ends(&mut self) -> bool {
        let head = &self.bytes[..self.bytes.len().min(BYTES)];
        let has_feed = head.contains(&b'\n');
        if self.are_returns.is_none() && (has_feed || self.is_over || head.len() == BYTES) {
            let are_returns = !has_feed && head.contains(&b'\r');
            self.are_returns = Some(are_returns);
            if are_returns {
                self.turn_returns(0);
                self.find_lines(0);
            }
        }
        self.are_returns.is_some()
    }

    fn turn_returns(&mut self, from: usize) {
        self.bytes[from..].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }

    fn find_lines(&mut self, from: usize) {
        if let Some(end) = self.bytes[from..].iter().rposition(|&byte| byte == b'\n') {
            self.whole = from + end + 1;
        }
    }

    /// Refuses text without a whole line in it that is longer than any line is.
    pub(crate) fn check_length(&self, is_quoted: bool) -> Outcome {
        if self.bytes.len() <= LONGEST {
            return Ok(());
        }
        let line = self.lines + 1;
        if is_quoted {
            return Err(refusal::unclosed(line));
        }
        Err(TableError::new(format_args!(
            "line {line}: expected at most {LONGEST} bytes, found a longer line"
        )))
    }
}
