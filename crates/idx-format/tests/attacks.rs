//! One test for each way in which a file, or what delivers it, can be wrong; none may panic, hang or take memory.
#![allow(clippy::unwrap_used, reason = "a test that is wrong may panic")]

use std::io::{self, Read};

use idx_format::{
    Array, DEFAULT_LIMIT_BYTES, ElementType, Error, ErrorKind, Header, ReadOptions, Reader, Signature, View,
    expect_same_count, read,
};

mod pieces;

use pieces::Pieces;

/// The bytes of a file: header and data, by hand.
fn file(code: u8, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, code, u8::try_from(sizes.len()).unwrap()];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend_from_slice(data);
    bytes
}

/// The error of every way to read: whole, a byte at a time, with interruptions, and as a view. All must agree.
#[track_caller]
fn error_of(bytes: &[u8]) -> Error {
    let error = read(bytes).unwrap_err();
    let others = [
        read(Pieces::one_by_one(bytes)).unwrap_err(),
        read(Pieces::interrupted(bytes, 3)).unwrap_err(),
        View::new(bytes).unwrap_err(),
    ];
    for other in others {
        assert_eq!(other.offset(), error.offset(), "{other}");
        match (other.kind(), error.kind()) {
            // A stream is not read beyond the first byte too many, and a view knows them all.
            (ErrorKind::TrailingBytes { .. }, ErrorKind::TrailingBytes { .. }) => {}
            (other, kind) => assert_eq!(other, kind),
        }
    }
    assert!(error.hint().is_some(), "{error}");
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

#[test]
fn empty_file() {
    let error = error_of(&[]);
    assert_eq!(error.to_string(), "truncated header at byte 0: expected 4 bytes, found 0 bytes");
}

#[test]
fn fewer_than_four_bytes() {
    let error = error_of(&[0, 0, 8]);
    assert_eq!(*error.kind(), ErrorKind::TruncatedHeader { expected: 4, found: 3 });
    assert_eq!(error.offset(), Some(3));
}

#[test]
fn header_ends_inside_the_sizes() {
    let whole = file(0x08, &[1, 2, 3], &[]);
    for length in 4..whole.len() {
        let error = error_of(&whole[..length]);
        assert_eq!(*error.kind(), ErrorKind::TruncatedHeader { expected: 16, found: length as u64 });
    }
    // 255 dimensions are promised and none is there.
    let error = error_of(&[0, 0, 8, 255]);
    assert_eq!(*error.kind(), ErrorKind::TruncatedHeader { expected: 1024, found: 4 });
}

#[test]
fn another_kind_of_file() {
    let cases: [(&[u8], Signature, &str); 6] = [
        (b"<!DOCTYPE html>", Signature::Html, "HTML"),
        (b"\x93NUMPY\x01\x00", Signature::Npy, "NumPy"),
        (b"PK\x03\x04....", Signature::Zip, "zip"),
        (b"\xFD7zXZ\x00\x00", Signature::Xz, "xz"),
        (&[0x1E, 0x3D, 0x4C, 0x55, 0, 0, 0, 3], Signature::Lush, "Lush"),
        (&[0x03, 0x08, 0, 0, 0x60, 0xEA, 0, 0], Signature::ByteSwapped, "byte-swapped"),
    ];
    for (bytes, signature, word) in cases {
        let error = error_of(bytes);
        let found = bytes[..4].try_into().unwrap();
        assert_eq!(*error.kind(), ErrorKind::NotIdx { found, looks_like: Some(signature) });
        assert_eq!(error.offset(), Some(0));
        assert!(error.to_string().contains(word), "{error}");
    }
    let error = error_of(b"nonsense");
    assert_eq!(error.to_string(), "not an IDX file at byte 0: expected two zero bytes, found 6e 6f 6e 73");
}

#[test]
fn gzip_bytes_where_gzip_is_not_looked_for() {
    let bytes = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0];
    let expected = ErrorKind::NotIdx { found: [0x1F, 0x8B, 0x08, 0], looks_like: Some(Signature::Gzip) };
    let error = ReadOptions::new().detect_gzip(false).read(&bytes[..]).unwrap_err();
    assert_eq!(*error.kind(), expected);
    assert_eq!(*View::new(&bytes).unwrap_err().kind(), expected);
}

