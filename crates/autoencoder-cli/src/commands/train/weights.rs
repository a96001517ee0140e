//! A new model with the weights of another.

use std::path::Path;

use autoencoder::{Architecture, Model, Normalization, Pca, Samples, Specification};

use crate::config::{self, Init, Plan, Settings};
use crate::failure::{Failure, Outcome};
use crate::run::Loaded;
use crate::terminal::Notes;

/// Opens the model at `path`, whose weights a training starts with.
pub(super) fn open(path: &str, notes: Notes) -> Outcome<Loaded> {
    Loaded::open(Path::new(path), notes).map_err(|failure| {
        failure.advise(format_args!(
            "--init takes {} or the path of a model, which `autoencoder import` makes of the weights of another program",
            Init::names()
        ))
    })
}

/// The settings of a training that starts with the weights of `other`: what is not asked for is as in that model and, where
/// no data is asked for, as in its run.
pub(super) fn lend(other: &Loaded, asked: &Settings) -> Outcome<Settings> {
    if let (Some(code), None) = (asked.code, &asked.layers) {
        let found = other.model.architecture().code();
        if code != found {
            let what = format_args!("--code {code} contradicts --init, whose codes have {found} numbers");
            return Err(Failure::usage(what).advise("leave --code out, or train anew without --init"));
        }
    }
    let specification = other.model.architecture().specification();
    let is_told = specification.table.as_ref().is_some_and(|table| table.indicators > 0);
    if asked.hole_indicators == Some(true) && !is_told {
        let what = "--hole-indicators contradicts --init, whose model is not told of holes";
        return Err(Failure::usage(what).advise("leave --hole-indicators out, or train anew without --init"));
    }
    let lent = config::of_specification(specification, asked)?;
    let window = other.model.about.window;
    let lent = Settings {
        window: window.map(|window| window.rows.get()),
        stride: window.map(|window| window.stride.get()),
        ..lent
    };
    let settings = asked.above(&lent);
    if settings.data.is_some() {
        return Ok(settings);
    }
    let Some(Plan { settings: run, .. }) = other.plan()? else { return Ok(settings) };
    let data = Settings {
        data: run.data,
        validation: run.validation,
        limit: run.limit,
        label_column: run.label_column,
        id_column: run.id_column,
        drop: run.drop,
        columns: run.columns,
        column: run.column,
        schema: run.schema,
        hole_indicators: run.hole_indicators,
        header: run.header,
        separator: run.separator,
        decimal: run.decimal,
        skip_broken: run.skip_broken,
        time_column: run.time_column,
        without_labels: run.without_labels,
        ..Settings::default()
    };
    Ok(settings.above(&data))
}

/// Returns `model` with weights with which it is PCA of the samples.
pub(super) fn of_pca(model: Model, samples: &Samples, notes: Notes) -> Outcome<Model> {
    /// The most components that hidden layers carry beside those of the code.
    const MOST: usize = 256;
    let architecture = model.architecture();
    let (code, first) = (architecture.code(), architecture.layers()[0].outputs / 2);
    let pca = notes.during("fitting PCA to start from", || Pca::fit(samples, first.min(MOST).max(code)));
    model
        .with_principal_components(&pca.map_err(Failure::new)?, &samples.scaling().constant())
        .map_err(|error| Failure::usage(error).advise("--init glorot starts from random weights"))
}

/// Returns `model` with the weights of `other`, which must be of the same architecture.
pub(super) fn with_weights_of(model: Model, other: &Loaded) -> Outcome<Model> {
    let (expected, found) = (model.architecture(), other.model.architecture());
    // The loss and all that stands on the code may differ; only settings that make other layers may not.
    if expected.layers() != found.layers() {
        let what =
            format_args!("expected a model of {}, found one of {}", described(expected), described(found));
        let failure = Failure::at(other.path(), what);
        let is_normalized =
            |architecture: &Architecture| architecture.specification().normalization != Normalization::None;
        return Err(if is_normalized(expected) && !is_normalized(found) {
            failure.advise(
                "a model has its normalisation folded in; the checkpoint beside the model keeps the normalisation apart",
            )
        } else {
            failure
        });
    }
    Ok(model.with_parameters(other.model.parameters().clone()))
}

fn described(architecture: &Architecture) -> String {
    let specification = architecture.specification();
    let Specification { activation, code_activation, output_activation, tied, .. } = specification;
    let kind = match (tied, specification.is_variational()) {
        (true, _) => "tied, ",
        (_, true) => "variational, ",
        _ => "",
    };
    let normalized = match specification.normalization {
        Normalization::None => "",
        Normalization::Batch => "normalised, ",
    };
    format!(
        "{architecture} ({kind}{normalized}{}, code {}, output {})",
        activation.name(),
        code_activation.name(),
        output_activation.name()
    )
}
