//! The names in one folder: pictures, subfolders, and files that are not read.

use std::fs;
use std::path::{Path, PathBuf};

use super::order::natural;
use super::passed::PassedOver;
use crate::failure::{Failure, Outcome};
use crate::input;

/// The endings of the names of pictures.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "jpe", "jfif", "webp"];

/// The names in a folder, without hidden ones.
#[derive(Debug)]
pub(super) struct Listing {
    /// The pictures, in order.
    pub pictures: Vec<PathBuf>,
    /// The subfolders, in order.
    pub subfolders: Vec<PathBuf>,
    /// The files that are not read.
    pub passed: PassedOver,
}

impl Listing {
    /// Looks at the names in a folder. A file is a picture by the ending of its name.
    pub(super) fn of(folder: &Path) -> Outcome<Self> {
        let mut listing =
            Self { pictures: Vec::new(), subfolders: Vec::new(), passed: PassedOver::default() };
        for entry in fs::read_dir(folder).map_err(|error| Failure::at(folder, error))? {
            let path = entry.map_err(|error| Failure::at(folder, error))?.path();
            let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if is_hidden {
                continue;
            }
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
            let is_picture = ending.as_ref().is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => listing.subfolders.push(path),
                Ok(metadata) if is_picture && !metadata.is_file() => {
                    let what = format_args!("expected an image, found {}", input::kind(&metadata));
                    return Err(Failure::at(&path, what).advise("take it out of the folder"));
                }
                Ok(_) if is_picture => listing.pictures.push(path),
                Err(error) if is_picture => return Err(Failure::at(&path, error)),
                // What is not called a picture is none, whatever it is.
                Ok(_) | Err(_) => listing.passed.file(ending.as_deref()),
            }
        }
        for names in [&mut listing.pictures, &mut listing.subfolders] {
            names.sort_by(|one, other| natural(one.as_os_str(), other.as_os_str()));
        }
        Ok(listing)
    }
}
