//! Numbers of bfloat16, the upper halves of f32: how they lie in lines, are rounded to, and multiplied.

use std::ops::Range;

use pulp::Simd;

use super::panels::PanelsMut;
use super::target::{PanelTarget, PanelTargets, Target};
use super::transpose::LineWords;
use crate::instructions::{InstructionSet, Instructions, Kernel, launches};
use crate::layer::{Backward, Forward, ForwardLoss, Normalize};
use crate::product::TALLEST;
use crate::vector::{Line, PANEL, Pair, Store, panels};

/// Thirty-two consecutive columns of one row, rounded to bfloat16: the left operand of a product.
///
/// Each number holds two columns, the even one in its lower half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatLine(pub [u32; PANEL / 2]);

impl BfloatLine {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL / 2]);
}

/// Thirty-two consecutive columns of two rows, rounded to bfloat16: the right operand of a product, and both where the
/// left one is transposed.
///
/// Each number holds one column, the even row in its lower half. A last row without a second has zeros for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct BfloatPairs(pub [u32; PANEL]);

impl BfloatPairs {
    /// A line of zeros.
    pub const ZERO: Self = Self([0; PANEL]);
}

/// The nearest number of bfloat16, of two equally near the even one, in the upper half; the lower is of no meaning.
/// Not-a-number stays so.
#[inline(always)]
fn nearest(value: f32) -> u32 {
    let bits = value.to_bits();
    // What would carry into the infinities and beyond is no number: its payload keeps one bit.
    if value.is_nan() { bits | 0x40_0000 } else { bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) }
}

/// The nearest numbers, that of `even` in the lower half.
#[inline(always)]
fn nearest_two(even: f32, odd: f32) -> u32 {
    nearest(even) >> 16 | nearest(odd) & 0xFFFF_0000
}

/// Rounds a row, whatever the instructions.
#[inline(always)]
pub(crate) fn nearest_row(row: &Line) -> BfloatLine {
    let mut rounded = BfloatLine::ZERO;
    // A loop and not `map`: that would be a call, and not compiled for the instructions.
    for (word, &[even, odd]) in rounded.0.iter_mut().pair(row.0.as_chunks().0) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// Rounds two rows, whatever the instructions.
#[inline(always)]
pub(crate) fn nearest_pair(even: &Line, odd: &Line) -> BfloatPairs {
    let mut rounded = BfloatPairs::ZERO;
    for (word, (&even, &odd)) in rounded.0.iter_mut().pair(even.0.iter().pair(&odd.0)) {
        *word = nearest_two(even, odd);
    }
    rounded
}

/// The numbers of the even and of the odd rows, or columns, of pairs.
#[inline(always)]
pub(crate) fn even_and_odd<S: Simd>(simd: S, pairs: S::f32s) -> [S::f32s; 2] {
    let bits = simd.transmute_u32s_f32s(pairs);
    let even = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16));
    let odd = simd.and_u32s(bits, simd.splat_u32s(0xFFFF_0000));
    [simd.transmute_f32s_u32s(even), simd.transmute_f32s_u32s(odd)]
}

/// A matrix that is rounded while it is written: into rows, pairs of rows, or both, and kept in f32 where wanted.
#[derive(Debug)]
pub struct RoundedMut<'a> {
    values: Option<PanelsMut<'a>>,
    rows: Option<PanelsMut<'a, BfloatLine>>,
    pairs: Option<PanelsMut<'a, BfloatPairs>>,
    shape: (usize, usize),
    /// Where a tile's values are if they are not kept.
    tile: [Line; TALLEST],
}

impl<'a> RoundedMut<'a> {
    /// A matrix of `rows` x `columns`: its `values` in f32, its `rounded_rows`, and its `pairs` of rows.
    ///
    /// # Panics
    /// If one of them has another shape; pairs are half as many rows, rounded up.
    pub fn new(
        rows: usize,
        columns: usize,
        values: Option<PanelsMut<'a>>,
        rounded_rows: Option<PanelsMut<'a, BfloatLine>>,
        pairs: Option<PanelsMut<'a, BfloatPairs>>,
    ) -> Self {
        let shape = (rows, columns);
        if let Some(values) = &values {
            assert_eq!((values.rows(), values.columns()), shape, "RoundedMut::new: shape of the values");
        }
        if let Some(rounded) = &rounded_rows {
            assert_eq!((rounded.rows(), rounded.columns()), shape, "RoundedMut::new: shape of the rows");
        }
        if let Some(pairs) = &pairs {
            let expected = (rows.div_ceil(2), columns);
            assert_eq!((pairs.rows(), pairs.columns()), expected, "RoundedMut::new: shape of the pairs");
        }
        Self { values, rows: rounded_rows, pairs, shape, tile: [Line::ZERO; TALLEST] }
    }

