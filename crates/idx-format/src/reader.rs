//! Reading as a stream: the header, then items along the first axis, all at once or some at a time.

use std::io::Read;
use std::path::PathBuf;

use crate::any_array::AnyArray;
use crate::array::Array;
use crate::arrival::{Arrival, End, append, fill};
use crate::codec::CHUNK_BYTES;
use crate::element::{Element, ElementType};
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;
use crate::items::Items;
use crate::read_options::ReadOptions;
use crate::stream::Stream;

/// Reads a whole array from any input, gzip or not.
///
/// # Errors
///
/// The errors of [`Header::parse`], [`ErrorKind::OverLimit`] before any element is read,
/// [`ErrorKind::TruncatedData`], [`ErrorKind::TrailingBytes`], the errors of gzip, [`ErrorKind::Read`].
///
/// ```
/// let bytes = [0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0xFF, 0xFE, 0x01, 0x02];
/// let array = idx_format::read(&bytes[..])?;
/// assert_eq!(array.sizes(), [1, 2]);
/// assert_eq!(array.as_slice::<i16>()?, [-2, 258]);
/// # Ok::<(), idx_format::Error>(())
/// ```
pub fn read<R: Read>(input: R) -> Result<AnyArray> {
    ReadOptions::new().read(input)
}

/// Reads an array from any input as a stream of items along its first axis.
///
/// An item is what one index of the first axis selects: an image of a 3-D file, a number of a 1-D file. A scalar is
/// one item. Choose the easy call ([`read_array`](Self::read_array)), the one that takes some
/// ([`read_items`](Self::read_items)), the iterator ([`items`](Self::items)), or the fast one that fills a buffer of
/// yours again and again ([`read_items_into`](Self::read_items_into)).
///
/// The call that takes the last item also makes sure of the end: no trailing bytes, and the checksum of gzip. So
/// whoever has the last item without an error has had a whole and sound file. After an error the reader is of no use.
///
/// The reader brings its own buffer; an input needs no `BufReader`. Of a gzip input it waits for 128 KiB, or the end,
/// before it decodes any of it.
///
/// ```
/// use idx_format::Reader;
///
/// // Two items of 1 x 3.
/// let bytes = [0, 0, 0x08, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
/// let mut reader = Reader::new(&bytes[..])?;
/// assert_eq!(reader.header().sizes(), [2, 1, 3]);
/// assert_eq!(reader.read_items::<u8>(1)?.as_slice(), [1, 2, 3]);
///
/// let mut buffer = [0_u8; 3];
/// assert!(reader.read_item_into(&mut buffer)?);
/// assert_eq!(buffer, [4, 5, 6]);
/// assert!(!reader.read_item_into(&mut buffer)?);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    stream: Stream<R>,
    header: Header,
    options: ReadOptions,
    path: Option<PathBuf>,
    scratch: Vec<u8>,
    items_read: usize,
    // In bytes of the IDX file, decompressed.
    position: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Reading,
    EndChecked,
    Failed,
}

impl<R: Read> Reader<R> {
    /// Reads the header, with the default options, and stops before the first element.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::parse`], the errors of gzip, and [`ErrorKind::Read`].
    pub fn new(input: R) -> Result<Self> {
        Self::with_options(input, ReadOptions::new())
    }

    pub(crate) fn with_options(input: R, options: ReadOptions) -> Result<Self> {
        let mut stream = Stream::new(input, options.gzip_detected())?;
        let (bytes, end) = Header::read_bytes(&mut stream);
        let position = bytes.len() as u64;
        if let End::Failed(error) = end {
            return Err(stream.fault(error, Header::expected_bytes(&bytes), position));
        }
        let header = Header::parse(&bytes)?;
        let (scratch, state) = (Vec::new(), State::Reading);
        Ok(Self { stream, header, options, path: None, scratch, items_read: 0, position, state })
    }

    /// Names the file in every error from now on.
    pub(crate) fn with_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the input is compressed.
    pub fn is_gzip(&self) -> bool {
        self.stream.is_gzip()
    }

    /// Items read or skipped so far.
    pub fn items_read(&self) -> usize {
        self.items_read
    }

    /// Items that the header still promises.
    pub fn items_left(&self) -> usize {
        self.header.item_count().saturating_sub(self.items_read)
    }

    /// Reads all items that are left; all of the array where nothing was read before.
    ///
    /// # Errors
    ///
    /// The errors of [`read_items`](Self::read_items).
    ///
    /// ```
    /// let mut reader = idx_format::Reader::new(&[0, 0, 0x08, 1, 0, 0, 0, 2, 10, 20][..])?;
    /// reader.header().expect_dimensions(1)?;
    /// let (sizes, elements) = reader.read_array::<u8>()?.into_parts();
    /// assert_eq!((sizes, elements), (vec![2], vec![10, 20]));
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn read_array<T: Element>(&mut self) -> Result<Array<T>> {
        self.read_items(self.items_left())
    }

