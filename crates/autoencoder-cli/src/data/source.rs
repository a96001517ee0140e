//! What a DATA argument names, found out from names and a few first bytes.

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use idx_format::{FileName, Signature};
use ndarray::Axis;

use super::idx_folder::IdxFolder;
use super::images::ImageFolder;
use super::labels::Labels;
use super::options::{ReadOptions, Split};
use super::picture::{is_jpeg, is_png};
use super::samples::Data;
use super::synthetic::{self, SIDE};
use super::table::Header as TableHeader;
use super::{idx_file, npy, npy_header, table};
use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, Working};

/// The argument that stands for the built-in digits.
const SYNTHETIC: &str = "synthetic";

/// Where MNIST lies if nothing was named.
pub(crate) const DEFAULT_FOLDER: &str = "data/mnist";

/// What can be read, for messages.
const READABLE: &str = "give an IDX, .npy or .csv file, a folder with MNIST-style files or with PNG or JPEG images, or synthetic";

/// A DATA argument resolved to what it names. Its numbers were not read yet.
#[derive(Debug)]
pub(crate) struct Source {
    kind: SourceKind,
    description: String,
    is_fallback: bool,
}

/// The kinds of sources.
#[derive(Debug)]
pub(crate) enum SourceKind {
    IdxFolder(IdxFolder),
    IdxFile(PathBuf),
    Npy(PathBuf),
    Csv { path: PathBuf, label_column: Option<String> },
    Images(ImageFolder),
    Synthetic { seed: u64 },
}

impl Source {
    /// Finds out what `argument` names; nothing is `data/mnist` below the current folder if it holds MNIST-style
    /// files, otherwise the built-in digits.
    ///
    /// A folder or file that is really called `synthetic` can be given as `./synthetic`.
    pub(crate) fn resolve(argument: Option<&str>, options: &ReadOptions) -> Outcome<Self> {
        Self::resolve_with_default(argument, options, Path::new(DEFAULT_FOLDER))
    }

    fn resolve_with_default(argument: Option<&str>, options: &ReadOptions, default: &Path) -> Outcome<Self> {
        let kind = match argument {
            None if default.is_dir() => IdxFolder::find(default)?.map(SourceKind::IdxFolder),
            None | Some(SYNTHETIC) => None,
            Some(path) => Some(SourceKind::of_path(Path::new(path), options)?),
        };
        let seed = options.seed;
        let (kind, description) = if let Some(kind) = kind {
            (kind, argument.map_or_else(|| default.display().to_string(), str::to_owned))
        } else {
            (SourceKind::Synthetic { seed }, format!("synthetic digits (built in, seed {seed})"))
        };
        if options.label_column.is_some() && !matches!(kind, SourceKind::Csv { .. }) {
            return Err(Failure::usage(format_args!(
                "--label-column is for .csv files, found {description}"
            )));
        }
        let is_fallback = argument.is_none() && matches!(kind, SourceKind::Synthetic { .. });
        Ok(Self { kind, description, is_fallback })
    }

    /// What is read, as the user named it.
    pub(crate) fn description(&self) -> String {
        self.description.clone()
    }

    /// Whether it is built-in digits because nothing was named and nothing found.
    pub(crate) fn is_fallback(&self) -> bool {
        self.is_fallback
    }

    /// Whether training and test data are apart. If not, all samples are read for either.
    pub(crate) fn splits(&self) -> bool {
        match &self.kind {
            SourceKind::IdxFolder(folder) => folder.splits(),
            SourceKind::Synthetic { .. } => true,
            _ => false,
        }
    }

    /// Names what is read for a split: `test split of data/mnist`, or only the data where it has one part.
    pub(crate) fn part(&self, split: Split) -> String {
        let whole = match &self.kind {
            SourceKind::Synthetic { seed } => format!("synthetic digits, seed {seed}"),
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Csv { .. }
            | SourceKind::Images(_) => self.description.clone(),
        };
        match split {
            _ if !self.splits() => whole,
            Split::Train => format!("training split of {whole}"),
            Split::Test => format!("test split of {whole}"),
        }
    }

    /// The columns, if it is a table.
    pub(crate) fn table_header(&self) -> Outcome<Option<TableHeader>> {
        match &self.kind {
            SourceKind::Csv { path, label_column } => table::header(path, label_column.as_deref()).map(Some),
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Images(_)
            | SourceKind::Synthetic { .. } => Ok(None),
        }
    }