#[cfg(not(feature = "gzip"))]
#[test]
fn gzip_bytes_without_the_feature() {
    let error = read(&[0x1F, 0x8B, 0x08, 0][..]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::GzipDisabled);
    assert!(error.hint().unwrap().contains("gzip"));
}

#[test]
fn every_unknown_type_byte() {
    for code in (0..=255).filter(|code| ElementType::from_code(*code).is_none()) {
        let error = error_of(&[0, 0, code, 0, 0]);
        assert_eq!(*error.kind(), ErrorKind::UnknownType { code });
        assert_eq!(error.offset(), Some(2));
    }
    let error = error_of(&[0, 0, 0x0A, 1, 0, 0, 0, 0]);
    assert_eq!(
        error.to_string(),
        "unknown element type at byte 2: expected 08, 09, 0b, 0c, 0d or 0e, found 0a"
    );
}

#[test]
fn no_dimensions_are_a_scalar() {
    let bytes = [0, 0, 8, 0, 42];
    let array = read(&bytes[..]).unwrap();
    assert_eq!((array.sizes(), array.as_slice::<u8>().unwrap()), (&[][..], &[42][..]));
    assert_eq!(View::new(&bytes).unwrap().item_bytes(0), Some(&[42][..]));
    // Without its one element, and with two.
    assert_eq!(*error_of(&bytes[..4]).kind(), ErrorKind::TruncatedData { expected: 1, found: 0 });
    assert!(matches!(error_of(&[0, 0, 8, 0, 42, 43]).kind(), ErrorKind::TrailingBytes { expected: 5, .. }));
    // Once it is read there is nothing left, and that is an array too.
    let mut reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(reader.read_array::<u8>().unwrap().into_vec(), [42]);
    assert_eq!(reader.read_array::<u8>().unwrap().sizes(), [0]);
}

#[test]
fn a_size_of_zero() {
    for sizes in [&[0][..], &[0, 3, 5], &[6, 0, 28], &[6, 28, 0]] {
        let bytes = file(0x0D, sizes, &[]);
        let array = read(&bytes[..]).unwrap().into_typed::<f32>().unwrap();
        assert_eq!(array.items().count(), sizes[0] as usize);
        let mut reader = Reader::new(&bytes[..]).unwrap();
        assert_eq!(reader.items::<f32>().unwrap().map(|item| item.unwrap().len()).sum::<usize>(), 0);
        let mut reader = Reader::new(&bytes[..]).unwrap();
        assert_eq!(reader.read_items_into::<f32>(&mut []).unwrap(), sizes[0] as usize);
        assert_eq!(reader.read_items_into::<f32>(&mut [9.0; 3]).unwrap(), 0);
        assert!(matches!(error_of(&file(0x0D, sizes, &[7])).kind(), ErrorKind::TrailingBytes { .. }));
    }
}

#[test]
fn sixty_thousand_empty_rows() {
    let bytes = file(0x08, &[60_000, 0, 28], &[]);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(reader.items::<u8>().unwrap().flatten().count(), 60_000);
    assert_eq!(View::new(&bytes).unwrap().items::<u8>().unwrap().count(), 60_000);
}

#[test]
fn four_billion_empty_rows_take_neither_time_nor_memory() {
    let bytes = file(0x08, &[u32::MAX, 0], &[]);
    assert_eq!(read(&bytes[..]).unwrap().item_count(), u32::MAX as usize);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(reader.items::<u8>().unwrap().size_hint().0, 0);
    assert_eq!(reader.skip_items(usize::MAX).unwrap(), u32::MAX as usize);
    reader.finish().unwrap();
    assert_eq!(View::new(&bytes).unwrap().items::<u8>().unwrap().size_hint().0, 0);
}

