//! Blocks of a table that are parsed together, side by side.

use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::columns::Columns;
use super::plain::{self, Rows};
use crate::failure::Outcome;

/// The number of blocks that are handed to each thread together: the work is long beside the time until a thread wakes.
const BLOCKS_A_THREAD: usize = 4;

/// Blocks that follow each other, and the rows in them.
pub(super) struct Batch {
    parts: Vec<Part>,
    /// The number of parts that hold a block.
    count: usize,
    /// The number of parts, from the first on, that are plain.
    plain: usize,
}

/// A block, and the rows in it.
#[derive(Default)]
struct Part {
    block: Block,
    rows: Rows,
    lines: u64,
    /// Whether the block is plain, so that the rows are all of its rows.
    is_plain: bool,
}

impl Batch {
    pub(super) fn new() -> Self {
        let count = BLOCKS_A_THREAD * rayon::current_num_threads();
        Self { parts: (0..count).map(|_| Part::default()).collect(), count: 0, plain: 0 }
    }

    /// Reads the next blocks.
    pub(super) fn fill<R: Read>(&mut self, blocks: &mut Blocks<R>) {
        (self.count, self.plain) = (0, 0);
        while self.count < self.parts.len() && blocks.next(&mut self.parts[self.count].block) {
            self.count += 1;
        }
    }

    /// Parses the blocks, on all threads.
    pub(super) fn parse(&mut self, columns: &Columns) {
        let parts = &mut self.parts[..self.count];
        parts.par_iter_mut().for_each(|part| {
            part.rows.clear();
            part.is_plain = plain::read(part.block.bytes(), columns, &mut part.rows).is_some();
            part.lines = part.block.bytes().iter().map(|&byte| u64::from(byte == b'\n')).sum();
        });
        self.plain = parts.iter().take_while(|part| part.is_plain).count();
    }

    /// Whether there are blocks, and all of them are plain.
    pub(super) fn is_plain(&self) -> bool {
        self.count > 0 && self.plain == self.count
    }

    /// Puts the rows of the plain blocks behind `rows`, and counts their lines.
    pub(super) fn append_to(&mut self, rows: &mut Rows, path: &Path, lines: &mut u64) -> Outcome {
        for part in &mut self.parts[..self.plain] {
            rows.append(path, &mut part.rows)?;
            *lines += part.lines;
        }
        Ok(())
    }

    /// The blocks from the first on that is not plain.
    pub(super) fn into_rest(self) -> impl Iterator<Item = Block> {
        let Self { parts, count, plain } = self;
        parts.into_iter().take(count).skip(plain).map(|part| part.block)
    }
}
