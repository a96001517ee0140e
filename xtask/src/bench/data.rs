//! The data that measurements use: MNIST from a folder, or data that the programs make up themselves.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::workspace;

const TRAINING_IMAGES: &str = "train-images-idx3-ubyte";

/// The training images and the folder they lie in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    Mnist { folder: PathBuf, images: PathBuf },
    MadeUp,
}

impl Data {
    /// The data in `folder`, which must be there if it was typed; without one, data/mnist if that is there.
    pub(crate) fn find(folder: Option<&Path>) -> Result<Self, String> {
        let Some(folder) = folder else {
            let folder = workspace::root().join("data").join("mnist");
            return Ok(Self::of(&folder).unwrap_or(Self::MadeUp));
        };
        let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
        Self::of(&folder).ok_or_else(|| format!("--data {}: no {TRAINING_IMAGES}.gz there", folder.display()))
    }

    fn of(folder: &Path) -> Option<Self> {
        let images = [".gz", ""].map(|end| folder.join(format!("{TRAINING_IMAGES}{end}")));
        let images = images.into_iter().find(|path| path.is_file())?;
        Some(Self::Mnist { folder: folder.to_owned(), images })
    }

    /// The data's name on the release program's command line.
    pub(crate) fn argument(&self) -> OsString {
        match self {
            Self::Mnist { folder, .. } => folder.into(),
            Self::MadeUp => "synthetic".into(),
        }
    }

    pub(crate) fn training_images(&self) -> Option<&Path> {
        match self {
            Self::Mnist { images, .. } => Some(images),
            Self::MadeUp => None,
        }
    }

    /// The folder, if its files are packed as other programs expect them.
    pub(crate) fn packed_folder(&self) -> Option<&Path> {
        match self {
            Self::Mnist { folder, images } if images.extension().is_some_and(|end| end == "gz") => {
                Some(folder)
            }
            _ => None,
        }
    }

    /// The data's name in a report.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Mnist { .. } => "mnist",
            Self::MadeUp => "made up",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_packed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(Data::find(Some(path)).is_err());
        std::fs::write(path.join(TRAINING_IMAGES), "").unwrap();
        let data = Data::find(Some(path)).unwrap();
        assert_eq!((data.packed_folder(), data.name()), (None, "mnist"));
        std::fs::write(path.join(format!("{TRAINING_IMAGES}.gz")), "").unwrap();
        assert_eq!(Data::find(Some(path)).unwrap().packed_folder(), Some(path));
        assert_eq!(Data::MadeUp.training_images(), None);
    }
}
