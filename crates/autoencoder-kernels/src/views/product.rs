//! General products of ndarray views of any strides, over matrixmultiply, parallel over rows of the result.
//!
//! These products serve work outside the training step: covariances, projections, references.

use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::parallel::prelude::*;

/// The number of rows of the result that one task computes; fixed, so that the bits do not depend on the number of
/// threads.
const ROWS: usize = 64;

/// C ← A B.
///
/// # Shapes
/// `a` (m, k), `b` (k, n), `c` (m, n). `c` is overwritten, whatever it held.
///
/// # Panics
/// If the shapes do not fit.
///
/// ```
/// use ndarray::{Array2, array};
/// let mut c = Array2::zeros((1, 2));
/// autoencoder_kernels::multiply(array![[1.0, 2.0]].view(), array![[1.0, 0.0], [3.0, 1.0]].view(), c.view_mut());
/// assert_eq!(c, array![[7.0, 2.0]]);
/// ```
pub fn multiply(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut c: ArrayViewMut2<'_, f32>) {
    assert_eq!(a.ncols(), b.nrows(), "multiply: columns of A ({:?}) and rows of B ({:?})", a.dim(), b.dim());
    assert_eq!(c.dim(), (a.nrows(), b.ncols()), "multiply: shape of C");
    c.axis_chunks_iter_mut(Axis(0), ROWS)
        .into_par_iter()
        .zip(a.axis_chunks_iter(Axis(0), ROWS))
        .for_each(|(c, a)| multiply_rows(a, b, c));
}

/// C ← A B on this thread.
fn multiply_rows(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, mut c: ArrayViewMut2<'_, f32>) {
    let ((m, k), n) = (a.dim(), b.ncols());
    let (a_strides, b_strides, c_strides) = (a.strides(), b.strides(), c.strides());
    let (a_row, a_column) = (a_strides[0], a_strides[1]);
    let (b_row, b_column) = (b_strides[0], b_strides[1]);
    let (c_row, c_column) = (c_strides[0], c_strides[1]);
    // SAFETY: the pointers and strides are those of live ndarray views, and the caller asserted that the sizes
    // are theirs (A m x k, B k x n, C m x n), so that every element addressed lies in its view. C is borrowed
    // mutably, so nothing else reads or writes it, and distinct indices of a mutable view are distinct places.
    // With beta = 0, sgemm writes C without reading it.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            a.as_ptr(),
            a_row,
            a_column,
            b.as_ptr(),
            b_row,
            b_column,
            0.0,
            c.as_mut_ptr(),
            c_row,
            c_column,
        );
    }
}

/// C ← Aᵀ B.
///
/// # Shapes
/// `a` (k, m), `b` (k, n), `c` (m, n). `c` is overwritten, whatever it held.
///
/// # Panics
/// If the shapes do not fit.
pub fn multiply_transposed_left(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, c: ArrayViewMut2<'_, f32>) {
    multiply(a.reversed_axes(), b, c);
}

/// C ← A Bᵀ.
///
/// # Shapes
/// `a` (m, k), `b` (n, k), `c` (m, n). `c` is overwritten, whatever it held.
///
/// # Panics
/// If the shapes do not fit.
pub fn multiply_transposed_right(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, c: ArrayViewMut2<'_, f32>) {
    multiply(a, b.reversed_axes(), c);
}
