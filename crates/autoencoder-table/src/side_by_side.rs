//! Blocks of a table that are read one after the other, parsed side by side, and put together in their order.

use std::io::Read;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{mem, thread};

use crate::blocks::{Block, Blocks};
use crate::columns::Columns;
use crate::error::{Outcome, TableError};
use crate::rows::Rows;
use crate::{plain, refusal};

/// Puts the rows of the blocks behind `rows` and counts their lines, up to the first block that is not plain. Returns that
/// block and those that were read behind it; none if all blocks are plain.
pub(crate) fn read<R: Read + Send>(
    blocks: &mut Blocks<R>,
    columns: &Columns,
    rows: &mut Rows,
    lines: &mut u64,
) -> Outcome<Vec<Block>> {
    let input = Mutex::new(Input { blocks, count: 0 });
    let output = Output { columns, rows, lines, count: 0, rest: Vec::new(), failure: None, is_broken: false };
    let queue = Queue { output: Mutex::new(output), moved: Condvar::new() };
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| {
                let (mut block, mut parsed) = (Block::default(), Rows::new(&columns.layout));
                while let Some(place) = queue.is_open().then(|| locked(&input).next(&mut block)).flatten() {
                    let ticket = Ticket { queue: &queue, place };
                    parsed.clear();
                    let lines = plain::read(block.bytes(), columns, &mut parsed);
                    ticket.put(&mut block, &mut parsed, lines);
                }
            });
        }
    });
    let output = queue.output.into_inner().unwrap_or_else(PoisonError::into_inner);
    output.failure.map_or(Ok(output.rest), Err)
}

/// Where the blocks come from.
struct Input<'a, R> {
    blocks: &'a mut Blocks<R>,
    count: usize,
}

impl<R: Read> Input<'_, R> {
    /// Reads the next block and returns its place, if there is one.
    fn next(&mut self, block: &mut Block) -> Option<usize> {
        let is_there = self.blocks.next(block);
        self.count += usize::from(is_there);
        is_there.then(|| self.count - 1)
    }
}

/// Where the rows go.
struct Output<'a> {
    columns: &'a Columns,
    rows: &'a mut Rows,
    lines: &'a mut u64,
    /// The number of blocks that were put here.
    count: usize,
    /// The first block that is not plain, and those behind it.
    rest: Vec<Block>,
    failure: Option<TableError>,
    /// Whether a thread panicked, so that its block never comes.
    is_broken: bool,
}

impl Output<'_> {
    /// Adds the rows of a block of so many lines.
    fn add(&mut self, parsed: &mut Rows, lines: u64) {
        let appended = self.rows.append(parsed, *self.lines);
        self.failure = appended.err().map(|unmet| refusal::of_rows(self.columns, unmet));
        *self.lines += lines;
    }

    fn is_open(&self) -> bool {
        self.rest.is_empty() && self.failure.is_none() && !self.is_broken
    }
}

/// The output, and those who wait until the blocks before theirs are there.
struct Queue<'a> {
    output: Mutex<Output<'a>>,
    moved: Condvar,
}

impl Queue<'_> {
    fn is_open(&self) -> bool {
        locked(&self.output).is_open()
    }
}

/// The place of a block in the queue. Whoever holds it puts a block there: those behind wait for it.
struct Ticket<'a, 'b> {
    queue: &'a Queue<'b>,
    place: usize,
}

impl Ticket<'_, '_> {
    /// Puts a block, and the rows in it if it is plain, behind all before it.
    fn put(self, block: &mut Block, parsed: &mut Rows, lines: Option<u64>) {
        let is_before = |output: &mut Output<'_>| output.count < self.place && !output.is_broken;
        let output = locked(&self.queue.output);
        let mut output =
            self.queue.moved.wait_while(output, is_before).unwrap_or_else(PoisonError::into_inner);
        match lines {
            Some(lines) if output.is_open() => {
                output.add(parsed, lines);
            }
            _ => output.rest.push(mem::take(block)),
        }
        output.count += 1;
        self.queue.moved.notify_all();
    }
}

impl Drop for Ticket<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            locked(&self.queue.output).is_broken = true;
            self.queue.moved.notify_all();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
