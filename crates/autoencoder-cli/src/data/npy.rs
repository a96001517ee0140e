//! Arrays of `.npy` files: a header, then the elements.

use std::fs::Metadata;
use std::io::BufReader;
use std::path::Path;

use super::array::{Array, ArrayError, InFile};
use super::element::conversion;
use super::npy_header::{NpyError, NpyHeader};
use super::samples::Data;
use crate::failure::{Failure, Outcome};
use crate::terminal::Working;

/// Reads the samples of a file, the first `limit` of them if that is given.
pub(crate) fn read(path: &Path, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
    let file = shown.open(path).map_err(|error| Failure::at(path, error))?;
    let length = file.file().metadata().ok().filter(Metadata::is_file).map(|metadata| metadata.len());
    let mut input = BufReader::with_capacity(1 << 18, &file);
    let header = NpyHeader::read_from(&mut input).map_err(|error| explain(path, &error))?;
    // An array that is no set of samples is told before its type.
    header.samples(path)?;
    let layout = header.layout().map_err(|error| explain(path, &error))?;
    let expected = layout.bytes().map_err(|error| error.at(path))?;
    if let Some(length) = length {
        let found = length.saturating_sub(header.data_offset);
        if found != expected {
            return Err(ArrayError::Length { expected, found }.at(path));
        }
    }
    let in_file = length.map(|_| InFile { file: &file, offset: header.data_offset });
    Array { input, layout: &layout, is_there: length.is_some(), in_file }.read_samples(path, limit)
}

