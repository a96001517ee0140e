//! Errors of each column of a table by itself, beside what knows nothing but that column.

use autoencoder_kernels::HOLE;
use ndarray::{Array2, ArrayView2, Axis, Slice};
use serde::{Deserialize, Serialize};

use crate::model::schema::Schema;
use crate::model::table_column::ColumnKind;
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::samples::scaling::Scaling;
use crate::samples::table::TableRows;

/// How well one column is restored, over the fields of it in which something is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ColumnError {
    /// A column of numbers.
    #[non_exhaustive]
    Number {
        /// Number of fields that are known.
        known: usize,
        /// Mean squared error of the scaled numbers.
        mse: f64,
        /// The same of the mean: that of the training for the rows of a table with words or holes, else that of these samples.
        mean_mse: f64,
    },
    /// A column of words.
    #[non_exhaustive]
    Words {
        /// Number of fields that are known.
        known: usize,
        /// Share of fields whose word is the one that the model takes for the most likely.
        right: f64,
        /// The same of the word that was most frequent in the training.
        most_frequent: f64,
        /// Mean cross-entropy, in nats.
        cross_entropy: f64,
        /// The same of the shares of the words in the training, at least one in a million for each.
        shares_cross_entropy: f64,
    },
}

impl Schema {
    /// The same schema with the residuals that errors of columns tell, as
    /// [`Inference::column_errors`](crate::Inference::column_errors) gives them: one for each number, then one for each column of words.
    #[must_use]
    pub fn with_residuals(mut self, errors: &[ColumnError]) -> Self {
        let mut squares = vec![(0.0, 0_usize); self.columns.len()];
        let numbers: Vec<usize> = self.numbers().map(|(place, _)| place).collect();
        let words: Vec<usize> = self.words().map(|(place, _)| place).collect();
        for (&place, error) in numbers.iter().chain(&words).zip(errors) {
            let (known, size) = match *error {
                ColumnError::Number { known, mse, .. } => (known, mse),
                ColumnError::Words { known, cross_entropy, .. } => (known, cross_entropy),
            };
            if known > 0 {
                squares[place].0 += size;
                squares[place].1 += 1;
            }
        }
        for (column, (sum, count)) in self.columns.iter_mut().zip(squares) {
            let mean = (count > 0).then(|| sum / count as f64);
            column.residual = mean.map(|mean| match column.kind {
                ColumnKind::Words { .. } => mean,
                ColumnKind::Number { .. }
                | ColumnKind::Time { .. }
                | ColumnKind::Id
                | ColumnKind::Label
                | ColumnKind::Dropped => mean.sqrt(),
            });
        }
        self
    }
}

/// The rows that are restored together.
const ROWS: usize = 4096;

/// The least share that a word counts with.
const LEAST_SHARE: f64 = 1e-6;

/// The errors of each column where `restore` restores samples, a part of them at a time: (samples, features), scaled, with
/// probabilities for words.
pub(crate) fn column_errors(
    samples: &Samples,
    restore: impl Fn(&Samples) -> Result<Array2<f32>, SamplesError>,
) -> Result<Vec<ColumnError>, SamplesError> {
    let mut sums = Sums::new(samples);
    for first in (0..samples.len()).step_by(ROWS) {
        let rows: Vec<usize> = (first..samples.len().min(first + ROWS)).collect();
        let part = samples.select(&rows);
        let restored = restore(&part)?;
        match part.table() {
            Some(table) => sums.add_table(table, restored.view()),
            None => sums.add(part.scaled(0..part.len()).view(), restored.view()),
        }
    }
    Ok(sums.means())
}

/// Sums of the errors of each column.
struct Sums {
    /// Known fields, squared errors, and squared distances from the mean, for each column of numbers.
    numbers: Vec<[f64; 3]>,
    /// What stands for each column of numbers where only the column is known.
    means: Vec<f64>,
    /// Known fields, right words, fields of the most frequent word, and both cross-entropies, for each column of words.
    words: Vec<[f64; 5]>,
    /// The shares of the words of each column.
    shares: Vec<Vec<f64>>,
}

impl Sums {
    fn new(samples: &Samples) -> Self {
        let (means, shares) = if let (Some(_), Scaling::Columns { numbers, words, .. }) =
            (samples.table(), samples.scaling())
        {
            let exact = |shares: &Vec<f32>| shares.iter().map(|&share| f64::from(share)).collect();
            let means = numbers.iter().map(|number| f64::from(number.mean)).collect();
            (means, words.iter().map(exact).collect())
        } else {
            (means_of(samples), Vec::<Vec<f64>>::new())
        };
        Self { numbers: vec![[0.0; 3]; means.len()], means, words: vec![[0.0; 5]; shares.len()], shares }
    }

