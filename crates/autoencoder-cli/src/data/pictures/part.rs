//! The pictures of a folder or of one of its splits: right in the folder, or in subfolders that are classes.

use std::path::{Path, PathBuf};

use super::listing::Listing;
use super::passed::PassedOver;
use super::reading::PictureFile;
use crate::failure::{Failure, Outcome};

/// Pictures that are read together.
#[derive(Debug, PartialEq)]
pub(crate) struct Part {
    pub(super) folder: PathBuf,
    /// The files in order.
    pub(super) files: Vec<PictureFile>,
    /// The names of the classes that the files are of, in order; none where the pictures lie right in the folder.
    pub(super) classes: Vec<String>,
    pub(super) passed: PassedOver,
}

impl Part {
    /// Looks at the names in a folder and in its subfolders. There may be no picture among them.
    pub(super) fn of(folder: &Path) -> Outcome<Self> {
        let Listing { pictures, subfolders, mut passed } = Listing::of(folder)?;
        let mut files: Vec<_> = pictures.into_iter().map(|path| PictureFile { path, class: None }).collect();
        let mut classes = Vec::new();
        for subfolder in subfolders {
            let name = name(&subfolder);
            let inside = Listing::of(&subfolder)?;
            if let Some(PictureFile { path: first, class: None }) = files.first() {
                if let Some(second) = inside.pictures.first() {
                    let what = "expected images either in the folder or in subfolders that are named after labels, found both";
                    let found = format_args!("{what}: {} and {}", first.display(), second.display());
                    return Err(Failure::at(folder, found));
                }
                passed.deeper(name);
                continue;
            }
            passed.add_files(&inside.passed);
            for deeper in &inside.subfolders {
                passed.deeper(format!("{name}/{}", self::name(deeper)));
            }
            if inside.pictures.is_empty() {
                passed.empty(name);
                continue;
            }
            let class = Some(classes.len());
            files.extend(inside.pictures.into_iter().map(|path| PictureFile { path, class }));
            classes.push(name);
        }
        Ok(Self { folder: folder.to_owned(), files, classes, passed })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The number of pictures.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// The folder that the pictures lie in.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The name of a folder, for messages and as a label.
pub(super) fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
