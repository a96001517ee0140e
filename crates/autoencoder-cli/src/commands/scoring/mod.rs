//! Scores of samples, for the commands that print them and those that draw them: what they are computed with, which of them are
//! flagged, and which columns are to blame.

mod columns;
mod detectors;
mod known_labels;
mod model;
mod rows;
mod scored;
mod threshold;

pub(super) use columns::Columns;
pub(super) use detectors::{MODEL, known_as};
pub(super) use known_labels::KnownLabels;
pub(super) use model::ScoringModel;
pub(super) use rows::{Reason, ScoredRow, ScoredRows, csv_header};
pub(super) use scored::ScoredData;
pub(super) use threshold::{Threshold, samples_of};

/// The samples with the greatest scores, the greatest first.
pub(super) fn worst(scores: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).filter(|&row| !scores[row].is_nan()).collect();
    let greater = |&a: &usize, &b: &usize| scores[b].total_cmp(&scores[a]).then(a.cmp(&b));
    if count < order.len() {
        // The others need no order.
        order.select_nth_unstable_by(count, greater);
        order.truncate(count);
    }
    order.sort_by(greater);
    order
}