    fn add_number(&mut self, column: usize, number: f32, restored: f32) {
        let (number, restored) = (f64::from(number), f64::from(restored));
        let [known, errors, distances] = &mut self.numbers[column];
        *known += 1.0;
        *errors += (number - restored).powi(2);
        *distances += (number - self.means[column]).powi(2);
    }

    fn add(&mut self, samples: ArrayView2<'_, f32>, restored: ArrayView2<'_, f32>) {
        for (samples, restored) in samples.rows().into_iter().zip(restored.rows()) {
            for (column, (&number, &restored)) in samples.iter().zip(restored).enumerate() {
                self.add_number(column, number, restored);
            }
        }
    }

    fn add_table(&mut self, table: &TableRows, restored: ArrayView2<'_, f32>) {
        for (row, restored) in restored.axis_iter(Axis(0)).enumerate() {
            let known = table.row(row);
            for (column, &number) in known.numbers.iter().enumerate().filter(|(_, number)| !number.is_nan()) {
                self.add_number(column, number, restored[column]);
            }
            let mut first = known.numbers.len();
            for (column, &word) in known.words.iter().enumerate() {
                let count = self.shares[column].len();
                let probabilities = restored.slice_axis(Axis(0), Slice::from(first..first + count));
                first += count;
                if word != HOLE {
                    let likely = most_likely(probabilities.iter().map(|&share| f64::from(share)));
                    self.add_word(column, word as usize, likely, f64::from(probabilities[word as usize]));
                }
            }
        }
    }

    fn add_word(&mut self, column: usize, word: usize, likely: usize, probability: f64) {
        let shares = &self.shares[column];
        let frequent = most_likely(shares.iter().copied());
        let found = [
            1.0,
            f64::from(u8::from(likely == word)),
            f64::from(u8::from(frequent == word)),
            -probability.max(f64::MIN_POSITIVE).ln(),
            -shares[word].max(LEAST_SHARE).ln(),
        ];
        for (sum, found) in self.words[column].iter_mut().zip(found) {
            *sum += found;
        }
    }

    fn means(self) -> Vec<ColumnError> {
        let over = |sum: f64, known: f64| if known > 0.0 { sum / known } else { 0.0 };
        #[allow(clippy::cast_sign_loss, reason = "a number of fields")]
        let number = |[known, errors, distances]: [f64; 3]| ColumnError::Number {
            known: known as usize,
            mse: over(errors, known),
            mean_mse: over(distances, known),
        };
        #[allow(clippy::cast_sign_loss, reason = "a number of fields")]
        let words = |[known, right, frequent, entropy, of_shares]: [f64; 5]| ColumnError::Words {
            known: known as usize,
            right: over(right, known),
            most_frequent: over(frequent, known),
            cross_entropy: over(entropy, known),
            shares_cross_entropy: over(of_shares, known),
        };
        self.numbers.into_iter().map(number).chain(self.words.into_iter().map(words)).collect()
    }
}

/// The mean of each feature, scaled.
fn means_of(samples: &Samples) -> Vec<f64> {
    let mut sums = vec![0.0; samples.features()];
    for first in (0..samples.len()).step_by(ROWS) {
        let rows = samples.scaled(first..samples.len().min(first + ROWS));
        for (sum, column) in sums.iter_mut().zip(rows.columns()) {
            *sum += column.iter().map(|&number| f64::from(number)).sum::<f64>();
        }
    }
    sums.into_iter().map(|sum| sum / samples.len() as f64).collect()
}

/// The place of the largest of some numbers, the first of those that are as large.
fn most_likely(numbers: impl Iterator<Item = f64>) -> usize {
    let mut largest = (0, f64::NEG_INFINITY);
    for (place, number) in numbers.enumerate() {
        if number > largest.1 {
            largest = (place, number);
        }
    }
    largest.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, DateOrder, NumberScalingKind, TimePart};

    #[test]
    fn residuals_are_those_of_the_columns() {
        let schema = Schema::new([
            Column::new("city", ColumnKind::Words { words: vec!["Bern".to_owned()] }),
            Column::new("id", ColumnKind::Id),
            Column::new(
                "when",
                ColumnKind::Time { parts: vec![TimePart::Hour], order: DateOrder::default(), clock: false },
            ),
            Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Robust }),
        ])
        .unwrap();
        let number = |mse| ColumnError::Number { known: 5, mse, mean_mse: 1.0 };
        let words = ColumnError::Words {
            known: 5,
            right: 1.0,
            most_frequent: 0.5,
            cross_entropy: 0.25,
            shares_cross_entropy: 0.7,
        };
        let none = ColumnError::Number { known: 0, mse: 0.0, mean_mse: 0.0 };
        let schema = schema.with_residuals(&[number(1.0), number(7.0), none, words]);
        let residuals: Vec<Option<f64>> = schema.columns.iter().map(|column| column.residual).collect();
        assert_eq!(residuals, [Some(0.25), None, Some(2.0), None]);
    }
}
