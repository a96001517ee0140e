//! One test for each way in which writing can go wrong.
#![allow(clippy::unwrap_used, reason = "a test that is wrong may panic")]

use std::io::{self, Cursor, Write};

use idx_format::{Array, ErrorKind, GrowingWriter, Writer, read, write};

#[test]
fn a_size_beyond_32_bits() {
    let error = Writer::<_, u8>::new(Vec::new(), &[2, 1 << 32]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::SizeTooLarge { axis: 1, found: 1 << 32 });
}

#[test]
fn more_than_255_dimensions() {
    let error = write(Vec::new(), &[1; 256], &[1_u8]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooManyDimensions { found: 256 });
    let file = write(Vec::new(), &[1; 255], &[1_u8]).unwrap();
    assert_eq!(read(&file[..]).unwrap().sizes(), [1; 255]);
}

#[test]
fn sizes_that_disagree_with_the_data() {
    let error = write(Vec::new(), &[2, 3], &[0_u8; 5]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ElementCount { expected: 6, found: 5 });
    let error = Array::new(&[], Vec::<u8>::new()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ElementCount { expected: 1, found: 0 });
    assert!(Array::new(&[0, 3], vec![1_u8]).is_err());
}

#[test]
fn fewer_items_than_declared() {
    let mut writer = Writer::new(Vec::new(), &[3, 2]).unwrap();
    writer.write_items(&[1_i16, 2, 3, 4]).unwrap();
    let error = writer.finish().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ItemCount { expected: 3, found: 2 });
}

#[test]
fn more_items_than_declared() {
    let mut writer = Writer::new(Vec::new(), &[1, 2]).unwrap();
    writer.write_item(&[1_i16, 2]).unwrap();
    assert_eq!(
        *writer.write_item(&[3, 4]).unwrap_err().kind(),
        ErrorKind::ItemCount { expected: 1, found: 2 }
    );
    // The item too many was not written: the array is still good.
    assert_eq!(read(&writer.finish().unwrap()[..]).unwrap().as_slice::<i16>().unwrap(), [1, 2]);
    let mut none = Writer::<_, u8>::new(Vec::new(), &[0, 2]).unwrap();
    assert_eq!(*none.write_item(&[3, 4]).unwrap_err().kind(), ErrorKind::ItemCount { expected: 0, found: 1 });
}

#[test]
fn slices_that_are_not_whole_items() {
    let partial = ErrorKind::PartialItem { expected: 2, found: 3 };
    let mut writer = Writer::new(Vec::new(), &[3, 2]).unwrap();
    assert_eq!(*writer.write_items(&[1_u8, 2, 3]).unwrap_err().kind(), partial);
    assert_eq!(*writer.write_item(&[1, 2, 3]).unwrap_err().kind(), partial);
    let mut writer = GrowingWriter::new(Cursor::new(Vec::new()), &[2]).unwrap();
    assert_eq!(*writer.write_items(&[1_u8, 2, 3]).unwrap_err().kind(), partial);
    assert_eq!(*writer.write_item(&[1, 2, 3]).unwrap_err().kind(), partial);
}

#[test]
fn empty_items_are_counted() {
    let mut writer = Writer::<_, f64>::new(Vec::new(), &[2, 0, 28]).unwrap();
    writer.write_item(&[]).unwrap();
    writer.write_item(&[]).unwrap();
    assert!(writer.write_item(&[]).is_err());
    assert_eq!(read(&writer.finish().unwrap()[..]).unwrap().sizes(), [2, 0, 28]);
    assert!(write(Vec::new(), &[2, 0, 28], &[0.0_f64; 0]).is_ok());
}

/// Takes so many bytes and then fails.
#[derive(Debug)]
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.0);
        self.0 -= count;
        if count == 0 && !bytes.is_empty() {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full"));
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_at_any_byte_is_never_passed_over() {
    for room in 0..12 + 6 {
        let error = write(Full(room), &[3, 2], &[1_u8, 2, 3, 4, 5, 6]).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Write);
        assert_eq!(error.io_error().unwrap().to_string(), "the disk is full");
    }
    assert!(write(Full(12 + 6), &[3, 2], &[1_u8, 2, 3, 4, 5, 6]).is_ok());
}

#[test]
fn a_writer_that_has_failed_does_not_finish() {
    let mut writer = Writer::new(Full(100_000), &[2, 100_000]).unwrap();
    let item = vec![7_u8; 100_000];
    let failed = writer.write_item(&item).and_then(|()| writer.write_item(&item));
    assert_eq!(*failed.unwrap_err().kind(), ErrorKind::Write);
    assert_eq!(*writer.write_item(&item).unwrap_err().kind(), ErrorKind::AfterError);
    assert_eq!(*writer.finish().unwrap_err().kind(), ErrorKind::AfterError);
}

#[cfg(feature = "gzip")]
#[test]
fn a_gzip_output_that_fails_at_any_byte_is_never_passed_over() {
    let compress = |room| {
        let mut writer = Writer::new_gzip(Full(room), &[3, 2], 6)?;
        writer.write_all(&[1_u8, 2, 3, 4, 5, 6])?;
        writer.finish()
    };
    let all = (0..1000).find(|room| compress(*room).is_ok()).unwrap();
    assert!(all > 18);
    assert!((all..all + 10).all(|room| compress(room).is_ok()));
}

#[cfg(feature = "gzip")]
#[test]
fn gzip_is_the_same_bytes_every_time() {
    let compress = |level| {
        let mut writer = Writer::new_gzip(Vec::new(), &[500, 3], level).unwrap();
        writer.write_all(&[7_i16; 1500]).unwrap();
        writer.finish().unwrap()
    };
    assert_eq!(compress(6), compress(6));
    assert_eq!(compress(9), compress(10_000));
    assert!(compress(0).len() > compress(1).len());
}
