//! What the products multiply: numbers of f32, or pairs of bfloat16.

use pulp::Simd;

use crate::instructions::{F32s, InstructionSet};
use crate::vector::{BfloatLine, BfloatPairs, Line, LineWords, PANEL, even_and_odd, multiply_add, vectors};

/// A line of the left operand of a product whose right operand has lines of `L`.
pub type RowLine<L> = <L as Steps>::Row;

/// How a kernel reads operands: not for those who call it.
pub trait Steps: LineWords + Copy + Send + Sync + std::fmt::Debug + 'static {
    /// A line of the left operand: 32 columns of one row, and so as many steps of k as [`Steps::HEIGHT`].
    type Row: Copy + Send + Sync + std::fmt::Debug + 'static;
    /// What of the left operand is multiplied with a line of the right.
    type Factor: Copy;
    /// Lines that 32 rows take.
    const HEIGHT: usize;
    /// Rows in a line.
    const ROWS: usize = PANEL / Self::HEIGHT;

    /// The factor of step `step` in a row.
    fn of_row(row: &Self::Row, step: usize) -> Self::Factor;

    /// The factors of `COUNT` columns from `first` on in this step.
    fn of_columns<const COUNT: usize>(&self, first: usize) -> &[Self::Factor; COUNT];

    /// The same factor for all columns of a vector.
    fn splat<S: Simd>(simd: S, factor: Self::Factor) -> S::f32s;

    /// Vector `index` of 32 columns.
    fn load<S: Simd>(&self, index: usize) -> S::f32s;

    /// a b + c for each column.
    fn multiply_add<I: InstructionSet>(set: I, a: F32s<I>, b: F32s<I>, c: F32s<I>) -> F32s<I>;

    /// `sum` and all rows of a vector.
    fn add<S: Simd>(simd: S, sum: S::f32s, step: S::f32s) -> S::f32s;
}

impl Steps for Line {
    type Row = Self;
    type Factor = f32;
    const HEIGHT: usize = PANEL;

    #[inline(always)]
    fn of_row(row: &Self, step: usize) -> f32 {
        row.0[step]
    }

    #[inline(always)]
    fn of_columns<const COUNT: usize>(&self, first: usize) -> &[f32; COUNT] {
        self.0[first..].first_chunk().expect("as many columns as a tile has rows")
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, factor: f32) -> S::f32s {
        simd.splat_f32s(factor)
    }

    #[inline(always)]
    fn load<S: Simd>(&self, index: usize) -> S::f32s {
        vectors::<S>(self)[index]
    }

    #[inline(always)]
    fn multiply_add<I: InstructionSet>(set: I, a: F32s<I>, b: F32s<I>, c: F32s<I>) -> F32s<I> {
        multiply_add(set.simd(), a, b, c)
    }

    #[inline(always)]
    fn add<S: Simd>(simd: S, sum: S::f32s, step: S::f32s) -> S::f32s {
        simd.add_f32s(sum, step)
    }
}

impl Steps for BfloatPairs {
    type Row = BfloatLine;
    type Factor = u32;
    const HEIGHT: usize = PANEL / 2;

    #[inline(always)]
    fn of_row(row: &BfloatLine, step: usize) -> u32 {
        row.0[step]
    }

    #[inline(always)]
    fn of_columns<const COUNT: usize>(&self, first: usize) -> &[u32; COUNT] {
        self.0[first..].first_chunk().expect("as many columns as a tile has rows")
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, factor: u32) -> S::f32s {
        simd.transmute_f32s_u32s(simd.splat_u32s(factor))
    }

    #[inline(always)]
    fn load<S: Simd>(&self, index: usize) -> S::f32s {
        // Vectors of f32 carry the pairs: one type for both kinds of operands.
        let bits: &[f32; PANEL] = pulp::bytemuck::cast_ref(&self.0);
        S::as_simd_f32s(bits).0[index]
    }

    #[inline(always)]
    fn multiply_add<I: InstructionSet>(set: I, a: F32s<I>, b: F32s<I>, c: F32s<I>) -> F32s<I> {
        set.multiply_pairs(a, b, c)
    }

    #[inline(always)]
    fn add<S: Simd>(simd: S, sum: S::f32s, step: S::f32s) -> S::f32s {
        let [even, odd] = even_and_odd(simd, step);
        simd.add_f32s(simd.add_f32s(sum, even), odd)
    }
}
