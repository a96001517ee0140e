//! IDX files, gzip or not: the first axis counts the samples.

use std::fs::File;
use std::path::Path;

use idx_format::{AnyArray, ErrorKind, Reader};

use super::labels::Labels;
use super::numbers;
use super::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::{Reading, Working};

/// The largest number of bytes of elements that are read into memory, 64 GiB. Memory grows only as bytes arrive.
const LIMIT_BYTES: u64 = 64 << 30;

/// Opens a file and reads its header.
pub(crate) fn open(path: &Path) -> Outcome<Reader<File>> {
    let file =
        input::open(path).map_err(|error| Failure::at(path, format_args!("opening failed: {error}")))?;
    options().reader(file).map_err(|error| explain(&error.with_path(path)))
}

/// Opens a file that will be read to its end, and reads its header.
fn open_shown<'w>(path: &Path, shown: &'w Working) -> Outcome<Reader<Reading<'w>>> {
    let file =
        shown.open(path).map_err(|error| Failure::at(path, format_args!("opening failed: {error}")))?;
    options().reader(file).map_err(|error| explain(&error.with_path(path)))
}

fn options() -> idx_format::ReadOptions {
    idx_format::ReadOptions::new().limit_bytes(LIMIT_BYTES)
}

/// The reader's error, with advice for a user of the shell where the reader's own hint is for programmers.
fn explain(error: &idx_format::Error) -> Failure {
    let advice = match error.kind() {
        ErrorKind::OverLimit { .. } | ErrorKind::OutOfMemory { .. } => {
            Some("read fewer samples with --limit")
        }
        ErrorKind::TrailingBytes { .. } => {
            Some("the header may belong to another file: download or copy the file again")
        }
        ErrorKind::BytesAfterGzip => Some("the file may be damaged: download or copy it again"),
        _ => error.hint(),
    };
    let failure = Failure::new(error);
    match advice {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

/// Reads the samples of a file, the first `limit` of them if that is given.
pub(super) fn read(path: &Path, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
    read_samples(open_shown(path, shown)?, path, limit, None)
}

/// Reads images and the labels beside them.
pub(super) fn read_labelled(
    images: &Path,
    labels: &Path,
    limit: Option<usize>,
    shown: &Working,
) -> Outcome<Data> {
    let (image_reader, label_reader) = (open_shown(images, shown)?, open_shown(labels, shown)?);
    // The files of QMNIST hold more of a sample beside its class.
    let columns = match *label_reader.header().sizes() {
        [_, columns] if columns > 0 => columns,
        _ => {
            let advice = "labels have one dimension, or two of which the first column is the class";
            let checked = label_reader.header().expect_dimensions(1);
            checked.map_err(|error| explain(&error.with_path(labels)).advise(advice))?;
            1
        }
    };
    idx_format::expect_same_count(image_reader.header().item_count(), label_reader.header().item_count())
        .map_err(|error| {
            let files = format_args!("{} and {}: {error}", images.display(), labels.display());
            Failure::new(files).advise(error.hint().unwrap_or_default())
        })?;
    let names = read_labels(label_reader, labels, limit)?;
    let classes: Vec<&String> = names.iter().step_by(columns).collect();
    let mut data = read_samples(image_reader, images, limit, Some(Labels::of_names(&classes)))?;
    if columns > 1 {
        data.assumed
            .push(format!("of the {columns} columns of the labels, the first is taken for the class"));
    }
    Ok(data)
}

fn read_samples(
    reader: Reader<Reading<'_>>,
    path: &Path,
    limit: Option<usize>,
    labels: Option<Labels>,
) -> Outcome<Data> {
    let shape = match reader.header().sizes() {
        [] | [_] => {
            let found = reader.header().to_string();
            return Err(Failure::at(
                path,
                format_args!("expected samples: an array of 2 or more dimensions, found {found}"),
            )
            .advise("a file with one number for each sample holds labels: give the file with the images"));
        }
        [count, sample @ ..] if *count > 0 && !sample.contains(&0) => sample.to_vec(),
        _ => return Err(no_samples(path)),
    };
    let features = reader.header().item_len();
    let elements = match read_items(reader, path, limit)? {
        AnyArray::U8(array) => Elements::Bytes(array.into_vec()),
        AnyArray::I8(array) => Elements::Floats(array.as_slice().iter().map(|&n| f32::from(n)).collect()),
        AnyArray::I16(array) => Elements::Floats(array.as_slice().iter().map(|&n| f32::from(n)).collect()),
        AnyArray::I32(array) => Elements::Doubles(array.as_slice().iter().map(|&n| f64::from(n)).collect()),
        AnyArray::F32(array) => Elements::Floats(numbers::finite(path, features, array.into_vec())?),
        AnyArray::F64(array) => Elements::Doubles(numbers::finite(path, features, array.into_vec())?),
    };
    Data::new(path, shape, elements, labels)
}

fn read_labels(reader: Reader<Reading<'_>>, path: &Path, limit: Option<usize>) -> Outcome<Vec<String>> {
    fn names<T: ToString>(labels: &[T]) -> Vec<String> {
        labels.iter().map(ToString::to_string).collect()
    }
    match read_items(reader, path, limit)? {
        AnyArray::U8(array) => Ok(names(array.as_slice())),
        AnyArray::I8(array) => Ok(names(array.as_slice())),
        AnyArray::I16(array) => Ok(names(array.as_slice())),
        AnyArray::I32(array) => Ok(names(array.as_slice())),
        array => Err(Failure::at(
            path,
            format_args!("expected labels that are whole numbers, found {}", array.element_type()),
        )),
    }
}

/// Reads the first `limit` items and nothing after them, or all items, which must end with the file.
fn read_items(mut reader: Reader<Reading<'_>>, path: &Path, limit: Option<usize>) -> Outcome<AnyArray> {
    match limit {
        Some(limit) if limit < reader.header().item_count() => reader.read_any_items(limit),
        _ => reader.read_any_array(),
    }
    .map_err(|error| explain(&error.with_path(path)))
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::array;

    use super::*;

    fn written<T: idx_format::Element>(
        name: &str,
        sizes: &[usize],
        elements: &[T],
    ) -> (tempfile::TempDir, Data) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        idx_format::write_path(&path, sizes, elements).unwrap();
        let data = read(&path, None, &Working::UNSEEN).unwrap();
        (folder, data)
    }

    fn refused<T: idx_format::Element>(sizes: &[usize], elements: &[T]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        idx_format::write_path(&path, sizes, elements).unwrap();
        read(&path, None, &Working::UNSEEN).unwrap_err().to_string()
    }

    #[test]
    fn bytes_stay_bytes_gzip_or_not() {
        for name in ["any-name", "any-name.gz"] {
            let (_folder, data) = written(name, &[2, 1, 3], &[1_u8, 2, 3, 4, 5, 6]);
            assert_eq!(data.values, Values::Bytes(array![[1, 2, 3], [4, 5, 6]]));
            assert_eq!(data.sample_shape, [1, 3]);
            assert!(data.name.ends_with(name), "{}", data.name);
        }
    }

    #[test]
    fn every_other_type_becomes_the_floats_that_hold_it() {
        let expected = Values::Floats(array![[-1.0], [2.0]]);
        let doubles = Values::Doubles(array![[-1.0], [2.0]]);
        assert_eq!(written("a", &[2, 1], &[-1_i8, 2]).1.values, expected);
        assert_eq!(written("a", &[2, 1], &[-1_i16, 2]).1.values, expected);
        assert_eq!(written("a", &[2, 1], &[-1_i32, 2]).1.values, doubles);
        assert_eq!(written("a", &[2, 1], &[-1_f32, 2.0]).1.values, expected);
        assert_eq!(written("a", &[2, 1], &[-1_f64, 2.0]).1.values, doubles);
    }

    #[test]
    fn what_is_no_set_of_samples_is_refused() {
        let labels = refused(&[3], &[1_u8, 2, 3]);
        assert!(
            labels.contains("found u8 3; a file with one number for each sample holds labels"),
            "{labels}"
        );
        assert!(refused(&[], &[1_u8]).contains("2 or more dimensions"));
        assert!(refused(&[0, 28, 20], &[0_u8; 0]).contains("at least 1 sample"));
        assert!(refused(&[3, 0, 20], &[0_u8; 0]).contains("at least 1 number"));
        assert!(refused(&[2, 2], &[0.0, f32::NAN, 2.0, 1.0]).contains("row 0, column 1"));
    }

    #[test]
    fn advice_is_for_the_shell_and_not_for_programmers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        let whole = idx_format::Header::new(idx_format::ElementType::U8, &[2, 3]).unwrap().to_bytes();
        let long = [whole, vec![0; 7]].concat();
        std::fs::write(&path, long).unwrap();
        let trailing = read(&path, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(
            trailing.ends_with("; the header may belong to another file: download or copy the file again")
        );

        idx_format::write_path(path.with_extension("gz"), &[2, 3], &[1_u8; 6]).unwrap();
        let mut packed = std::fs::read(path.with_extension("gz")).unwrap();
        packed.extend([7; 40]);
        std::fs::write(&path, packed).unwrap();
        let after = read(&path, None, &Working::UNSEEN).unwrap_err().to_string();
        assert!(after.contains("; the file may be damaged: download or copy it again"), "{after}");
        for message in [trailing, after] {
            assert!(!message.contains("::"), "{message}");
        }
    }

    #[test]
    fn the_first_of_several_columns_of_labels_is_the_class() {
        let folder = tempfile::tempdir().unwrap();
        let [images, labels] = ["images", "labels"].map(|name| folder.path().join(name));
        idx_format::write_path(&images, &[3, 2, 2], &[1_u8; 12]).unwrap();
        idx_format::write_path(&labels, &[3, 2], &[7_i32, 400, -1, 401, 7, 402]).unwrap();
        for (limit, expected) in [(None, &[1, 0, 1][..]), (Some(2), &[1, 0])] {
            let data = read_labelled(&images, &labels, limit, &Working::UNSEEN).unwrap();
            let found = data.labels.unwrap();
            assert_eq!((found.names.join(" "), &found.of_sample[..]), ("-1 7".into(), expected));
            let expected = "of the 2 columns of the labels, the first is taken for the class";
            assert_eq!(data.assumed, [expected]);
        }
        idx_format::write_path(&labels, &[3, 0], &[0_i32; 0]).unwrap();
        assert!(read_labelled(&images, &labels, None, &Working::UNSEEN).is_err());
    }

    #[test]
    fn a_limit_reads_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        let mut bytes = idx_format::Header::new(idx_format::ElementType::U8, &[9, 2, 3]).unwrap().to_bytes();
        bytes.extend(0..12);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(read(&path, Some(2), &Working::UNSEEN).unwrap().values.dim(), (2, 6));
        let failure = read(&path, Some(9), &Working::UNSEEN).unwrap_err().to_string();
        assert!(failure.contains("expected 54 bytes after the header, found 12 bytes; "), "{failure}");
    }
}