#[test]
fn product_overflows_though_a_size_is_zero() {
    let max = u32::MAX;
    for sizes in [[max, max, max, 0], [0, max, max, max], [max, 0, max, max]] {
        let bytes = file(0x0E, &sizes, &[]);
        let array = read(&bytes[..]).unwrap();
        assert_eq!(array.header().element_count(), 0);
        // No item will come, so that nobody makes room for one.
        assert_eq!(array.header().item_len(), 0);
        assert_eq!(View::new(&bytes).unwrap().data(), []);
    }
}

#[test]
fn product_of_sizes_overflows() {
    let max = u32::MAX;
    for (code, sizes) in [(0x08, &[max, max, max][..]), (0x0E, &[max, max]), (0x0B, &[1 << 31, 1 << 31, 2])] {
        let error = error_of(&file(code, sizes, &[1, 2, 3]));
        assert!(matches!(error.kind(), ErrorKind::SizeOverflow { .. }), "{error}");
        assert_eq!(error.offset(), Some(4));
    }
}

#[test]
fn header_plus_payload_overflows() {
    // 2^64 - 16 bytes: the payload fits 64 bits, and the header with it does not.
    let error = error_of(&file(0x08, &[0x529, 0x06A8_9570, 0x0773_62F1], &[0; 10]));
    assert!(matches!(error.kind(), ErrorKind::SizeOverflow { .. }), "{error}");
}

#[test]
fn more_bytes_than_the_limit() {
    let error = read(&file(0x08, &[u32::MAX, 2], &[1, 2, 3])[..]).unwrap_err();
    let declared = 2 * u64::from(u32::MAX);
    assert_eq!(*error.kind(), ErrorKind::OverLimit { limit: DEFAULT_LIMIT_BYTES, declared });
    assert!(error.hint().unwrap().contains("limit_bytes"));

    let six = file(0x08, &[2, 3], &[1, 2, 3, 4, 5, 6]);
    assert!(ReadOptions::new().limit_bytes(6).read(&six[..]).is_ok());
    assert!(ReadOptions::new().limit_bytes(5).read(&six[..]).is_err());
    // The limit is about what one call brings into memory: item by item it all can be read.
    let mut reader = ReadOptions::new().limit_bytes(3).reader(&six[..]).unwrap();
    assert!(matches!(reader.read_array::<u8>().unwrap_err().kind(), ErrorKind::OverLimit { .. }));
    let items: Vec<Vec<u8>> = reader.items().unwrap().map(Result::unwrap).collect();
    assert_eq!(items, [[1, 2, 3], [4, 5, 6]]);
}

/// Counts how large the largest buffer was that anybody wanted filled.
struct Largest<R>(R, usize);

impl<R: Read> Read for Largest<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1.max(out.len());
        self.0.read(out)
    }
}

#[test]
fn four_gigabytes_declared_and_ten_bytes_sent() {
    let bytes = file(0x08, &[1 << 16, 1 << 16], &[9; 10]);
    let mut input = Largest(&bytes[..], 0);
    let error = ReadOptions::new().limit_bytes(u64::MAX).read(&mut input).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TruncatedData { expected: 1 << 32, found: 10 });
    assert_eq!(error.offset(), Some(22));
    assert!(input.1 <= 1024 * 1024, "{} bytes of memory for 10 of data", input.1);
}

#[cfg(target_pointer_width = "64")]
#[test]
fn exabytes_declared_and_ten_bytes_sent() {
    // Memory for this does not exist: asking for it would end the process.
    for code in [0x08, 0x0B, 0x0D, 0x0E] {
        let bytes = file(code, &[1 << 20, 1 << 20, 1 << 20], &[9; 10]);
        let error = ReadOptions::new().limit_bytes(u64::MAX).read(&bytes[..]).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TruncatedData { found: 10, .. }), "{error}");
        // One item alone is a terabyte and more.
        let mut reader = ReadOptions::new().limit_bytes(u64::MAX).reader(&bytes[..]).unwrap();
        assert!(reader.read_any_items(1).is_err());
        assert!(Reader::new(&bytes[..]).unwrap().finish().is_err());
    }
}

