//! The DATA that was typed for a command: found, named in a note, and never written over.

use std::path::Path;

use crate::arguments::TypedSamples;
use crate::config::{self, Validation};
use crate::data::{Place, ReadOptions, SYNTHETIC, Source};
use crate::failure::Outcome;
use crate::output;
use crate::run::{Loaded, Seen, files};
use crate::terminal::Notes;

/// Finds the data where there is no model, and notes which it is.
pub(super) fn source_alone(typed: &TypedSamples, out: &Path, notes: Notes) -> Outcome<Source> {
    let source = Source::resolve(typed.data.as_deref(), &typed.read_options())?;
    refuse_outputs(&source, &[out])?;
    source.announce(notes);
    Ok(source)
}

/// Finds the data that a command reads to write `outs`: that which was typed, or else the data of the model's run, over
/// which nothing is written. Notes which it is.
pub(super) fn source(typed: &TypedSamples, loaded: &Loaded, outs: &[&Path], notes: Notes) -> Outcome<Source> {
    let source = resolve(typed.data.as_deref(), typed, loaded)?;
    refuse_outputs(&source, outs)?;
    if typed.data.is_some() {
        source.announce(notes);
    } else {
        notes.say(format_args!("data: {}, the data of the run", source.description()));
    }
    Ok(source)
}

/// Reads the data that a command reads to write `outs`, as [`source`] finds it.
pub(super) fn read(typed: &TypedSamples, loaded: &Loaded, outs: &[&Path], notes: Notes) -> Outcome<Seen> {
    loaded.read(&source(typed, loaded, outs, notes)?, typed.split, notes)
}

/// Whether the data that was typed, or else that of the model's run, has a test split.
pub(super) fn splits(typed: &TypedSamples, loaded: &Loaded) -> Outcome<bool> {
    Ok(resolve(typed.data.as_deref(), typed, loaded)?.splits())
}

/// Finds the samples that reconstructions are measured against or shown beside, over which nothing is written, and notes
/// which they are.
pub(super) fn against(
    clean: Option<&str>,
    typed: &TypedSamples,
    loaded: &Loaded,
    outs: &[&Path],
    notes: Notes,
) -> Outcome<Source> {
    let source = resolve(clean, typed, loaded)?;
    refuse_outputs(&source, outs)?;
    notes.say(format_args!("against: {}", source.description()));
    Ok(source)
}

/// Finds data; no argument stands for the data of the model's run.
fn resolve(argument: Option<&str>, typed: &TypedSamples, loaded: &Loaded) -> Outcome<Source> {
    let known = loaded.known();
    let (expected, windows) = (known.expected(), known.windows());
    if argument.is_some() {
        return Source::resolve(argument, &ReadOptions { expected, windows, ..typed.read_options() });
    }
    let plan = loaded.plan_of_run()?;
    let options = ReadOptions { expected, windows, ..typed.read_options_over(plan.read_options()) };
    Source::resolve(plan.settings.data.as_deref(), &options)
        .map_err(|failure| failure.advise(loaded.without_data()))
}

/// Refuses to write over the data of `source`.
fn refuse_outputs(source: &Source, outs: &[&Path]) -> Outcome {
    let Some(path) = source.path() else { return Ok(()) };
    outs.iter().try_for_each(|out| output::refuse_input(out, &path))
}

/// Checks before any work that `out` can be written, and that it is not the data that was typed.
pub(super) fn check_output(typed: &TypedSamples, out: &Path) -> Outcome {
    refuse_as_output(typed.data.as_deref(), out)?;
    output::probe(out)
}

/// Refuses to write `out` over data that was typed.
pub(super) fn refuse_as_output(data: Option<&str>, out: &Path) -> Outcome {
    match data {
        None | Some(SYNTHETIC) => Ok(()),
        Some(data) => output::refuse_input(out, &Place::of(Path::new(data)).path),
    }
}

/// Refuses to write `out` over the file of the model that is given as `model`, over what else its run needs, or over the files of data
/// that it was trained on.
pub(super) fn refuse_model(model: &Path, out: &Path) -> Outcome {
    let file = Loaded::file(model);
    output::refuse_input(out, &file)?;
    let beside = |name: &str| file.with_file_name(name);
    for needed in [files::CHECKPOINT, files::METRICS, files::CONFIG, files::EVENTS].map(beside) {
        output::refuse_over(out, &needed, "a file of the model's run")?;
    }
    // A configuration that cannot be read names no data; the command says so where it needs one.
    let settings = config::read(&beside(files::CONFIG)).unwrap_or_default();
    let validation = match &settings.validation {
        Some(Validation::Data(data)) => Some(data.as_str()),
        Some(Validation::None | Validation::Test | Validation::Fraction(_)) | None => None,
    };
    for data in settings.data.as_deref().into_iter().chain(validation) {
        let data = Place::of(Path::new(data)).path;
        if data.is_file() {
            output::refuse_over(out, &data, "data that the model was trained on")?;
        }
    }
    Ok(())
}
