//! Matrices that are rounded to bfloat16 while they are written.

use std::ops::Range;

use pulp::Simd;

use super::panels::PanelsMut;
use super::target::{PanelTarget, PanelTargets, TALLEST};
use crate::instructions::{InstructionSet, Instructions, Kernel};
use crate::vector::{BfloatLine, BfloatPairs, Line, LineWords, Pair, Store, Storing, panels};

/// A matrix that is rounded to bfloat16 while it is written: into lines of rows, of pairs of rows, or both, and kept
/// in f32 where wanted.
#[derive(Debug)]
pub struct RoundedMut<'a> {
    values: Option<PanelsMut<'a>>,
    rows: Option<PanelsMut<'a, BfloatLine>>,
    pairs: Option<PanelsMut<'a, BfloatPairs>>,
    pub(crate) shape: (usize, usize),
    /// The values of a tile in f32, where the matrix does not keep them.
    tile: [Line; TALLEST],
}

impl<'a> RoundedMut<'a> {
    /// A matrix of `rows` x `columns`: its `values` in f32, its `rounded_rows`, and its `pairs` of rows, each
    /// overwritten where given.
    ///
    /// # Shapes
    /// `values` and `rounded_rows` (rows, columns), `pairs` (rows / 2 rounded up, columns).
    ///
    /// # Panics
    /// If one of the matrices has another shape.
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

    /// Rounds the values that this matrix keeps, into its rounded rows and pairs.
    ///
    /// # Panics
    /// If this matrix keeps no values.
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
            round_pairs_with(set, values, Store::Cached.to(&mut pairs[first / 2..]));
        }
        if let Some(rows) = &mut self.rows {
            for (value, row) in values.iter().pair(&mut rows[first..]) {
                *row = set.round_row(value);
            }
        }
    }
}

/// pairs ← `weights` rounded to bfloat16, two rows in a line. `pairs` is overwritten.
///
/// # Shapes
/// `weights` (rows) lines of one panel, `pairs` (rows / 2 rounded up) lines.
///
/// # Panics
/// If `pairs` has another number of lines.
pub fn round_pairs(instructions: Instructions, weights: &[Line], pairs: &mut [BfloatPairs], store: Store) {
    struct Round<'a>(&'a [Line], &'a mut [BfloatPairs], Store);
    impl Kernel for Round<'_> {
        type Output = ();
        const PAIRS: bool = true;

        #[inline(always)]
        fn run<I: InstructionSet>(self, set: I) {
            round_pairs_with(set, self.0, self.2.to(self.1));
        }
    }
    assert_eq!(pairs.len(), weights.len().div_ceil(2), "round_pairs: lines of pairs");
    instructions.launch(Round(weights, pairs, store));
}

#[inline(always)]
fn round_pairs_with<I: InstructionSet>(set: I, rows: &[Line], mut pairs: Storing<'_, BfloatPairs>) {
    for (two, mut pair) in rows.chunks(2).pair(pairs.places()) {
        let rounded = set.round_pair(&two[0], two.get(1).unwrap_or(&Line::ZERO));
        for (index, &vector) in I::Simd::as_simd_f32s(rounded.words()).0.iter().enumerate() {
            pair.put(set.simd(), index, vector);
        }
    }
}