#[test]
fn collecting_items_reserves_nothing_for_those_only_declared() {
    let bytes = file(0x08, &[u32::MAX], &[1, 2, 3]);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    let error = reader.items::<u8>().unwrap().collect::<Result<Vec<_>, Error>>().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TruncatedData { found: 3, .. }), "{error}");
}

#[test]
fn payload_is_truncated_at_every_byte() {
    let whole = file(0x0C, &[3, 2], &[7; 24]);
    for length in 12..whole.len() {
        let error = error_of(&whole[..length]);
        let found = length as u64 - 12;
        assert_eq!(*error.kind(), ErrorKind::TruncatedData { expected: 24, found });
        assert_eq!(error.offset(), Some(length as u64));
    }
}

#[test]
fn payload_is_not_a_multiple_of_the_element() {
    let error = error_of(&file(0x0E, &[2], &[0; 13]));
    assert_eq!(
        error.to_string(),
        "truncated data at byte 21: expected 16 bytes after the header, found 13 bytes"
    );
}

#[test]
fn a_truncated_stream_of_items_yields_an_error_and_then_ends() {
    let whole = file(0x0B, &[3, 1, 2], &[7; 12]);
    for length in 16..whole.len() {
        let mut reader = Reader::new(Pieces::one_by_one(&whole[..length])).unwrap();
        let mut items = reader.items::<i16>().unwrap();
        for _ in 0..(length - 16) / 4 {
            assert_eq!(items.next().unwrap().unwrap(), [0x0707, 0x0707]);
        }
        let error = items.next().unwrap().unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TruncatedData { expected: 12, found: length as u64 - 16 });
        assert!(items.next().is_none());
        // What would come after an error would no longer lie where items begin.
        assert_eq!(*reader.read_items::<i16>(1).unwrap_err().kind(), ErrorKind::AfterError);
        assert_eq!(*reader.skip_items(1).unwrap_err().kind(), ErrorKind::AfterError);
    }
}

#[test]
fn trailing_bytes_are_refused_unless_allowed() {
    let bytes = file(0x08, &[2, 3], &[1, 2, 3, 4, 5, 6, 99, 99]);
    let error = error_of(&bytes);
    assert_eq!(
        error.to_string(),
        "trailing bytes at byte 18: expected the end after 18 bytes, found at least 19 bytes"
    );

    let lenient = ReadOptions::new().allow_trailing_bytes(true);
    assert_eq!(lenient.read(&bytes[..]).unwrap().as_slice::<u8>().unwrap(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(lenient.view(&bytes).unwrap().as_u8().unwrap(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn trailing_bytes_are_found_by_every_way_to_the_last_item() {
    let bytes = file(0x08, &[2, 3], &[1, 2, 3, 4, 5, 6, 99]);
    let reader = || Reader::new(&bytes[..]).unwrap();
    let is_trailing = |error: Error| matches!(error.kind(), ErrorKind::TrailingBytes { .. });

    assert!(is_trailing(reader().read_items::<u8>(9).unwrap_err()));
    assert!(is_trailing(reader().read_items_into(&mut [0_u8; 6]).unwrap_err()));
    assert!(is_trailing(reader().skip_items(2).unwrap_err()));
    assert!(is_trailing(reader().finish().unwrap_err()));
    let mut one_by_one = reader();
    assert!(one_by_one.read_item_into(&mut [0_u8; 3]).unwrap());
    assert!(is_trailing(one_by_one.read_item_into(&mut [0_u8; 3]).unwrap_err()));
    let mut iterated = reader();
    let items: Vec<_> = iterated.items::<u8>().unwrap().collect();
    assert!(items[0].is_ok() && items[1].is_err() && items.len() == 2);
    // Who wants the first item only is not told.
    assert_eq!(reader().read_items::<u8>(1).unwrap().as_slice(), [1, 2, 3]);
}

#[test]
fn trailing_bytes_of_an_empty_array_are_found_by_the_iterator() {
    let bytes = file(0x08, &[0, 3], &[1]);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    let items: Vec<_> = reader.items::<u8>().unwrap().collect();
    assert!(matches!(items.as_slice(), [Err(_)]));
}

#[test]
fn input_that_fails_midway() {
    struct Fails<'a>(&'a [u8]);
    impl Read for Fails<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(io::Error::new(io::ErrorKind::ConnectionReset, "the other side went away")),
                count => Ok(count),
            }
        }
    }
    let whole = file(0x0D, &[2, 1], &[7; 8]);
    for length in 0..whole.len() {
        let error = read(Fails(&whole[..length])).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Read);
        // The first two bytes are looked at together, for gzip.
        assert_eq!(error.offset(), Some(if length < 2 { 0 } else { length as u64 }));
        assert_eq!(error.io_error().unwrap().kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(error.to_string().matches("the other side went away").count(), 1);
    }
}

#[test]
fn input_that_claims_more_than_it_was_asked_for() {
    struct Liar;
    impl Read for Liar {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            out.fill(0);
            Ok(usize::MAX)
        }
    }
    assert_eq!(*read(Liar).unwrap_err().kind(), ErrorKind::UnknownType { code: 0 });
}

