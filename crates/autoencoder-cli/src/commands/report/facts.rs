//! What was trained on what.

use std::ffi::OsStr;
use std::path::Path;

use autoencoder::{Choice, ColumnKind, Specification};

use super::gathered::Gathered;
use super::html;
use crate::config::Validation;
use crate::terminal::numerals::{self, counted, grouped};

/// A name, and what is told of it.
pub(super) type Fact = (String, String);

/// The most columns whose names are told.
const MOST_COLUMNS: usize = 40;

fn fact(name: &str, text: impl Into<String>) -> Fact {
    (name.to_owned(), text.into())
}

/// The title of the report: the kind of the model, and the data.
pub(super) fn title(gathered: &Gathered) -> String {
    // The last part of a path is name enough.
    let name =
        Path::new(&gathered.data).file_name().map_or(gathered.data.clone().into(), OsStr::to_string_lossy);
    format!("{} of {name}", kind(gathered.loaded.model.architecture().specification()))
}

/// The kind of a model in words.
pub(super) fn kind(specification: &Specification) -> &'static str {
    if specification.is_variational() {
        "Variational autoencoder"
    } else if specification.table.is_some() {
        "Autoencoder of a table"
    } else {
        "Autoencoder"
    }
}

/// The data: its name, counts, features and columns.
pub(super) fn data(gathered: &Gathered) -> Vec<Fact> {
    let about = &gathered.loaded.model.about;
    let mut facts = vec![fact("data", gathered.data.clone())];
    if let Some(count) = gathered.trained_on {
        facts.push(fact("trained on", counted(count, "sample")));
    }
    facts.push(fact(
        "judged on",
        format!("{} ({})", counted(gathered.samples.samples.len(), "sample"), gathered.samples.origin),
    ));
    if let Some(settings) = &gathered.settings
        && let Some(validation) = &settings.validation
    {
        facts.push(fact("validation", in_words(validation)));
    }
    facts.push(fact("sample", numerals::numbers(&about.sample_shape)));
    if let Some(window) = about.window {
        let (rows, stride) = (window.rows.get(), window.stride.get());
        facts.push(fact(
            "window",
            format!("{} in time, the next {} later", counted(rows, "row"), counted(stride, "row")),
        ));
    }
    facts.push(fact("scaling", about.scaling.kind().name()));
    if let Some(schema) = &about.schema {
        let kinds = schema.columns.iter().filter(|column| column.is_seen()).map(|column| {
            let kind = match &column.kind {
                ColumnKind::Number { scale } => format!("number, {}", scale.name()),
                ColumnKind::Words { words } => counted(words.len(), "word"),
                ColumnKind::Time { .. } => "time".to_owned(),
                ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => "not learnt".to_owned(),
            };
            format!("{} ({kind})", column.name)
        });
        facts.push(columns(&kinds.collect::<Vec<_>>()));
    } else if let Some(known) = about.columns.as_ref().filter(|columns| !columns.names.is_empty()) {
        facts.push(columns(&known.names));
    }
    facts
}

fn columns(names: &[String]) -> Fact {
    fact(&counted(names.len(), "column"), numerals::listed(names, MOST_COLUMNS))
}

fn in_words(validation: &Validation) -> String {
    match validation {
        Validation::Test => "the test split".to_owned(),
        Validation::None => "none".to_owned(),
        Validation::Fraction(fraction) => {
            format!("{} % of the samples, held out", numerals::short(100.0 * fraction))
        }
        Validation::Data(data) => data.clone(),
    }
}

/// The model: layers, code, parameters, loss and training.
pub(super) fn model(gathered: &Gathered) -> Vec<Fact> {
    let model = &gathered.loaded.model;
    let architecture = model.architecture();
    let specification = architecture.specification();
    let mut facts = vec![
        fact("layers", architecture.to_string()),
        fact(
            "activations",
            format!(
                "{}, code {}, output {}",
                specification.activation.name(),
                specification.code_activation.name(),
                specification.output_activation.name()
            ),
        ),
        fact(
            "code",
            format!(
                "{} for {} of a sample",
                counted(architecture.code(), "number"),
                grouped(architecture.features())
            ),
        ),
        fact(
            "parameters",
            format!("{}, {} in the file", grouped(architecture.parameters()), bytes(gathered.bytes)),
        ),
        fact("loss", specification.loss.name()),
    ];
    let penalty = specification.penalty.name();
    if penalty != "none" {
        facts.push(fact("penalty", penalty));
    }
    if let Some(training) = &model.about.training {
        let options = &training.options;
        facts.push(fact(
            "training",
            format!(
                "{} with {}, learning rate {}, batches of {}, seed {}, {}",
                counted(training.epochs, "epoch"),
                options.optimizer.name(),
                options.learning_rate,
                options.batch_size,
                options.seed,
                options.precision.name()
            ),
        ));
    }
    if let Some(time) = time(gathered) {
        facts.push(fact("time", time));
    }
    facts
}

/// The time of all epochs, and the speed of the training.
pub(super) fn time(gathered: &Gathered) -> Option<String> {
    let seconds: Option<Vec<f64>> = gathered.records.iter().map(|record| record.seconds).collect();
    let seconds: f64 = seconds.filter(|seconds| !seconds.is_empty())?.iter().sum();
    let mut speeds: Vec<f64> =
        gathered.records.iter().filter_map(|record| record.samples_per_second).collect();
    speeds.sort_by(f64::total_cmp);
    let speed =
        speeds.get(speeds.len() / 2).map(|&speed| format!(", {} samples a second", numerals::speed(speed)));
    Some(format!("{}{}", duration(seconds), speed.unwrap_or_default()))
}

/// Seconds as people read them.
pub(super) fn duration(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a training's seconds are few"
    )]
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..10 => format!("{seconds:.1} s"),
        10..120 => format!("{whole} s"),
        120..7200 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A number of bytes as people read it.
pub(super) fn bytes(count: u64) -> String {
    const KIB: f64 = 1024.0;
    #[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
    let count = count as f64;
    if count < KIB * KIB {
        format!("{:.1} KiB", count / KIB)
    } else {
        format!("{:.1} MiB", count / KIB / KIB)
    }
}

pub(super) fn section(gathered: &Gathered) -> String {
    let parts = [
        html::heading("Data"),
        html::facts(&data(gathered)),
        html::heading("Model"),
        html::facts(&model(gathered)),
    ];
    html::section("What was trained on what", &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_read_at_a_glance() {
        assert_eq!([1.25, 61.0, 125.0, 7260.0].map(duration), ["1.2 s", "61 s", "2 min 5 s", "2 h 1 min"]);
        assert_eq!([1536, 3_145_728].map(bytes), ["1.5 KiB", "3.0 MiB"]);
        assert_eq!(in_words(&Validation::Fraction(0.1)), "10 % of the samples, held out");
    }
}
