//! Lines of 32 numbers: how many a matrix takes, and their numbers as vectors.

use pulp::Simd;

/// The number of columns in a panel.
pub const PANEL: usize = 32;

/// Thirty-two consecutive columns of one row, aligned so that a vector load never crosses a cache line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Line(pub [f32; PANEL]);

impl Line {
    /// A line of zeros.
    pub const ZERO: Self = Self([0.0; PANEL]);
}

/// The number of panels that hold `columns` columns.
pub const fn panels(columns: usize) -> usize {
    columns.div_ceil(PANEL)
}

/// The number of lines that hold a matrix of `rows` x `columns`.
pub const fn lines(rows: usize, columns: usize) -> usize {
    rows * panels(columns)
}

/// The vectors of a line.
#[inline(always)]
pub(crate) fn vectors<S: Simd>(line: &Line) -> &[S::f32s] {
    S::as_simd_f32s(&line.0).0
}

/// The vectors of a line, to be overwritten.
#[inline(always)]
pub(crate) fn vectors_mut<S: Simd>(line: &mut Line) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(&mut line.0).0
}
