//! Products and reductions of ordinary ndarray views of any strides, over matrixmultiply and rayon.

mod parallel;
mod product;
mod reduction;

pub use product::{multiply, multiply_transposed_left, multiply_transposed_right};
pub use reduction::{column_extremes, column_squared_deviations, column_sums, row_squared_errors};
