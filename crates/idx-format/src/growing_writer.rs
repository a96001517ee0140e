//! Writing an array item by item when its number of items is known only at the end.

use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::marker::PhantomData;

use crate::codec::CHUNK_BYTES;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;
use crate::writer::{whole_items, write_failed};

/// Offset in bytes of the first axis's size from the start of a header.
const FIRST_SIZE_OFFSET: u64 = 4;

/// Writes an array to an output that can seek, item by item, and puts their number into the header at the end.
///
/// Until [`finish`](Self::finish) the header declares no items at all: what an interrupted program leaves behind is
/// refused by a strict reader (trailing bytes) instead of passing for a shorter array.
///
/// ```
/// use std::io::Cursor;
/// use idx_format::GrowingWriter;
///
/// let mut writer = GrowingWriter::new(Cursor::new(Vec::new()), &[1, 2])?; // items of 1 x 2
/// writer.write_item(&[0.5_f32, 1.5])?;
/// writer.write_items(&[2.5, 3.5, 4.5, 5.5])?;
/// let file = writer.finish()?.into_inner();
/// assert_eq!(idx_format::read(&file[..])?.sizes(), [3, 1, 2]);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "an array is complete only after `finish`"]
pub struct GrowingWriter<W: Write + Seek, T> {
    output: BufWriter<W>,
    // Where in the output the header begins.
    start: u64,
    item_sizes: Vec<usize>,
    item_len: usize,
    scratch: Vec<u8>,
    items_written: usize,
    has_failed: bool,
    element: PhantomData<T>,
}

impl<W: Write + Seek, T: Element> GrowingWriter<W, T> {
    /// Writes, from where the output is now, a header for items of these sizes.
    ///
    /// Items of no sizes at all are single elements, so that the array has one dimension.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::new`], before anything is written, and [`ErrorKind::Write`].
    pub fn new(output: W, item_sizes: &[usize]) -> Result<Self> {
        let one_item = header::<T>(1, item_sizes)?;
        let mut output = BufWriter::with_capacity(CHUNK_BYTES, output);
        let start = output.stream_position().map_err(write_failed)?;
        header::<T>(0, item_sizes)?.write_to(&mut output)?;
        Ok(Self {
            output,
            start,
            item_sizes: item_sizes.to_vec(),
            item_len: one_item.item_len(),
            scratch: Vec::new(),
            items_written: 0,
            has_failed: false,
            element: PhantomData,
        })
    }

    /// Items written so far.
    pub fn items_written(&self) -> usize {
        self.items_written
    }

    /// Writes one item, which may be one without elements.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PartialItem`] for a slice that is not one item, [`ErrorKind::SizeTooLarge`] or
    /// [`ErrorKind::SizeOverflow`] beyond what a header can declare, [`ErrorKind::Write`], after which the writer is of
    /// no use.
    pub fn write_item(&mut self, elements: &[T]) -> Result<()> {
        if elements.len() != self.item_len {
            let kind = ErrorKind::PartialItem { expected: self.item_len, found: elements.len() };
            return Err(Error::new(kind));
        }
        self.write_counted(elements, 1)
    }

    /// Writes a slice of whole items and returns how many these were.
    ///
    /// Items without elements can only be written with [`write_item`](Self::write_item).
    ///
    /// # Errors
    ///
    /// The errors of [`write_item`](Self::write_item).
    pub fn write_items(&mut self, elements: &[T]) -> Result<usize> {
        let count = whole_items(elements.len(), self.item_len)?;
        self.write_counted(elements, count)?;
        Ok(count)
    }

    fn write_counted(&mut self, elements: &[T], count: usize) -> Result<()> {
        if self.has_failed {
            return Err(Error::new(ErrorKind::AfterError));
        }
        let items = self.items_written.saturating_add(count);
        if u32::try_from(items).is_err() {
            return Err(Error::new(ErrorKind::SizeTooLarge { axis: 0, found: items }));
        }
        T::write_to(&mut self.output, &mut self.scratch, elements).map_err(|error| {
            self.has_failed = true;
            write_failed(error)
        })?;
        self.items_written = items;
        Ok(())
    }

    /// Puts the number of items into the header, flushes, and returns the output, which then is at the array's end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Write`], [`ErrorKind::SizeOverflow`].
    pub fn finish(mut self) -> Result<W> {
        if self.has_failed {
            return Err(Error::new(ErrorKind::AfterError));
        }
        let header = header::<T>(self.items_written, &self.item_sizes)?;
        let first_size = u32::try_from(header.item_count())
            .map_err(|_| Error::new(ErrorKind::SizeTooLarge { axis: 0, found: header.item_count() }))?;
        self.patch(first_size).map_err(write_failed)?;
        self.output.into_inner().map_err(|error| write_failed(error.into_error()))
    }

    fn patch(&mut self, first_size: u32) -> io::Result<()> {
        let end = self.output.stream_position()?;
        self.output.seek(SeekFrom::Start(self.start.saturating_add(FIRST_SIZE_OFFSET)))?;
        self.output.write_all(&first_size.to_be_bytes())?;
        self.output.seek(SeekFrom::Start(end))?;
        self.output.flush()
    }
}

/// The header of `count` items of these sizes.
fn header<T: Element>(count: usize, item_sizes: &[usize]) -> Result<Header> {
    let sizes: Vec<usize> = std::iter::once(count).chain(item_sizes.iter().copied()).collect();
    Header::new(T::TYPE, &sizes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn the_number_is_put_where_the_header_began() {
        let mut output = Cursor::new(b"before".to_vec());
        output.seek(SeekFrom::End(0)).unwrap();
        let mut writer = GrowingWriter::new(output, &[]).unwrap();
        assert_eq!(writer.write_items(&[1_u8, 2, 3]).unwrap(), 3);
        let output = writer.finish().unwrap();
        assert_eq!(output.position(), 6 + 8 + 3);
        assert_eq!(output.into_inner(), b"before\0\0\x08\x01\0\0\0\x03\x01\x02\x03");
    }

    #[test]
    fn an_unfinished_file_is_refused() {
        let mut output = Cursor::new(Vec::new());
        let mut writer = GrowingWriter::new(&mut output, &[2]).unwrap();
        writer.write_item(&[1_u8, 2]).unwrap();
        drop(writer);
        let error = crate::read(output.get_ref().as_slice()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TrailingBytes { .. }), "{error}");
    }

    #[test]
    fn items_without_elements_are_counted() {
        let mut writer = GrowingWriter::<_, f32>::new(Cursor::new(Vec::new()), &[0, 28]).unwrap();
        writer.write_item(&[]).unwrap();
        writer.write_item(&[]).unwrap();
        assert_eq!(writer.write_items(&[]).unwrap(), 0);
        assert!(writer.write_items(&[1.0]).is_err());
        let file = writer.finish().unwrap().into_inner();
        assert_eq!(crate::read(file.as_slice()).unwrap().sizes(), [2, 0, 28]);
    }

    #[test]
    fn items_that_no_header_can_declare_are_refused_at_once() {
        let max = u32::MAX as usize;
        let error = GrowingWriter::<_, u8>::new(Cursor::new(Vec::new()), &[max, max, max]).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::SizeOverflow { .. }), "{error}");
        let error = GrowingWriter::<_, u8>::new(Cursor::new(Vec::new()), &[1; 255]).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TooManyDimensions { found: 256 });
    }
}
