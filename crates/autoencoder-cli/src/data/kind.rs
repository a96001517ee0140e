//! The kinds of data at a path, told from names and a few first bytes.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use autoencoder_table::Foreign;
use idx_format::{FileName, Signature};
use ndarray::Axis;

use super::archive::{Arrays, is_archive};
use super::cifar::Cifar;
use super::idx_folder::IdxFolder;
use super::labels::Labels;
use super::options::{ReadOptions, Split};
use super::pictures::{ImageFolder, is_picture};
use super::piped::{self, Piped};
use super::place::{Part, Place};
use super::samples::Data;
use super::synthetic::{self, SIDE};
use super::unpacked::{GZIP, first_within};
use super::{idx_file, npy, npy_header, table};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// Advice: the data that can be read.
const READABLE: &str = "give an IDX, .npy, .npz, .safetensors, .csv or .tsv file, a folder with MNIST-style files, with the binary batches of CIFAR-10 or with PNG, JPEG or WebP pictures, or synthetic";

/// The number of first bytes that tell a format.
const SIGNATURE: u64 = 12;
/// Files that tell the folder of a run.
const RUN: [&str; 2] = ["config.toml", "checkpoint.safetensors"];

/// A kind of data, with where it lies.
#[derive(Debug)]
pub(crate) enum SourceKind {
    IdxFolder(IdxFolder),
    IdxFile(PathBuf),
    Npy(PathBuf),
    /// Arrays of a file that holds several by name.
    Arrays(Arrays),
    /// A table; `pipe` is there where the path is no file but a pipe.
    Csv {
        path: PathBuf,
        options: Box<ReadOptions>,
        pipe: Option<Piped>,
    },
    Images(Box<ImageFolder>),
    Cifar(Cifar),
    Synthetic {
        seed: u64,
    },
}

impl SourceKind {
    /// Reads samples: all of the split, or the first `limit`.
    pub(crate) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        match self {
            Self::IdxFolder(folder) => folder.read(split, limit, shown),
            Self::IdxFile(path) => idx_file::read(path, limit, shown),
            Self::Npy(path) => npy::read(path, limit, shown),
            Self::Arrays(arrays) => arrays.read(split, limit, shown),
            Self::Csv { path, options, pipe: None } => table::read(path, options, limit, shown),
            Self::Csv { path, options, pipe: Some(pipe) } => {
                table::read_from(pipe.take(path)?, path, options, limit)
            }
            Self::Images(folder) => folder.read(split, limit, shown),
            Self::Cifar(batches) => batches.read(split, limit, shown),
            Self::Synthetic { seed } => Ok(read_synthetic(*seed, split, limit)),
        }
    }

    /// What is assumed of the data, whatever is read of it.
    pub(super) fn assumed(&self) -> Option<String> {
        match self {
            Self::IdxFolder(folder) => folder.assumed(),
            Self::Cifar(batches) => batches.assumed(),
            Self::Arrays(arrays) => arrays.assumed().map(str::to_owned),
            Self::IdxFile(_) | Self::Npy(_) | Self::Csv { .. } | Self::Images(_) | Self::Synthetic { .. } => {
                None
            }
        }
    }

    /// The kind of data at a place, given as a path.
    pub(crate) fn of_path(argument: &Path, options: &ReadOptions) -> Outcome<Self> {
        let place = Place::of(argument);
        match &place.part {
            Some(Part::Set(set)) => {
                let found = IdxFolder::find_set(&place.path, set)?;
                return found.map(Self::IdxFolder).ok_or_else(|| missing(argument));
            }
            Some(Part::Key(key)) if is_archive(&place.path, &first_bytes(&place.path)?) => {
                return Arrays::find(&place.path, Some(key)).map(Self::Arrays);
            }
            Some(Part::Key(key)) => {
                let what = format_args!("found no file that holds several arrays, and so no array {key}");
                return Err(Failure::at(&place.path, what).advise(format_args!("leave :{key} out")));
            }
            None => {}
        }
        let path = place.path.as_path();
        let metadata = fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(path),
            _ => Failure::at(path, error),
        })?;
        if metadata.is_dir() {
            Self::of_folder(path, options)
        } else if input::is_pipe(&metadata) {
            Self::of_pipe(path, options)
        } else {
            Self::of_file(path, options)
        }
    }

    /// A pipe is a table, whatever its name: every other format is recognised and refused.
    fn of_pipe(path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let pipe = Piped::open(path, SIGNATURE).map_err(|error| Failure::at(path, error))?;
        let first = pipe.first();
        let is_foreign = first.starts_with(npy_header::MAGIC)
            || first.starts_with(&GZIP)
            || first.starts_with(&[0, 0])
            || is_picture(first)
            || Signature::of(first).is_some();
        if is_foreign {
            let what = "found a pipe that brings no CSV, and pipes are read as CSV alone";
            return Err(piped::refused(path, what));
        }
        Ok(Self::Csv { path: path.to_owned(), options: Box::new(options.clone()), pipe: Some(pipe) })
    }

    fn of_folder(path: &Path, options: &ReadOptions) -> Outcome<Self> {
        if RUN.iter().all(|file| path.join(file).is_file()) {
            let what = "expected data, found the folder of a run, whose pictures are figures";
            return Err(
                Failure::at(path, what).advise("its config.toml names the data that it was trained on")
            );
        }
        if let Some(folder) = IdxFolder::find(path)? {
            return Ok(Self::IdxFolder(folder));
        }
        if let Some(batches) = Cifar::find(path) {
            return Ok(Self::Cifar(batches));
        }
        if let Some(folder) = ImageFolder::find(path)? {
            return Ok(Self::Images(Box::new(folder.skipping_broken(options.skip_broken))));
        }
        let what = "expected a folder with images, found no images as IDX files (such as train-images-idx3-ubyte), and no PNG, JPEG or WebP files";
        let what = match ImageFolder::passed_over(path)? {
            Some(passed) => format!("{what} ({passed})"),
            None => what.to_owned(),
        };
        Err(Failure::at(path, what).advise(READABLE))
    }

    fn of_file(path: &Path, options: &ReadOptions) -> Outcome<Self> {
        if let Some(batch) = Cifar::of_file(path) {
            return Ok(Self::Cifar(batch));
        }
        let first = first_bytes(path)?;
        if is_archive(path, &first) {
            return Arrays::find(path, None).map(Self::Arrays);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let is_named = |extension: &str| name.rsplit_once('.').is_some_and(|(_, last)| last == extension);
        let path = path.to_owned();
        let is_gzip = first.starts_with(&GZIP);
        let is_packed = |extension: &str| is_gzip && name.ends_with(&format!(".{extension}.gz"));
        let is_table = TABLES.into_iter().any(|extension| is_named(extension) || is_packed(extension));
        let is_named_idx = is_named("idx") || FileName::parse(&name).is_some();
        if ["npy", "tar"].into_iter().any(is_packed) {
            return Err(Failure::at(&path, "found gzip, which is read only around IDX files and tables")
                .advise("unpack the file first"));
        }
        if first.starts_with(npy_header::MAGIC) || is_named("npy") {
            Ok(Self::Npy(path))
        } else if is_gzip && is_table && !is_named_idx && !holds_idx(&path)? {
            Ok(Self::Csv { path, options: Box::new(options.clone()), pipe: None })
        } else if is_gzip || is_named_idx || (first.starts_with(&[0, 0]) && !is_table) {
            // A file with such a name may hold something else: the reader says what the file looks like.
            Ok(Self::IdxFile(path))
        } else if is_table || is_standard_input(&path) {
            Ok(Self::Csv { path, options: Box::new(options.clone()), pipe: None })
        } else {
            Err(unknown(&path, &first))
        }
    }
}

