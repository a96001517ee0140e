//! Arrays of `.npy` files: numbers of any type of up to 8 bytes, in either byte order and either order of the axes; the
//! first axis counts the samples.

use std::io::{BufReader, Read};
use std::path::Path;

use ndarray::{ArrayD, IxDyn, ShapeBuilder};

use half::f16;

use super::npy_header::{NpyElement, NpyError, NpyHeader, NpyKind, product};
use super::numbers;
use super::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::terminal::Working;

/// The number of elements that are read at a time.
const CHUNK: usize = 1 << 16;

/// Reads the samples of a file, the first `limit` of them if that is given.
pub(crate) fn read(path: &Path, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
    let explain = |error: NpyError| match &error {
        NpyError::Type { .. } => {
            Failure::at(path, error).advise("convert the array, as with array.astype('float32')")
        }
        NpyError::DataLength { .. } | NpyError::TruncatedHeader => {
            Failure::at(path, error).advise("write or copy the file again")
        }
        NpyError::Read(_)
        | NpyError::NotNpy
        | NpyError::Version { .. }
        | NpyError::LongHeader { .. }
        | NpyError::Dictionary { .. }
        | NpyError::Overflow { .. }
        | NpyError::Memory { .. } => Failure::at(path, error),
    };
    let file = shown.open(path).map_err(|error| Failure::at(path, error))?;
    let length =
        file.file().metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
    let mut input = BufReader::with_capacity(1 << 18, file);
    let header = NpyHeader::read_from(&mut input).map_err(explain)?;
    let (count, sample_shape) = match header.shape.as_slice() {
        [count, sample @ ..] if !sample.is_empty() => (*count, sample.to_vec()),
        shape => {
            let what =
                format_args!("expected samples: an array of 2 or more dimensions, found the shape {shape:?}");
            return Err(Failure::at(path, what).advise("reshape the array to (samples, features)"));
        }
    };
    let features = product(&sample_shape).filter(|&features| features > 0 && count > 0);
    let features = features.ok_or_else(|| no_samples(path))?;
    let kept = limit.map_or(count, |limit| limit.min(count)) * features;
    let mut body = Body { input, header: &header, length, kept };
    let NpyElement { kind, big_endian: big } = header.element().map_err(explain)?;
    let elements = match kind {
        NpyKind::U8 => body.read(|[byte]| byte).map(Elements::Bytes),
        NpyKind::Bool => body.read(|[byte]| f32::from(u8::from(byte != 0))).map(Elements::Floats),
        NpyKind::I8 => body.read(|byte| f32::from(i8::from_le_bytes(byte))).map(Elements::Floats),
        NpyKind::U16 => {
            body.read(|bytes| f32::from(u16::from_le_bytes(le(bytes, big)))).map(Elements::Floats)
        }
        NpyKind::I16 => {
            body.read(|bytes| f32::from(i16::from_le_bytes(le(bytes, big)))).map(Elements::Floats)
        }
        NpyKind::F16 => body.read(|bytes| f16::from_le_bytes(le(bytes, big)).to_f32()).map(Elements::Floats),
        NpyKind::F32 => body.read(|bytes| f32::from_le_bytes(le(bytes, big))).map(Elements::Floats),
        NpyKind::U32 => {
            body.read(|bytes| f64::from(u32::from_le_bytes(le(bytes, big)))).map(Elements::Doubles)
        }
        NpyKind::I32 => {
            body.read(|bytes| f64::from(i32::from_le_bytes(le(bytes, big)))).map(Elements::Doubles)
        }
        // Whole numbers beyond 2^53 are rounded to the nearest f64.
        NpyKind::U64 => body.read(|bytes| u64::from_le_bytes(le(bytes, big)) as f64).map(Elements::Doubles),
        NpyKind::I64 => body.read(|bytes| i64::from_le_bytes(le(bytes, big)) as f64).map(Elements::Doubles),
        NpyKind::F64 => body.read(|bytes| f64::from_le_bytes(le(bytes, big))).map(Elements::Doubles),
    };
    let elements = match elements.map_err(explain)? {
        Elements::Bytes(bytes) => Elements::Bytes(bytes),
        Elements::Floats(floats) => Elements::Floats(numbers::finite(path, features, floats)?),
        Elements::Doubles(doubles) => Elements::Doubles(numbers::finite(path, features, doubles)?),
    };
    Data::new(path, sample_shape, elements, None)
}

/// The bytes of an element, the least first.
fn le<const SIZE: usize>(mut bytes: [u8; SIZE], big_endian: bool) -> [u8; SIZE] {
    if big_endian {
        bytes.reverse();
    }
    bytes
}

/// The elements after a header.
struct Body<'a, R> {
    input: R,
    header: &'a NpyHeader,
    /// The file's length, if it has one.
    length: Option<u64>,
    /// The number of elements that are wanted, in row-major order.
    kept: usize,
}

impl<R: Read> Body<'_, R> {
    /// Reads the wanted elements in row-major order, each from `SIZE` bytes.
    fn read<T: Copy, const SIZE: usize>(
        &mut self,
        number: impl Fn([u8; SIZE]) -> T,
    ) -> Result<Vec<T>, NpyError> {
        let count = self.header.count();
        let expected = (count * SIZE) as u64;
        if let Some(length) = self.length {
            let found = length.saturating_sub(self.header.data_offset);
            if found != expected {
                return Err(NpyError::DataLength { expected, found });
            }
        }
        // The whole file is read where it is in the order of Fortran, which spreads the first samples over all of it.
        let wanted = if self.header.fortran_order { count } else { self.kept };
        let mut elements = Vec::new();
        if self.length.is_some() {
            let bytes = wanted.saturating_mul(size_of::<T>());
            elements.try_reserve_exact(wanted).map_err(|_| NpyError::Memory { bytes })?;
        }
        let mut bytes = vec![0; CHUNK.min(wanted) * SIZE];
        while elements.len() < wanted {
            let chunk = CHUNK.min(wanted - elements.len()) * SIZE;
            let found = fill(&mut self.input, &mut bytes[..chunk])?;
            if found < chunk {
                return Err(NpyError::DataLength { expected, found: (elements.len() * SIZE + found) as u64 });
            }
            let (whole, _) = bytes[..chunk].as_chunks::<SIZE>();
            elements.extend(whole.iter().map(|&bytes| number(bytes)));
        }
        if wanted == count && fill(&mut self.input, &mut [0])? > 0 {
            return Err(NpyError::DataLength { expected, found: expected + 1 });
        }
        if !self.header.fortran_order {
            return Ok(elements);
        }
        let array = ArrayD::from_shape_vec(IxDyn(&self.header.shape).f(), elements)
            .map_err(|_| NpyError::Overflow { shape: self.header.shape.clone() })?;
        Ok(array.iter().copied().take(self.kept).collect())
    }
}

/// Fills the buffer as far as the input reaches.
fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, NpyError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(NpyError::Read(error)),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
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
        assert!(failure.contains("found <c8; convert the array"), "{failure}");
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
