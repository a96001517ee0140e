//! Numbers of bfloat16, the upper halves of f32: how they lie in lines, are rounded to, and multiplied.

use std::any::Any;
use std::ops::Range;

use pulp::{Simd, WithSimd, bytemuck};

use crate::instructions::Instructions;
use crate::panel::{Line, PANEL, PanelsMut, panels};
use crate::target::{PanelTarget, PanelTargets, Target};
use crate::tile::TALLEST;

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

/// The nearest bfloat16, of two equally near the even one; not-a-number stays so.
#[inline(always)]
fn bfloat(value: f32) -> u32 {
    let bits = value.to_bits();
    // What would carry into the infinities and beyond is no number: its payload keeps one bit.
    let rounded = bits.wrapping_add(0x7FFF + (bits >> 16 & 1)) >> 16;
    if value.is_nan() { bits >> 16 | 0x40 } else { rounded }
}

/// A line, rounded: one number a column, in its lower half.
#[inline(always)]
fn bfloats(line: &Line) -> [u32; PANEL] {
    line.0.map(bfloat)
}

#[inline(always)]
fn row_of(rounded: &[u32; PANEL]) -> BfloatLine {
    #[allow(clippy::cast_possible_truncation, reason = "the upper halves are zero")]
    let halves: [u16; PANEL] = rounded.map(|value| value as u16);
    BfloatLine(bytemuck::cast::<[u16; PANEL], [u32; PANEL / 2]>(halves).map(u32::from_le))
}

#[inline(always)]
fn pair_of(even: &[u32; PANEL], odd: &[u32; PANEL]) -> BfloatPairs {
    BfloatPairs(std::array::from_fn(|column| even[column] | odd[column] << 16))
}

/// The numbers of the even and of the odd rows, or columns, of pairs.
#[inline(always)]
pub(crate) fn even_and_odd<S: Simd>(simd: S, pairs: S::f32s) -> [S::f32s; 2] {
    let bits = simd.transmute_u32s_f32s(pairs);
    let even = simd.wrapping_dyn_shl_u32s(bits, simd.splat_u32s(16));
    let odd = simd.and_u32s(bits, simd.splat_u32s(0xFFFF_0000));
    [even, odd].map(|bits| simd.transmute_f32s_u32s(bits))
}

/// c + a b of the odd halves + a b of the even ones, in one instruction of AVX-512 BF16.
///
/// # Panics
/// If `S` is not AVX-512; if it is, only code for which the processor was found to have the instruction may call this.
#[inline(always)]
pub(crate) fn dot<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__m512, __m512bh, _mm512_dpbf16_ps};
        let register = |vector: &dyn Any| -> Option<__m512> {
            vector.downcast_ref::<pulp::f32x16>().map(|&vector| pulp::cast(vector))
        };
        if let (Some(a), Some(b), Some(c)) = (register(&a), register(&b), register(&c)) {
            // SAFETY: all three types are 64 bytes of which every pattern is a value. The instruction is there: only
            // `Product::run` with DOT comes here, which only `Instructions::multiply` calls, for a set that holds the
            // proof that it was detected.
            let sum = unsafe {
                let pairs = |vector: __m512| std::mem::transmute::<__m512, __m512bh>(vector);
                _mm512_dpbf16_ps(c, pairs(a), pairs(b))
            };
            let sum: pulp::f32x16 = pulp::cast(sum);
            if let Some(&sum) = (&sum as &dyn Any).downcast_ref() {
                return sum;
            }
        }
    }
    let _ = (simd, a, b, c);
    unreachable!("no other set of instructions multiplies pairs")
}

