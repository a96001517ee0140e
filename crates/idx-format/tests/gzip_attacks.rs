//! One test for each way in which a gzip stream can be wrong, and for those in which it may be unusual.
#![cfg(feature = "gzip")]
#![allow(clippy::unwrap_used, reason = "a test that is wrong may panic")]

use std::io::{self, Read, Write};

use flate2::{Compression, GzBuilder, write::GzEncoder};
use idx_format::{Error, ErrorKind, ReadOptions, Reader, Signature, read};

mod pieces;

use pieces::Pieces;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Two images of 2 x 3, uncompressed.
fn images() -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3];
    bytes.extend(1..=12);
    bytes
}

#[track_caller]
fn check(compressed: &[u8]) {
    for array in [
        read(compressed).unwrap(),
        read(Pieces::one_by_one(compressed)).unwrap(),
        read(Pieces::interrupted(compressed, 2)).unwrap(),
    ] {
        assert_eq!(array.sizes(), [2, 2, 3]);
        assert_eq!(array.as_slice::<u8>().unwrap(), (1..=12).collect::<Vec<u8>>());
    }
}

#[track_caller]
fn error_of(compressed: &[u8]) -> Error {
    let error = read(compressed).unwrap_err();
    assert_eq!(read(Pieces::one_by_one(compressed)).unwrap_err().to_string(), error.to_string());
    assert!(error.hint().is_some());
    error
}

#[test]
fn found_by_its_bytes() {
    check(&gzip(&images()));
    assert!(Reader::new(&gzip(&images())[..]).unwrap().is_gzip());
    assert!(!Reader::new(&images()[..]).unwrap().is_gzip());
}

#[test]
fn several_members_split_anywhere() {
    let bytes = images();
    for split in 0..=bytes.len() {
        let mut compressed = gzip(&bytes[..split]);
        compressed.extend(gzip(&bytes[split..]));
        check(&compressed);
    }
}

#[test]
fn ten_thousand_empty_members() {
    let mut compressed = gzip(&[]).repeat(10_000);
    compressed.extend(gzip(&images()));
    assert_eq!(read(&compressed[..]).unwrap().sizes(), [2, 2, 3]);
}

#[test]
fn a_header_with_every_field() {
    let builder = GzBuilder::new().filename("images").comment("a comment").extra(vec![7; 300]).mtime(1);
    let mut encoder = builder.write(Vec::new(), Compression::best());
    encoder.write_all(&images()).unwrap();
    check(&encoder.finish().unwrap());
}

#[test]
fn truncated_at_every_byte() {
    let compressed = gzip(&images());
    for length in 2..compressed.len() {
        let error = error_of(&compressed[..length]);
        assert!(matches!(error.kind(), ErrorKind::TruncatedGzip { .. }), "{length}: {error}");
    }
    // All elements are there, and only the end of the checksum is missing.
    let error = error_of(&compressed[..compressed.len() - 1]);
    assert_eq!(
        error.to_string(),
        "truncated gzip stream at byte 28: expected 28 bytes and a checksum, found the end after 28 bytes"
    );
}

#[test]
fn a_damaged_checksum_or_length() {
    let compressed = gzip(&images());
    for back in 1..=8 {
        let mut damaged = compressed.clone();
        let index = damaged.len() - back;
        damaged[index] ^= 1;
        let error = error_of(&damaged);
        assert_eq!(*error.kind(), ErrorKind::CorruptGzip);
        let reason = error.io_error().unwrap().to_string();
        assert_eq!(error.to_string().matches(&reason).count(), 1, "{error}");
        // Found by the iterator as well, in place of the last item.
        let mut reader = Reader::new(&damaged[..]).unwrap();
        let items: Vec<_> = reader.items::<u8>().unwrap().collect();
        assert!(items.len() == 2 && items[0].is_ok() && items[1].is_err());
        // Leniency is about trailing bytes, and not about damage.
        assert!(ReadOptions::new().allow_trailing_bytes(true).read(&damaged[..]).is_err());
    }
}

