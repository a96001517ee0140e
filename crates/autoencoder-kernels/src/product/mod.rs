//! The inner loops of all products of panels, dense ones and those that skip zeros.

mod dense;
mod operand;
mod row_sum;
mod sparse;
mod tile;

pub(crate) use dense::{Epilogue, TransposedProduct, product};
pub use operand::Operand;
pub(crate) use row_sum::RowSum;
pub(crate) use sparse::{Epilogues, SparseTransposedProduct, sparse_product};
