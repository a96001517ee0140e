//! Folders with MNIST-style files: `train-images-idx3-ubyte` and its companions, in any of their spellings.

use std::fs;
use std::path::{Path, PathBuf};

use idx_format::{FileName, Separator};

use super::idx_file;
use super::options::Split;
use super::samples::Data;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The files of a folder that hold images, and labels beside them.
#[derive(Debug, PartialEq)]
pub(crate) struct IdxFolder {
    /// `train-images`
    pub train: Option<IdxPair>,
    /// `t10k-images`, or `test-images`
    pub test: Option<IdxPair>,
}

/// Images, and their labels if there are any.
#[derive(Debug, PartialEq)]
pub(crate) struct IdxPair {
    /// The file of images: two or more dimensions, of any type.
    pub images: PathBuf,
    /// The file of labels: one dimension.
    pub labels: Option<PathBuf>,
}

impl IdxFolder {
    /// Looks at the names in a folder; `None` if there are no images among them.
    pub(super) fn find(folder: &Path) -> Outcome<Option<Self>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| Failure::at(folder, error))? {
            let path = entry.map_err(|error| Failure::at(folder, error))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).and_then(FileName::parse);
            let Some(name) = name else { continue };
            let metadata = fs::metadata(&path).map_err(|error| Failure::at(&path, error))?;
            if metadata.is_file() {
                names.push((name, path));
            } else if !metadata.is_dir() {
                let what = format_args!("expected an IDX file, found {}", input::kind(&metadata));
                return Err(Failure::at(&path, what).advise("take it out of the folder"));
            }
        }
        // Images of two dimensions come before others, then uncompressed files before gzip, then the original dash
        // before a dot.
        names.sort_by_key(|(name, path)| {
            (
                name.dimensions != 3,
                name.dimensions,
                name.is_gzip,
                name.separator == Separator::Dot,
                path.clone(),
            )
        });
        let find = |stem: &str, fits: fn(u8) -> bool| {
            let found = names.iter().find(|(name, _)| name.stem == stem && fits(name.dimensions));
            found.map(|(_, path)| path.clone())
        };
        let pair = |stem: &str| {
            let images = find(&format!("{stem}-images"), |dimensions| dimensions >= 2)?;
            let labels = find(&format!("{stem}-labels"), |dimensions| dimensions == 1);
            Some(IdxPair { images, labels })
        };
        let found = Self { train: pair("train"), test: pair("t10k").or_else(|| pair("test")) };
        Ok((found.train.is_some() || found.test.is_some()).then_some(found))
    }

    /// Whether the folder has training and test data in files of their own.
    pub(super) fn splits(&self) -> bool {
        self.train.is_some() && self.test.is_some()
    }

    /// The files of a split. One set of files alone serves both splits.
    pub(super) fn pair(&self, split: Split) -> &IdxPair {
        let (first, second) = match split {
            Split::Train => (&self.train, &self.test),
            Split::Test => (&self.test, &self.train),
        };
        first.as_ref().or(second.as_ref()).expect("a folder without images is none")
    }

    pub(super) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        match self.pair(split) {
            IdxPair { images, labels: Some(labels) } => idx_file::read_labelled(images, labels, limit, shown),
            IdxPair { images, labels: None } => idx_file::read(images, limit, shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            let count = if name.starts_with("train") { 3_u8 } else { 2 };
            let rows = usize::from(count);
            if name.contains("labels") {
                idx_format::write_path(path, &[rows], &(10..10 + count).collect::<Vec<_>>()).unwrap();
            } else if name.contains("idx4") {
                idx_format::write_path(path, &[rows, 2, 1, 3], &(0..6 * count).collect::<Vec<_>>()).unwrap();
            } else {
                idx_format::write_path(path, &[rows, 2, 3], &(0..6 * count).collect::<Vec<_>>()).unwrap();
            }
        }
        folder
    }

    #[test]
    fn all_four_spellings_are_found_and_the_one_used_is_named() {
        for (separator, ending) in [("-", ""), (".", ""), ("-", ".gz"), (".", ".gz")] {
            let images = format!("train-images{separator}idx3-ubyte{ending}");
            let labels = format!("train-labels{separator}idx1-ubyte{ending}");
            let folder = folder(&[&images, &labels, "t10k-images-idx3-ubyte"]);
            let found = IdxFolder::find(folder.path()).unwrap().unwrap();
            assert!(found.splits());
            let train = found.read(Split::Train, Some(2), &Working::UNSEEN).unwrap();
            assert!(train.name.ends_with(&images), "{}", train.name);
            assert_eq!((train.values.dim(), &train.sample_shape[..]), ((2, 6), &[2, 3][..]));
            let train_labels = train.labels.unwrap();
            assert_eq!((train_labels.of_sample, train_labels.names.join(" ")), (vec![0, 1], "10 11".into()));
            assert!(found.read(Split::Test, None, &Working::UNSEEN).unwrap().labels.is_none());
        }
    }

    #[test]
    fn of_several_spellings_the_uncompressed_with_the_dash_is_taken() {
        let names = ["train-images-idx3-ubyte.gz", "train-images.idx3-ubyte", "train-images-idx3-ubyte"];
        let folder = folder(&names);
        let found = IdxFolder::find(folder.path()).unwrap().unwrap();
        assert!(found.pair(Split::Train).images.ends_with(names[2]));
    }

    #[test]
    fn one_file_serves_both_splits() {
        for name in ["train-images-idx4-ubyte", "t10k-images-idx3-ubyte", "test-images.idx3-ubyte.gz"] {
            let folder = folder(&[name]);
            let found = IdxFolder::find(folder.path()).unwrap().unwrap();
            assert!(!found.splits());
            for split in [Split::Train, Split::Test] {
                assert!(found.read(split, None, &Working::UNSEEN).unwrap().name.ends_with(name));
            }
        }
    }

    #[test]
    fn a_folder_without_images_is_none() {
        let folder = folder(&["train-labels-idx1-ubyte"]);
        fs::create_dir(folder.path().join("train-images-idx3-ubyte")).unwrap();
        assert_eq!(IdxFolder::find(folder.path()).unwrap(), None);
    }

    #[test]
    fn images_and_labels_that_differ_in_number_are_refused_with_both_counts() {
        let folder = folder(&["t10k-images-idx3-ubyte"]);
        let labels = folder.path().join("t10k-labels-idx1-ubyte");
        idx_format::write_path(&labels, &[5], &[1_u8; 5]).unwrap();
        let found = IdxFolder::find(folder.path()).unwrap().unwrap();
        // The difference is found even where the limit would not reach it.
        for limit in [None, Some(1)] {
            let failure = found.read(Split::Test, limit, &Working::UNSEEN).unwrap_err().to_string();
            for part in ["t10k-images-idx3-ubyte and ", "t10k-labels-idx1-ubyte: ", "expected 2", "found 5"] {
                assert!(failure.contains(part), "{failure}");
            }
        }
        idx_format::write_path(&labels, &[2, 1], &[1_u8; 2]).unwrap();
        let failure = found.read(Split::Test, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(failure.contains("expected 1 dimension, found 2 (2 x 1)"), "{failure}");
        idx_format::write_path(&labels, &[2], &[0.5_f32; 2]).unwrap();
        let failure = found.read(Split::Test, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(failure.contains("whole numbers, found f32"), "{failure}");
    }
}
