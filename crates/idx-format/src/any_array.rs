//! An owned array of whatever type its file says.

use std::io::Write;

use crate::array::Array;
use crate::element::{Element, ElementType};
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;

/// An array in memory whose element type is known only when it has been read.
///
/// Match on it to serve every type, or ask for the one that the use needs:
///
/// ```
/// use idx_format::AnyArray;
///
/// let array = idx_format::read(&[0, 0, 0x0C, 1, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFD][..])?;
/// assert_eq!(array.as_slice::<i32>()?, [-3]);
/// assert_eq!(array.as_slice::<u8>().unwrap_err().to_string(), "wrong element type: expected u8, found i32");
///
/// let numbers: Vec<f64> = match &array {
///     AnyArray::U8(array) => array.as_slice().iter().map(|element| f64::from(*element)).collect(),
///     AnyArray::I32(array) => array.as_slice().iter().map(|element| f64::from(*element)).collect(),
///     other => panic!("expected u8 or i32, found {}", other.element_type()),
/// };
/// assert_eq!(numbers, [-3.0]);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum AnyArray {
    /// Unsigned 8-bit integers.
    U8(Array<u8>),
    /// Signed 8-bit integers.
    I8(Array<i8>),
    /// Signed 16-bit integers.
    I16(Array<i16>),
    /// Signed 32-bit integers.
    I32(Array<i32>),
    /// 32-bit floating point numbers.
    F32(Array<f32>),
    /// 64-bit floating point numbers.
    F64(Array<f64>),
}

impl AnyArray {
    /// The element type and the sizes of this array, as the header of its file.
    pub fn header(&self) -> &Header {
        match self {
            Self::U8(array) => array.header(),
            Self::I8(array) => array.header(),
            Self::I16(array) => array.header(),
            Self::I32(array) => array.header(),
            Self::F32(array) => array.header(),
            Self::F64(array) => array.header(),
        }
    }

    /// The type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.header().element_type()
    }

    /// The size along each axis, outermost first.
    pub fn sizes(&self) -> &[usize] {
        self.header().sizes()
    }

    /// The number of items along the first axis; a scalar is one item.
    pub fn item_count(&self) -> usize {
        self.header().item_count()
    }

    /// The typed array.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn as_typed<T: Element>(&self) -> Result<&Array<T>> {
        T::borrow_any(self).ok_or_else(|| wrong_type::<T>(self))
    }

    /// The typed array, with no copy made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn into_typed<T: Element>(self) -> Result<Array<T>> {
        T::from_any(self).map_err(|array| wrong_type::<T>(&array))
    }

    /// All elements, last index fastest.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`].
    pub fn as_slice<T: Element>(&self) -> Result<&[T]> {
        self.as_typed().map(Array::as_slice)
    }

    /// Asks for a number of dimensions.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongDimensions`].
    pub fn expect_dimensions(&self, expected: usize) -> Result<()> {
        self.header().expect_dimensions(expected)
    }

    /// Asks for the sizes of one item.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongItemSizes`].
    pub fn expect_item_sizes(&self, expected: &[usize]) -> Result<()> {
        self.header().expect_item_sizes(expected)
    }

    /// Writes header and elements, and flushes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Write`].
    pub fn write_to(&self, output: impl Write) -> Result<()> {
        match self {
            Self::U8(array) => array.write_to(output),
            Self::I8(array) => array.write_to(output),
            Self::I16(array) => array.write_to(output),
            Self::I32(array) => array.write_to(output),
            Self::F32(array) => array.write_to(output),
            Self::F64(array) => array.write_to(output),
        }
    }
}

fn wrong_type<T: Element>(array: &AnyArray) -> Error {
    Error::new(ErrorKind::WrongType { expected: T::TYPE, found: array.element_type() })
}
