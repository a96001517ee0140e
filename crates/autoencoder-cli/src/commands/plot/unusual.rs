//! The fields of rows of a table that are most unusual among some samples.

use autoencoder::{OTHER, Samples};
use ndarray::Array2;

use crate::commands::scoring::Columns;
use crate::terminal::numerals;

/// The fields that are told of a row.
const TOLD: usize = 3;

/// What is usual in each column of some samples.
pub(super) struct Unusual<'a> {
    columns: &'a Columns<'a>,
    samples: &'a Samples,
    scaled: Array2<f32>,
    /// For each number its mean and its standard deviation, and for each feature of a word the share of the samples that have it.
    usual: Vec<Usual>,
}

enum Usual {
    Number { mean: f64, deviation: f64 },
    Words { shares: Vec<f64> },
}

impl<'a> Unusual<'a> {
    pub(super) fn among(samples: &'a Samples, columns: &'a Columns<'a>) -> Self {
        let scaled = samples.scaled(0..samples.len());
        let of_column = |column: usize| {
            let known: Vec<usize> =
                (0..samples.len()).filter(|&sample| !samples.is_hole(sample, column)).collect();
            let count = known.len().max(1) as f64;
            let features = columns.features(column);
            let mean = |feature: usize| {
                known.iter().map(|&row| f64::from(scaled[(row, feature)])).sum::<f64>() / count
            };
            if column >= columns.numbers() {
                return Usual::Words { shares: features.map(mean).collect() };
            }
            let mean = mean(column);
            let square = |&row: &usize| (f64::from(scaled[(row, column)]) - mean).powi(2);
            Usual::Number { mean, deviation: (known.iter().map(square).sum::<f64>() / count).sqrt() }
        };
        let usual = (0..columns.len()).map(of_column).collect();
        Self { columns, samples, scaled, usual }
    }

    /// The most unusual fields of a sample, the most unusual first. A number at z standard deviations counts z²/2 nats, as in a normal
    /// distribution, and a word as many as its share tells.
    pub(super) fn fields(&self, sample: usize) -> Vec<String> {
        let row = self.scaled.row(sample);
        let of_column = |(column, usual): (usize, &Usual)| {
            if self.samples.is_hole(sample, column) {
                return None;
            }
            let name = self.columns.name(column);
            match usual {
                Usual::Number { mean, deviation } => {
                    let distance = (f64::from(row[column]) - mean) / deviation.max(f64::MIN_POSITIVE);
                    let value = self.columns.text(column, row);
                    let value = value.parse().map_or(value, numerals::in_figure);
                    let sign = if distance < 0.0 { "low" } else { "high" };
                    (*deviation > 0.0)
                        .then(|| (distance * distance / 2.0, format!("{name} {value} ({sign})")))
                }
                Usual::Words { shares } => {
                    let features = self.columns.features(column);
                    let place = (0..shares.len()).max_by(|&a, &b| {
                        row[features.start + a].total_cmp(&row[features.start + b]).then(b.cmp(&a))
                    })?;
                    let word = self.columns.text(column, row);
                    let word = if word == OTHER { "another word".to_owned() } else { word };
                    let share = shares[place].max(f64::MIN_POSITIVE);
                    Some((-share.ln(), format!("{name} {word} ({:.0} %)", 100.0 * share)))
                }
            }
        };
        let mut fields: Vec<(f64, String)> = self.usual.iter().enumerate().filter_map(of_column).collect();
        fields.sort_by(|one, other| other.0.total_cmp(&one.0));
        fields.into_iter().take(TOLD).map(|(_, text)| text).collect()
    }
}
