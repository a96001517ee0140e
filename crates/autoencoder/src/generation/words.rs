//! Words drawn by the probabilities that a decoder gives them.

use std::ops::Range;

use ndarray::{ArrayViewMut1, ArrayViewMut2, Axis};

use crate::inference::Inference;
use crate::parallel::prelude::*;
use crate::random::{Purpose, Stream};
use crate::samples::scaling::Scaling;

impl Inference {
    /// Draws a word for each column of words of decoded rows (rows, features), by its probability to the power of 1 / temperature: its
    /// feature becomes 1, and those of the column's other words 0. At the temperature 0 the likeliest word stands. A word that no sample
    /// of the training had is not drawn. The row of number `first` + i is a function of its probabilities, the seed and that number.
    /// Samples without words stay as they are.
    pub(super) fn draw_words(
        &self,
        mut rows: ArrayViewMut2<'_, f32>,
        first: usize,
        temperature: f64,
        seed: u64,
    ) {
        let columns = self.word_columns();
        if columns.is_empty() {
            return;
        }
        rows.axis_iter_mut(Axis(0)).into_par_iter().enumerate().for_each(|(index, mut row)| {
            let mut stream = Stream::new(seed, Purpose::Sampling, [(first + index) as u64, 1]);
            for (features, shares) in &columns {
                let probabilities = row.slice_axis_mut(Axis(0), features.clone().into());
                draw(probabilities, shares.as_deref(), temperature, stream.uniform());
            }
        });
    }

    /// The features of each column of words, and the share of each word in the training, where that is known.
    fn word_columns(&self) -> Vec<(Range<usize>, Option<Vec<f32>>)> {
        let Some(table) = self.table_shape() else { return Vec::new() };
        let shares = match self.scaling() {
            Some(Scaling::Columns { words, .. }) => Some(words),
            Some(Scaling::None | Scaling::Bytes | Scaling::MinMax { .. } | Scaling::Standard { .. })
            | None => None,
        };
        let mut first = table.numbers;
        let mut columns = Vec::new();
        for (column, &count) in table.counts.iter().enumerate() {
            columns.push((first..first + count, shares.map(|shares| shares[column].clone())));
            first += count;
        }
        columns
    }
}

/// Puts 1 in the place of the word that is drawn, and 0 in all others.
fn draw(mut words: ArrayViewMut1<'_, f32>, shares: Option<&[f32]>, temperature: f64, uniform: f32) {
    let is_known = |word: usize| {
        shares.is_none_or(|shares| shares.iter().all(|share| *share <= 0.0) || shares[word] > 0.0)
    };
    let likeliest = (0..words.len())
        .filter(|&word| is_known(word))
        .reduce(|best, other| if words[other] > words[best] { other } else { best })
        .unwrap_or(0);
    // Over the greatest probability, whose weight is 1, so that no power vanishes everywhere.
    let weight = |word: usize| {
        let share = f64::from(words[word]) / f64::from(words[likeliest]).max(f64::MIN_POSITIVE);
        if is_known(word) { share.powf(1.0 / temperature) } else { 0.0 }
    };
    let drawn = if temperature > 0.0 {
        let weights: Vec<f64> = (0..words.len()).map(weight).collect();
        let mut left = weights.iter().sum::<f64>() * f64::from(uniform);
        let drawn = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        drawn.unwrap_or(likeliest)
    } else {
        likeliest
    };
    words.fill(0.0);
    words[drawn] = 1.0;
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};

    use super::*;

    fn drawn(words: &Array1<f32>, shares: Option<&[f32]>, temperature: f64, uniform: f32) -> usize {
        let mut words = words.clone();
        draw(words.view_mut(), shares, temperature, uniform);
        let drawn: Vec<usize> = (0..words.len()).filter(|&word| words[word] != 0.0).collect();
        assert_eq!((drawn.len(), words.sum()), (1, 1.0), "{words}");
        drawn[0]
    }

    #[test]
    fn words_are_drawn_by_their_probabilities() {
        let words = array![0.2, 0.5, 0.25, 0.05];
        let share = |temperature: f64, shares: Option<&[f32]>, word: usize| {
            let count = (0..1000)
                .filter(|&step| drawn(&words, shares, temperature, step as f32 / 1000.0) == word)
                .count();
            count as f64 / 1000.0
        };
        for (word, &expected) in words.iter().enumerate() {
            assert!((share(1.0, None, word) - f64::from(expected)).abs() < 2e-3, "{word}");
        }
        // Squares: 0.04, 0.25, 0.0625, 0.0025.
        assert!((share(0.5, None, 1) - 0.25 / 0.355).abs() < 2e-3);
        assert!((share(1e-9, None, 1) - 1.0).abs() < 1e-9 && (share(0.0, None, 1) - 1.0).abs() < 1e-9);
        // A word that was never there is not drawn.
        let shares = [0.5, 0.0, 0.5, 0.0];
        assert!((share(1.0, Some(&shares), 0) - 0.2 / 0.45).abs() < 2e-3);
        assert_eq!((share(1.0, Some(&shares), 1), share(0.0, Some(&shares), 2)), (0.0, 1.0));
        // Where nothing was known of the column, any word may be.
        assert!((share(1.0, Some(&[0.0; 4]), 1) - 0.5).abs() < 2e-3);
    }
}