/// The ends of the names of tables of text.
const TABLES: [&str; 4] = ["csv", "tsv", "txt", "data"];

/// The first bytes of a file, which tell its format.
fn first_bytes(path: &Path) -> Outcome<Vec<u8>> {
    input::read_first(path, SIGNATURE).map_err(|error| Failure::at(path, error))
}

/// Whether a gzip file begins as IDX does.
fn holds_idx(path: &Path) -> Outcome<bool> {
    let first = first_within(path, 2).map_err(|error| Failure::at(path, error))?;
    Ok(first == [0, 0])
}

fn missing(path: &Path) -> Failure {
    Failure::at(path, "there is no such file or folder").advise(READABLE)
}

/// Returns whether a path is the standard input or another open file, whose names tell no format.
fn is_standard_input(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

fn read_synthetic(seed: u64, split: Split, limit: Option<usize>) -> Data {
    let (stream, name) = match split {
        Split::Train => (0, "train"),
        Split::Test => (1, "test"),
    };
    let count = synthetic::DIGITS[usize::from(split == Split::Test)];
    let count = limit.map_or(count, |limit| limit.min(count));
    let (images, digits) = synthetic::digits(count, seed, stream);
    assert_eq!(images.len_of(Axis(1)), SIDE * SIDE, "28 x 28");
    let labels = Labels::of_digits(&digits);
    let name = format!("synthetic {name} digits, seed {seed}");
    Data {
        values: autoencoder::Values::Bytes(images),
        sample_shape: vec![SIDE, SIDE],
        channels_first: false,
        labels: Some(labels),
        name,
        names: None,
        columns: None,
        schema: None,
        series: None,
        assumed: Vec::new(),
    }
}

fn unknown(path: &Path, first: &[u8]) -> Failure {
    if is_picture(first) {
        return Failure::at(path, "found a single image").advise("give the folder that holds the image");
    }
    if let Some(Foreign { found, advice, .. }) = Foreign::of(first) {
        return Failure::at(path, format_args!("expected IDX, npy or CSV, found {found}")).advise(advice);
    }
    let is_text =
        !first.is_empty() && first.iter().all(|&byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    if Signature::of(first).is_none() && is_text {
        let what = "expected IDX, npy or CSV, found text under a name that does not end in .csv, .tsv, .txt or .data";
        return Failure::at(path, what).advise("rename the file if it is a table");
    }
    let found: &dyn fmt::Display = match Signature::of(first) {
        Some(signature) => &format!("what looks like {signature}"),
        None => &"none of their signatures or names",
    };
    Failure::at(path, format_args!("expected IDX, npy or CSV, found {found}")).advise(READABLE)
}
