//! A row for every scored sample.

use autoencoder::{Scorer, Scores};
use serde::Serialize;

use super::columns::Columns;
use crate::failure::{Failure, Outcome};
use crate::run::Seen;
use crate::terminal::numerals;

/// The number of columns that are blamed.
const BLAMED: usize = 3;

/// The samples with their scores.
pub(crate) struct ScoredRows<'a> {
    pub(crate) seen: &'a Seen,
    pub(crate) scores: &'a Scores,
    pub(crate) scorer: &'a Scorer,
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) threshold: f64,
}

/// A scored sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ScoredRow {
    /// The index of the row from 0.
    pub(crate) row: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// The score; a row in time that is in no window has none.
    pub(crate) score: Option<f64>,
    /// The share of the usual samples whose scores are below it.
    pub(crate) share_below: Option<f64>,
    pub(crate) flagged: bool,
    pub(crate) reasons: Vec<Reason>,
}

/// A column that has a large part of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Reason {
    pub(crate) column: String,
    /// The field of the sample, in the units of the data.
    pub(crate) value: String,
    /// The same as the model restores it.
    pub(crate) expected: String,
    /// The share of the parts of all columns.
    pub(crate) share: f64,
}

impl ScoredRows<'_> {
    pub(crate) fn len(&self) -> usize {
        self.scores.scores.len()
    }

    pub(crate) fn row(&self, row: usize) -> ScoredRow {
        let score = Some(self.scores.scores[row]).filter(|score| !score.is_nan());
        let scored = self.seen.scored();
        ScoredRow {
            row,
            id: scored.names.map(|names| names[row].clone()),
            label: scored.labels.map(|labels| labels.names[labels.of_sample[row]].clone()),
            score,
            share_below: score.map(|score| self.scorer.thresholds().share_below(score)),
            flagged: score.is_some_and(|score| score > self.threshold),
            reasons: self.reasons(row),
        }
    }

    /// The columns with the largest parts of a score, the largest first.
    fn reasons(&self, row: usize) -> Vec<Reason> {
        let parts = self.scores.parts.row(row);
        // What lowers a score is no reason for it.
        let all: f64 = parts.iter().map(|part| part.max(0.0)).sum();
        let mut order: Vec<usize> = (0..parts.len()).filter(|&column| parts[column] > 0.0).collect();
        order.sort_by(|&a, &b| parts[b].total_cmp(&parts[a]).then(a.cmp(&b)));
        order.truncate(BLAMED);
        let sample = self.seen.scored().samples.scaled(row..row + 1);
        let reason = |column: usize| Reason {
            column: self.columns.name(column).to_owned(),
            value: self.columns.text(column, sample.row(0)),
            expected: self.columns.text(column, self.scores.restored.row(row)),
            share: parts[column] / all,
        };
        order.into_iter().map(reason).collect()
    }

    pub(crate) fn csv(&self) -> Outcome<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let beside = self.seen.scored().beside();
        let mut names: Vec<String> = beside.columns.iter().map(|(name, _)| name.clone()).collect();
        names.extend(["score", "share_below", "flag"].map(str::to_owned));
        for number in 1..=BLAMED {
            names.extend(["column", "value", "expected", "share"].map(|name| format!("{name}_{number}")));
        }
        writer.write_record(&names).map_err(Failure::new)?;
        for row in 0..self.len() {
            let scored = self.row(row);
            let mut fields: Vec<String> =
                beside.columns.iter().map(|(_, fields)| fields[row].clone()).collect();
            fields.extend(match (scored.score, scored.share_below) {
                (Some(score), Some(share)) => {
                    [numerals::exact(score), rounded(share), u8::from(scored.flagged).to_string()]
                }
                _ => Default::default(),
            });
            for reason in &scored.reasons {
                let Reason { column, value, expected, share } = reason;
                fields.extend([column.clone(), value.clone(), expected.clone(), rounded(*share)]);
            }
            fields.resize(names.len(), String::new());
            writer.write_record(&fields).map_err(Failure::new)?;
        }
        writer.into_inner().map_err(Failure::new)
    }

    pub(crate) fn json_lines(&self) -> Outcome<Vec<u8>> {
        let mut lines = Vec::new();
        for row in 0..self.len() {
            serde_json::to_writer(&mut lines, &self.row(row)).map_err(Failure::new)?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

/// A share with as many digits as say something.
fn rounded(share: f64) -> String {
    numerals::exact((share * 1e6).round() / 1e6)
}
