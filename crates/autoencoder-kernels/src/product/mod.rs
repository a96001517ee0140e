//! The inner loops of all products of panels.

mod sparse;
mod tile;

pub(crate) use sparse::{Epilogues, SparseTransposedProduct, sparse_product};
pub(crate) use tile::{Epilogue, TALLEST, TransposedProduct, product};
