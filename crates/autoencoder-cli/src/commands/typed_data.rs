//! The DATA that was typed for a command: found, named in a note, and never written over.

use std::path::Path;

use crate::arguments::TypedSamples;
use crate::data::{DEFAULT_FOLDER, Source};
use crate::failure::Outcome;
use crate::output;
use crate::terminal::Notes;

/// Finds the data, and notes which it is.
pub(super) fn source(typed: &TypedSamples, notes: Notes) -> Outcome<Source> {
    let source = Source::resolve(typed.data.as_deref(), &typed.read_options())?;
    source.announce(notes);
    Ok(source)
}

/// Finds the samples that reconstructions are measured against or shown beside, and notes which they are.
pub(super) fn against(clean: Option<&str>, typed: &TypedSamples, notes: Notes) -> Outcome<Source> {
    let source = Source::resolve(clean, &typed.read_options())?;
    notes.say(format_args!("against: {}", source.description()));
    Ok(source)
}

/// Refuses to write `out` over the data.
pub(super) fn refuse_as_output(typed: &TypedSamples, out: &Path) -> Outcome {
    output::refuse_input(out, Path::new(typed.data.as_deref().unwrap_or(DEFAULT_FOLDER)))
}
