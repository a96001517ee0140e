//! The kinds of data at a path, told from names and a few first bytes.

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
use super::{idx_file, npy, npy_header, table};
use crate::failure::{Failure, Outcome};
use crate::terminal::Working;

/// Advice: the data that can be read.
const READABLE: &str = "give an IDX, .npy or .csv file, a folder with MNIST-style files or with PNG or JPEG images, or synthetic";

/// A kind of data, with where it lies.
#[derive(Debug)]
pub(crate) enum SourceKind {
    IdxFolder(IdxFolder),
    IdxFile(PathBuf),
    Npy(PathBuf),
    Csv { path: PathBuf, label_column: Option<String> },
    Images(ImageFolder),
    Synthetic { seed: u64 },
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

    /// The kind of data at a path.
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
            return Err(Failure::at(&path, "found gzip, which is read only around IDX files")
                .advise("unpack the file first"));
        }
        if first.starts_with(npy_header::MAGIC) || is_named("npy") {
            Ok(Self::Npy(path))
        } else if is_gzip || is_named_idx || (first.starts_with(&[0, 0]) && !is_named("csv")) {
            // A file with such a name may hold something else: the reader says what the file looks like.
            Ok(Self::IdxFile(path))
        } else if is_named("csv") {
            Ok(Self::Csv { path, label_column: options.label_column.clone() })
        } else {
            Err(unknown(&path, &first, is_named("safetensors")))
        }
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

fn unknown(path: &Path, first: &[u8], is_model: bool) -> Failure {
    if is_png(first) || is_jpeg(first) {
        return Failure::at(path, "found a single image").advise("give the folder that holds the image");
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
