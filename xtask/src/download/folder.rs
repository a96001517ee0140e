//! Files from a folder on this machine: packed or not, dashed or dotted, known by their sums and not by their names.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::arrival::Arrival;
use super::catalogue::{Catalogue, DataFile, Form};
use super::error::FetchError;
use super::part::Part;

/// The places where `file` of `set` may lie below `folder`, best first.
fn candidates(folder: &Path, set: &str, file: &DataFile) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for base in [folder.join(set), folder.to_owned()] {
        for form in Form::ALL {
            paths.extend(file.spellings().iter().map(|name| base.join(format!("{name}{}", form.suffix()))));
        }
    }
    paths
}

/// Copies `file` of `set` into `target` from the first place below `folder` that holds it; says which.
pub(crate) fn copy(
    catalogue: &Catalogue,
    set: &str,
    file: &DataFile,
    folder: &Path,
    target: &Path,
) -> Result<(PathBuf, Form), FetchError> {
    let mut first_failure = None;
    for path in candidates(folder, set, file) {
        if !path.is_file() {
            continue;
        }
        match copy_one(catalogue, file, &path, target) {
            Ok(form) => return Ok((path, form)),
            Err(error) if error.is_local() => return Err(error),
            Err(error) => first_failure = first_failure.or(Some(error)),
        }
    }
    Err(first_failure.unwrap_or_else(|| FetchError::NotInFolder {
        folder: folder.to_owned(),
        spellings: file.spellings().iter().flat_map(|name| [format!("{name}.gz"), name.clone()]).collect(),
    }))
}

fn copy_one(
    catalogue: &Catalogue,
    file: &DataFile,
    source: &Path,
    target: &Path,
) -> Result<Form, FetchError> {
    let unreadable = |error| FetchError::Disk { path: source.to_owned(), error };
    let mut from = File::open(source).map_err(unreadable)?;
    // Not a part of a download, which may be worth going on with.
    let mut part = Part::anew(target, &format!("{}.copy", file.name))?;
    let result = fill(catalogue, file, &mut from, source, &mut part);
    match result {
        Ok(form) => part.rename(&target.join(file.file_name(form))).map(|()| form),
        Err(error) => {
            part.clear()?;
            part.leave()?;
            Err(error)
        }
    }
}

fn fill(
    catalogue: &Catalogue,
    file: &DataFile,
    from: &mut File,
    source: &Path,
    part: &mut Part,
) -> Result<Form, FetchError> {
    let unreadable = |error| FetchError::Disk { path: source.to_owned(), error };
    let form =
        if source.extension().is_some_and(|extension| extension == "gz") { Form::Gz } else { Form::Raw };
    let most = file.gz.bytes.max(file.raw.bytes);
    let too_long = |announced| FetchError::TooLong {
        expected: file.content(form).bytes,
        announced: Some(announced),
        like: catalogue.by_size(announced),
    };
    let size = from.metadata().map_err(unreadable)?.len();
    if size > most {
        return Err(too_long(size));
    }
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            // The file has grown since.
            Ok(count) if part.length() + count as u64 > most => {
                return Err(too_long(from.metadata().map_err(unreadable)?.len()));
            }
            Ok(count) => part.append(&buffer[..count])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    let found = part.digest();
    if let Some(form) = Form::ALL.into_iter().find(|&form| file.content(form).sha256 == found) {
        return Ok(form);
    }
    let expected = file.content(form);
    let arrived = match Arrival::of_body(catalogue, &found, part.head()) {
        Arrival::Gzip if Arrival::is_repacked(source, file.raw) => Arrival::Repacked,
        arrived => arrived,
    };
    let plausible = matches!(arrived, Arrival::Gzip | Arrival::Idx);
    if plausible && part.length() < expected.bytes {
        return Err(FetchError::Short { received: part.length(), expected: expected.bytes });
    }
    Err(FetchError::Mismatch { expected: expected.sha256, found, arrived })
}
