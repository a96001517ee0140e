//! What is drawn of the samples with the greatest scores.

use autoencoder::{About, Samples, Scores};
use ndarray::{Array2, Axis};

use crate::commands::scoring::{Reason, ScoredRow};
use crate::figures::{BlamedColumn, Strip};
use crate::run::comparison;
use crate::run::units::Units;
use crate::terminal::numerals;

/// The most series of a sample that are shown.
pub(super) const MOST_STRIPS: usize = 3;

/// The samples with the greatest scores.
pub(super) struct Worst<'a> {
    pub(super) about: &'a About,
    /// The samples, the worst first.
    pub(super) samples: &'a Samples,
    /// The scores of all samples.
    pub(super) scores: &'a Scores,
    /// The places of the samples among all.
    pub(super) order: &'a [usize],
}

impl Worst<'_> {
    /// The samples as they are, and as the model restores them, scaled.
    fn states(&self) -> [Array2<f32>; 2] {
        [self.samples.scaled(0..self.samples.len()), self.scores.restored.select(Axis(0), self.order)]
    }

    /// The same as shades from black to white.
    pub(super) fn shades(&self) -> Vec<Array2<f32>> {
        comparison::shades(&self.about.scaling, self.states().into())
    }

    /// The series of each sample with the largest parts of its score, in their order.
    pub(super) fn strips(&self, series: usize) -> Vec<Vec<Strip>> {
        let originals = self.samples.scaled(0..self.samples.len());
        let expected = self.scores.expected.select(Axis(0), self.order);
        // Behind the columns there may be indicators of holes.
        let features = self.scores.parts.ncols();
        let units = Units::of(&self.about.scaling, features);
        let strips = self.order.iter().enumerate().map(|(place, &row)| {
            let parts = self.scores.parts.row(row);
            let of = |one: usize| (one..features).step_by(series);
            let blame = |one: usize| of(one).map(|feature| parts[feature].max(0.0)).sum::<f64>();
            let mut worst: Vec<usize> = (0..series).collect();
            worst.sort_by(|&a, &b| blame(b).total_cmp(&blame(a)).then(a.cmp(&b)));
            worst.truncate(MOST_STRIPS);
            worst.sort_unstable();
            let in_units = |state: &Array2<f32>, one: usize| -> Vec<f64> {
                of(one).map(|feature| units.undo(feature, state[(place, feature)])).collect()
            };
            // A hole is a gap in the line.
            let known = |one: usize| -> Vec<f64> {
                let is_hole = of(one).map(|feature| self.samples.is_hole(place, feature));
                let values = in_units(&originals, one).into_iter().zip(is_hole);
                values.map(|(value, is_hole)| if is_hole { f64::NAN } else { value }).collect()
            };
            let strip = |one: usize| Strip {
                name: if series > 1 { format!("series {}", one + 1) } else { "value".to_owned() },
                values: known(one),
                expected: in_units(&expected, one),
                parts: of(one).map(|feature| parts[feature]).collect(),
            };
            worst.into_iter().map(strip).collect()
        });
        strips.collect()
    }
}

/// A field as figures show it.
fn field(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), numerals::in_figure)
}

/// The columns to blame of a row, and last all others together.
pub(super) fn blamed(row: &ScoredRow) -> Vec<BlamedColumn> {
    /// Less than this is not worth a line.
    const LEAST: f64 = 0.005;
    let column = |reason: &Reason| {
        let [value, expected] = reason.brief().map(|text| field(&text));
        BlamedColumn { name: Some(reason.column.clone()), value, expected, share: reason.share }
    };
    let worth = row.reasons.iter().filter(|reason| reason.share >= LEAST);
    let mut columns: Vec<BlamedColumn> = worth.map(column).collect();
    let rest = 1.0 - columns.iter().map(|column| column.share).sum::<f64>();
    if !columns.is_empty() && rest >= LEAST {
        columns.push(BlamedColumn { name: None, value: String::new(), expected: String::new(), share: rest });
    }
    columns
}
