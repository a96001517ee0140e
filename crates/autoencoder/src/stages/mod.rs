//! The stages of a step, a file each, and the blocks of rows that pass them.

pub(crate) mod block;
pub(crate) mod contraction;
pub(crate) mod normalization;
pub(crate) mod recipe;
pub(crate) mod shift;
pub(crate) mod sparsity;
