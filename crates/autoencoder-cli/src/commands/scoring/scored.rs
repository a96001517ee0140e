//! Samples with their scores, where the columns to blame are found for those samples alone of which they are asked for.

use std::io::{self, Write};

use autoencoder::Scores;

use super::columns::Columns;
use super::model::ScoringModel;
use super::rows::{ScoredRow, ScoredRows};
use crate::failure::Outcome;
use crate::run::Seen;
use crate::terminal::Notes;

/// The number of samples of which columns to blame are found together.
const TOGETHER: usize = 8192;

const QUIET: Notes = Notes::new(true);

/// Samples with their scores.
pub(crate) struct ScoredData<'a> {
    model: &'a ScoringModel,
    seen: &'a Seen,
    pub(crate) scores: Vec<f64>,
    /// What each column has of all scores, where that is asked for, or where they are those of rows in time, which come of windows.
    pub(crate) whole: Option<Scores>,
}

impl<'a> ScoredData<'a> {
    /// Scores samples, with what each column has of all scores if `whole`.
    pub(crate) fn new(model: &'a ScoringModel, seen: &'a Seen, whole: bool, notes: Notes) -> Outcome<Self> {
        let whole =
            if whole || seen.is_in_time() { Some(model.scores_with_parts(seen, notes)?) } else { None };
        let scores = match &whole {
            Some(whole) => whole.scores.clone(),
            None => model.scores(seen, notes)?,
        };
        Ok(Self { model, seen, scores, whole })
    }

    /// The rows of the samples with these indices.
    pub(crate) fn rows(&self, indices: &[usize], threshold: f64) -> Outcome<Vec<ScoredRow>> {
        if indices.is_empty() {
            return Ok(Vec::new());
        }
        self.with_rows(indices, threshold, |rows| {
            let row = |(place, &index)| ScoredRow { row: index, ..rows.row(place) };
            Ok(indices.iter().enumerate().map(row).collect())
        })
    }

    /// Writes what `text` makes of the rows of all samples, some at a time.
    pub(crate) fn write(
        &self,
        threshold: f64,
        output: &mut dyn Write,
        text: impl Fn(&ScoredRows<'_>) -> Outcome<String>,
    ) -> Outcome<io::Result<()>> {
        for first in (0..self.scores.len()).step_by(TOGETHER) {
            let indices: Vec<usize> = (first..self.scores.len().min(first + TOGETHER)).collect();
            let lines = self.with_rows(&indices, threshold, |rows| text(rows))?;
            if let Err(error) = output.write_all(lines.as_bytes()) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    fn with_rows<T>(
        &self,
        indices: &[usize],
        threshold: f64,
        take: impl FnOnce(&ScoredRows<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let seen = self.seen.select_scored(indices);
        let scores = match &self.whole {
            Some(whole) => whole.select(indices),
            None => self.model.scores_with_parts(&seen, QUIET)?,
        };
        let columns = Columns::of(&self.model.loaded.model, &seen.samples);
        take(&ScoredRows {
            seen: &seen,
            first: indices[0],
            scores: &scores,
            scorer: &self.model.scorer,
            columns: &columns,
            threshold,
        })
    }
}
