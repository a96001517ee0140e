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
    /// The index of the first of them in the data.
    pub(crate) first: usize,
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
    /// What is expected in its place: what the model restores, or what a density holds likeliest given all other columns.
    pub(crate) expected: String,
    /// The share of the parts of all columns.
    pub(crate) share: f64,
}

impl ScoredRows<'_> {
    pub(crate) fn len(&self) -> usize {
        self.scores.scores.len()
    }

    /// A row with the columns that are most to blame.
    pub(crate) fn row(&self, row: usize) -> ScoredRow {
        self.row_blaming(row, BLAMED)
    }

    /// A row with at most `most` columns to blame.
    pub(crate) fn row_blaming(&self, row: usize, most: usize) -> ScoredRow {
        let score = Some(self.scores.scores[row]).filter(|score| !score.is_nan());
        let scored = self.seen.scored();
        ScoredRow {
            row: self.first + row,
            id: scored.names.map(|names| names[row].clone()),
            label: scored.labels.map(|labels| labels.names[labels.of_sample[row]].clone()),
            score,
            share_below: score.map(|score| self.scorer.thresholds().share_below(score)),
            flagged: score.is_some_and(|score| score > self.threshold),
            reasons: self.reasons(row, most),
        }
    }

    /// The columns with the largest parts of a score, the largest first.
    fn reasons(&self, row: usize, most: usize) -> Vec<Reason> {
        let parts = self.scores.parts.row(row);
        // What lowers a score is no reason for it.
        let all: f64 = parts.iter().map(|part| part.max(0.0)).sum();
        let mut order: Vec<usize> = (0..parts.len()).filter(|&column| parts[column] > 0.0).collect();
        order.sort_by(|&a, &b| parts[b].total_cmp(&parts[a]).then(a.cmp(&b)));
        order.truncate(most);
        let scored = self.seen.scored().samples;
        let sample = scored.scaled(row..row + 1);
        let reason = |column: usize| Reason {
            column: self.columns.name(column).to_owned(),
            value: self.columns.text(column, sample.row(0)),
            expected: self.columns.text(column, self.scores.expected.row(row)),
            share: parts[column] / all,
        };
        order.into_iter().map(reason).collect()
    }

    /// The lines of a CSV file without its header.
    pub(crate) fn csv_lines(&self) -> Outcome<String> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let beside = self.seen.scored().named();
        let length = csv_names(beside.columns.iter().map(|(name, _)| name.clone())).len();
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
            fields.resize(length, String::new());
            writer.write_record(&fields).map_err(Failure::new)?;
        }
        text(writer)
    }

    pub(crate) fn json_lines(&self) -> Outcome<String> {
        let mut lines = String::new();
        for row in 0..self.len() {
            lines.push_str(&serde_json::to_string(&self.row(row)).map_err(Failure::new)?);
            lines.push('\n');
        }
        Ok(lines)
    }
}

impl Reason {
    /// The value and what was expected in its place, numbers in a few digits.
    pub(crate) fn brief(&self) -> [String; 2] {
        let whole = [&self.value, &self.expected];
        let short = whole.map(|text| text.parse::<f64>().map_or_else(|_| text.clone(), numerals::short));
        // Few digits would hide a small difference of large numbers.
        if short[0] == short[1] { whole.map(Clone::clone) } else { short }
    }
}

impl ScoredRow {
    /// What the row is called: its id, or its place in the data.
    pub(crate) fn name(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("row {}", self.row))
    }
}

/// The header of a CSV file, given the names of the columns beside the scores.
pub(crate) fn csv_header(beside: impl IntoIterator<Item = String>) -> Outcome<String> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(csv_names(beside)).map_err(Failure::new)?;
    text(writer)
}

/// What was written.
fn text(writer: csv::Writer<Vec<u8>>) -> Outcome<String> {
    String::from_utf8(writer.into_inner().map_err(Failure::new)?).map_err(Failure::new)
}

fn csv_names(beside: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = beside.into_iter().collect();
    names.extend(["score", "share_below", "flag"].map(str::to_owned));
    for number in 1..=BLAMED {
        names.extend(["column", "value", "expected", "share"].map(|name| format!("{name}_{number}")));
    }
    names
}

/// A share with as many digits as say something.
fn rounded(share: f64) -> String {
    numerals::exact((share * 1e6).round() / 1e6)
}
