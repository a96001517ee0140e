//! Scores of rows in time, from those of the windows that they are in.

use ndarray::Axis;

use super::parts::{blame_of, scores_of};
use super::result::Scores;
use super::seen::{Seen, blocks};
use crate::inference::Inference;
use crate::parallel::prelude::*;
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::samples::windows::WindowRows;
use crate::scorer::Scorer;

/// The number of blocks of windows that are scored side by side: what belongs to all windows at once would be many times the rows.
const AT_ONCE: usize = 64;

/// Scores the rows over which the samples are windows.
pub(super) fn scores(
    inference: &Inference,
    scorer: &Scorer,
    samples: &Samples,
    windows: &WindowRows,
) -> Result<Scores, SamplesError> {
    let (_, columns) = windows.rows_dim();
    let in_window = (samples.features() / columns) as f64;
    let [mut parts, mut restored, mut expected] = [(); 3].map(|()| windows.means());
    // What belongs to no number of a window belongs to its rows alike.
    let mut rest = Vec::with_capacity(samples.len());
    for some in blocks(samples.len()).chunks(AT_ONCE) {
        let of_block = |rows: &std::ops::Range<usize>| {
            let seen = Seen::by(scorer, inference, samples, rows.clone())?;
            let (parts, expected) = blame_of(scorer, &seen);
            Ok((scores_of(scorer, &seen), parts, expected, seen.restored))
        };
        let found: Result<Vec<_>, SamplesError> = some.par_iter().map(of_block).collect();
        for (rows, (scores, of_block, expected_of_block, restored_of_block)) in some.iter().zip(found?) {
            let of_columns = of_block.sum_axis(Axis(1));
            rest.extend(
                scores.iter().zip(&of_columns).map(|(score, of_columns)| (score - of_columns) / in_window),
            );
            parts.add(rows.start, of_block.view());
            restored.add(rows.start, restored_of_block.view());
            expected.add(rows.start, expected_of_block.view());
        }
    }
    let parts = parts.finish();
    #[expect(clippy::cast_possible_truncation, reason = "means of numbers of this type")]
    let [restored, expected] = [restored, expected].map(|means| means.finish().mapv(|mean| mean as f32));
    let rest = windows.row_means(&rest);
    let scores =
        parts.sum_axis(Axis(1)).into_iter().zip(rest).map(|(of_columns, rest)| of_columns + rest).collect();
    Ok(Scores { scores, parts, restored, expected })
}
