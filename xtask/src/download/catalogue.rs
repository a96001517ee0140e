//! The data sets that can be downloaded: `data/datasets.toml` as values, checked when it is read.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::digest::Digest;

/// All data sets, as `data/datasets.toml` holds them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    #[serde(rename = "set")]
    pub(crate) sets: Vec<DataSet>,
}

/// One data set: the same files on every mirror.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataSet {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) licence: String,
    /// Folders' addresses, each ending with a slash, in the order they are tried.
    pub(crate) mirrors: Vec<String>,
    #[serde(rename = "file")]
    pub(crate) files: Vec<DataFile>,
}

/// One file of a set; its name is the dashed one, without `.gz`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DataFile {
    pub(crate) name: String,
    pub(crate) gz: Content,
    pub(crate) raw: Content,
}

/// The length and the checksum that a file must have.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    pub(crate) bytes: u64,
    pub(crate) sha256: Digest,
}

/// A file comes packed or as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Gz,
    Raw,
}

impl Form {
    pub(crate) const ALL: [Self; 2] = [Self::Gz, Self::Raw];

    /// The ending that the form adds to a file's name.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Gz => ".gz",
            Self::Raw => "",
        }
    }

    /// The first two bytes of every file in this form.
    pub(crate) fn magic(self) -> [u8; 2] {
        match self {
            Self::Gz => [0x1F, 0x8B],
            Self::Raw => [0, 0],
        }
    }
}

impl DataFile {
    pub(crate) fn content(&self, form: Form) -> Content {
        match form {
            Form::Gz => self.gz,
            Form::Raw => self.raw,
        }
    }

    /// The name the file is kept under.
    pub(crate) fn file_name(&self, form: Form) -> String {
        format!("{}{}", self.name, form.suffix())
    }

    /// The names under which this file is met elsewhere, dashed first: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`.
    pub(crate) fn spellings(&self) -> Vec<String> {
        let dotted = self.name.replacen("-idx", ".idx", 1);
        if dotted == self.name { vec![dotted] } else { vec![self.name.clone(), dotted] }
    }
}

/// A file that the catalogue knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownFile {
    pub(crate) set: String,
    pub(crate) name: String,
}

impl fmt::Display for KnownFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.set, self.name)
    }
}

impl Catalogue {
    /// Reads `data/datasets.toml` of the workspace at `root`.
    pub(crate) fn of_workspace(root: &Path) -> Result<Self, CatalogueError> {
        let path = root.join("data").join("datasets.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|error| CatalogueError::Unreadable { path: path.clone(), error })?;
        Self::parse(&text)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, CatalogueError> {
        let catalogue: Self = toml::from_str(text)?;
        for set in &catalogue.sets {
            for name in std::iter::once(&set.name).chain(set.files.iter().map(|file| &file.name)) {
                // A name becomes a path below the target folder and must stay there.
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                if name.is_empty() || !name.bytes().all(plain) {
                    return Err(CatalogueError::Name { name: name.clone() });
                }
            }
            for mirror in &set.mirrors {
                let web = mirror.starts_with("https://") || mirror.starts_with("http://");
                if !web || !mirror.ends_with('/') {
                    return Err(CatalogueError::Mirror { set: set.name.clone(), mirror: mirror.clone() });
                }
            }
        }
        Ok(catalogue)
    }

    /// The sets of these names, `mnist` where none is given.
    pub(crate) fn choose(&self, names: &[String]) -> Result<Vec<&DataSet>, CatalogueError> {
        let default = ["mnist".to_owned()];
        let names = if names.is_empty() { &default[..] } else { names };
        let mut chosen: Vec<&DataSet> = Vec::new();
        for name in names {
            let set = self.sets.iter().find(|set| set.name == *name).ok_or_else(|| {
                let known = self.sets.iter().map(|set| set.name.clone()).collect();
                CatalogueError::UnknownSet { name: name.clone(), known }
            })?;
            if !chosen.iter().any(|other| other.name == set.name) {
                chosen.push(set);
            }
        }
        Ok(chosen)
    }

    /// The file whose sum this is, packed or not.
    pub(crate) fn by_digest(&self, digest: &Digest) -> Option<KnownFile> {
        self.known(|content| content.sha256 == *digest).next()
    }

    /// The file of this size, where only one has it.
    pub(crate) fn by_size(&self, bytes: u64) -> Option<KnownFile> {
        let mut found = self.known(|content| content.bytes == bytes);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    fn known<'a>(&'a self, holds: impl Fn(Content) -> bool + 'a) -> impl Iterator<Item = KnownFile> + 'a {
        let files = self.sets.iter().flat_map(|set| set.files.iter().map(move |file| (set, file)));
        files.flat_map(|(set, file)| Form::ALL.map(|form| (set, file, form))).filter_map(
            move |(set, file, form)| {
                let known = || KnownFile { set: set.name.clone(), name: file.file_name(form) };
                holds(file.content(form)).then(known)
            },
        )
    }
}

/// The reason why there is no catalogue, or no such set in it.
#[derive(Debug)]
pub(crate) enum CatalogueError {
    Unreadable { path: PathBuf, error: std::io::Error },
    Malformed(toml::de::Error),
    Name { name: String },
    Mirror { set: String, mirror: String },
    UnknownSet { name: String, known: Vec<String> },
}

impl From<toml::de::Error> for CatalogueError {
    fn from(error: toml::de::Error) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            Self::Malformed(error) => write!(f, "data/datasets.toml: {error}"),
            Self::Name { name } => {
                write!(f, "data/datasets.toml: {name:?} is no file name: letters, digits and dashes are")
            }
            Self::Mirror { set, mirror } => {
                write!(
                    f,
                    "data/datasets.toml: mirror {mirror:?} of {set} must be http(s)://.../ with a slash last"
                )
            }
            Self::UnknownSet { name, known } => {
                write!(f, "unknown data set {name:?}; known are {}", known.join(", "))
            }
        }
    }
}

impl std::error::Error for CatalogueError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Catalogue {
        Catalogue::parse(include_str!("../../../data/datasets.toml")).unwrap()
    }

