//! Attacks on the program's readers: seeds, mutators, and readers whose results are held to what they promise.
//!
//! The room is compiled for tests and fuzz targets alone (the feature `attacks`) and stands in no program that is
//! handed on. The fuzz targets below `fuzz/` and the test `tests/mutations.rs` attack the same readers with the same
//! mutators: the targets for as long as somebody waits, the test with the same cases in every run.

mod foreign;
mod mutation;
mod promises;
mod random;
mod readers;
mod seeds;
mod stream;
mod target;

#[cfg(test)]
pub(crate) use seeds::{exif, jpeg, sampled_jpeg, webp};
pub use target::Target;
