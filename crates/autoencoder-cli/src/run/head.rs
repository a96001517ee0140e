//! The head of a model or a checkpoint, read without the numbers behind it.

use std::io::{self, Read};
use std::path::Path;

use autoencoder::{FileError, FileHead};

use crate::failure::{Failure, Outcome};
use crate::input;

/// Reads the header of a file and nothing behind it; memory grows only as bytes arrive.
pub(crate) fn read_head(path: &Path) -> Outcome<FileHead> {
    let failed = |error: io::Error| Failure::at(path, error);
    let refused = |error: FileError| Failure::at(path, error);
    let mut file = input::open(path).map_err(failed)?;
    let mut first = Vec::new();
    file.by_ref().take(8).read_to_end(&mut first).map_err(failed)?;
    let truncated = |expected: u64, found: usize| {
        let what = format_args!("truncated model file: expected a head of {expected} bytes, found {found}");
        Failure::at(path, what).advise("copy or train the model again")
    };
    let first = <[u8; 8]>::try_from(first).map_err(|first| truncated(8, first.len()))?;
    let length = FileHead::length(first).map_err(refused)?;
    let mut json = Vec::new();
    file.take(length).read_to_end(&mut json).map_err(failed)?;
    if (json.len() as u64) < length {
        return Err(truncated(length, json.len()));
    }
    FileHead::parse(&json).map_err(refused)
}
