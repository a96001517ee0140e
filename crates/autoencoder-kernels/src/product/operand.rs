//! The kinds of operands that a product can have, and the launch of products of them.

use super::dense::TransposedProduct;
use super::row_sum::RowSum;
use super::sparse::SparseTransposedProduct;
use crate::instructions::{Instructions, launches};
use crate::panel::Transposed;
use crate::vector::{BfloatPairs, Line};

/// A line of the right operand of a product, and of both operands where the left one is transposed: [`Line`] holds 32
/// columns of one row, [`BfloatPairs`] those of two rows.
pub trait Operand: LaunchProducts {
    /// A line of zeros.
    const ZERO: Self;
}

impl Operand for Line {
    const ZERO: Self = Self::ZERO;
}

impl Operand for BfloatPairs {
    const ZERO: Self = Self::ZERO;
}

/// The launch of products by the kind of their operands; callers of kernels need none of it.
pub trait LaunchProducts: Transposed {
    /// Launches a product Aᵀ B.
    fn multiply(instructions: Instructions, kernel: TransposedProduct<'_, '_, Self>);

    /// Launches a product Aᵀ B that skips the zeros of A.
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
