//! The files that a training reads, which none of its own may replace.

use std::path::{Path, PathBuf};

use crate::config::{Init, Settings, Validation};
use crate::data::{DEFAULT_FOLDER, Place, SYNTHETIC};
use crate::run::Loaded;

/// The files and folders that a training with these settings reads.
pub(crate) fn inputs(settings: &Settings) -> Vec<PathBuf> {
    let mut inputs = Vec::new();
    match settings.data.as_deref() {
        None => inputs.push(PathBuf::from(DEFAULT_FOLDER)),
        Some(SYNTHETIC) => {}
        Some(data) => inputs.push(Place::of(Path::new(data)).path),
    }
    match &settings.validation {
        Some(Validation::Data(data)) if data != SYNTHETIC => inputs.push(Place::of(Path::new(data)).path),
        Some(Validation::Data(_) | Validation::None | Validation::Test | Validation::Fraction(_)) | None => {}
    }
    match &settings.init {
        Some(Init::Model(path)) => inputs.push(Loaded::file(path.as_ref())),
        Some(Init::Drawn(_) | Init::Principal) | None => {}
    }
    inputs.extend(settings.schema.iter().map(PathBuf::from));
    inputs
}
