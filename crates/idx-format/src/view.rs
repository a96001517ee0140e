//! An array whose bytes are in memory already, looked at without a copy.

use crate::any_array::AnyArray;
use crate::array::Array;
use crate::element::{Element, ElementType};
use crate::elements::Elements;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;
use crate::read_options::ReadOptions;

/// A borrowed look at the bytes of an IDX file, for instance a mapped one.
///
/// For `u8` the elements are the bytes, and nothing is copied ([`as_u8`](Self::as_u8)). The elements of other types
/// are decoded one at a time ([`elements`](Self::elements)), since a file's numbers are big-endian and need not lie
/// where a machine could load them; for `i8` that costs nothing.
///
/// A view knows no gzip: bytes that are gzip are refused with a hint.
///
/// ```
/// use idx_format::View;
///
/// let bytes = [0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
/// let view = View::new(&bytes)?;
/// assert_eq!(view.as_u8()?, [1, 2, 3, 4, 5, 6]);
/// assert_eq!(view.item_bytes(1), Some(&[4, 5, 6][..]));
///
/// let bytes = [0, 0, 0x0B, 1, 0, 0, 0, 2, 0xFF, 0xFE, 0x01, 0x02];
/// let view = View::new(&bytes)?;
/// assert_eq!(view.elements::<i16>()?.collect::<Vec<i16>>(), [-2, 258]);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View<'a> {
    header: Header,
    data: &'a [u8],
}

impl<'a> View<'a> {
    /// Looks at bytes that are one whole IDX file, and nothing more.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::parse`], [`ErrorKind::TruncatedData`], [`ErrorKind::TrailingBytes`].
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        Self::with_options(bytes, ReadOptions::new())
    }

    pub(crate) fn with_options(bytes: &'a [u8], options: ReadOptions) -> Result<Self> {
        let header = Header::parse(bytes)?;
        let behind_header = bytes.get(header.header_bytes()..).unwrap_or_default();
        let length = bytes.len() as u64;
        let Some((data, trailing)) = behind_header.split_at_checked(header.data_bytes()) else {
            let (expected, found) = (header.data_bytes() as u64, behind_header.len() as u64);
            return Err(Error::new(ErrorKind::TruncatedData { expected, found }).at(length));
        };
        if !trailing.is_empty() && !options.trailing_bytes_allowed() {
            let expected = length.saturating_sub(trailing.len() as u64);
            return Err(Error::new(ErrorKind::TrailingBytes { expected, found: length }).at(expected));
        }
        Ok(Self { header, data })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The size along each axis, outermost first.
    pub fn sizes(&self) -> &[usize] {
        self.header.sizes()
    }

    /// The bytes of all elements, as they are in the file, without the header.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// All elements of a `u8` array.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn as_u8(&self) -> Result<&'a [u8]> {
        self.header.expect_type::<u8>()?;
        Ok(self.data)
    }

    /// All elements, decoded as the iterator goes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn elements<T: Element>(&self) -> Result<Elements<'a, T>> {
        self.header.expect_type::<T>()?;
        Ok(Elements::new(self.data))
    }

    /// The number of items along the first axis; a scalar is one item.
    pub fn item_count(&self) -> usize {
        self.header.item_count()
    }

    /// The bytes of the item at `index`, or `None` beyond the last.
    pub fn item_bytes(&self, index: usize) -> Option<&'a [u8]> {
        if index >= self.item_count() {
            return None;
        }
        let length = self.header.item_len().checked_mul(self.header.element_type().size())?;
        let start = index.checked_mul(length)?;
        self.data.get(start..start.checked_add(length)?)
    }

    /// The elements of the item at `index`, or `None` beyond the last.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn item<T: Element>(&self, index: usize) -> Result<Option<Elements<'a, T>>> {
        self.header.expect_type::<T>()?;
        Ok(self.item_bytes(index).map(Elements::new))
    }

    /// The items along the first axis, in order, each as its elements.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    ///
    /// ```
    /// let bytes = [0, 0, 0x09, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 0xFF, 3, 0xFC];
    /// let view = idx_format::View::new(&bytes)?;
    /// let items: Vec<Vec<i8>> = view.items::<i8>()?.map(Iterator::collect).collect();
    /// assert_eq!(items, [[1, -1], [3, -4]]);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn items<T: Element>(&self) -> Result<impl Iterator<Item = Elements<'a, T>> + use<'_, 'a, T>> {
        self.header.expect_type::<T>()?;
        let mut index = 0_usize;
        // No promise in the size hint, as in `Array::items`.
        Ok(std::iter::from_fn(move || {
            let item = self.item_bytes(index)?;
            index = index.saturating_add(1);
            Some(Elements::new(item))
        }))
    }

    /// A copy that owns its elements.
    pub fn to_array(&self) -> AnyArray {
        match self.header.element_type() {
            ElementType::U8 => AnyArray::U8(self.decode()),
            ElementType::I8 => AnyArray::I8(self.decode()),
            ElementType::I16 => AnyArray::I16(self.decode()),
            ElementType::I32 => AnyArray::I32(self.decode()),
            ElementType::F32 => AnyArray::F32(self.decode()),
            ElementType::F64 => AnyArray::F64(self.decode()),
        }
    }

    fn decode<T: Element>(&self) -> Array<T> {
        Array::from_checked(self.header.clone(), Elements::new(self.data).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_need_not_be_aligned() {
        let mut bytes = vec![0xEE];
        bytes.extend(crate::write(Vec::new(), &[2, 1], &[1.5_f64, f64::NEG_INFINITY]).unwrap());
        for start in 0..2 {
            let shifted = bytes[1 - start..].to_vec();
            let view = View::new(&shifted[start..]).unwrap();
            assert_eq!(view.elements::<f64>().unwrap().collect::<Vec<_>>(), [1.5, f64::NEG_INFINITY]);
            assert_eq!(view.item::<f64>(1).unwrap().unwrap().get(0), Some(f64::NEG_INFINITY));
            assert!(view.item::<f64>(2).unwrap().is_none());
        }
    }

    #[test]
    fn lengths_are_exact() {
        let bytes = [0, 0, 0x08, 1, 0, 0, 0, 2, 10, 20, 30];
        assert_eq!(View::new(&bytes[..10]).unwrap().as_u8().unwrap(), [10, 20]);
        let error = View::new(&bytes).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TrailingBytes { expected: 10, found: 11 });
        let error = View::new(&bytes[..9]).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::TruncatedData { expected: 2, found: 1 });
        assert_eq!(error.offset(), Some(9));
        let lenient = ReadOptions::new().allow_trailing_bytes(true).view(&bytes).unwrap();
        assert_eq!(lenient.data(), [10, 20]);
    }

    #[test]
    fn empty_items_are_counted() {
        let bytes = [0, 0, 0x0D, 3, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 28];
        let view = View::new(&bytes).unwrap();
        assert_eq!(view.items::<f32>().unwrap().map(|item| item.len()).collect::<Vec<_>>(), [0, 0, 0]);
    }
}
