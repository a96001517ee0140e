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

/// The samples with the greatest scores, the greatest first; of those with the same score, the first first.
pub(super) fn worst(scores: &[f64], count: usize) -> Vec<usize> {
    if count == 0 {
        return Vec::new();
    }
    let greater = |&a: &usize, &b: &usize| scores[b].total_cmp(&scores[a]).then(a.cmp(&b));
    // The greatest of the scores so far, and others that have not been left out yet. What is no greater than the least of the greatest
    // is left out at once, which is most of them.
    let room = count.saturating_mul(2).max(64);
    let (mut order, mut bound) = (Vec::new(), None);
    for (row, score) in scores.iter().enumerate().filter(|(_, score)| !score.is_nan()) {
        if bound.is_some_and(|bound| score.total_cmp(bound).is_le()) {
            continue;
        }
        order.push(row);
        if order.len() == room {
            order.select_nth_unstable_by(count - 1, greater);
            order.truncate(count);
            bound = Some(&scores[order[count - 1]]);
        }
    }
    order.sort_by(greater);
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_scores_come_first_and_equal_ones_in_order() {
        let scores: Vec<f64> = (0..1000_u32)
            .map(
                |row| if row % 97 == 5 { f64::NAN } else { f64::from(row.wrapping_mul(2_654_435_761) >> 26) },
            )
            .collect();
        let mut expected: Vec<usize> = (0..scores.len()).filter(|&row| !scores[row].is_nan()).collect();
        expected.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        for count in [0, 1, 2, 10, 31, 32, 33, 500, 1000, usize::MAX] {
            let found = worst(&scores, count);
            assert_eq!(found, expected[..count.min(expected.len())], "{count}");
        }
    }
}
