//! CIFAR-10 as binary batches: records of a label and 3,072 bytes of an image, in files that are told by their names.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::labels::Labels;
use super::options::Split;
use super::planes;
use super::samples::{Data, Elements};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The shape of an image as planes.
const PLANES: [usize; 3] = [3, 32, 32];
/// The number of bytes of an image.
const IMAGE: usize = 3072;
/// The number of bytes of a record, a label and its image.
const RECORD: usize = 1 + IMAGE;
/// The number of classes.
const CLASSES: usize = 10;
/// The files of training images.
const TRAIN: [&str; 5] =
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];
/// The file of test images.
const TEST: &str = "test_batch.bin";
/// The file of the classes' names.
const NAMES: &str = "batches.meta.txt";
/// The largest file of names.
const LONGEST_NAMES: u64 = 1 << 16;

/// The batches of a folder, or one of them alone.
#[derive(Debug)]
pub(crate) struct Cifar {
    train: Vec<PathBuf>,
    test: Option<PathBuf>,
    /// The folder that holds the names of the classes.
    folder: PathBuf,
}

impl Cifar {
    /// Looks for batches in a folder; `None` if there are none.
    pub(super) fn find(folder: &Path) -> Option<Self> {
        let there = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
        let train: Vec<PathBuf> = TRAIN.iter().filter_map(|name| there(name)).collect();
        let test = there(TEST);
        (!train.is_empty() || test.is_some()).then(|| Self { train, test, folder: folder.to_owned() })
    }

    /// A file that is called like a batch; `None` if it is not.
    pub(super) fn of_file(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        (TRAIN.contains(&name) || name == TEST).then(|| Self {
            train: vec![path.to_owned()],
            test: None,
            folder,
        })
    }

    /// Whether there are training and test images.
    pub(super) fn splits(&self) -> bool {
        !self.train.is_empty() && self.test.is_some()
    }

    /// What is assumed of the folder, whatever is read.
    pub(super) fn assumed(&self) -> Option<String> {
        let is_short = self.test.is_some() && !self.train.is_empty() && self.train.len() < TRAIN.len();
        is_short.then(|| {
            format!(
                "{} of the {} training batches of CIFAR-10 are here, and are read",
                self.train.len(),
                TRAIN.len()
            )
        })
    }

    /// The files of a split; one split alone serves both.
    fn files(&self, split: Split) -> &[PathBuf] {
        match (split, &self.test) {
            (Split::Test, Some(test)) => std::slice::from_ref(test),
            (Split::Train, Some(test)) if self.train.is_empty() => std::slice::from_ref(test),
            (Split::Test, None) | (Split::Train, _) => &self.train,
        }
    }

    /// The numbers of training and of test images, by the lengths of the files.
    pub(crate) fn counts(&self) -> Outcome<[usize; 2]> {
        let count = |files: &[PathBuf]| files.iter().map(|path| records(path)).sum::<Outcome<usize>>();
        Ok([count(&self.train)?, count(self.test.as_slice())?])
    }

    /// The names of the classes: those of the folder, or the numbers 0 to 9.
    pub(crate) fn classes(&self) -> Outcome<Vec<String>> {
        let path = self.folder.join(NAMES);
        if !path.exists() {
            return Ok((0..CLASSES).map(|class| class.to_string()).collect());
        }
        let text = input::read_text(&path, LONGEST_NAMES).map_err(|error| Failure::at(&path, error))?;
        let names: Vec<String> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if names.len() == CLASSES {
            return Ok(names);
        }
        let what = format_args!("expected {CLASSES} lines with a name each, found {}", names.len());
        Err(Failure::at(&path, what).advise("correct the file, or remove it to have the numbers 0 to 9"))
    }

    pub(super) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        let names = self.classes()?;
        let files = self.files(split);
        let wanted = limit.unwrap_or(usize::MAX);
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        for path in files {
            let count = records(path)?.min(wanted - labels.len());
            let mut input = shown.open(path).map_err(|error| Failure::at(path, error))?;
            let bytes = count * IMAGE;
            pixels
                .try_reserve_exact(bytes)
                .map_err(|_| Failure::at(path, format_args!("not enough memory for {bytes} bytes")))?;
            let mut record = [0; RECORD];
            for index in 0..count {
                input.read_exact(&mut record).map_err(|error| Failure::at(path, error))?;
                let label = usize::from(record[0]);
                if label >= CLASSES {
                    let what = format_args!(
                        "record {index} (from 0): expected a label below {CLASSES}, found {label}"
                    );
                    return Err(Failure::at(path, what).advise("give the binary version of CIFAR-10"));
                }
                labels.push(label);
                pixels.extend_from_slice(&record[1..]);
            }
        }
        planes::to_pixels(&mut pixels, IMAGE, PLANES[0]);
        let labels = Labels { of_sample: labels, names };
        let name = if let [file] = files { file } else { &self.folder };
        let mut data = Data::new(name, planes::as_pixels(&PLANES), Elements::Bytes(pixels), Some(labels))?;
        if split == Split::Train && self.train.is_empty() {
            data.assumed.push(
                "there are no training batches beside the test batch, which is read for training too".into(),
            );
        }
        Ok(data)
    }
}

