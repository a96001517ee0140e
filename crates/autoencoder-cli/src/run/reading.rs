//! The data that a plan names: where it lies, how it is read, and the validation data that goes with it.

use std::path::Path;

use autoencoder::Values;

use super::known::Known;
use crate::config::{self, Plan, Validation};
use crate::data::{AskedWindows, Data, Expected, ReadOptions, Source, Split};
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// The options of reading the data of a plan; a table is matched with the columns that a model knows, or else with those of the
/// schema that was asked for.
pub(super) fn read_options(plan: &Plan, known: Option<&Known>) -> Outcome<ReadOptions> {
    let asked = plan.scale.as_ref();
    let is_timed = known.and_then(Known::windows).is_some_and(|known| known.is_timed);
    let known = known.map(|known| known.expected_with(asked)).transpose()?.flatten();
    let expected = match (known, &plan.settings.schema) {
        (Some(expected), _) => Some(expected),
        (None, Some(path)) => Some(Expected::of_written(config::read_schema(Path::new(path))?, path)),
        (None, None) => None,
    };
    let options = plan.read_options();
    // A model of windows knows whether its rows are called by their times.
    let windows = options.windows.map(|asked| AskedWindows { is_timed: asked.is_timed || is_timed, ..asked });
    Ok(ReadOptions { expected, windows, ..options })
}

/// Reads the samples to train on.
pub(super) fn read_train(plan: &Plan, source: &Source, notes: Notes) -> Outcome<Data> {
    let Some(without) = &plan.settings.without_labels else {
        return source.read(Split::Train, plan.settings.limit, notes);
    };
    let data = source.read(Split::Train, plan.settings.limit, Notes::new(true))?;
    let data = data.without_labels(without, true)?;
    data.tell(notes, None);
    Ok(data)
}

/// Finds the data of a plan, and writes its name into the settings.
pub(super) fn find_source(plan: &mut Plan, options: &ReadOptions) -> Outcome<Source> {
    let source = Source::resolve(plan.settings.data.as_deref(), options)?;
    if plan.settings.data.is_none() {
        let name = if source.is_fallback() { "synthetic".to_owned() } else { source.description() };
        plan.settings.data = Some(name);
    }
    Ok(source)
}

/// Chooses the validation data of a plan, and writes it into the settings.
pub(super) fn settle_validation(plan: &mut Plan, source: &Source) -> Outcome<Validation> {
    let default = || match source.validation() {
        Some(part) => Validation::Data(part),
        None if source.splits() => Validation::Test,
        None => Validation::None,
    };
    let validation = plan.validation.clone().unwrap_or_else(default);
    if validation == Validation::Test && !source.splits() {
        let what = format_args!("{} has no test split to validate on", source.description());
        return Err(Failure::usage(what).advise("give --validation a fraction, other DATA, or none"));
    }
    plan.settings.validation = Some(validation.clone());
    Ok(validation)
}

/// Reads further samples of the same form as `data`. A column of labels is read where they have it.
pub(super) fn read_other(argument: &str, options: ReadOptions, data: &Data, notes: Notes) -> Outcome<Data> {
    let is_table = matches!(data.values, Values::Table(_));
    let expected = match (&data.schema, &data.columns) {
        (Some(schema), _) if is_table => Some(Expected::of_schema(schema.clone(), &data.name)),
        (_, Some(columns)) => Some(Expected::of_columns(columns.clone(), data.values.dim().1, &data.name)),
        (_, None) => None,
    };
    // Rows of plain numbers get the shape of the training samples below.
    let options = ReadOptions {
        label_column: None,
        id_column: None,
        drop: Vec::new(),
        only: Vec::new(),
        kinds: Vec::new(),
        indicates_holes: false,
        scales: Vec::new(),
        sample_shape: None,
        expected,
        ..options
    };
    let other = Source::resolve(Some(argument), &options)?.read(Split::Test, None, notes)?;
    let other = expect_like(other, data)?;
    let is_bytes = |data: &Data| matches!(data.values, Values::Bytes(_));
    let words = match (is_bytes(&other), is_bytes(data)) {
        (true, false) => Some(("bytes from 0 to 255", "has other numbers")),
        (false, true) => Some(("no bytes", "has bytes from 0 to 255")),
        (true, true) | (false, false) => None,
    };
    if let Some((found, expected)) = words {
        notes.say(format_args!("{}: {found}, where {} {expected}", other.name, data.name));
    }
    Ok(other.shaped_like(&data.sample_shape, data.channels_first))
}

/// Refuses samples of another shape than those of `data`.
pub(super) fn expect_like(other: Data, data: &Data) -> Outcome<Data> {
    if other.is_shaped(&data.sample_shape, data.channels_first) {
        return Ok(other);
    }
    let (expected, found) = (data.values.dim().1, other.values.dim().1);
    let what = format_args!(
        "expected samples of {} ({}) as in {}, found {found} ({})",
        numerals::counted(expected, "number"),
        numerals::shape(&data.sample_shape),
        data.name,
        numerals::shape(&other.sample_shape)
    );
    Err(Failure::at(Path::new(&other.name), what).advise("--validation takes other data, a fraction or none"))
}