    /// Says what is read, and how to get better where that is only a substitute.
    pub(crate) fn announce(&self, notes: Notes) {
        notes.say(format_args!("data: {}", self.description));
        if self.is_fallback {
            notes.say(
                "no DATA was given and there is no data/mnist here; `cargo xtask download mnist` gets MNIST",
            );
        }
    }

    /// Reads samples: all of the split, or the first `limit`.
    pub(crate) fn read(&self, split: Split, limit: Option<usize>, notes: Notes) -> Outcome<Data> {
        if limit == Some(0) {
            return Err(Failure::usage("--limit: expected at least 1, found 0"));
        }
        self.kind.read(split, limit, &notes.working(format!("reading {}", self.description)))
    }
}

fn read_synthetic(seed: u64, split: Split, limit: Option<usize>) -> Data {
    let (stream, name) = match split {
        Split::Train => (0, "train"),
        Split::Test => (1, "test"),
    };
    let count = synthetic::DIGITS[usize::from(split == Split::Test)];
    let count = limit.map_or(count, |limit| limit.min(count));
    let (images, digits) = synthetic::digits(count, seed, stream);
    debug_assert_eq!(images.len_of(Axis(1)), SIDE * SIDE, "28 x 28");
    let labels = Labels::of_digits(&digits);
    let name = format!("synthetic {name} digits, seed {seed}");
    Data {
        values: autoencoder::Values::Bytes(images),
        sample_shape: vec![SIDE, SIDE],
        labels: Some(labels),
        name,
    }
}