    /// Reads all items that are left, like [`read_array`](Self::read_array), as elements of the type that the header says.
    ///
    /// # Errors
    ///
    /// The errors of [`read_items`](Self::read_items), except for the wrong type.
    pub fn read_any_array(&mut self) -> Result<AnyArray> {
        self.read_any_items(self.items_left())
    }

    /// Reads the next `count` items, or what is left when that is less.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`] and [`ErrorKind::OverLimit`], after either of which the reader is still good;
    /// [`ErrorKind::TruncatedData`], [`ErrorKind::Read`], the errors of gzip, [`ErrorKind::OutOfMemory`], and at the last
    /// item [`ErrorKind::TrailingBytes`].
    pub fn read_items<T: Element>(&mut self, count: usize) -> Result<Array<T>> {
        let header = self.header.with_item_count(count.min(self.items_left()))?;
        let elements = self.read_elements(header.item_count())?;
        Ok(Array::from_checked(header, elements))
    }

    /// Reads the next `count` items, like [`read_items`](Self::read_items), as elements of the type that the header says.
    ///
    /// # Errors
    ///
    /// The errors of [`read_items`](Self::read_items), except for the wrong type.
    pub fn read_any_items(&mut self, count: usize) -> Result<AnyArray> {
        match self.header.element_type() {
            ElementType::U8 => self.read_items::<u8>(count).map(AnyArray::U8),
            ElementType::I8 => self.read_items::<i8>(count).map(AnyArray::I8),
            ElementType::I16 => self.read_items::<i16>(count).map(AnyArray::I16),
            ElementType::I32 => self.read_items::<i32>(count).map(AnyArray::I32),
            ElementType::F32 => self.read_items::<f32>(count).map(AnyArray::F32),
            ElementType::F64 => self.read_items::<f64>(count).map(AnyArray::F64),
        }
    }

