//! The place that a DATA argument names: a file or a folder, and perhaps a part of it.

use std::fs;
use std::path::{Path, PathBuf};

/// The argument that names the standard input.
pub(crate) const STANDARD_INPUT: &str = "-";
/// Its path.
const OF_STANDARD_INPUT: &str = "/dev/stdin";

/// The place of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file or folder, which may be missing.
    pub(crate) path: PathBuf,
    /// The part that is meant, where it is not all of the file or folder.
    pub(crate) part: Option<Part>,
}

/// A part of a file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// An array of a file, as in `a.npz:x`.
    Key(String),
    /// A set of a folder's IDX files, as in `folder/emnist-letters`.
    Set(String),
}

impl Place {
    /// The place that an argument names. A file or folder that is really called so is meant as a whole.
    pub(crate) fn of(argument: &Path) -> Self {
        let argument =
            if argument == Path::new(STANDARD_INPUT) { Path::new(OF_STANDARD_INPUT) } else { argument };
        let whole = Self { path: argument.to_owned(), part: None };
        if fs::symlink_metadata(argument).is_ok() {
            return whole;
        }
        let Some(text) = argument.to_str() else { return whole };
        // A key may hold colons and slashes itself: the first colon behind the name of a file ends that name.
        let is_file = |&(colon, _): &(usize, &str)| Path::new(&text[..colon]).is_file();
        if let Some((colon, _)) = text.match_indices(':').find(is_file) {
            let key = text[colon + 1..].to_owned();
            return Self { path: PathBuf::from(&text[..colon]), part: Some(Part::Key(key)) };
        }
        match (argument.parent(), argument.file_name().and_then(|name| name.to_str())) {
            (Some(folder), Some(set)) => {
                let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
                if folder.is_dir() {
                    return Self { path: folder.to_owned(), part: Some(Part::Set(set.to_owned())) };
                }
                whole
            }
            _ => whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_from_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.npz"), "").unwrap();
        let of = |name: &str| Place::of(&path(name));
        let key = |key: &str| Place { path: path("a.npz"), part: Some(Part::Key(key.to_owned())) };
        assert_eq!(of("a.npz"), Place { path: path("a.npz"), part: None });
        assert_eq!(of("a.npz:x"), key("x"));
        assert_eq!(of("a.npz:x/y:z"), key("x/y:z"));
        assert_eq!(of("a.npz:"), key(""));
        let set =
            Place { path: folder.path().to_owned(), part: Some(Part::Set("emnist-letters".to_owned())) };
        assert_eq!(of("emnist-letters"), set);
        assert_eq!(of("no/emnist-letters"), Place { path: path("no/emnist-letters"), part: None });
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_really_called_so_wins() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.npz", "a.npz:x"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let path = folder.path().join("a.npz:x");
        assert_eq!(Place::of(&path), Place { path, part: None });
    }
}
