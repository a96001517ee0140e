//! Writing an array item by item when its number of items is known beforehand.

use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;

use crate::codec::CHUNK_BYTES;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;

/// The level of compression of the calls that do not ask for one: 6, as that of the program `gzip`.
#[cfg(feature = "gzip")]
pub const DEFAULT_GZIP_LEVEL: u32 = 6;

/// Writes an array to any output, some items at a time; their number is declared at the start.
///
/// If the number of items is not known beforehand and the output can seek, use [`GrowingWriter`](crate::GrowingWriter).
///
/// [`finish`](Self::finish) makes sure that as many items were written as declared, completes gzip, and flushes. A
/// writer that is dropped without it leaves an unfinished file.
///
/// ```
/// use idx_format::Writer;
///
/// let mut writer = Writer::new(Vec::new(), &[3, 1, 2])?; // three items of 1 x 2
/// writer.write_items(&[1_u8, 2])?;
/// writer.write_items(&[3, 4, 5, 6])?;
/// let file = writer.finish()?;
/// assert_eq!(idx_format::read(&file[..])?.as_slice::<u8>()?, [1, 2, 3, 4, 5, 6]);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "an array is complete only after `finish`"]
pub struct Writer<W: Write, T> {
    output: Output<W>,
    header: Header,
    scratch: Vec<u8>,
    items_written: usize,
    has_failed: bool,
    element: PhantomData<T>,
}

#[derive(Debug)]
enum Output<W: Write> {
    Plain(BufWriter<W>),
    #[cfg(feature = "gzip")]
    Gzip(flate2::write::GzEncoder<W>),
}

impl<W: Write, T: Element> Writer<W, T> {
    /// Writes the header of an array of these sizes, outermost first; no sizes are a scalar, which is one item.
    ///
    /// The writer brings its own buffer; an output needs no `BufWriter`.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::new`], before anything is written, and [`ErrorKind::Write`].
    pub fn new(output: W, sizes: &[usize]) -> Result<Self> {
        let output = Output::Plain(BufWriter::with_capacity(CHUNK_BYTES, output));
        Self::start(output, Header::new(T::TYPE, sizes)?)
    }

    /// Writes the header like [`new`](Self::new), and compresses everything with gzip at a level from 0 (none) to 9 (best);
    /// a level above 9 counts as 9.
    ///
    /// The same elements give the same bytes: no time and no name goes into the stream.
    ///
    /// # Errors
    ///
    /// The errors of [`new`](Self::new).
    ///
    /// ```
    /// use idx_format::{Reader, Writer};
    ///
    /// let mut writer = Writer::new_gzip(Vec::new(), &[1000], idx_format::DEFAULT_GZIP_LEVEL)?;
    /// writer.write_items(&[7_i32; 1000])?;
    /// let file = writer.finish()?;
    /// assert!(file.len() < 100);
    /// assert!(Reader::new(&file[..])?.is_gzip());
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    #[cfg(feature = "gzip")]
    pub fn new_gzip(output: W, sizes: &[usize], level: u32) -> Result<Self> {
        let header = Header::new(T::TYPE, sizes)?;
        let level = flate2::Compression::new(level.min(9));
        Self::start(Output::Gzip(flate2::write::GzEncoder::new(output, level)), header)
    }

    fn start(mut output: Output<W>, header: Header) -> Result<Self> {
        header.write_to(&mut output)?;
        let (scratch, element) = (Vec::new(), PhantomData);
        Ok(Self { output, header, scratch, items_written: 0, has_failed: false, element })
    }

    /// The header that was written.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Items written so far.
    pub fn items_written(&self) -> usize {
        self.items_written
    }

    /// Writes one item, which may be one without elements.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PartialItem`] for a slice that is not one item, [`ErrorKind::ItemCount`] beyond the declared
    /// number, [`ErrorKind::Write`], after which the writer is of no use.
    pub fn write_item(&mut self, elements: &[T]) -> Result<()> {
        let expected = self.header.item_len();
        // In an array declared without elements the item is checked by its number alone.
        if elements.len() != expected && self.header.item_count() > 0 {
            return Err(Error::new(ErrorKind::PartialItem { expected, found: elements.len() }));
        }
        self.write_counted(elements, 1)
    }

    /// Writes a slice of whole items and returns how many these were.
    ///
    /// Items without elements can only be written with [`write_item`](Self::write_item) or
    /// [`write_all`](Self::write_all): no slice says how many they are.
    ///
    /// # Errors
    ///
    /// The errors of [`write_item`](Self::write_item).
    pub fn write_items(&mut self, elements: &[T]) -> Result<usize> {
        let count = whole_items(elements.len(), self.header.item_len())?;
        self.write_counted(elements, count)?;
        Ok(count)
    }

    /// Writes all items that are still missing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ElementCount`] unless these are just the elements that are missing, and [`ErrorKind::Write`].
    pub fn write_all(&mut self, elements: &[T]) -> Result<()> {
        let missing = self.header.item_count().saturating_sub(self.items_written);
        let expected = missing.saturating_mul(self.header.item_len());
        if elements.len() != expected {
            return Err(Error::new(ErrorKind::ElementCount { expected, found: elements.len() }));
        }
        self.write_counted(elements, missing)
    }

    fn write_counted(&mut self, elements: &[T], count: usize) -> Result<()> {
        if self.has_failed {
            return Err(Error::new(ErrorKind::AfterError));
        }
        let (expected, found) = (self.header.item_count(), self.items_written.saturating_add(count));
        if found > expected {
            return Err(Error::new(ErrorKind::ItemCount { expected, found }));
        }
        T::write_to(&mut self.output, &mut self.scratch, elements).map_err(|error| {
            self.has_failed = true;
            write_failed(error)
        })?;
        self.items_written = found;
        Ok(())
    }

    /// Makes sure that every declared item was written, completes gzip, flushes, and returns the output.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ItemCount`], [`ErrorKind::Write`].
    pub fn finish(self) -> Result<W> {
        if self.has_failed {
            return Err(Error::new(ErrorKind::AfterError));
        }
        let (expected, found) = (self.header.item_count(), self.items_written);
        if found != expected {
            return Err(Error::new(ErrorKind::ItemCount { expected, found }));
        }
        let mut output = match self.output {
            Output::Plain(buffered) => buffered.into_inner().map_err(io::IntoInnerError::into_error),
            #[cfg(feature = "gzip")]
            Output::Gzip(encoder) => encoder.finish(),
        }
        .map_err(write_failed)?;
        output.flush().map_err(write_failed)?;
        Ok(output)
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            #[cfg(feature = "gzip")]
            Self::Gzip(output) => output.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            #[cfg(feature = "gzip")]
            Self::Gzip(output) => output.flush(),
        }
    }
}

/// The number of items in a slice of `elements` elements, which must be whole items; 0 if items have no elements.
pub(crate) fn whole_items(elements: usize, item_len: usize) -> Result<usize> {
    let count = elements.checked_div(item_len).unwrap_or(0);
    if count.saturating_mul(item_len) != elements {
        return Err(Error::new(ErrorKind::PartialItem { expected: item_len, found: elements }));
    }
    Ok(count)
}

pub(crate) fn write_failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Write).caused_by(error)
}
