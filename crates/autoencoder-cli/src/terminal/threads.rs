//! The threads that the program computes with.

use std::num::NonZero;
use std::thread;

use super::notes::Notes;
use super::numerals;
use crate::failure::{Failure, Outcome};

/// A pool of this many threads; the default is one for each processor.
pub(crate) fn pool(threads: Option<usize>) -> Outcome<rayon::ThreadPool> {
    // Zero stands for one thread for each processor.
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0));
    builder.build().map_err(|error| not_started(&error))
}

/// The failure that the system starts no more threads.
pub(crate) fn not_started(error: &dyn std::error::Error) -> Failure {
    Failure::new(format_args!("the threads could not be started: {error}")).advise("try fewer --threads")
}

/// Notes that a larger number was typed than the machine has processors.
pub(crate) fn announce(argument: &str, typed: usize, notes: Notes) {
    let available = available();
    if typed > available {
        let processors = numerals::counted(available, "processor");
        notes.say(format_args!(
            "{argument} {typed}: this machine has {processors}, and more than that makes the program no faster"
        ));
    }
}

/// The number of processors that the program may use.
pub(crate) fn available() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}
