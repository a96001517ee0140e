//! Samples on their way into panels: converted, and padded with zeros.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::panel::{Line, PANEL, PanelsMut, panels};

/// Writes `convert(column, value)` of each value of `source` into row `row` of `target`.
///
/// # Panics
/// If `source` has not one value for each column, or there is no such row.
pub fn gather_row<T: Copy>(
    instructions: Instructions,
    target: &mut PanelsMut<'_>,
    row: usize,
    source: &[T],
    convert: impl Fn(usize, T) -> f32,
) {
    assert_eq!(source.len(), target.columns(), "gather_row: values and columns");
    instructions.run(Gather { target, row, source, convert });
}

struct Gather<'a, 'b, T, Convert> {
    target: &'a mut PanelsMut<'b>,
    row: usize,
    source: &'a [T],
    convert: Convert,
}

impl<T: Copy, Convert: Fn(usize, T) -> f32> WithSimd for Gather<'_, '_, T, Convert> {
    type Output = ();

    /// Plain loops: the compiler makes vectors of them, as wide as the instructions that it is compiled for.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (whole, rest) = self.source.as_chunks::<PANEL>();
        for (panel, values) in whole.iter().enumerate() {
            let line = &mut self.target.panel_mut(panel)[self.row].0;
            for column in 0..PANEL {
                line[column] = (self.convert)(panel * PANEL + column, values[column]);
            }
        }
        if !rest.is_empty() {
            let panel = panels(self.source.len()) - 1;
            let line = &mut self.target.panel_mut(panel)[self.row];
            *line = Line::ZERO;
            for (column, (out, &value)) in line.0.iter_mut().zip(rest).enumerate() {
                *out = (self.convert)(panel * PANEL + column, value);
            }
        }
    }
}
