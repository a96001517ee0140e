//! An owned array whose element type is known.

use std::io::Write;
use std::path::Path;

use crate::any_array::AnyArray;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;
use crate::write::{write, write_path};

/// An array in memory: sizes, and the elements with the last index fastest.
///
/// ```
/// use idx_format::Array;
///
/// let array = Array::new(&[2, 3], vec![1_i16, 2, 3, 4, 5, 6])?;
/// assert_eq!(array.item(1), Some(&[4, 5, 6][..]));
///
/// let mut file = Vec::new();
/// array.write_to(&mut file)?;
/// assert_eq!(idx_format::read(&file[..])?.into_typed::<i16>()?, array);
/// # Ok::<(), idx_format::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Array<T> {
    header: Header,
    elements: Vec<T>,
}

impl<T: Element> Array<T> {
    /// An array of these sizes, outermost first; no sizes are a scalar.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::new`], and [`ErrorKind::ElementCount`] when the elements are not as many as the sizes
    /// multiply to.
    ///
    /// ```
    /// let error = idx_format::Array::new(&[2, 3], vec![0_u8; 5]).unwrap_err();
    /// assert_eq!(error.to_string(), "sizes and data disagree: expected 6 elements, found 5 elements");
    /// ```
    pub fn new(sizes: &[usize], elements: Vec<T>) -> Result<Self> {
        let header = Header::new(T::TYPE, sizes)?;
        if header.element_count() != elements.len() {
            let (expected, found) = (header.element_count(), elements.len());
            return Err(Error::new(ErrorKind::ElementCount { expected, found }));
        }
        Ok(Self { header, elements })
    }

    /// An array with this header and these elements, which are as many as the header says.
    pub(crate) fn from_checked(header: Header, elements: Vec<T>) -> Self {
        debug_assert_eq!(
            header.element_count(),
            elements.len(),
            "the caller read as many as the header says"
        );
        Self { header, elements }
    }

    /// The element type and the sizes of this array, as the header of its file.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The size along each axis, outermost first.
    pub fn sizes(&self) -> &[usize] {
        self.header.sizes()
    }

    /// All elements, last index fastest.
    pub fn as_slice(&self) -> &[T] {
        &self.elements
    }

    /// All elements, to be changed in place.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.elements
    }

    /// All elements, with no copy made.
    pub fn into_vec(self) -> Vec<T> {
        self.elements
    }

    /// Sizes and elements, with no copy made.
    pub fn into_parts(self) -> (Vec<usize>, Vec<T>) {
        (self.header.sizes().to_vec(), self.elements)
    }

    /// The number of items along the first axis; a scalar is one item.
    pub fn item_count(&self) -> usize {
        self.header.item_count()
    }

    /// The elements of the item at `index`, or `None` beyond the last.
    pub fn item(&self, index: usize) -> Option<&[T]> {
        if index >= self.item_count() {
            return None;
        }
        let start = index.checked_mul(self.header.item_len())?;
        self.elements.get(start..start.checked_add(self.header.item_len())?)
    }

    /// The items along the first axis, in order; items without elements are empty slices.
    ///
    /// ```
    /// let array = idx_format::Array::new(&[3, 0, 28], Vec::<u8>::new())?;
    /// assert_eq!(array.items().count(), 3);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn items(&self) -> impl Iterator<Item = &[T]> {
        // `from_fn` promises nothing in its size hint: four billion empty items must not make `collect` reserve for them.
        let mut index = 0_usize;
        std::iter::from_fn(move || {
            let item = self.item(index)?;
            index = index.saturating_add(1);
            Some(item)
        })
    }

    /// Asks for a number of dimensions.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongDimensions`].
    pub fn expect_dimensions(&self, expected: usize) -> Result<()> {
        self.header.expect_dimensions(expected)
    }

    /// Asks for the sizes of one item.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongItemSizes`].
    pub fn expect_item_sizes(&self, expected: &[usize]) -> Result<()> {
        self.header.expect_item_sizes(expected)
    }

    /// Writes header and elements, and flushes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Write`].
    pub fn write_to(&self, output: impl Write) -> Result<()> {
        write(output, self.sizes(), &self.elements).map(|_| ())
    }

    /// Writes a file, compressed when its name ends in `.gz`; one that exists is overwritten.
    ///
    /// # Errors
    ///
    /// The errors of [`write_path`](crate::write_path).
    pub fn write_path(&self, path: impl AsRef<Path>) -> Result<()> {
        write_path(path, self.sizes(), &self.elements)
    }
}

impl<T: Element> From<Array<T>> for AnyArray {
    fn from(array: Array<T>) -> Self {
        T::into_any(array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_awkward_arrays() {
        let scalar = Array::new(&[], vec![7_u8]).unwrap();
        assert_eq!(scalar.items().collect::<Vec<_>>(), [[7]]);
        let empty_rows = Array::new(&[4, 0, 28], Vec::<f32>::new()).unwrap();
        assert_eq!(empty_rows.items().map(<[f32]>::len).collect::<Vec<_>>(), [0; 4]);
        let no_rows = Array::new(&[0, 3, 5], Vec::<i32>::new()).unwrap();
        assert_eq!(no_rows.items().count(), 0);
        let rows = Array::new(&[2, 3], vec![1_u8, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(rows.items().collect::<Vec<_>>(), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(rows.item(2), None);
        assert_eq!(rows.item(usize::MAX), None);
    }
}