    /// Fills `buffer` with as many whole items as it has room for, and returns how many; 0 at the end.
    ///
    /// `buffer` has room for a multiple of [`Header::item_len`] elements; what is left over at its end stays as it
    /// was. Items without elements need no room: all that are left are taken at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PartialItem`] when not even one item fits, and the errors of [`read_items`](Self::read_items) except
    /// for the limit: the memory is the caller's.
    ///
    /// ```
    /// // Three items of two elements, read two items at a time.
    /// let bytes = [0, 0, 0x08, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6];
    /// let mut reader = idx_format::Reader::new(&bytes[..])?;
    /// let mut buffer = vec![0_u8; 2 * reader.header().item_len()];
    /// let mut sum = 0_u32;
    /// loop {
    ///     let items = reader.read_items_into(&mut buffer)?;
    ///     if items == 0 {
    ///         break;
    ///     }
    ///     sum += buffer[..items * 2].iter().map(|element| u32::from(*element)).sum::<u32>();
    /// }
    /// assert_eq!(sum, 21);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn read_items_into<T: Element>(&mut self, buffer: &mut [T]) -> Result<usize> {
        self.check_use::<T>()?;
        let item_len = self.header.item_len();
        let room = buffer.len().checked_div(item_len).unwrap_or(usize::MAX);
        let count = room.min(self.items_left());
        if room == 0 && self.items_left() > 0 {
            let kind = ErrorKind::PartialItem { expected: item_len, found: buffer.len() };
            return Err(self.named(Error::new(kind)));
        }
        let wanted = buffer.get_mut(..count.saturating_mul(item_len)).unwrap_or_default();
        let arrival = T::fill_from(&mut self.stream, &mut self.scratch, wanted);
        self.account(count, arrival)?;
        Ok(count)
    }

    /// Fills `buffer`, which has room for exactly one item, with the next one; `false` at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PartialItem`] when `buffer` is longer or shorter than an item, and the errors of
    /// [`read_items_into`](Self::read_items_into).
    pub fn read_item_into<T: Element>(&mut self, buffer: &mut [T]) -> Result<bool> {
        self.check_use::<T>()?;
        let count = self.items_left().min(1);
        if count == 1 && buffer.len() != self.header.item_len() {
            let kind = ErrorKind::PartialItem { expected: self.header.item_len(), found: buffer.len() };
            return Err(self.named(Error::new(kind)));
        }
        let wanted = if count == 1 { buffer } else { &mut [] };
        let arrival = T::fill_from(&mut self.stream, &mut self.scratch, wanted);
        self.account(count, arrival)?;
        Ok(count == 1)
    }

    /// Iterates over the items that are left, each a vector of [`Header::item_len`] elements.
    ///
    /// If the input ends too early, the iterator yields an error before it ends; it never just ends. A header of twelve
    /// bytes can promise four billion items without elements: check their number before you collect them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`]; what goes wrong later comes from the iterator.
    ///
    /// ```
    /// let bytes = [0, 0, 0x08, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4]; // one item short
    /// let mut reader = idx_format::Reader::new(&bytes[..])?;
    /// let mut items = reader.items::<u8>()?;
    /// assert_eq!(items.next().unwrap()?, [1, 2]);
    /// assert_eq!(items.next().unwrap()?, [3, 4]);
    /// assert!(items.next().unwrap().is_err());
    /// assert!(items.next().is_none());
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn items<T: Element>(&mut self) -> Result<Items<'_, R, T>> {
        self.check_use::<T>()?;
        Ok(Items::new(self))
    }

    /// Reads over the next `count` items, or what is left when that is less, and returns how many.
    ///
    /// # Errors
    ///
    /// The errors of [`read_items`](Self::read_items), except for the type, the limit and memory.
    pub fn skip_items(&mut self, count: usize) -> Result<usize> {
        self.check_good()?;
        let count = count.min(self.items_left());
        let mut left = count.saturating_mul(self.item_bytes());
        let mut arrival = Arrival { bytes: 0, end: End::Complete };
        self.scratch.resize(CHUNK_BYTES.max(self.scratch.len()), 0);
        while left > 0 && matches!(arrival.end, End::Complete) {
            let part = left.min(self.scratch.len());
            let skipped = fill(&mut self.stream, self.scratch.get_mut(..part).unwrap_or_default());
            arrival = Arrival { bytes: arrival.bytes.saturating_add(skipped.bytes), end: skipped.end };
            left = left.saturating_sub(part);
        }
        self.account(count, arrival)?;
        Ok(count)
    }

    /// Reads over what is left and makes sure of the end.
    ///
    /// Only a caller that stops before the last item and still wants to know whether the file is sound needs this call.
    ///
    /// # Errors
    ///
    /// The errors of [`skip_items`](Self::skip_items).
    pub fn finish(mut self) -> Result<()> {
        self.skip_items(self.items_left()).map(|_| ())
    }

    /// The next `count` items, which are left, as one vector.
    pub(crate) fn read_elements<T: Element>(&mut self, count: usize) -> Result<Vec<T>> {
        self.check_use::<T>()?;
        let bytes = count.saturating_mul(self.item_bytes());
        self.options.check_limit(bytes).map_err(|error| self.named(error.at(self.position)))?;
        let mut elements = Vec::new();
        let wanted = count.saturating_mul(self.header.item_len());
        let arrival = append(&mut self.stream, &mut self.scratch, &mut elements, wanted);
        self.account(count, arrival)?;
        Ok(elements)
    }

    fn item_bytes(&self) -> usize {
        self.header.item_len().saturating_mul(self.header.element_type().size())
    }

    fn named(&self, error: Error) -> Error {
        match &self.path {
            Some(path) => error.with_path(path),
            None => error,
        }
    }

    fn failed(&mut self, error: Error) -> Error {
        self.state = State::Failed;
        self.named(error)
    }

    fn check_good(&self) -> Result<()> {
        if self.state == State::Failed {
            return Err(self.named(Error::new(ErrorKind::AfterError)));
        }
        Ok(())
    }

    fn check_use<T: Element>(&self) -> Result<()> {
        self.check_good()?;
        self.header.expect_type::<T>().map_err(|error| self.named(error))
    }

    /// Accounts for the bytes of `count` items that have arrived, and after the last item makes sure of the end.
    fn account(&mut self, count: usize, arrival: Arrival) -> Result<()> {
        self.position = self.position.saturating_add(arrival.bytes);
        let header_bytes = self.header.header_bytes() as u64;
        let data_bytes = self.header.data_bytes() as u64;
        let error = match arrival.end {
            End::Complete => {
                self.items_read = self.items_read.saturating_add(count);
                return self.check_end();
            }
            End::OfInput => {
                let found = self.position.saturating_sub(header_bytes);
                Error::new(ErrorKind::TruncatedData { expected: data_bytes, found }).at(self.position)
            }
            End::Failed(error) => {
                self.stream.fault(error, header_bytes.saturating_add(data_bytes), self.position)
            }
            End::OfMemory(bytes) => Error::new(ErrorKind::OutOfMemory { bytes }).at(self.position),
        };
        Err(self.failed(error))
    }

    /// Tries to read one byte more than the header declares, which also makes gzip compare its checksum.
    fn check_end(&mut self) -> Result<()> {
        if self.items_left() > 0 || self.state == State::EndChecked {
            return Ok(());
        }
        let arrival = fill(&mut self.stream, &mut [0]);
        let expected = self.position;
        let strict = !self.options.trailing_bytes_allowed();
        let error = match arrival.end {
            End::Failed(error) => self.stream.fault(error, expected, expected),
            End::Complete if strict => {
                let found = expected.saturating_add(arrival.bytes);
                Error::new(ErrorKind::TrailingBytes { expected, found }).at(expected)
            }
            _ if strict && self.stream.has_bytes_after_gzip() => {
                Error::new(ErrorKind::BytesAfterGzip).at(expected)
            }
            _ => {
                self.state = State::EndChecked;
                return Ok(());
            }
        };
        Err(self.failed(error))
    }
}
