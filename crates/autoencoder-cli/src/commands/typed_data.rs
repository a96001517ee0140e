//! The DATA that was typed for a command: found, named in a note, and never written over.

use std::fs;
use std::path::Path;

use crate::arguments::TypedSamples;
use crate::data::{DEFAULT_FOLDER, Place, SYNTHETIC, Source};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output;
use crate::run::Loaded;
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

/// Checks before any work that `out` can be written, and that it is not the data itself.
pub(super) fn check_output(typed: &TypedSamples, out: &Path) -> Outcome {
    refuse_as_output(typed.data.as_deref(), out)?;
    output::probe(out)
}

/// Refuses a pipe, for a command that reads a table more than once. A pipe is not opened, as that may wait for ever.
pub(super) fn refuse_pipe(path: &Path, command: &str) -> Outcome {
    if fs::metadata(path).is_ok_and(|metadata| input::is_pipe(&metadata)) {
        let what = format_args!("found a pipe, and {command} reads a table more than once");
        return Err(Failure::at(path, what).advise("save the data in a file, and give that file"));
    }
    Ok(())
}

/// Refuses to write `out` over data; no argument stands for the default data.
pub(super) fn refuse_as_output(data: Option<&str>, out: &Path) -> Outcome {
    match data {
        Some(SYNTHETIC) => Ok(()),
        data => output::refuse_input(out, &Place::of(Path::new(data.unwrap_or(DEFAULT_FOLDER))).path),
    }
}

/// Refuses to write `out` over the file of the model that is given as `model`.
pub(super) fn refuse_model(model: &Path, out: &Path) -> Outcome {
    output::refuse_input(out, &Loaded::file(model))
}