    #[test]
    fn the_shipped_catalogue_is_whole() {
        let catalogue = shipped();
        assert_eq!(
            catalogue.sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(),
            ["mnist", "fashion-mnist"]
        );
        for set in &catalogue.sets {
            assert_eq!(set.files.len(), 4);
            assert_eq!(set.mirrors.len(), 3);
            assert!(!set.licence.is_empty() && !set.title.is_empty());
            // 60,000 or 10,000 images of 784 bytes after 16 header bytes, labels after 8.
            let raw: Vec<u64> = set.files.iter().map(|file| file.raw.bytes).collect();
            assert_eq!(raw, [47_040_016, 60_008, 7_840_016, 10_008]);
        }
        let mut sums: Vec<String> = Vec::new();
        for file in catalogue.sets.iter().flat_map(|set| &set.files) {
            sums.extend([file.gz.sha256.to_string(), file.raw.sha256.to_string()]);
        }
        sums.sort();
        sums.dedup();
        assert_eq!(sums.len(), 16, "every sum belongs to one file");
    }

    #[test]
    fn a_size_tells_the_file_only_where_one_has_it() {
        let catalogue = shipped();
        assert_eq!(
            catalogue.by_size(26_421_880).unwrap().to_string(),
            "fashion-mnist/train-images-idx3-ubyte.gz"
        );
        assert_eq!(catalogue.by_size(47_040_016), None, "both sets unpack to this size");
    }

    #[test]
    fn names_that_are_unknown_or_unsafe_are_refused() {
        let error = shipped().choose(&["cifar".to_owned()]).unwrap_err().to_string();
        assert_eq!(error, "unknown data set \"cifar\"; known are mnist, fashion-mnist");
        assert_eq!(shipped().choose(&[]).unwrap()[0].name, "mnist");

        let text = include_str!("../../../data/datasets.toml");
        let escaping = text.replace("\"t10k-labels-idx1-ubyte\"", "\"../labels\"");
        assert!(matches!(Catalogue::parse(&escaping), Err(CatalogueError::Name { .. })));
        let slashless = text.replace("fgnt/mnist/master/", "fgnt/mnist/master");
        assert!(matches!(Catalogue::parse(&slashless), Err(CatalogueError::Mirror { .. })));
        let short = text.replace("440fcabf", "440f");
        assert!(matches!(Catalogue::parse(&short), Err(CatalogueError::Malformed(_))));
    }

    #[test]
    fn both_spellings_are_known() {
        let set = &shipped().sets[0];
        assert_eq!(set.files[0].spellings(), ["train-images-idx3-ubyte", "train-images.idx3-ubyte"]);
        assert_eq!(set.files[3].spellings(), ["t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"]);
    }
}
