//! A model as arrays of numpy.

use autoencoder_convert::npz;

use crate::arguments::Export;
use crate::failure::Outcome;
use crate::output;
use crate::run::Loaded;
use crate::terminal::{Notes, numerals};

pub(super) fn write(typed: &Export, notes: Notes) -> Outcome {
    output::probe(&typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let bytes = npz(&loaded.model);
    output::write_file(&typed.out, &bytes)?;
    notes.wrote(
        &typed.out,
        format_args!("weights, biases, scaling and metadata, in {} bytes", numerals::grouped(bytes.len())),
    );
    Ok(())
}
