//! The errors of samples as figures and pages show them: marks of their distribution, and the columns with the largest parts of the error of a row.

use autoencoder::{Model, Samples};
use ndarray::Array2;

use super::scoring::Columns;
use crate::figures::{BlamedColumn, HistogramMark};
use crate::terminal::numerals;

/// The most columns that are told of a row, and the least share of an error that is worth a line.
const MOST_COLUMNS: usize = 5;
const LEAST: f64 = 0.005;

/// The mean and some quantiles of errors.
pub(crate) fn marks(errors: &[f64]) -> Vec<HistogramMark> {
    let mut sorted = errors.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    let quantile = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place among the errors"
        )]
        let place = (share * last as f64).round() as usize;
        sorted[place]
    };
    let mark = |name: &str, value: f64, is_strong| HistogramMark {
        name: format!("{name} {}", numerals::in_figure(value)),
        value,
        is_strong,
    };
    vec![
        mark("median", quantile(0.5), false),
        mark("mean", mean, true),
        mark("90 % below", quantile(0.9), false),
        mark("99 % below", quantile(0.99), false),
    ]
}

/// The parts that columns have of the errors of rows.
pub(crate) struct ErrorParts<'a> {
    columns: &'a Columns<'a>,
    /// The weight of each column of words.
    weights: Vec<f64>,
}

impl<'a> ErrorParts<'a> {
    pub(crate) fn new(model: &Model, columns: &'a Columns<'a>) -> Self {
        let table = model.architecture().specification().table.as_ref();
        let weights = table.map_or_else(Vec::new, |table| {
            table.words.iter().map(|column| f64::from(column.weight)).collect()
        });
        Self { columns, weights }
    }

    /// The part of a column: the squared difference of a number, or the weighted cross-entropy of a word.
    fn part(
        &self,
        column: usize,
        original: ndarray::ArrayView1<'_, f32>,
        restored: ndarray::ArrayView1<'_, f32>,
    ) -> f64 {
        let features = self.columns.features(column);
        match column.checked_sub(self.columns.numbers()) {
            None => (f64::from(original[column]) - f64::from(restored[column])).powi(2),
            Some(place) => {
                let share: f64 =
                    features.map(|feature| f64::from(original[feature]) * f64::from(restored[feature])).sum();
                -self.weights.get(place).copied().unwrap_or(1.0) * share.max(f64::MIN_POSITIVE).ln()
            }
        }
    }

    /// The columns with the largest parts of the error of a sample among `samples`, which is row `row` of its states: as it is, and restored.
    pub(crate) fn blamed(
        &self,
        (samples, sample): (&Samples, usize),
        [originals, restored]: &[Array2<f32>; 2],
        row: usize,
    ) -> Vec<BlamedColumn> {
        let (original, restored) = (originals.row(row), restored.row(row));
        let known = (0..self.columns.len()).filter(|&column| !samples.is_hole(sample, column));
        let mut parts: Vec<(usize, f64)> =
            known.map(|column| (column, self.part(column, original, restored))).collect();
        let all: f64 = parts.iter().map(|(_, part)| part).sum();
        if all <= 0.0 {
            return Vec::new();
        }
        parts.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let worth = parts.iter().take(MOST_COLUMNS).filter(|(_, part)| part / all >= LEAST);
        let field = |text: String| text.parse().map_or(text, numerals::in_figure);
        let mut blamed: Vec<BlamedColumn> = worth
            .map(|&(column, part)| BlamedColumn {
                name: Some(self.columns.name(column).to_owned()),
                value: field(self.columns.text(column, original)),
                expected: field(self.columns.text(column, restored)),
                share: part / all,
            })
            .collect();
        let rest = 1.0 - blamed.iter().map(|column| column.share).sum::<f64>();
        if rest >= LEAST {
            blamed.push(BlamedColumn {
                name: None,
                value: String::new(),
                expected: String::new(),
                share: rest,
            });
        }
        blamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_those_of_the_distribution() {
        let errors: Vec<f64> = (0..=100).map(f64::from).collect();
        let marks = marks(&errors);
        let values: Vec<f64> = marks.iter().map(|mark| mark.value).collect();
        assert_eq!(values, [50.0, 50.0, 90.0, 99.0]);
        assert_eq!((marks[1].name.as_str(), marks[1].is_strong), ("mean 50", true));
        assert!(super::marks(&[]).is_empty());
    }
}
