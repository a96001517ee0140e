//! Folders with MNIST-style files: `train-images-idx3-ubyte` and its companions, in any of their spellings, and behind a
//! prefix that names a set, as in `emnist-letters-train-images-idx3-ubyte`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use idx_format::{FileName, Separator};

use super::idx_file;
use super::options::Split;
use super::samples::Data;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The largest number of sets that a message lists.
const SHOWN: usize = 20;

/// The files of a set of images, and labels beside them.
#[derive(Debug, PartialEq)]
pub(crate) struct IdxFolder {
    /// `train-images`, or images whose name tells no split
    pub train: Option<IdxPair>,
    /// `t10k-images`, or `test-images`
    pub test: Option<IdxPair>,
    /// The names of other sets in the folder, where a set without a name is read.
    others: Vec<String>,
    /// The files of labels that have no images of the same name beside them.
    lone_labels: Vec<String>,
}

/// Images, and their labels if there are any.
#[derive(Debug, PartialEq)]
pub(crate) struct IdxPair {
    /// The file of images: two or more dimensions, of any type.
    pub images: PathBuf,
    /// The file of labels: one dimension, or two of which the first column is the class.
    pub labels: Option<PathBuf>,
}

/// The parts of a name that tell what is in the file.
struct Role<'a> {
    /// The name of the set, empty for MNIST's own names.
    set: &'a str,
    /// `train`, `t10k` or `test`; nothing where the name tells no split.
    split: &'a str,
    is_labels: bool,
}

impl<'a> Role<'a> {
    /// The role of a file by the stem of its name; `None` if it holds neither images nor labels.
    fn of(stem: &'a str) -> Option<Self> {
        let (front, is_labels) = match stem.strip_suffix("-images") {
            Some(front) => (front, false),
            None => (stem.strip_suffix("-labels")?, true),
        };
        for split in ["train", "t10k", "test"] {
            let set = match front.strip_suffix(split) {
                Some("") => Some(""),
                Some(set) => set.strip_suffix(['-', '_', '.']),
                None => None,
            };
            if let Some(set) = set {
                return Some(Self { set, split, is_labels });
            }
        }
        Some(Self { set: front, split: "", is_labels })
    }
}

impl IdxFolder {
    /// Looks at the names in a folder; `None` if there are no images among them. Of several sets, that without a name is
    /// taken; several sets with names are refused.
    pub(super) fn find(folder: &Path) -> Outcome<Option<Self>> {
        let (mut sets, lone_labels) = sets(folder)?;
        let unnamed = sets.remove("");
        let names: Vec<String> = sets.keys().cloned().collect();
        match (unnamed, names.as_slice()) {
            (Some(unnamed), _) => Ok(Some(Self { others: names, lone_labels, ..unnamed })),
            (None, []) => Ok(None),
            (None, [_]) => Ok(sets.into_values().next().map(|set| Self { lone_labels, ..set })),
            (None, [first, ..]) => {
                let what =
                    format_args!("expected one set of images, found {}: {}", names.len(), listed(&names));
                let example = folder.join(first);
                Err(Failure::at(folder, what)
                    .advise(format_args!("give the folder and a set, such as {}", example.display())))
            }
        }
    }

    /// The set of this name in a folder, if there is one.
    pub(super) fn find_set(folder: &Path, name: &str) -> Outcome<Option<Self>> {
        Ok(sets(folder)?.0.remove(name))
    }

    /// Whether the set has training and test data in files of their own.
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

    /// What is assumed of the folder, whatever is read.
    pub(super) fn assumed(&self) -> Option<String> {
        let others = self.others.first().map(|first| {
            format!(
                "the files without a prefix are read; other sets lie beside them: {}; FOLDER/{first} reads one",
                listed(&self.others)
            )
        });
        let labels = (!self.lone_labels.is_empty()).then(|| {
            format!(
                "labels are not read where there are no images of the same name: {}",
                listed(&self.lone_labels)
            )
        });
        let notes: Vec<String> = others.into_iter().chain(labels).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    pub(super) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        let mut data = match self.pair(split) {
            IdxPair { images, labels: Some(labels) } => idx_file::read_labelled(images, labels, limit, shown),
            IdxPair { images, labels: None } => idx_file::read(images, limit, shown),
        }?;
        if split == Split::Train && self.train.is_none() {
            data.assumed.push(
                "there are no training images beside these test images, which are read for training too"
                    .into(),
            );
        }
        Ok(data)
    }
}

/// The names of sets in a message.
fn listed(names: &[String]) -> String {
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}

