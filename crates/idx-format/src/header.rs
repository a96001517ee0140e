//! The header: the element type and the sizes, from bytes and to bytes, with every product checked.

use std::fmt;
use std::io::{Read, Write};

use byteorder::{BigEndian, ByteOrder};

use crate::arrival::{Arrival, End, fill};
use crate::element::{Element, ElementType};
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::shape::{Shape, product};
use crate::signature::Signature;

/// Bytes before the sizes: two zeros, the element type, the number of dimensions.
const MAGIC_BYTES: usize = 4;

/// The first 4 to 1024 bytes of a file: the element type and the size along each axis.
///
/// A `Header` that exists is one whose array can be counted: the number of elements, their bytes, and these plus
/// the header fit both 64 bits and the machine's `usize`. It need not fit the memory.
///
/// ```
/// use idx_format::{ElementType, Header};
///
/// let header = Header::parse(&[0, 0, 0x0C, 2, 0, 0, 0, 3, 0, 0, 0, 5])?;
/// assert_eq!(header.element_type(), ElementType::I32);
/// assert_eq!(header.sizes(), [3, 5]);
/// assert_eq!(header.element_count(), 15);
/// assert_eq!(header.data_bytes(), 60);
/// assert_eq!(header.to_string(), "i32 3 x 5");
/// assert_eq!(header, Header::new(ElementType::I32, &[3, 5])?);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    element_type: ElementType,
    sizes: Vec<usize>,
    element_count: usize,
    data_bytes: usize,
}

impl Header {
    /// The header of an array of these sizes, outermost first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyDimensions`] beyond 255 sizes, [`ErrorKind::SizeTooLarge`] for a size beyond 32 bits,
    /// [`ErrorKind::SizeOverflow`] when they cannot be multiplied.
    pub fn new(element_type: ElementType, sizes: &[usize]) -> Result<Self> {
        if u8::try_from(sizes.len()).is_err() {
            return Err(Error::new(ErrorKind::TooManyDimensions { found: sizes.len() }));
        }
        if let Some((axis, size)) = sizes.iter().enumerate().find(|(_, size)| u32::try_from(**size).is_err())
        {
            return Err(Error::new(ErrorKind::SizeTooLarge { axis, found: *size }));
        }
        let overflow = || Error::new(ErrorKind::SizeOverflow { element_type, sizes: sizes.to_vec() });
        let element_count = product(sizes).ok_or_else(overflow)?;
        let data_bytes = element_count.checked_mul(element_type.size() as u64).ok_or_else(overflow)?;
        let all_bytes = data_bytes.checked_add(encoded_bytes(sizes.len()) as u64).ok_or_else(overflow)?;
        usize::try_from(all_bytes).map_err(|_| overflow())?;
        Ok(Self {
            element_type,
            sizes: sizes.to_vec(),
            element_count: usize::try_from(element_count).map_err(|_| overflow())?,
            data_bytes: usize::try_from(data_bytes).map_err(|_| overflow())?,
        })
    }