/// The failure to read a header at a path.
pub(super) fn explain(path: &Path, error: &NpyError) -> Failure {
    let failure = Failure::at(path, error);
    match error {
        NpyError::Type { found } => failure.advise(conversion(found)),
        NpyError::TruncatedHeader => failure.advise("write or copy the file again"),
        NpyError::Read(_)
        | NpyError::NotNpy
        | NpyError::Version { .. }
        | NpyError::LongHeader { .. }
        | NpyError::Dictionary { .. }
        | NpyError::Overflow { .. } => failure,
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use half::f16;
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    fn file(descr: &str, fortran_order: bool, shape: &str, data: &[u8]) -> Vec<u8> {
        let order = if fortran_order { "True" } else { "False" };
        let text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let length = u16::try_from(text.len()).unwrap().to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes(), data].concat()
    }

    fn read_bytes(bytes: &[u8], limit: Option<usize>) -> Outcome<Data> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        std::fs::write(&path, bytes).unwrap();
        read(&path, limit, &Working::UNSEEN)
    }

    fn bytes_of<const SIZE: usize>(numbers: &[f64], bytes: impl Fn(f64) -> [u8; SIZE]) -> Vec<u8> {
        numbers.iter().flat_map(|&number| bytes(number)).collect()
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
    fn every_type_in_both_byte_orders() {
        let numbers = [0.5, -1.0, 2.0, 3.0, 4.0, 5.0];
        let read = |descr: &str, data: Vec<u8>| {
            let data = read_bytes(&file(descr, false, "(2, 1, 3)", &data), None).unwrap();
            assert_eq!(data.sample_shape, [1, 3]);
            data.values
        };
        let floats = Values::Floats(array![[0.5, -1.0, 2.0], [3.0, 4.0, 5.0]]);
        for (descr, data) in [
            ("<f4", bytes_of(&numbers, |n| (n as f32).to_le_bytes())),
            (">f4", bytes_of(&numbers, |n| (n as f32).to_be_bytes())),
            ("<f2", bytes_of(&numbers, |n| f16::from_f64(n).to_le_bytes())),
            (">f2", bytes_of(&numbers, |n| f16::from_f64(n).to_be_bytes())),
        ] {
            assert_eq!(read(descr, data), floats, "{descr}");
        }
        let doubles = Values::Doubles(array![[0.5, -1.0, 2.0], [3.0, 4.0, 5.0]]);
        for (descr, data) in
            [("<f8", bytes_of(&numbers, f64::to_le_bytes)), (">f8", bytes_of(&numbers, f64::to_be_bytes))]
        {
            assert_eq!(read(descr, data), doubles, "{descr}");
        }
        let whole = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let floats = Values::Floats(array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        for (descr, data) in [
            ("|i1", bytes_of(&whole, |n| (n as i8).to_le_bytes())),
            ("<i2", bytes_of(&whole, |n| (n as i16).to_le_bytes())),
            (">u2", bytes_of(&whole, |n| (n as u16).to_be_bytes())),
        ] {
            assert_eq!(read(descr, data), floats, "{descr}");
        }
        let doubles = Values::Doubles(array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        for (descr, data) in [
            ("<i4", bytes_of(&whole, |n| (n as i32).to_le_bytes())),
            (">u4", bytes_of(&whole, |n| (n as u32).to_be_bytes())),
            ("<i8", bytes_of(&whole, |n| (n as i64).to_le_bytes())),
            (">u8", bytes_of(&whole, |n| (n as u64).to_be_bytes())),
        ] {
            assert_eq!(read(descr, data), doubles, "{descr}");
        }
        let truth = Values::Floats(array![[0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]);
        assert_eq!(read("|b1", vec![0, 1, 1, 0, 0, 1]), truth);
        let data = read_bytes(&file("|u1", false, "(3, 2)", &[1, 2, 3, 4, 5, 6]), Some(2)).unwrap();
        assert_eq!(data.values, Values::Bytes(array![[1, 2], [3, 4]]));
    }

    #[test]
    fn the_order_of_fortran_is_read_with_and_without_a_limit() {
        // The array is a[i, j, k] = 6 i + 3 j + k, of the shape (2, 2, 3), first index fastest.
        let bytes = file("|u1", true, "(2, 2, 3)", &[0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]);
        let expected = array![[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]];
        assert_eq!(read_bytes(&bytes, None).unwrap().values, Values::Bytes(expected));
        let first = array![[0, 1, 2, 3, 4, 5]];
        assert_eq!(read_bytes(&bytes, Some(1)).unwrap().values, Values::Bytes(first));
    }

    #[test]
    fn claims_beyond_the_file_are_refused_before_memory_is_asked_for() {
        for shape in ["(2, 3)", "(1000000000, 1000000)", "(1, 7)"] {
            for limit in [None, Some(1)] {
                let failure = read_bytes(&file("|u1", false, shape, &[1; 5]), limit).unwrap_err().to_string();
                assert!(failure.contains("bytes after the header, found 5; "), "{failure}");
            }
        }
        let failure = read_bytes(&file("|u1", false, "(2, 2)", &[1; 5]), None).unwrap_err().to_string();
        assert!(failure.contains("expected 4 bytes after the header, found 5"), "{failure}");
    }

    #[test]
    fn what_is_no_set_of_samples_is_refused() {
        for (shape, part) in [
            ("(5,)", "2 or more dimensions, found the shape [5]; reshape"),
            ("()", "2 or more dimensions"),
            ("(0, 5)", "at least 1 sample"),
            ("(5, 0)", "at least 1 number"),
            ("(0, 18446744073709551615, 18446744073709551615)", "at least 1"),
        ] {
            let failure = read_bytes(&file("|u1", false, shape, &[1; 5]), None).unwrap_err().to_string();
            assert!(failure.contains(part), "{failure}");
        }
        let infinite = bytes_of(&[1.0, 2.0, 3.0, f64::INFINITY], f64::to_le_bytes);
        let failure = read_bytes(&file("<f8", false, "(2, 2)", &infinite), None).unwrap_err().to_string();
        assert!(failure.contains("row 1, column 1") && failure.contains("found inf"), "{failure}");
        let failure = read_bytes(&file("<c8", false, "(1, 1)", &[1; 8]), None).unwrap_err().to_string();
        assert!(failure.contains("found <c8; make two real numbers of each"), "{failure}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn a_mutated_file_is_read_or_refused_in_one_line(
            element in prop::sample::select(vec!["|u1", "<f4", ">f8"]),
            fortran_order in any::<bool>(),
            cut in 0..200_usize,
            changes in prop::collection::vec((0..120_usize, any::<u8>()), 0..5),
        ) {
            let mut bytes = file(element, fortran_order, "(2, 3)", &[0; 48][..6 * match element {
                "|u1" => 1,
                "<f4" => 4,
                _ => 8,
            }]);
            for (index, byte) in changes {
                let index = index % bytes.len();
                bytes[index] = byte;
            }
            bytes.truncate(cut.max(bytes.len().saturating_sub(cut)));
            match read_bytes(&bytes, None) {
                Ok(data) => prop_assert_eq!(data.values.dim().1, data.sample_shape.iter().product::<usize>()),
                Err(failure) => prop_assert!(!failure.to_string().contains('\n')),
            }
        }
    }
}
