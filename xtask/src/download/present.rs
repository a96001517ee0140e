//! The files that lie in the target folder already, and whether they are right.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use super::arrival::Arrival;
use super::catalogue::{Catalogue, DataFile, Form};
use super::digest::Digest;
use super::error::FetchError;
use super::file_kind::FileKind;

/// The state of one file of a set, packed or not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Present {
    Missing,
    Right(Form),
    Wrong {
        path: PathBuf,
        found: String,
    },
    /// A folder, a FIFO, a device: nothing that is opened or moved.
    NotAFile {
        path: PathBuf,
        kind: FileKind,
    },
}

/// Looks for `file` in `folder`, by its size and then by the checksum of all its bytes. A wrong file is reported before a right one
/// of the other form: a reader may take either.
pub(crate) fn look(catalogue: &Catalogue, file: &DataFile, folder: &Path) -> Result<Present, FetchError> {
    let mut state = Present::Missing;
    for form in Form::ALL {
        let path = folder.join(file.file_name(form));
        match judge(catalogue, file, form, &path)? {
            Judgement::Right if state == Present::Missing => state = Present::Right(form),
            Judgement::Missing | Judgement::Right => {}
            Judgement::Wrong(found) => return Ok(Present::Wrong { path, found }),
            Judgement::NotAFile(kind) => return Ok(Present::NotAFile { path, kind }),
        }
    }
    Ok(state)
}

/// What lies under one name.
enum Judgement {
    Missing,
    Right,
    /// The text of what is wrong with the file.
    Wrong(String),
    NotAFile(FileKind),
}

fn judge(catalogue: &Catalogue, file: &DataFile, form: Form, path: &Path) -> Result<Judgement, FetchError> {
    let disk = |error| FetchError::Disk { path: path.to_owned(), error };
    let size = match fs::metadata(path) {
        Ok(metadata) => match FileKind::of(metadata.file_type()) {
            FileKind::File => metadata.len(),
            kind => return Ok(Judgement::NotAFile(kind)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Judgement::Missing),
        Err(error) => return Err(disk(error)),
    };
    let expected = file.content(form);
    let mut opened = File::open(path).map_err(disk)?;
    let mut head = Vec::new();
    opened.by_ref().take(64).read_to_end(&mut head).map_err(disk)?;
    if size != expected.bytes {
        // The file may be of any size: its first bytes are enough to say what it is.
        let like = catalogue.by_size(size).map_or_else(|| Arrival::of_first_bytes(&head), Arrival::Known);
        return Ok(Judgement::Wrong(format!(
            "wrong size: expected {} bytes, found {size}; it looks like {like}",
            expected.bytes
        )));
    }
    opened.rewind().map_err(disk)?;
    let (found, _) = Digest::of_reader(opened.take(expected.bytes + 1)).map_err(disk)?;
    if found == expected.sha256 {
        return Ok(Judgement::Right);
    }
    let what = match Arrival::of_body(catalogue, &found, &head) {
        Arrival::Gzip if form == Form::Gz && Arrival::is_repacked(path, file.raw) => Arrival::Repacked,
        arrived => arrived,
    };
    Ok(Judgement::Wrong(format!("wrong sha256: expected {}, found {found}; it is {what}", expected.sha256)))
}