    /// The header at the start of `bytes`; what follows it is not looked at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TruncatedHeader`], [`ErrorKind::NotIdx`] with what the bytes look like instead,
    /// [`ErrorKind::UnknownType`] or [`ErrorKind::SizeOverflow`].
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let found = bytes.len() as u64;
        let truncated = |expected: usize| {
            Error::new(ErrorKind::TruncatedHeader { expected: expected as u64, found }).at(found)
        };
        let magic = bytes.first_chunk::<MAGIC_BYTES>().ok_or_else(|| truncated(MAGIC_BYTES))?;
        let [0, 0, code, dimensions] = *magic else {
            let looks_like = Signature::of(magic);
            return Err(Error::new(ErrorKind::NotIdx { found: *magic, looks_like }).at(0));
        };
        let element_type =
            ElementType::from_code(code).ok_or_else(|| Error::new(ErrorKind::UnknownType { code }).at(2))?;
        let length = encoded_bytes(usize::from(dimensions));
        let size_bytes = bytes.get(MAGIC_BYTES..length).ok_or_else(|| truncated(length))?;
        let sizes = size_bytes
            .chunks_exact(size_of::<u32>())
            .map(|size| usize::try_from(BigEndian::read_u32(size)))
            .collect::<std::result::Result<Vec<usize>, _>>()
            .map_err(|_| Error::new(ErrorKind::SizeOverflow { element_type, sizes: Vec::new() }).at(4))?;
        Self::new(element_type, &sizes).map_err(|error| error.at(4))
    }

    /// Reads a header and not one byte more.
    ///
    /// The input is taken as it is: [`open`](crate::open) and [`Reader`](crate::Reader) also look for gzip.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::parse`], and [`ErrorKind::Read`] when the input fails.
    ///
    /// ```
    /// use idx_format::Header;
    ///
    /// let mut input = &[0, 0, 0x08, 1, 0, 0, 0, 2, 10, 20][..];
    /// assert_eq!(Header::read_from(&mut input)?.sizes(), [2]);
    /// assert_eq!(input, [10, 20]);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn read_from(mut reader: impl Read) -> Result<Self> {
        let (bytes, end) = Self::read_bytes(&mut reader);
        if let End::Failed(error) = end {
            return Err(Error::new(ErrorKind::Read).at(bytes.len() as u64).caused_by(error));
        }
        Self::parse(&bytes)
    }

    /// Reads as many of a header's bytes as arrive, and says why reading stopped; `parse` judges the bytes.
    pub(crate) fn read_bytes<R: Read>(reader: &mut R) -> (Vec<u8>, End) {
        let mut bytes = vec![0; MAGIC_BYTES];
        let magic = fill(reader, &mut bytes);
        keep_arrived(&mut bytes, 0, &magic);
        let (End::Complete, [0, 0, _, dimensions]) = (&magic.end, bytes.as_slice()) else {
            return (bytes, magic.end);
        };
        bytes.resize(encoded_bytes(usize::from(*dimensions)), 0);
        let sizes = fill(reader, bytes.get_mut(MAGIC_BYTES..).unwrap_or_default());
        keep_arrived(&mut bytes, MAGIC_BYTES, &sizes);
        (bytes, sizes.end)
    }

    /// The length in bytes of the header that begins with `start`, as far as it is known.
    pub(crate) fn expected_bytes(start: &[u8]) -> u64 {
        match start {
            [_, _, _, dimensions, ..] => encoded_bytes(usize::from(*dimensions)) as u64,
            _ => MAGIC_BYTES as u64,
        }
    }

    /// The header as bytes.
    ///
    /// ```
    /// use idx_format::{ElementType, Header};
    ///
    /// let header = Header::new(ElementType::U8, &[3, 5])?;
    /// assert_eq!(header.to_bytes(), [0, 0, 0x08, 2, 0, 0, 0, 3, 0, 0, 0, 5]);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        // `new` made sure that both conversions hold.
        let dimensions = u8::try_from(self.sizes.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![0, 0, self.element_type.code(), dimensions];
        for size in &self.sizes {
            bytes.extend_from_slice(&u32::try_from(*size).unwrap_or(u32::MAX).to_be_bytes());
        }
        bytes
    }

    /// Writes the header.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Write`] when the output fails.
    pub fn write_to(&self, mut writer: impl Write) -> Result<()> {
        writer.write_all(&self.to_bytes()).map_err(|error| Error::new(ErrorKind::Write).caused_by(error))
    }

    /// The type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.element_type
    }

    /// The size along each axis, outermost first; empty for a scalar.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The number of axes, 0 to 255.
    pub fn dimensions(&self) -> usize {
        self.sizes.len()
    }

    /// The number of elements: the product of the sizes, 1 for a scalar.
    pub fn element_count(&self) -> usize {
        self.element_count
    }

    /// The number of bytes of all elements.
    pub fn data_bytes(&self) -> usize {
        self.data_bytes
    }

    /// The number of bytes of the header itself, 4 to 1024.
    pub fn header_bytes(&self) -> usize {
        encoded_bytes(self.sizes.len())
    }

    /// The number of items along the first axis; a scalar is one item.
    pub fn item_count(&self) -> usize {
        self.sizes.first().copied().unwrap_or(1)
    }

    /// The sizes of one item: all but the first.
    pub fn item_sizes(&self) -> &[usize] {
        self.sizes.get(1..).unwrap_or_default()
    }

    /// The number of elements of one item, 0 in an array without elements.
    ///
    /// So `item_count * item_len == element_count` always, and a header that declares no elements makes nobody
    /// reserve memory for an item that will never come.
    ///
    /// ```
    /// use idx_format::{ElementType, Header};
    ///
    /// assert_eq!(Header::new(ElementType::U8, &[60, 3, 5])?.item_len(), 15);
    /// assert_eq!(Header::new(ElementType::U8, &[60])?.item_len(), 1);
    /// assert_eq!(Header::new(ElementType::U8, &[0, 4_000_000, 4_000_000])?.item_len(), 0);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn item_len(&self) -> usize {
        self.element_count.checked_div(self.item_count()).unwrap_or(0)
    }

    /// The same array with another number of items; a scalar stays one only as one item.
    pub(crate) fn with_item_count(&self, count: usize) -> Result<Self> {
        let mut sizes = self.sizes.clone();
        match sizes.first_mut() {
            Some(first) => *first = count,
            None if count == 1 => {}
            None => sizes.push(count),
        }
        Self::new(self.element_type, &sizes)
    }

    /// Asks for elements of type `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn expect_type<T: Element>(&self) -> Result<()> {
        if self.element_type == T::TYPE {
            return Ok(());
        }
        Err(Error::new(ErrorKind::WrongType { expected: T::TYPE, found: self.element_type }))
    }

    /// Asks for a number of dimensions.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongDimensions`].
    ///
    /// ```
    /// use idx_format::{ElementType, Header};
    ///
    /// let labels = Header::new(ElementType::U8, &[60000])?;
    /// let error = labels.expect_dimensions(3).unwrap_err();
    /// assert_eq!(error.to_string(), "wrong number of dimensions: expected 3 dimensions, found 1 (60000)");
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn expect_dimensions(&self, expected: usize) -> Result<()> {
        if self.dimensions() == expected {
            return Ok(());
        }
        Err(Error::new(ErrorKind::WrongDimensions { expected, found: self.sizes.clone() }))
    }

    /// Asks for the sizes of one item, such as `[28, 28]`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongItemSizes`].
    pub fn expect_item_sizes(&self, expected: &[usize]) -> Result<()> {
        if self.item_sizes() == expected {
            return Ok(());
        }
        let found = self.item_sizes().to_vec();
        Err(Error::new(ErrorKind::WrongItemSizes { expected: expected.to_vec(), found }))
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.element_type, Shape(&self.sizes))
    }
}

