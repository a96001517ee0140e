//! Arrays of the crate `ndarray` from ours, and ours from these (feature `ndarray`).

use ndarray::{ArrayBase, ArrayD, ArrayViewD, ArrayViewMutD, Data, Dimension, IxDyn};

use crate::array::Array;
use crate::element::Element;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::view::View;

impl<T: Element> Array<T> {
    /// The array as one of `ndarray`, with no copy made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NdarrayShape`] for empty arrays with sizes that `ndarray` cannot multiply, such as
    /// `[0, 2^32 - 1, 2^32 - 1]`.
    ///
    /// ```
    /// let array = idx_format::Array::new(&[2, 3], vec![1_i16, 2, 3, 4, 5, 6])?;
    /// assert_eq!(array.into_ndarray()?[[1, 0]], 4);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn into_ndarray(self) -> Result<ArrayD<T>> {
        let (sizes, elements) = self.into_parts();
        ArrayD::from_shape_vec(IxDyn(&sizes), elements).map_err(|_| shape_error(&sizes))
    }

    /// A borrowed look at the array through `ndarray`.
    ///
    /// # Errors
    ///
    /// The errors of [`into_ndarray`](Self::into_ndarray).
    pub fn ndarray_view(&self) -> Result<ArrayViewD<'_, T>> {
        view(self.sizes(), self.as_slice())
    }

    /// A borrowed look at the array through `ndarray`, whose elements can be changed in place.
    ///
    /// # Errors
    ///
    /// The errors of [`into_ndarray`](Self::into_ndarray).
    pub fn ndarray_view_mut(&mut self) -> Result<ArrayViewMutD<'_, T>> {
        let sizes = self.sizes().to_vec();
        ArrayViewMutD::from_shape(IxDyn(&sizes), self.as_mut_slice()).map_err(|_| shape_error(&sizes))
    }

    /// An array of what `ndarray` holds, in any memory layout; the elements are copied in the order of the indices.
    ///
    /// # Errors
    ///
    /// The errors of [`Header::new`](crate::Header::new).
    ///
    /// ```
    /// use idx_format::Array;
    ///
    /// let matrix = ndarray::array![[1_u8, 2, 3], [4, 5, 6]];
    /// let transposed = Array::from_ndarray(&matrix.t())?;
    /// assert_eq!(transposed.sizes(), [3, 2]);
    /// assert_eq!(transposed.as_slice(), [1, 4, 2, 5, 3, 6]);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn from_ndarray<S: Data<Elem = T>, D: Dimension>(array: &ArrayBase<S, D>) -> Result<Self> {
        Self::new(array.shape(), array.iter().copied().collect())
    }
}

impl<'a> View<'a> {
    /// The bytes of a `u8` file through `ndarray`, with no copy made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WrongType`], and the errors of [`Array::into_ndarray`].
    ///
    /// ```
    /// let bytes = [0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
    /// assert_eq!(idx_format::View::new(&bytes)?.ndarray_u8()?[[1, 2]], 6);
    /// # Ok::<(), idx_format::Error>(())
    /// ```
    pub fn ndarray_u8(&self) -> Result<ArrayViewD<'a, u8>> {
        view(self.sizes(), self.as_u8()?)
    }
}

fn view<'a, T>(sizes: &[usize], elements: &'a [T]) -> Result<ArrayViewD<'a, T>> {
    ArrayViewD::from_shape(IxDyn(sizes), elements).map_err(|_| shape_error(sizes))
}

fn shape_error(sizes: &[usize]) -> Error {
    Error::new(ErrorKind::NdarrayShape { sizes: sizes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_for_awkward_sizes() {
        for sizes in [&[][..], &[0], &[3, 0, 28], &[2, 3, 5]] {
            let count = sizes.iter().product::<usize>();
            let elements: Vec<f32> = (0_u8..).map(f32::from).take(count).collect();
            let mut array = Array::new(sizes, elements).unwrap();
            assert_eq!(array.ndarray_view().unwrap().shape(), sizes);
            assert_eq!(array.ndarray_view_mut().unwrap().shape(), sizes);
            let there = array.clone().into_ndarray().unwrap();
            assert_eq!(Array::from_ndarray(&there).unwrap(), array);
        }
    }

    #[test]
    fn sizes_beyond_ndarray_are_an_error() {
        let max = u32::MAX as usize;
        let mut array = Array::new(&[0, max, max, max], Vec::<u8>::new()).unwrap();
        assert!(array.ndarray_view().is_err());
        assert!(array.ndarray_view_mut().is_err());
        let error = array.into_ndarray().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NdarrayShape { .. }), "{error}");
    }
}
