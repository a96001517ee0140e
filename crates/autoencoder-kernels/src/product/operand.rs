//! The kinds of operands that a product may have, and how products of them are launched.

use super::dense::TransposedProduct;
use super::row_sum::RowSum;
use super::sparse::SparseTransposedProduct;
use crate::instructions::{Instructions, launches};
use crate::panel::Transposed;
use crate::vector::{BfloatPairs, Line};

/// What a step of k takes of the right operand, and of both where the left one is transposed: [`Line`] takes one
/// row of 32 columns, [`BfloatPairs`] two.
pub trait Operand: LaunchProducts {
    /// Nothing but zeros.
    const ZERO: Self;
}

impl Operand for Line {
    const ZERO: Self = Self::ZERO;
}

impl Operand for BfloatPairs {
    const ZERO: Self = Self::ZERO;
}

/// How products with an operand are launched: not for those who call them.
pub trait LaunchProducts: Transposed {
    /// Launches a product with Aᵀ.
    fn multiply(instructions: Instructions, kernel: TransposedProduct<'_, '_, Self>);

    /// Launches a product with Aᵀ that skips zeros.
    fn multiply_sparse(instructions: Instructions, kernel: SparseTransposedProduct<'_, '_, Self>);

    /// Launches a sum of rows.
    fn add_rows(instructions: Instructions, kernel: RowSum<'_, Self>);
}

impl LaunchProducts for Line {
    launches! {
        multiply: TransposedProduct<'_, '_, Self>,
        multiply_sparse: SparseTransposedProduct<'_, '_, Self>,
        add_rows: RowSum<'_, Self>,
    }
}

impl LaunchProducts for BfloatPairs {
    launches! {
        multiply: TransposedProduct<'_, '_, Self>,
        multiply_sparse: SparseTransposedProduct<'_, '_, Self>,
        add_rows: RowSum<'_, Self>,
    }
}
