//! A new model with the weights of another.

use std::path::Path;

use autoencoder::{Architecture, Model, Normalization, Specification};

use crate::config::Init;
use crate::failure::{Failure, Outcome};
use crate::run::Loaded;
use crate::terminal::Notes;

/// Returns `model` with the weights of the model at `path`, which must be of the same architecture.
pub(super) fn with_weights_of(model: Model, path: &Path, notes: Notes) -> Outcome<Model> {
    let other = Loaded::open(path, notes).map_err(|failure| {
        failure.advise(format_args!("--init takes {} or the path of a model", Init::names()))
    })?;
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
