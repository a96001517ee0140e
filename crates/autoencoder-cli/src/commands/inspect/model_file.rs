//! Whether what is inspected is a model.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::data::{Place, are_foreign_tensors, is_tensors};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::run::files;

/// The file of the model at a path, which may be the folder of a run; `None` if there is no model.
pub(super) fn model_file(path: &Path) -> Outcome<Option<PathBuf>> {
    // The folder of a run that is not over has a checkpoint only.
    let mut in_folder = [files::MODEL, files::CHECKPOINT].map(|name| path.join(name)).into_iter();
    if let Some(file) = in_folder.find(|file| file.is_file()) {
        return Ok(Some(file));
    }
    let place = Place::of(path);
    let is_model = place.path.is_file()
        && place.part.is_none()
        && is_model(path).map_err(|error| Failure::at(path, error))?;
    Ok(is_model.then(|| path.to_owned()))
}

/// Returns whether a file is a model, or a damaged one, by its name or by the brace after the length of a safetensors
/// header; tensors of other programs are none.
fn is_model(path: &Path) -> io::Result<bool> {
    let is_named = path.extension().is_some_and(|extension| extension == "safetensors");
    let mut first = Vec::new();
    input::open(path)?.take(9).read_to_end(&mut first)?;
    Ok((is_named || is_tensors(&first)) && !are_foreign_tensors(path))
}