impl SourceKind {
    /// Reads samples: all of the split, or the first `limit`.
    pub(crate) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        match self {
            Self::IdxFolder(folder) => folder.read(split, limit, shown),
            Self::IdxFile(path) => idx_file::read(path, limit, shown),
            Self::Npy(path) => npy::read(path, limit, shown),
            Self::Csv { path, label_column } => table::read(path, label_column.as_deref(), limit, shown),
            Self::Images(folder) => folder.read(limit, shown),
            Self::Synthetic { seed } => Ok(read_synthetic(*seed, split, limit)),
        }
    }

    /// What lies at a path.
    pub(crate) fn of_path(path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Failure::at(path, "there is no such file or folder").advise(READABLE)
            }
            _ => Failure::at(path, error),
        })?;
        if metadata.is_dir() { Self::of_folder(path) } else { Self::of_file(path, options) }
    }

    fn of_folder(path: &Path) -> Outcome<Self> {
        if let Some(folder) = IdxFolder::find(path)? {
            return Ok(Self::IdxFolder(folder));
        }
        if let Some(folder) = ImageFolder::find(path)? {
            return Ok(Self::Images(folder));
        }
        let what = "expected a folder with images, found no train-images or t10k-images as IDX files, and no PNG or JPEG files";
        Err(Failure::at(path, what).advise(READABLE))
    }

    fn of_file(path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let mut first = Vec::new();
        File::open(path)
            .and_then(|file| file.take(8).read_to_end(&mut first))
            .map_err(|error| Failure::at(path, error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let is_named = |extension: &str| name.rsplit_once('.').is_some_and(|(_, last)| last == extension);
        let path = path.to_owned();
        let is_gzip = first.starts_with(&[0x1F, 0x8B]);
        let is_named_idx = is_named("idx") || FileName::parse(&name).is_some();
        if is_gzip && ["csv", "npy", "tar"].iter().any(|inner| name.ends_with(&format!(".{inner}.gz"))) {
            return Err(
                Failure::at(&path, "found gzip, which is read only around IDX").advise("unpack it first")
            );
        }
        if first.starts_with(npy_header::MAGIC) || is_named("npy") {
            Ok(Self::Npy(path))
        } else if is_gzip || is_named_idx || (first.starts_with(&[0, 0]) && !is_named("csv")) {
            // Named so but something else: the reader says what it looks like.
            Ok(Self::IdxFile(path))
        } else if is_named("csv") {
            Ok(Self::Csv { path, label_column: options.label_column.clone() })
        } else {
            Err(unknown(&path, &first, is_named("safetensors")))
        }
    }
}

fn unknown(path: &Path, first: &[u8], is_model: bool) -> Failure {
    if is_png(first) || is_jpeg(first) {
        return Failure::at(path, "found a single image").advise("give the folder that it lies in");
    }
    if is_model {
        return Failure::at(path, "expected data, found a model").advise(READABLE);
    }
    let found: &dyn fmt::Display = match Signature::of(first) {
        Some(signature) => &format!("what looks like {signature}"),
        None => &"none of their signatures or names",
    };
    Failure::at(path, format_args!("expected IDX, npy or CSV, found {found}")).advise(READABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Notes = Notes::new(true);

    fn labelled() -> ReadOptions {
        ReadOptions { label_column: Some("0".into()), seed: 0 }
    }

    fn refused(path: &Path) -> String {
        Source::resolve(path.to_str(), &ReadOptions::default()).unwrap_err().to_string()
    }

    #[test]
    fn nothing_is_the_default_folder_or_built_in_digits() {
        let folder = tempfile::tempdir().unwrap();
        let default = folder.path().join("mnist");
        let resolve = || Source::resolve_with_default(None, &ReadOptions::default(), &default).unwrap();
        assert!(resolve().is_fallback());
        fs::create_dir(&default).unwrap();
        assert!(resolve().is_fallback(), "an empty folder");
        idx_format::write_path(default.join("train-images-idx3-ubyte"), &[2, 5, 3], &[1_u8; 30]).unwrap();
        let source = resolve();
        assert!(!source.is_fallback() && !source.splits());
        assert_eq!(source.description(), default.display().to_string());
        assert_eq!(source.read(Split::Test, None, QUIET).unwrap().sample_shape, [5, 3]);
    }

    #[test]
    fn synthetic_digits_have_labels_and_two_splits() {
        let options = ReadOptions { seed: 3, ..ReadOptions::default() };
        let source = Source::resolve(Some("synthetic"), &options).unwrap();
        assert!(source.splits() && !source.is_fallback());
        assert_eq!(source.description(), "synthetic digits (built in, seed 3)");
        let [train, test] =
            [Split::Train, Split::Test].map(|split| source.read(split, Some(20), QUIET).unwrap());
        assert_eq!((train.values.dim(), &train.sample_shape[..]), ((20, 784), &[28, 28][..]));
        assert_ne!(train.values, test.values);
        let labels = train.labels.unwrap();
        assert_eq!((labels.of_sample.len(), labels.names.len()), (20, 10));
        let other = Source::resolve(Some("synthetic"), &ReadOptions::default()).unwrap();
        assert_ne!(other.read(Split::Test, Some(20), QUIET).unwrap().values, test.values);
    }

    #[test]
    fn files_are_recognised_by_their_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.bin");
        for (bytes, part) in [
            (&b"\x89PNG\r\n\x1A\n"[..], "found a single image; give the folder"),
            (b"PK\x03\x04", "what looks like a zip archive; give an IDX"),
            (b"<html>", "what looks like an HTML page"),
            (&[3, 8, 0, 0, 1, 0, 0, 0], "what looks like a byte-swapped IDX header"),
            (b"", "none of their signatures"),
            (b"1,2\n", "none of their signatures"),
        ] {
            fs::write(&path, bytes).unwrap();
            let failure = refused(&path);
            assert!(failure.contains(part), "{failure}");
        }
        idx_format::write_path(&path, &[2, 5, 3], &[1_u8; 30]).unwrap();
        let source = Source::resolve(path.to_str(), &labelled()).unwrap_err();
        assert_eq!(source.exit_code(), 2, "{source}");
        let source = Source::resolve(path.to_str(), &ReadOptions::default()).unwrap();
        assert!(matches!(source.kind, SourceKind::IdxFile(_)));
        assert_eq!(source.read(Split::Train, Some(0), QUIET).unwrap_err().exit_code(), 2);
        // Named like IDX: the reader says what it is instead.
        let named = folder.path().join("train-images-idx3-ubyte");
        fs::write(&named, "<html>").unwrap();
        let source = Source::resolve(named.to_str(), &ReadOptions::default()).unwrap();
        assert!(source.read(Split::Train, None, QUIET).unwrap_err().to_string().contains("an HTML page"));
    }

    #[test]
    fn csv_files_are_recognised_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.CSV");
        fs::write(&path, "7,1,2\n8,3,4\n").unwrap();
        let data =
            Source::resolve(path.to_str(), &labelled()).unwrap().read(Split::Test, None, QUIET).unwrap();
        assert_eq!((data.values.dim(), data.labels.unwrap().names.join(" ")), ((2, 2), "7 8".into()));
        let packed = folder.path().join("a.csv.gz");
        fs::write(&packed, [0x1F, 0x8B]).unwrap();
        assert!(refused(&packed).ends_with("; unpack it first"), "{}", refused(&packed));
    }

    #[test]
    fn what_is_not_there_says_what_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refused(&folder.path().join("no")).contains("there is no such file or folder; give an IDX"));
        assert!(refused(folder.path()).contains("expected a folder with images, found no train-images"));
    }
}