/// A matrix that is rounded while it is written: into rows, pairs of rows, or both, and kept in f32 where wanted.
#[derive(Debug)]
pub struct RoundedMut<'a> {
    values: Option<PanelsMut<'a>>,
    rows: Option<PanelsMut<'a, BfloatLine>>,
    pairs: Option<PanelsMut<'a, BfloatPairs>>,
    shape: (usize, usize),
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
        Self { values, rows: rounded_rows, pairs, shape }
    }

    /// Rounds the values that it holds.
    ///
    /// # Panics
    /// If it was given none.
    pub fn round(&mut self, instructions: Instructions) {
        struct Round<'p>(RoundedPanel<'p>, usize);
        impl WithSimd for Round<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(mut self, simd: S) {
                for first in (0..self.1).step_by(2) {
                    self.0.finish(simd, first..self.1.min(first + 2));
                }
            }
        }
        assert!(self.values.is_some(), "RoundedMut::round: there are no values");
        let (rows, columns) = self.shape;
        for panel in 0..panels(columns) {
            instructions.run(Round(self.panel(panel), rows));
        }
    }
}

impl Target for RoundedMut<'_> {
    type Operand = BfloatPairs;

    fn rows(&self) -> usize {
        self.shape.0
    }

    fn columns(&self) -> usize {
        self.shape.1
    }
}

impl PanelTargets for RoundedMut<'_> {
    type Panel<'p>
        = RoundedPanel<'p>
    where
        Self: 'p;

    fn panel(&mut self, index: usize) -> RoundedPanel<'_> {
        RoundedPanel {
            values: self.values.as_mut().map(|values| values.panel_mut(index)),
            rows: self.rows.as_mut().map(|rows| rows.panel_mut(index)),
            pairs: self.pairs.as_mut().map(|pairs| pairs.panel_mut(index)),
            tile: [Line::ZERO; TALLEST],
        }
    }

    fn keeps_values(&self) -> bool {
        self.values.is_some()
    }
}

/// One panel of a [`RoundedMut`].
#[derive(Debug)]
pub struct RoundedPanel<'p> {
    values: Option<&'p mut [Line]>,
    rows: Option<&'p mut [BfloatLine]>,
    pairs: Option<&'p mut [BfloatPairs]>,
    /// Where a tile's values are if they are not kept.
    tile: [Line; TALLEST],
}

impl PanelTarget for RoundedPanel<'_> {
    const TOGETHER: usize = 2;

    #[inline(always)]
    fn lines(&mut self, rows: Range<usize>) -> &mut [Line] {
        match &mut self.values {
            Some(values) => &mut values[rows],
            None => &mut self.tile[..rows.len()],
        }
    }

    #[inline(always)]
    fn finish<S: Simd>(&mut self, _: S, rows: Range<usize>) {
        let first = rows.start;
        let values = match &self.values {
            Some(values) => &values[rows.clone()],
            None => &self.tile[..rows.len()],
        };
        for (row, two) in (first..).step_by(2).zip(values.chunks(2)) {
            let even = bfloats(&two[0]);
            let odd = two.get(1).map_or([0; PANEL], bfloats);
            if let Some(pairs) = &mut self.pairs {
                pairs[row / 2] = pair_of(&even, &odd);
            }
            if let Some(rows) = &mut self.rows {
                let rows = &mut rows[row..];
                rows[0] = row_of(&even);
                if two.len() > 1 {
                    rows[1] = row_of(&odd);
                }
            }
        }
    }
}

/// Rounds rows of weights into pairs: half as many lines, rounded up.
///
/// # Panics
/// If `pairs` are not as many.
pub fn round_pairs(instructions: Instructions, weights: &[Line], pairs: &mut [BfloatPairs]) {
    struct Round<'a>(&'a [Line], &'a mut [BfloatPairs]);
    impl WithSimd for Round<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            for (two, pair) in self.0.chunks(2).zip(self.1) {
                *pair = pair_of(&bfloats(&two[0]), &two.get(1).map_or([0; PANEL], bfloats));
            }
        }
    }
    assert_eq!(pairs.len(), weights.len().div_ceil(2), "round_pairs: lines of pairs");
    instructions.run(Round(weights, pairs));
}

/// The lines of a square, rounded.
#[inline(always)]
pub(crate) fn round_rows(square: &[Line; PANEL]) -> [BfloatLine; PANEL] {
    std::array::from_fn(|row| row_of(&bfloats(&square[row])))
}
