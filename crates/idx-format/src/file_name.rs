//! The naming convention of IDX files, in the four spellings that exist in the wild.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::element::ElementType;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;

/// A name such as `train-images-idx3-ubyte.gz`, in its parts.
///
/// ```
/// use idx_format::{ElementType, FileName, Separator};
///
/// let name = FileName::parse("train-images.idx3-ubyte.gz").unwrap();
/// assert_eq!(name.stem, "train-images");
/// assert_eq!((name.dimensions, name.element_type), (3, ElementType::U8));
/// assert_eq!((name.separator, name.is_gzip), (Separator::Dot, true));
/// assert_eq!(name.to_string(), "train-images.idx3-ubyte.gz");
/// assert_eq!(FileName::parse("train-images.png"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileName {
    /// The name of the array, such as `train-images`.
    pub stem: String,
    /// The sign between the stem and `idx`.
    pub separator: Separator,
    /// The number of dimensions that the name claims.
    pub dimensions: u8,
    /// The type of the elements that the name claims.
    pub element_type: ElementType,
    /// Whether the name ends in `.gz`.
    pub is_gzip: bool,
}

/// The sign between the stem of a file's name and `idx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// `train-images-idx3-ubyte`, the original.
    Dash,
    /// `train-images.idx3-ubyte`, as some archives unpack.
    Dot,
}

impl FileName {
    /// The parts of a file's name (without its folder), or `None` where it does not follow the convention.
    pub fn parse(whole: &str) -> Option<Self> {
        let (name, is_gzip) = whole.strip_suffix(".gz").map_or((whole, false), |name| (name, true));
        let (name, word) = name.rsplit_once('-')?;
        let element_type = ElementType::from_word(word)?;
        let (front, digits) = name.rsplit_once("idx")?;
        let separator = if front.ends_with('-') { Separator::Dash } else { Separator::Dot };
        let stem = front.strip_suffix(['-', '.'])?.to_owned();
        let parsed = Self { stem, separator, dimensions: digits.parse().ok()?, element_type, is_gzip };
        // "idx03" and "idx+3" are numbers to `parse`, and not names we would write.
        (parsed.to_string() == whole).then_some(parsed)
    }

    /// The four spellings of a name, in the order in which [`find_file`] tries them: uncompressed before gzip, dash
    /// before dot.
    ///
    /// ```
    /// use idx_format::{ElementType, FileName};
    ///
    /// let names = FileName::spellings("train-labels", 1, ElementType::U8).map(|name| name.to_string());
    /// assert_eq!(names, [
    ///     "train-labels-idx1-ubyte",
    ///     "train-labels.idx1-ubyte",
    ///     "train-labels-idx1-ubyte.gz",
    ///     "train-labels.idx1-ubyte.gz",
    /// ]);
    /// ```
    pub fn spellings(stem: &str, dimensions: u8, element_type: ElementType) -> [Self; 4] {
        [(Separator::Dash, false), (Separator::Dot, false), (Separator::Dash, true), (Separator::Dot, true)]
            .map(|(separator, is_gzip)| Self {
                stem: stem.into(),
                separator,
                dimensions,
                element_type,
                is_gzip,
            })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.separator {
            Separator::Dash => '-',
            Separator::Dot => '.',
        };
        let ending = if self.is_gzip { ".gz" } else { "" };
        write!(f, "{}{separator}idx{}-{}{ending}", self.stem, self.dimensions, self.element_type.word())
    }
}

/// A file that [`find_file`] found, and the spelling it was found under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// The folder joined with the name.
    pub path: PathBuf,
    /// The spelling that was there.
    pub name: FileName,
}

/// Looks in a folder for a file under the four spellings of its name, and says which one was there.
///
/// If several are there, the first in the order of [`FileName::spellings`] is taken. A name is only a claim: the type and
/// the sizes of the array show when the file is read.
///
/// # Errors
///
/// [`ErrorKind::FileNotFound`] with all four names when none is there, [`ErrorKind::Open`] when the folder cannot be
/// searched.
///
/// ```
/// use idx_format::{ElementType, ErrorKind, find_file};
///
/// let error = find_file("no/such/folder", "train-images", 3, ElementType::U8).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::FileNotFound { tried, .. } if tried.len() == 4));
/// assert!(error.to_string().contains("train-images.idx3-ubyte.gz"));
/// ```
pub fn find_file(
    folder: impl AsRef<Path>,
    stem: &str,
    dimensions: u8,
    element_type: ElementType,
) -> Result<FoundFile> {
    let folder = folder.as_ref();
    let names = FileName::spellings(stem, dimensions, element_type);
    let tried = names.iter().map(FileName::to_string).collect();
    for name in names {
        let path = folder.join(name.to_string());
        match fs::metadata(&path) {
            // Anything that may be read, a pipe as well; only a folder may not.
            Ok(metadata) if !metadata.is_dir() => return Ok(FoundFile { path, name }),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(Error::new(ErrorKind::Open).caused_by(error).with_path(path)),
        }
    }
    Err(Error::new(ErrorKind::FileNotFound { folder: folder.to_path_buf(), tried }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_parses_to_its_parts() {
        for element_type in ElementType::ALL {
            for name in FileName::spellings("a.b-c", 255, element_type) {
                assert_eq!(FileName::parse(&name.to_string()), Some(name));
            }
        }
    }

    #[test]
    fn other_names_are_none() {
        for name in [
            "",
            "idx3-ubyte",
            "a-idx-ubyte",
            "a-idx256-ubyte",
            "a-idx03-ubyte",
            "a-idx+3-ubyte",
            "aidx3-ubyte",
            "a_idx3-ubyte",
            "a-idx3_ubyte",
            "a-idx3-uint8",
            "a-idx3-ubyte.xz",
            "a-idx3-ubyte.gz.gz",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }
}
