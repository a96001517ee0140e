//! The files that lie in the target folder already, and whether they are right.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::arrival::Arrival;
use super::catalogue::{Catalogue, DataFile, Form};
use super::digest::Digest;
use super::error::FetchError;

/// The state of one file of a set, packed or not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Present {
    Missing,
    Right(Form),
    Wrong { path: PathBuf, found: String },
}

/// How thoroughly a file is looked at before it counts as right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thoroughness {
    /// By its size, where only one known file has it; no file gets its name before its checksum was checked.
    Size,
    /// By the checksum of all its bytes.
    Sum,
}

/// Looks for `file` in `folder`. A wrong file is reported before a right one of the other form: a reader may take either.
pub(crate) fn look(
    catalogue: &Catalogue,
    file: &DataFile,
    folder: &Path,
    thoroughness: Thoroughness,
) -> Result<Present, FetchError> {
    let mut state = Present::Missing;
    for form in Form::ALL {
        let path = folder.join(file.file_name(form));
        match judge(catalogue, file, form, &path, thoroughness)? {
            Some(Ok(())) if state == Present::Missing => state = Present::Right(form),
            None | Some(Ok(())) => {}
            Some(Err(found)) => return Ok(Present::Wrong { path, found }),
        }
    }
    Ok(state)
}

/// `None` where no file is there, `Ok` for the right file, else the text of what is wrong with it.
fn judge(
    catalogue: &Catalogue,
    file: &DataFile,
    form: Form,
    path: &Path,
    thoroughness: Thoroughness,
) -> Result<Option<Result<(), String>>, FetchError> {
    let disk = |error| FetchError::Disk { path: path.to_owned(), error };
    let size = match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata.len(),
        Ok(_) => return Ok(Some(Err("not a file".to_owned()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(disk(error)),
    };
    let expected = file.content(form);
    let telling = catalogue.by_size(expected.bytes).is_some();
    if size == expected.bytes && thoroughness == Thoroughness::Size && telling {
        return Ok(Some(Ok(())));
    }
    let mut head = Vec::new();
    let mut opened = File::open(path).map_err(disk)?;
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut opened, 64), &mut head).map_err(disk)?;
    let (found, _) = Digest::of_reader(File::open(path).map_err(disk)?).map_err(disk)?;
    if found == expected.sha256 {
        return Ok(Some(Ok(())));
    }
    let what = match Arrival::of_body(catalogue, &found, &head) {
        Arrival::Gzip if form == Form::Gz && Arrival::is_repacked(path, file.raw) => Arrival::Repacked,
        arrived => arrived,
    };
    let wrong = if size == expected.bytes {
        format!("wrong sha256: expected {}, found {found}; it is {what}", expected.sha256)
    } else {
        format!("wrong size: expected {} bytes, found {size}; it is {what}", expected.bytes)
    };
    Ok(Some(Err(wrong)))
}
