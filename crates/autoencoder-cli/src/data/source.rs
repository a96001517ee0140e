//! A DATA argument, resolved to the data that it names.

use std::path::{Path, PathBuf};

use autoencoder_table::{DecimalMark, HeaderLine, Separator};

use super::idx_folder::IdxFolder;
use super::kind::SourceKind;
use super::options::{AskedWindows, ReadOptions, Split};
use super::place::Place;
use super::samples::Data;
use super::series::Series;
use super::table::TableText;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Notes;

/// The argument that stands for the built-in digits.
pub(crate) const SYNTHETIC: &str = "synthetic";

/// The folder of MNIST, which is read if there is no argument.
pub(crate) const DEFAULT_FOLDER: &str = "data/mnist";

/// A DATA argument resolved to the data that it names. The numbers of the data were not read yet.
#[derive(Debug)]
pub(crate) struct Source {
    kind: SourceKind,
    description: String,
    is_fallback: bool,
    /// The shape of a sample that was asked for.
    sample_shape: Option<Vec<usize>>,
    /// How windows are made of the rows, if that was asked for.
    windows: Option<AskedWindows>,
}

impl Source {
    /// Finds the data that `argument` names. No argument stands for `data/mnist` below the current folder if that
    /// holds MNIST-style files, otherwise for the built-in digits.
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
        let is_table = matches!(kind, SourceKind::Csv { .. });
        let for_tables = [
            ("--label-column", options.label_column.is_some()),
            (
                if options.windows.is_some() { "--time-column" } else { "--id-column" },
                options.id_column.is_some(),
            ),
            ("--drop", !options.drop.is_empty()),
            ("--columns", !options.only.is_empty()),
            ("--column", !options.kinds.is_empty()),
            ("--scale of single columns", !options.scales.is_empty()),
            ("--hole-indicators", options.indicates_holes),
            ("--header", options.header != HeaderLine::Auto),
            ("--separator", options.separator != Separator::Auto),
            ("--decimal", options.decimal_mark != DecimalMark::Auto),
        ];
        if let Some((option, _)) = for_tables.into_iter().find(|&(_, is_given)| is_given && !is_table) {
            return Err(Failure::usage(format_args!("{option} is for tables of text, found {description}")));
        }
        if options.skip_broken && !matches!(kind, SourceKind::Images(_)) {
            let what = format_args!("--skip-broken is for folders of pictures, found {description}");
            return Err(Failure::usage(what));
        }
        let is_fallback = argument.is_none() && matches!(kind, SourceKind::Synthetic { .. });
        let windows = options.windows;
        Ok(Self { kind, description, is_fallback, sample_shape: options.sample_shape.clone(), windows })
    }

    /// The name of the data, as the user gave it.
    pub(crate) fn description(&self) -> String {
        self.description.clone()
    }

    /// The file or folder of the data; built-in data has none.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        match self.kind {
            SourceKind::Synthetic { .. } => None,
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Csv { .. }
            | SourceKind::Arrays(_)
            | SourceKind::Cifar(_)
            | SourceKind::Images(_) => Some(Place::of(Path::new(&self.description)).path),
        }
    }

    /// Whether the data is the built-in digits because there was no argument and no MNIST.
    pub(crate) fn is_fallback(&self) -> bool {
        self.is_fallback
    }

    /// Whether training and test data are separate. If not, all samples are read for either split.
    pub(crate) fn splits(&self) -> bool {
        match &self.kind {
            SourceKind::IdxFolder(folder) => folder.splits(),
            SourceKind::Arrays(arrays) => arrays.splits(),
            SourceKind::Cifar(batches) => batches.splits(),
            SourceKind::Synthetic { .. } => true,
            SourceKind::Images(folder) => folder.splits(),
            SourceKind::IdxFile(_) | SourceKind::Npy(_) | SourceKind::Csv { .. } => false,
        }
    }

    /// The data to validate a training on, where the data has a part for that besides the test split.
    pub(crate) fn validation(&self) -> Option<String> {
        match &self.kind {
            SourceKind::Images(folder) => folder.validation().map(|part| part.folder().display().to_string()),
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Csv { .. }
            | SourceKind::Arrays(_)
            | SourceKind::Cifar(_)
            | SourceKind::Synthetic { .. } => None,
        }
    }

    /// Whether the data is IDX files, or the built-in digits, which have the form of such files.
    pub(crate) fn is_idx(&self) -> bool {
        match self.kind {
            SourceKind::IdxFolder(_) | SourceKind::IdxFile(_) | SourceKind::Synthetic { .. } => true,
            SourceKind::Npy(_)
            | SourceKind::Csv { .. }
            | SourceKind::Images(_)
            | SourceKind::Arrays(_)
            | SourceKind::Cifar(_) => false,
        }
    }

    /// Whether the data is a table of text.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, SourceKind::Csv { .. })
    }

    /// Whether the data is files of pictures.
    pub(crate) fn is_pictures(&self) -> bool {
        matches!(self.kind, SourceKind::Images(_))
    }

    /// Names the part that is read for a split: `test split of data/mnist`, or the data alone where it has one part.
    pub(crate) fn part(&self, split: Split) -> String {
        let whole = match &self.kind {
            SourceKind::Synthetic { seed } => format!("synthetic digits, seed {seed}"),
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Arrays(_)
            | SourceKind::Csv { .. }
            | SourceKind::Images(_)
            | SourceKind::Cifar(_) => self.description.clone(),
        };
        match split {
            _ if !self.splits() => whole,
            Split::Train => format!("training split of {whole}"),
            Split::Test => format!("test split of {whole}"),
        }
    }

    /// The text of a table; other data is refused, as `command` is for tables.
    pub(crate) fn table_text(&self, command: &str) -> Outcome<TableText> {
        let failed = |path: &Path, error| Failure::at(path, error);
        match &self.kind {
            SourceKind::Csv { path, options, pipe: None } => {
                let input = input::open(path).map_err(|error| failed(path, error))?;
                TableText::of(input, path, options)
            }
            SourceKind::Csv { path, options, pipe: Some(pipe) } => {
                TableText::of(pipe.take(path)?, path, options)
            }
            SourceKind::IdxFolder(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Arrays(_)
            | SourceKind::Images(_)
            | SourceKind::Cifar(_)
            | SourceKind::Synthetic { .. } => {
                let what = format_args!("{command} is for tables of text, found {}", self.description);
                Err(Failure::usage(what))
            }
        }
    }

    /// Notes which data is read, and how to get MNIST where the data is only a substitute.
    pub(crate) fn announce(&self, notes: Notes) {
        notes.say(format_args!("data: {}", self.description));
        if let SourceKind::Images(folder) = &self.kind {
            for note in folder.notes() {
                notes.say(format_args!("{}: {note}", self.description));
            }
        }
        if let Some(assumed) = self.kind.assumed() {
            notes.say(format_args!("{}: {assumed}", self.description));
        }
        if self.is_fallback {
            notes.say(
                "no DATA was given and there is no data/mnist here; `cargo xtask download mnist` downloads MNIST",
            );
        }
    }

    /// Reads samples: all of the split, or the first `limit`; notes what was assumed of them.
    pub(crate) fn read(&self, split: Split, limit: Option<usize>, notes: Notes) -> Outcome<Data> {
        let data = self.read_untold(split, limit, notes)?;
        data.tell(notes, None);
        Ok(data)
    }

    /// Reads all samples of the test split; notes what was not assumed of the training samples too.
    pub(crate) fn read_test(&self, train: &Data, notes: Notes) -> Outcome<Data> {
        let data = self.read_untold(Split::Test, None, notes)?;
        data.tell(notes, Some(train));
        Ok(data)
    }

    fn read_untold(&self, split: Split, limit: Option<usize>, notes: Notes) -> Outcome<Data> {
        if limit == Some(0) {
            return Err(Failure::usage("--limit: expected at least 1, found 0"));
        }
        let limit =
            limit.map(|limit| self.windows.map_or(limit, |asked| Series::rows_of(asked.window, limit)));
        let data = self.kind.read(split, limit, &notes.working(format!("reading {}", self.description)))?;
        let data = match &self.sample_shape {
            Some(asked) => data.shaped(asked)?,
            None => data,
        };
        match self.windows {
            Some(AskedWindows { window, is_timed }) => data.in_time(window, is_timed),
            None => Ok(data),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const QUIET: Notes = Notes::new(true);

    fn labelled() -> ReadOptions {
        ReadOptions { label_column: Some("0".into()), ..ReadOptions::default() }
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
            (b"PK\x03\x04", "found a zip archive, such as an Excel workbook; save the sheet"),
            (b"<html>", "found an HTML or XML page; download"),
            (&[3, 8, 0, 0, 1, 0, 0, 0], "what looks like a byte-swapped IDX header"),
            (b"", "none of their signatures"),
            (
                b"1,2\n",
                "found text under a name that does not end in .csv, .tsv, .txt or .data; rename the file",
            ),
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
        // A file named like IDX that is something else is refused by the reader, which says what it is.
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
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"7,1,2\n8,3,4\n").unwrap();
        let packed = packed.finish().unwrap();
        for name in ["a.csv.gz", "packed.csv", "a.TSV.gz"] {
            let path = folder.path().join(name);
            fs::write(&path, &packed).unwrap();
            let source = Source::resolve(path.to_str(), &labelled()).unwrap();
            assert_eq!(source.read(Split::Train, None, QUIET).unwrap().values.dim(), (2, 2), "{name}");
        }
        let packed = folder.path().join("a.npy.gz");
        fs::write(&packed, [0x1F, 0x8B]).unwrap();
        assert!(refused(&packed).ends_with("; unpack the file first"), "{}", refused(&packed));
    }

    #[test]
    fn what_is_not_there_says_what_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refused(&folder.path().join("no")).contains("there is no such file or folder; give an IDX"));
        assert!(refused(folder.path()).contains("expected a folder with images, found no images as IDX"));
    }
}
