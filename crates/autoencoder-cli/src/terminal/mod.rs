//! The program and its terminal: results on stdout, notes and progress bars on stderr, signals, numbers and names as
//! people write and read them, and the machine's threads.

pub(crate) mod instructions;
mod interrupt;
mod nearest;
mod notes;
pub(crate) mod numerals;
mod results;
pub(crate) mod threads;
mod working;

pub(crate) use interrupt::{Interrupt, Signal, outlive_limits_on_files};
pub(crate) use nearest::{nearest, similar};
pub(crate) use notes::Notes;
pub(crate) use results::Results;
pub(crate) use working::{Reading, Working};