/// The number of records in a batch, whose length is a multiple of a record's.
fn records(path: &Path) -> Outcome<usize> {
    let metadata = fs::metadata(path).map_err(|error| Failure::at(path, error))?;
    let length = metadata.len();
    let record = RECORD as u64;
    if metadata.is_file() && length > 0 && length.is_multiple_of(record) {
        return Ok(usize::try_from(length / record).unwrap_or(usize::MAX));
    }
    let what = if metadata.is_file() {
        format!("expected a batch of CIFAR-10: a multiple of {RECORD} bytes, found {length}")
    } else {
        format!("expected a batch of CIFAR-10, found {}", input::kind(&metadata))
    };
    Err(Failure::at(path, what).advise("give the binary version of CIFAR-10, whole and unpacked"))
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;

    use super::*;

    /// A batch of images, of which the n-th has the label n and the shades 10 n + 1, 10 n + 2, 10 n + 3 as planes.
    fn batch(count: u8) -> Vec<u8> {
        let image = |index: u8| {
            let plane = |colour: u8| [10 * index + colour; 1024];
            [&[index][..], &plane(1), &plane(2), &plane(3)].concat()
        };
        (0..count).flat_map(image).collect()
    }

    fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    #[test]
    fn batches_are_two_splits_of_pixels_with_names() {
        let names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";
        let folder = folder(&[
            (TRAIN[0], batch(3)),
            (TRAIN[1], batch(2)),
            (TEST, batch(1)),
            (NAMES, names.as_bytes().to_vec()),
        ]);
        let found = Cifar::find(folder.path()).unwrap();
        assert!(found.splits() && found.assumed().unwrap().starts_with("2 of the 5 training batches"));
        assert_eq!(found.counts().unwrap(), [5, 1]);
        let train = found.read(Split::Train, None, &Working::UNSEEN).unwrap();
        assert_eq!((train.values.dim(), &train.sample_shape[..]), ((5, 3072), &[32, 32, 3][..]));
        let Values::Bytes(pixels) = &train.values else { panic!("bytes") };
        assert_eq!(pixels.row(1).to_vec()[..7], [11, 12, 13, 11, 12, 13, 11]);
        assert_eq!(
            train.labels.unwrap().each().collect::<Vec<_>>(),
            ["airplane", "automobile", "bird", "airplane", "automobile"]
        );
        assert_eq!(found.read(Split::Train, Some(4), &Working::UNSEEN).unwrap().values.dim().0, 4);
        assert_eq!(found.read(Split::Test, None, &Working::UNSEEN).unwrap().values.dim().0, 1);
        let one = Cifar::of_file(&folder.path().join(TRAIN[1])).unwrap();
        assert!(!one.splits());
        assert_eq!(one.read(Split::Test, None, &Working::UNSEEN).unwrap().labels.unwrap().names[9], "truck");
    }

    #[test]
    fn what_is_no_batch_is_refused() {
        for (bytes, says) in [
            (vec![0; 3072], "a multiple of 3073 bytes, found 3072"),
            (Vec::new(), "a multiple of 3073 bytes, found 0"),
            (vec![99; 3073], "record 0 (from 0): expected a label below 10, found 99"),
        ] {
            let folder = folder(&[(TEST, bytes)]);
            let found = Cifar::find(folder.path()).unwrap();
            let refused = found.read(Split::Test, None, &Working::UNSEEN).unwrap_err().to_string();
            assert!(refused.contains(says), "{refused}");
        }
        let folder = folder(&[(TEST, batch(1)), (NAMES, b"cat\n".to_vec())]);
        let found = Cifar::find(folder.path()).unwrap();
        assert!(found.read(Split::Train, None, &Working::UNSEEN).is_err());
        fs::remove_file(folder.path().join(NAMES)).unwrap();
        let train = found.read(Split::Train, None, &Working::UNSEEN).unwrap();
        assert!(train.assumed[0].contains("read for training too"));
        assert!(Cifar::find(&folder.path().join("no")).is_none());
        assert!(Cifar::of_file(Path::new("train.bin")).is_none());
    }
}
