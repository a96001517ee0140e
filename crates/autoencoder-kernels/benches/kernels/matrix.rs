//! Matrices as products read and write them in either precision.

use autoencoder_kernels::{
    BfloatLine, BfloatPairs, Instructions, Line, Operand, PANEL, Panels, PanelsMut, RoundedMut, RowLine,
    Target, lines,
};
use ndarray::ArrayView2;

use super::numbers::{packed, poison};
use super::peak::Factors;

/// A matrix that products read and write.
pub(crate) trait Matrix: Sized {
    /// The kind of line that products of this matrix multiply.
    type Operand: Operand;
    /// The target through which products write this matrix.
    type Target<'a>: Target<Operand = Self::Operand>
    where
        Self: 'a;
    /// The precision of the numbers that are multiplied.
    const PRECISION: &str;
    const FACTORS: Factors;

    /// The matrix itself.
    fn of(matrix: ArrayView2<'_, f32>) -> Self;

    /// A matrix that was never written.
    fn poisoned(rows: usize, columns: usize) -> Self;

    /// The numbers of the matrix before they are rounded.
    fn values(&self) -> Panels<'_>;

    /// The matrix as a left operand.
    fn left(&self) -> Panels<'_, RowLine<Self::Operand>>;

    /// The matrix as a right operand, and as either operand of a gradient.
    fn steps(&self) -> Panels<'_, Self::Operand>;

    /// The matrix as a result.
    fn target(&mut self) -> Self::Target<'_>;
}

/// A matrix in f32.
pub(crate) struct Exact {
    lines: Vec<Line>,
    shape: (usize, usize),
}

impl Matrix for Exact {
    type Operand = Line;
    type Target<'a> = PanelsMut<'a>;
    const PRECISION: &str = "f32";
    const FACTORS: Factors = Factors::Numbers;

    fn of(matrix: ArrayView2<'_, f32>) -> Self {
        Self { lines: packed(matrix), shape: matrix.dim() }
    }

    fn poisoned(rows: usize, columns: usize) -> Self {
        Self { lines: poison(lines(rows, columns)), shape: (rows, columns) }
    }

    fn values(&self) -> Panels<'_> {
        let (rows, columns) = self.shape;
        Panels::new(&self.lines, rows, columns, rows)
    }

    fn left(&self) -> Panels<'_> {
        self.values()
    }

    fn steps(&self) -> Panels<'_> {
        self.values()
    }

    fn target(&mut self) -> PanelsMut<'_> {
        let (rows, columns) = self.shape;
        PanelsMut::new(&mut self.lines, rows, columns, rows)
    }
}

/// A matrix with its roundings to bfloat16.
pub(crate) struct Rounded {
    exact: Exact,
    rows: Vec<BfloatLine>,
    pairs: Vec<BfloatPairs>,
}

impl Matrix for Rounded {
    type Operand = BfloatPairs;
    type Target<'a> = RoundedMut<'a>;
    const PRECISION: &str = "bf16";
    const FACTORS: Factors = Factors::PairsOfBfloat;

    fn of(matrix: ArrayView2<'_, f32>) -> Self {
        let (rows, columns) = matrix.dim();
        let mut rounded = Self { exact: Exact::of(matrix), ..Self::poisoned(rows, columns) };
        rounded.target().round(Instructions::best());
        rounded
    }

    fn poisoned(rows: usize, columns: usize) -> Self {
        // Two numbers that are not-a-number.
        const POISON: u32 = 0x7FC0_7FC0;
        Self {
            exact: Exact::poisoned(rows, columns),
            rows: vec![BfloatLine([POISON; PANEL / 2]); lines(rows, columns)],
            pairs: vec![BfloatPairs([POISON; PANEL]); lines(rows.div_ceil(2), columns)],
        }
    }

    fn values(&self) -> Panels<'_> {
        self.exact.values()
    }

    fn left(&self) -> Panels<'_, BfloatLine> {
        let (rows, columns) = self.exact.shape;
        Panels::new(&self.rows, rows, columns, rows)
    }

    fn steps(&self) -> Panels<'_, BfloatPairs> {
        let (rows, columns) = self.exact.shape;
        Panels::new(&self.pairs, rows.div_ceil(2), columns, rows.div_ceil(2))
    }

    fn target(&mut self) -> RoundedMut<'_> {
        let Self { exact, rows: left, pairs } = self;
        let (rows, columns) = exact.shape;
        RoundedMut::new(
            rows,
            columns,
            Some(exact.target()),
            Some(PanelsMut::new(left, rows, columns, rows)),
            Some(PanelsMut::new(pairs, rows.div_ceil(2), columns, rows.div_ceil(2))),
        )
    }
}