    /// Rounds the values that it holds.
    ///
    /// # Panics
    /// If it was given none.
    pub fn round(&mut self, instructions: Instructions) {
        struct Round<'p>(RoundedPanel<'p>, usize);
        impl Kernel for Round<'_> {
            type Output = ();
            const PAIRS: bool = true;

            #[inline(always)]
            fn run<I: InstructionSet>(mut self, set: I) {
                self.0.finish(set, 0..self.1);
            }
        }
        assert!(self.values.is_some(), "RoundedMut::round: there are no values");
        let (rows, columns) = self.shape;
        for panel in 0..panels(columns) {
            instructions.launch(Round(self.panel(panel), rows));
        }
    }
}

impl Target for RoundedMut<'_> {
    fn rows(&self) -> usize {
        self.shape.0
    }

    fn columns(&self) -> usize {
        self.shape.1
    }
}

impl PanelTargets for RoundedMut<'_> {
    type Operand = BfloatPairs;
    type Panel<'p>
        = RoundedPanel<'p>
    where
        Self: 'p;

    fn panel(&mut self, index: usize) -> RoundedPanel<'_> {
        RoundedPanel {
            values: self.values.as_mut().map(|values| values.panel_mut(index)),
            rows: self.rows.as_mut().map(|rows| rows.panel_mut(index)),
            pairs: self.pairs.as_mut().map(|pairs| pairs.panel_mut(index)),
            tile: &mut self.tile,
        }
    }

    fn keeps_values(&self) -> bool {
        self.values.is_some()
    }

    launches! {
        forward: Forward<'_, '_, Self>,
    }
}

/// One panel of a [`RoundedMut`].
#[derive(Debug)]
pub struct RoundedPanel<'p> {
    values: Option<&'p mut [Line]>,
    rows: Option<&'p mut [BfloatLine]>,
    pairs: Option<&'p mut [BfloatPairs]>,
    tile: &'p mut [Line; TALLEST],
}

impl PanelTarget for RoundedPanel<'_> {
    type Operand = BfloatPairs;
    const TOGETHER: usize = 2;

    #[inline(always)]
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line] {
        match &mut self.values {
            Some(values) => &mut values[rows],
            None => &mut self.tile[..rows.len()],
        }
    }

    #[inline(always)]
    fn finish<I: InstructionSet>(&mut self, set: I, rows: Range<usize>) {
        let first = rows.start;
        let values = match &self.values {
            Some(values) => &values[rows.clone()],
            None => &self.tile[..rows.len()],
        };
        if let Some(pairs) = &mut self.pairs {
            round_pairs_with(set, values, &mut pairs[first / 2..], Store::Cached);
        }
        if let Some(rows) = &mut self.rows {
            for (value, row) in values.iter().pair(&mut rows[first..]) {
                *row = set.round_row(value);
            }
        }
    }

    launches! {
        backward: Backward<'_, Self>,
        forward_loss: ForwardLoss<'_, Self>,
        normalize: Normalize<'_, Self>,
    }
}

/// Rounds rows of weights into pairs: half as many lines, rounded up.
///
/// # Panics
/// If `pairs` are not as many.
pub fn round_pairs(instructions: Instructions, weights: &[Line], pairs: &mut [BfloatPairs], store: Store) {
    struct Round<'a>(&'a [Line], &'a mut [BfloatPairs], Store);
    impl Kernel for Round<'_> {
        type Output = ();
        const PAIRS: bool = true;

        #[inline(always)]
        fn run<I: InstructionSet>(self, set: I) {
            round_pairs_with(set, self.0, self.1, self.2);
            self.2.end();
        }
    }
    assert_eq!(pairs.len(), weights.len().div_ceil(2), "round_pairs: lines of pairs");
    instructions.launch(Round(weights, pairs, store));
}

#[inline(always)]
fn round_pairs_with<I: InstructionSet>(set: I, rows: &[Line], pairs: &mut [BfloatPairs], store: Store) {
    for (two, pair) in rows.chunks(2).pair(pairs) {
        let rounded = set.round_pair(&two[0], two.get(1).unwrap_or(&Line::ZERO));
        for (index, &vector) in I::Simd::as_simd_f32s(rounded.words()).0.iter().enumerate() {
            store.put(set.simd(), pair, index, vector);
        }
    }
}