/// Asks that two arrays which belong together, such as images and labels, have the same number of items.
///
/// # Errors
///
/// [`ErrorKind::CountMismatch`] with both counts.
///
/// ```
/// assert!(idx_format::expect_same_count(60000, 60000).is_ok());
/// let error = idx_format::expect_same_count(60000, 10000).unwrap_err();
/// assert!(error.to_string().contains("60000") && error.to_string().contains("10000"));
/// ```
pub fn expect_same_count(first: usize, second: usize) -> Result<()> {
    if first == second {
        return Ok(());
    }
    Err(Error::new(ErrorKind::CountMismatch { first, second }))
}

/// Bytes of a header with so many dimensions.
const fn encoded_bytes(dimensions: usize) -> usize {
    dimensions.saturating_mul(size_of::<u32>()).saturating_add(MAGIC_BYTES)
}

/// Cuts off the room behind `start` in which no bytes arrived.
fn keep_arrived(bytes: &mut Vec<u8>, start: usize, arrival: &Arrival) {
    bytes.truncate(start.saturating_add(usize::try_from(arrival.bytes).unwrap_or(usize::MAX)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header_bytes(code: u8, sizes: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0, 0, code, u8::try_from(sizes.len()).unwrap()];
        bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
        bytes
    }

    #[test]
    fn bytes_there_and_back_for_any_number_of_dimensions() {
        for dimensions in [0, 1, 2, 3, 255] {
            let sizes = vec![1; dimensions];
            let header = Header::new(ElementType::F64, &sizes).unwrap();
            assert_eq!(header.to_bytes().len(), header.header_bytes());
            assert_eq!(Header::parse(&header.to_bytes()).unwrap(), header);
            assert_eq!(Header::read_from(header.to_bytes().as_slice()).unwrap(), header);
        }
        assert_eq!(
            *Header::new(ElementType::F64, &[1; 256]).unwrap_err().kind(),
            ErrorKind::TooManyDimensions { found: 256 }
        );
    }

    #[test]
    fn every_length_short_of_a_header_is_truncated() {
        let bytes = header_bytes(0x08, &[3, 5]);
        for length in 0..bytes.len() {
            let error = Header::parse(&bytes[..length]).unwrap_err();
            let expected = if length < 4 { 4 } else { 12 };
            assert_eq!(*error.kind(), ErrorKind::TruncatedHeader { expected, found: length as u64 });
            assert_eq!(error.offset(), Some(length as u64));
            assert_eq!(Header::read_from(&bytes[..length]).unwrap_err().to_string(), error.to_string());
        }
    }

    #[test]
    fn item_lengths() {
        let sized = |sizes: &[usize]| Header::new(ElementType::U8, sizes).unwrap();
        for (sizes, count, length) in [
            (&[][..], 1, 1),
            (&[7], 7, 1),
            (&[7, 3, 5], 7, 15),
            (&[7, 0, 5], 7, 0),
            (&[0, 3, 5], 0, 0),
            (&[0, 4_294_967_295, 4_294_967_295, 4_294_967_295], 0, 0),
        ] {
            assert_eq!((sized(sizes).item_count(), sized(sizes).item_len()), (count, length), "{sizes:?}");
        }
    }
}