/// The sets of images in a folder by their names, and the files of labels that belong to none.
fn sets(folder: &Path) -> Outcome<(BTreeMap<String, IdxFolder>, Vec<String>)> {
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
        (name.dimensions != 3, name.dimensions, name.is_gzip, name.separator == Separator::Dot, path.clone())
    });
    let mut files: BTreeMap<&str, Vec<(Role<'_>, &FileName, &PathBuf)>> = BTreeMap::new();
    for (name, path) in &names {
        if let Some(role) = Role::of(&name.stem) {
            files.entry(role.set).or_default().push((role, name, path));
        }
    }
    let mut lone_labels = Vec::new();
    let mut sets = BTreeMap::new();
    for (set, files) in &files {
        let find = |split: &str, is_labels: bool| {
            let fits = |dimensions: u8| if is_labels { matches!(dimensions, 1 | 2) } else { dimensions >= 2 };
            let mut of_role = files.iter().filter(|(role, name, _)| {
                role.split == split && role.is_labels == is_labels && fits(name.dimensions)
            });
            of_role.next().map(|(_, _, path)| (*path).clone())
        };
        let pair = |split| Some(IdxPair { images: find(split, false)?, labels: find(split, true) });
        let train = pair("train").or_else(|| pair(""));
        let test = pair("t10k").or_else(|| pair("test"));
        let has_images = |split: &str| find(split, false).is_some();
        let lone = files.iter().filter(|(role, _, _)| role.is_labels && !has_images(role.split));
        lone_labels.extend(lone.filter_map(|(_, _, path)| Some(path.file_name()?.to_str()?.to_owned())));
        if train.is_some() || test.is_some() {
            let found = IdxFolder { train, test, others: Vec::new(), lone_labels: Vec::new() };
            sets.insert((*set).to_owned(), found);
        }
    }
    Ok((sets, lone_labels))
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
    fn the_names_of_sets_in_the_wild() {
        for (stem, set, split, is_labels) in [
            ("train-images", "", "train", false),
            ("t10k-labels", "", "t10k", true),
            ("emnist-letters-train-images", "emnist-letters", "train", false),
            ("emnist-digits-test-labels", "emnist-digits", "test", true),
            ("kmnist_t10k-images", "kmnist", "t10k", false),
            ("qmnist-test50k-images", "qmnist-test50k", "", false),
            ("xnist-images", "xnist", "", false),
            ("mytrain-images", "mytrain", "", false),
        ] {
            let role = Role::of(stem).unwrap();
            assert_eq!((role.set, role.split, role.is_labels), (set, split, is_labels), "{stem}");
        }
        assert!(Role::of("images").is_none() && Role::of("train").is_none());
    }

    #[test]
    fn a_prefix_is_a_set_with_its_splits_and_labels() {
        let names = ["emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-test-images-idx3-ubyte"];
        let labels = ["emnist-letters-train-labels-idx1-ubyte", "emnist-digits-test-labels-idx1-ubyte"];
        let folder = folder(&[names[0], names[1], labels[0], labels[1]]);
        let found = IdxFolder::find(folder.path()).unwrap().unwrap();
        assert!(found.splits());
        let assumed = "labels are not read where there are no images of the same name: emnist-digits-test-labels-idx1-ubyte";
        assert_eq!(found.assumed().unwrap(), assumed);
        let expected = [(Split::Train, names[0], true), (Split::Test, names[1], false)];
        for (split, images, has_labels) in expected {
            let pair = found.pair(split);
            assert!(pair.images.ends_with(images) && pair.labels.is_some() == has_labels, "{pair:?}");
        }
    }

    #[test]
    fn of_several_sets_one_is_to_be_named() {
        let names = ["b-train-images-idx3-ubyte", "a-images-idx3-ubyte", "a-test-images-idx3-ubyte"];
        let folder = folder(&names);
        let failure = IdxFolder::find(folder.path()).unwrap_err().to_string();
        assert!(
            failure.contains("expected one set of images, found 2: a, b; give the folder and"),
            "{failure}"
        );
        assert!(failure.ends_with(&format!("such as {}", folder.path().join("a").display())), "{failure}");
        let a = IdxFolder::find_set(folder.path(), "a").unwrap().unwrap();
        assert!(a.pair(Split::Train).images.ends_with(names[1]) && a.splits());
        assert_eq!(IdxFolder::find_set(folder.path(), "c").unwrap(), None);

        idx_format::write_path(folder.path().join("t10k-images-idx3-ubyte"), &[1, 2, 2], &[1_u8; 4]).unwrap();
        let unnamed = IdxFolder::find(folder.path()).unwrap().unwrap();
        assert!(unnamed.assumed().unwrap().contains("other sets lie beside them: a, b; "));
        let trained = unnamed.read(Split::Train, None, &Working::UNSEEN).unwrap();
        assert!(trained.assumed[0].contains("which are read for training too"), "{:?}", trained.assumed);
        assert!(unnamed.read(Split::Test, None, &Working::UNSEEN).unwrap().assumed.is_empty());
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
        idx_format::write_path(&labels, &[2, 1, 1], &[1_u8; 2]).unwrap();
        let failure = found.read(Split::Test, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(failure.contains("expected 1 dimension, found 3 (2 x 1 x 1)"), "{failure}");
        idx_format::write_path(&labels, &[2], &[0.5_f32; 2]).unwrap();
        let failure = found.read(Split::Test, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(failure.contains("whole numbers, found f32"), "{failure}");
    }
}
