//! Rows in time around an odd one.

use std::ops::Range;

use autoencoder::About;

use super::contents::MOST_STRIPS;
use crate::commands::scoring::ScoredRows;
use crate::figures::Strip;
use crate::run::units::Units;

/// The columns to blame most around each of some rows, in their order: about `rows` rows of each.
pub(super) fn strips(
    scored: &ScoredRows<'_>,
    order: &[usize],
    rows: usize,
    about: &About,
) -> Vec<Vec<Strip>> {
    let samples = scored.seen.scored().samples;
    let units = Units::of(&about.scaling, samples.features());
    let strips = order.iter().map(|&row| {
        let around = around(row, rows, samples.len());
        let values = samples.scaled(around.clone());
        let parts = &scored.scores.parts;
        let blame = |column: usize| parts[(row, column)];
        let mut worst: Vec<usize> = (0..parts.ncols()).collect();
        worst.sort_by(|&a, &b| blame(b).total_cmp(&blame(a)).then(a.cmp(&b)));
        worst.truncate(MOST_STRIPS);
        worst.sort_unstable();
        let strip = |column: usize| Strip {
            name: scored.columns.name(column).to_owned(),
            values: around
                .clone()
                .zip(values.column(column))
                .map(|(row, &value)| {
                    // A hole is a gap in the line.
                    if scored.seen.is_hole(row, column) { f64::NAN } else { units.undo(column, value) }
                })
                .collect(),
            expected: around
                .clone()
                .map(|row| units.undo(column, scored.scores.expected[(row, column)]))
                .collect(),
            parts: around.clone().map(|row| parts[(row, column)]).collect(),
        };
        worst.into_iter().map(strip).collect()
    });
    strips.collect()
}

/// The `rows` rows around a row, out of `all`; at an end of the series they begin or end with it.
fn around(row: usize, rows: usize, all: usize) -> Range<usize> {
    let begin = row.saturating_sub(rows / 2).min(all.saturating_sub(rows));
    begin..(begin + rows).min(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_lies_within_the_series() {
        assert_eq!((around(50, 24, 100), around(3, 24, 100), around(99, 24, 100)), (38..62, 0..24, 76..100));
        assert_eq!(around(2, 24, 5), 0..5);
    }
}
