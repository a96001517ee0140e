//! Sums over rows in a fixed order, the same bits on any number of threads.

use ndarray::parallel::prelude::*;
use ndarray::{Array1, ArrayView2, Axis};
use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::panel::{Line, PANEL};

/// Rows that one task sums.
const ROWS: usize = 256;

/// The sum of each column, in f64.
///
/// ```
/// use ndarray::array;
/// assert_eq!(autoencoder_kernels::column_sums(array![[1.0, 2.0], [3.0, 5.0]].view()), array![4.0, 7.0]);
/// ```
pub fn column_sums(matrix: ArrayView2<'_, f32>) -> Array1<f64> {
    let parts: Vec<Array1<f64>> = matrix
        .axis_chunks_iter(Axis(0), ROWS)
        .into_par_iter()
        .map(|rows| {
            let mut sum = Array1::zeros(rows.ncols());
            for row in rows.rows() {
                sum.zip_mut_with(&row, |sum, &value| *sum += f64::from(value));
            }
            sum
        })
        .collect();
    parts.into_iter().fold(Array1::zeros(matrix.ncols()), |sum, part| sum + part)
}

/// The sum of (a - b)² over each row, in f64.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use ndarray::array;
/// let (a, b) = (array![[1.0, 2.0], [0.0, 0.0]], array![[0.0, 0.0], [3.0, 0.0]]);
/// assert_eq!(autoencoder_kernels::row_squared_errors(a.view(), b.view()), array![5.0, 9.0]);
/// ```
pub fn row_squared_errors(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Array1<f64> {
    assert_eq!(a.dim(), b.dim(), "row_squared_errors: shapes differ");
    let errors: Vec<f64> = a
        .axis_iter(Axis(0))
        .into_par_iter()
        .zip(b.axis_iter(Axis(0)))
        .map(|(a, b)| a.iter().zip(b).map(|(&a, &b)| f64::from(a - b).powi(2)).sum())
        .collect();
    errors.into()
}

/// The sum of the squares of all numbers, in f64: over each column first, so that no sum waits for the one before.
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, PANEL, sum_of_squares};
/// let lines = [Line([3.0; PANEL]), Line([4.0; PANEL])];
/// assert_eq!(sum_of_squares(Instructions::best(), &lines), 25.0 * PANEL as f64);
/// ```
pub fn sum_of_squares(instructions: Instructions, lines: &[Line]) -> f64 {
    struct Squares<'a>(&'a [Line]);
    impl WithSimd for Squares<'_> {
        type Output = [f64; PANEL];

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> [f64; PANEL] {
            let mut sums = [0.0; PANEL];
            for line in self.0 {
                for (sum, &value) in sums.iter_mut().zip(&line.0) {
                    *sum += f64::from(value) * f64::from(value);
                }
            }
            sums
        }
    }
    instructions.run(Squares(lines)).iter().sum()
}
