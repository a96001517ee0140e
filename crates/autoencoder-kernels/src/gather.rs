//! Samples on their way into panels: scaled, padded with zeros, and back.

use crate::panel::{Line, PANEL, PanelsMut, panels};

/// Writes row `row` of `target` from the `features` numbers that `value` gives for each column.
///
/// # Panics
/// If `row` is not in `target`.
#[inline]
pub fn gather_row(target: &mut PanelsMut<'_>, row: usize, value: impl Fn(usize) -> f32) {
    let columns = target.columns();
    for panel in 0..panels(columns) {
        let first = panel * PANEL;
        let line = &mut target.panel_mut(panel)[row];
        if first + PANEL <= columns {
            for (column, out) in line.0.iter_mut().enumerate() {
                *out = value(first + column);
            }
        } else {
            *line = Line::ZERO;
            for (column, out) in line.0[..columns - first].iter_mut().enumerate() {
                *out = value(first + column);
            }
        }
    }
}
