//! Samples copied into panels: converted, padded with zeros, and searched for zeros.

use pulp::{Simd, WithSimd};

use super::nonzero::Nonzeros;
use super::panels::{Panels, PanelsMut};
use super::prefetch::prefetch;
use crate::instructions::Instructions;
use crate::vector::{Line, PANEL, Pair, array, bits, joined, panels, vectors};

/// The number of rows that are gathered together, panel by panel, so that what is read and what is written stays in
/// the first-level cache. The lines of a single row all fall into the same few sets of that cache.
const ROWS: usize = 8;

/// target[row, column] ← `convert(column, value)` for each value of `source(row)`.
///
/// # Shapes
/// `target` (rows, columns); `source` gives a slice of as many values as columns for each row. `target` is
/// overwritten, its padding with zeros.
///
/// # Panics
/// If a source does not have one value for each column.
pub fn gather<'s, T: Copy + 's>(
    instructions: Instructions,
    target: &mut PanelsMut<'_>,
    source: impl Fn(usize) -> &'s [T],
    convert: impl Fn(usize, T) -> f32,
) {
    let (rows, columns) = (target.rows(), target.columns());
    for first in (0..rows).step_by(ROWS) {
        let count = ROWS.min(rows - first);
        let sources: [&[T]; ROWS] =
            std::array::from_fn(|row| if row < count { source(first + row) } else { Default::default() });
        for source in &sources[..count] {
            assert_eq!(source.len(), columns, "gather: values and columns");
        }
        for row in first + count..rows.min(first + count + ROWS) {
            prefetch(source(row));
        }
        instructions.run(Gather { target, first, sources: &sources[..count], convert: &convert });
    }
}

struct Gather<'a, 'b, 's, T, Convert> {
    target: &'a mut PanelsMut<'b>,
    first: usize,
    sources: &'a [&'s [T]],
    convert: &'a Convert,
}

impl<T: Copy, Convert: Fn(usize, T) -> f32> WithSimd for Gather<'_, '_, '_, T, Convert> {
    type Output = ();

    /// The loops are plain: the compiler makes vectors of them, as wide as the instructions that it compiles for.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let columns = self.target.columns();
        for column in (0..columns).step_by(PANEL) {
            let lines = &mut self.target.panel_mut(column / PANEL)[self.first..];
            for (source, line) in self.sources.iter().pair(lines) {
                if let Some(values) = source[column..].first_chunk::<PANEL>() {
                    // All values are converted before the first is stored: otherwise each store might change a value
                    // that is still to be read.
                    *line = Line(array(0.0, |index| (*self.convert)(column + index, values[index])));
                } else {
                    *line = Line::ZERO;
                    for (index, (out, &value)) in line.0.iter_mut().pair(&source[column..]).enumerate() {
                        *out = (*self.convert)(column + index, value);
                    }
                }
            }
        }
    }
}

impl Nonzeros {
    /// Sets the bit of each number of `x` that is not zero, and clears all others.
    ///
    /// # Shapes
    /// `x` (rows, columns), at most as large as this set was made for.
    ///
    /// # Panics
    /// If `x` has more rows or columns than this set was made for.
    pub fn find(&mut self, instructions: Instructions, x: Panels<'_>) {
        struct Find<'a>(&'a mut [u32], &'a [Line]);
        impl WithSimd for Find<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let (rows, beyond) = self.0.split_at_mut(self.1.len());
                for (bits, line) in rows.iter_mut().pair(self.1) {
                    *bits = nonzero_columns(simd, line);
                }
                beyond.fill(0);
            }
        }
        self.check_room(x.rows(), x.columns());
        for index in 0..panels(x.columns()) {
            instructions.run(Find(self.panel_mut(index), x.panel(index)));
        }
    }
}

/// The columns of a line that are not zero, as bits.
#[inline(always)]
fn nonzero_columns<S: Simd>(simd: S, line: &Line) -> u32 {
    let zero = simd.splat_f32s(0.0);
    let vectors = vectors::<S>(line).iter();
    !joined::<S>(vectors.map(|&vector| bits::<S>(simd.equal_f32s(vector, zero))))
}
