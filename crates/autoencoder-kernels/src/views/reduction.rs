//! Sums and extremes over rows in a fixed order, the same bits on any number of threads.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis, Zip};

use super::parallel::prelude::*;

/// The number of rows that one task takes.
const ROWS: usize = 256;

/// Σ x over each column, in f64.
///
/// # Shapes
/// `matrix` (rows, columns); the result has one number for each column.
///
/// ```
/// use ndarray::array;
/// assert_eq!(autoencoder_kernels::column_sums(array![[1.0, 2.0], [3.0, 5.0]].view()), array![4.0, 7.0]);
/// ```
pub fn column_sums<T: Copy + Into<f64> + Sync>(matrix: ArrayView2<'_, T>) -> Array1<f64> {
    sum_rows(matrix, |sum, row| sum.zip_mut_with(&row, |sum, &value| *sum += value.into()))
}

/// Σ (x - m)² over each column, in f64, where m is the number of that column in `means`.
///
/// # Shapes
/// `matrix` (rows, columns), `means` (columns); the result has one number for each column.
///
/// # Panics
/// If the number of means is not that of columns.
///
/// ```
/// use ndarray::array;
/// let matrix = array![[1.0, 2.0], [3.0, 5.0]];
/// let squares = autoencoder_kernels::column_squared_deviations(matrix.view(), array![2.0, 3.0].view());
/// assert_eq!(squares, array![2.0, 5.0]);
/// ```
pub fn column_squared_deviations<T: Copy + Into<f64> + Sync>(
    matrix: ArrayView2<'_, T>,
    means: ArrayView1<'_, f64>,
) -> Array1<f64> {
    sum_rows(matrix, |sum, row| {
        Zip::from(sum).and(row).and(means).for_each(|sum, &x, mean| *sum += (x.into() - mean).powi(2));
    })
}

/// The least and the greatest number of each column, or nothing for a matrix without rows.
///
/// # Shapes
/// `matrix` (rows, columns); each result has one number for each column.
///
/// ```
/// use ndarray::array;
/// let [low, high] = autoencoder_kernels::column_extremes(array![[1.0, 5.0], [3.0, 2.0]].view()).unwrap();
/// assert_eq!((low, high), (array![1.0, 2.0], array![3.0, 5.0]));
/// ```
pub fn column_extremes<T: Copy + PartialOrd + Send + Sync>(
    matrix: ArrayView2<'_, T>,
) -> Option<[Array1<T>; 2]> {
    fn widen<T: Copy + PartialOrd>([low, high]: &mut [Array1<T>; 2], by: [ArrayView1<'_, T>; 2]) {
        low.zip_mut_with(&by[0], |low, &x| *low = if x < *low { x } else { *low });
        high.zip_mut_with(&by[1], |high, &x| *high = if x > *high { x } else { *high });
    }
    let parts: Vec<[Array1<T>; 2]> = matrix
        .axis_chunks_iter(Axis(0), ROWS)
        .into_par_iter()
        .map(|rows| {
            let mut extremes = [rows.row(0).to_owned(), rows.row(0).to_owned()];
            rows.rows().into_iter().for_each(|row| widen(&mut extremes, [row, row]));
            extremes
        })
        .collect();
    parts.into_iter().reduce(|mut extremes, [low, high]| {
        widen(&mut extremes, [low.view(), high.view()]);
        extremes
    })
}

/// The sum of what `add` adds for each row: first over groups of rows, then over the groups in order.
fn sum_rows<T: Sync>(
    matrix: ArrayView2<'_, T>,
    add: impl Fn(&mut Array1<f64>, ArrayView1<'_, T>) + Sync,
) -> Array1<f64> {
    let parts: Vec<Array1<f64>> = matrix
        .axis_chunks_iter(Axis(0), ROWS)
        .into_par_iter()
        .map(|rows| {
            let mut sum = Array1::zeros(rows.ncols());
            rows.rows().into_iter().for_each(|row| add(&mut sum, row));
            sum
        })
        .collect();
    parts.into_iter().fold(Array1::zeros(matrix.ncols()), |sum, part| sum + part)
}

/// Σ (a - b)² over each row, in f64.
///
/// # Shapes
/// `a` and `b` (rows, columns); the result has one number for each row.
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