#[test]
fn wrong_type_for_the_use() {
    let bytes = file(0x0C, &[1], &[0, 0, 0, 5]);
    let wrong = ErrorKind::WrongType { expected: ElementType::U8, found: ElementType::I32 };
    let mut reader = Reader::new(&bytes[..]).unwrap();
    assert_eq!(*reader.read_array::<u8>().unwrap_err().kind(), wrong);
    assert_eq!(*reader.items::<u8>().unwrap_err().kind(), wrong);
    assert_eq!(*reader.read_items_into(&mut [0_u8; 8]).unwrap_err().kind(), wrong);
    // Nothing was taken: the right type can still be read.
    assert_eq!(reader.read_array::<i32>().unwrap().into_vec(), [5]);
    assert_eq!(*read(&bytes[..]).unwrap().into_typed::<u8>().unwrap_err().kind(), wrong);
    assert_eq!(*View::new(&bytes).unwrap().as_u8().unwrap_err().kind(), wrong);
    assert_eq!(*View::new(&bytes).unwrap().elements::<u8>().unwrap_err().kind(), wrong);
}

#[test]
fn wrong_dimensions_for_the_use() {
    let array = Array::new(&[4, 3, 5], vec![0_u8; 60]).unwrap();
    array.expect_dimensions(3).unwrap();
    array.expect_item_sizes(&[3, 5]).unwrap();
    let found = vec![4, 3, 5];
    let error = array.expect_dimensions(1).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::WrongDimensions { expected: 1, found });
    assert_eq!(
        array.expect_item_sizes(&[28, 28]).unwrap_err().to_string(),
        "wrong item sizes: expected 28 x 28, found 3 x 5"
    );
}

#[test]
fn images_and_labels_differ_in_number() {
    let images = Header::new(ElementType::U8, &[5, 3, 2]).unwrap();
    let labels = Header::new(ElementType::U8, &[4]).unwrap();
    let error = expect_same_count(images.item_count(), labels.item_count()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::CountMismatch { first: 5, second: 4 });
}

#[test]
fn buffer_that_holds_no_whole_item() {
    let bytes = file(0x08, &[2, 3], &[1, 2, 3, 4, 5, 6]);
    let mut reader = Reader::new(&bytes[..]).unwrap();
    let partial = ErrorKind::PartialItem { expected: 3, found: 2 };
    assert_eq!(*reader.read_items_into(&mut [0_u8; 2]).unwrap_err().kind(), partial);
    assert_eq!(*reader.read_item_into(&mut [0_u8; 2]).unwrap_err().kind(), partial);
    // One and two thirds of an item: one is read, the rest of the buffer stays as it was.
    let mut buffer = [9_u8; 5];
    assert_eq!(reader.read_items_into(&mut buffer).unwrap(), 1);
    assert_eq!(buffer, [1, 2, 3, 9, 9]);
}
