//! Operands of products as kernels read them: numbers of f32, or pairs of bfloat16.

use pulp::Simd;

use crate::instructions::{F32s, InstructionSet};
use crate::vector::{BfloatLine, BfloatPairs, Line, LineWords, PANEL, even_and_odd, multiply_add, vectors};

/// The type of a line of the left operand of a product whose right operand has lines of `L`.
pub type RowLine<L> = <L as Steps>::Row;

/// The way in which kernels read operands, by the kind of line; callers of kernels need none of it. A step of k takes
/// one line of the right operand: one row of f32, or two rows of bfloat16.
pub trait Steps: LineWords + Copy + Send + Sync + std::fmt::Debug + 'static {
    /// The type of a line of the left operand: 32 columns of one row, and so [`Steps::HEIGHT`] steps of k.
    type Row: Copy + Send + Sync + std::fmt::Debug + 'static;
    /// The type of the number, or pair of numbers, of the left operand that a step multiplies with a line of the
    /// right one.
    type Factor: Copy;
    /// The number of lines that 32 rows take.
    const HEIGHT: usize;
    /// The number of rows in a line.
    const ROWS: usize = PANEL / Self::HEIGHT;

    /// The factor of step `step` in a line of the left operand.
    fn of_row(row: &Self::Row, step: usize) -> Self::Factor;

    /// The factors of `COUNT` columns from `first` on in this line, where the left operand is transposed.
    fn of_columns<const COUNT: usize>(&self, first: usize) -> &[Self::Factor; COUNT];

    /// A vector that holds the same factor for every column.
    fn splat<S: Simd>(simd: S, factor: Self::Factor) -> S::f32s;

    /// Vector `index` of the 32 columns of this line.
    fn load<S: Simd>(&self, index: usize) -> S::f32s;

    /// a b + c for each column; for pairs a b is a sum of two products.
    fn multiply_add<I: InstructionSet>(set: I, a: F32s<I>, b: F32s<I>, c: F32s<I>) -> F32s<I>;

    /// `sum` plus all rows of a vector, for each column.
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
        // Vectors of f32 carry the pairs, so that both kinds of operands have one type of vector.
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