#[test]
fn damaged_data_in_the_middle() {
    let compressed = gzip(&images());
    for index in 10..compressed.len() - 8 {
        let mut damaged = compressed.clone();
        damaged[index] ^= 0x55;
        assert!(read(&damaged[..]).is_err(), "byte {index}");
    }
}

#[test]
fn a_sound_stream_of_a_truncated_file() {
    let bytes = images();
    let error = error_of(&gzip(&bytes[..20]));
    assert_eq!(*error.kind(), ErrorKind::TruncatedData { expected: 12, found: 4 });
    let error = error_of(&gzip(&bytes[..7]));
    assert_eq!(*error.kind(), ErrorKind::TruncatedHeader { expected: 16, found: 7 });
}

#[test]
fn trailing_bytes_inside_the_stream() {
    let mut bytes = images();
    bytes.push(99);
    let compressed = gzip(&bytes);
    assert_eq!(*error_of(&compressed).kind(), ErrorKind::TrailingBytes { expected: 28, found: 29 });
    let lenient = ReadOptions::new().allow_trailing_bytes(true);
    assert_eq!(lenient.read(&compressed[..]).unwrap().sizes(), [2, 2, 3]);
}

#[test]
fn trailing_bytes_behind_the_stream() {
    for trailing in [&[0][..], &[0; 512], b"garbage", &[0x1F]] {
        let mut compressed = gzip(&images());
        compressed.extend_from_slice(trailing);
        assert_eq!(*error_of(&compressed).kind(), ErrorKind::BytesAfterGzip);
        let lenient = ReadOptions::new().allow_trailing_bytes(true);
        assert_eq!(lenient.read(&compressed[..]).unwrap().sizes(), [2, 2, 3]);
    }
}

#[test]
fn a_bomb_is_followed_to_one_byte_beyond_what_is_declared() {
    /// Counts what was taken of it.
    struct Taken<'a>(&'a [u8], usize);
    impl Read for Taken<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.read(out)?;
            self.1 += count;
            Ok(count)
        }
    }
    let mut bytes = images();
    bytes.resize(256 * 1024 * 1024, 0);
    let bomb = gzip(&bytes);
    assert!(bomb.len() > 200 * 1024);
    for lenient in [false, true] {
        let mut input = Taken(&bomb, 0);
        let result = ReadOptions::new().allow_trailing_bytes(lenient).read(&mut input);
        assert_eq!(result.is_ok(), lenient);
        assert!(input.1 <= 128 * 1024, "no more than one buffer was taken of it, and not {}", input.1);
    }
}

#[test]
fn a_bomb_that_declares_its_size_meets_the_limit() {
    let mut bytes = vec![0, 0, 8, 1];
    bytes.extend((1_u32 << 26).to_be_bytes());
    bytes.resize(8 + (1 << 26), 0);
    let error = ReadOptions::new().limit_bytes(1 << 20).read(&gzip(&bytes)[..]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::OverLimit { limit: 1 << 20, declared: 1 << 26 });
}

#[test]
fn compressed_twice() {
    let error = error_of(&gzip(&gzip(&images())));
    assert!(matches!(error.kind(), ErrorKind::NotIdx { looks_like: Some(Signature::Gzip), .. }), "{error}");
    assert!(error.hint().unwrap().contains("twice"));
}

#[test]
fn another_kind_of_file_inside() {
    let error = error_of(&gzip(b"<html>no such file</html>"));
    assert!(matches!(error.kind(), ErrorKind::NotIdx { looks_like: Some(Signature::Html), .. }), "{error}");
}

#[test]
fn input_that_fails_is_no_damaged_gzip() {
    struct Fails<'a>(&'a [u8], io::ErrorKind);
    impl Read for Fails<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(self.1.into()),
                count => Ok(count),
            }
        }
    }
    let compressed = gzip(&images());
    for kind in [io::ErrorKind::UnexpectedEof, io::ErrorKind::InvalidData, io::ErrorKind::TimedOut] {
        for length in 0..compressed.len() {
            let error = read(Fails(&compressed[..length], kind)).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Read, "{length}");
        }
    }
}
