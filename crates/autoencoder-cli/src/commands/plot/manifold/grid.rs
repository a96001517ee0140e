//! Codes in a grid over two numbers of the code, or over its only one.

use autoencoder::inverse_normal;
use ndarray::Array2;

use crate::terminal::numerals;

/// The quantiles of codes between which a grid lies.
const ENDS: [f64; 2] = [0.02, 0.98];

/// Codes in a grid.
pub(super) struct Grid {
    /// The numbers of the code that vary.
    dims: Vec<usize>,
    pub(super) names: Vec<String>,
    /// The values of each that varies.
    pub(super) values: Vec<Vec<f64>>,
    /// The values of all numbers of the code where they do not vary.
    others: Vec<f64>,
    has_prior: bool,
}

impl Grid {
    /// A grid of `side` values of each of `dims`, or else of the numbers of the codes that vary most. Without a prior the codes must be known.
    pub(super) fn new(
        code: usize,
        dims: Option<&[usize]>,
        side: usize,
        codes: Option<&Array2<f32>>,
        has_prior: bool,
    ) -> Self {
        let sorted: Vec<Vec<f64>> =
            codes.map_or_else(Vec::new, |codes| codes.columns().into_iter().map(sorted).collect());
        let dims = match (dims, code) {
            (Some(dims), _) => dims.to_vec(),
            (None, 1 | 2) => (0..code).collect(),
            (None, _) => most_varied(&sorted),
        };
        let values = dims.iter().map(|&dim| match (has_prior, sorted.get(dim)) {
            (false, Some(sorted)) => {
                let [low, high] = ENDS.map(|share| quantile(sorted, share));
                (0..side).map(|index| low + (high - low) * index as f64 / (side - 1) as f64).collect()
            }
            // Each value stands for as much of the prior as the others.
            (true, _) | (false, None) => {
                (0..side).map(|index| inverse_normal((index as f64 + 0.5) / side as f64)).collect()
            }
        });
        let others = (0..code).map(|dim| match sorted.get(dim) {
            Some(sorted) if !has_prior => quantile(sorted, 0.5),
            Some(_) | None => 0.0,
        });
        Self {
            names: dims.iter().map(|dim| format!("code_{dim}")).collect(),
            values: values.collect(),
            others: others.collect(),
            dims,
            has_prior,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.iter().map(Vec::len).product()
    }

    /// The codes, row by row from the lowest values of both numbers on.
    pub(super) fn codes(&self) -> Array2<f32> {
        let side = self.values[0].len();
        Array2::from_shape_fn((self.len(), self.others.len()), |(index, number)| {
            let place = self.dims.iter().position(|&dim| dim == number);
            let value = match place {
                Some(0) => self.values[0][index % side],
                Some(other) => self.values[other][index / side],
                None => self.others[number],
            };
            #[allow(clippy::cast_possible_truncation, reason = "a code has the digits of f32")]
            let value = value as f32;
            value
        })
    }

    /// What the grid is, in words.
    pub(super) fn told(&self) -> Vec<String> {
        let spread = if self.has_prior {
            "Each code stands for as much of the prior, a standard normal distribution, as every other."
        } else {
            "The codes are evenly apart between the quantiles 0.02 and 0.98 of those of the samples."
        };
        let left = self.others.len() - self.dims.len();
        let count = numerals::counted(left, "other number");
        let others = match (left, self.has_prior) {
            (0, _) => None,
            (_, true) => Some(format!("0, the mean of the prior, stands for {count} of the code.")),
            (_, false) => Some(format!("Their medians stand for {count} of the code.")),
        };
        std::iter::once(spread.to_owned()).chain(others).collect()
    }
}

/// The two numbers that vary most, in their order.
fn most_varied(sorted: &[Vec<f64>]) -> Vec<usize> {
    let variances: Vec<f64> = sorted.iter().map(|values| variance(values)).collect();
    let mut order: Vec<usize> = (0..sorted.len()).collect();
    order.sort_by(|&a, &b| variances[b].total_cmp(&variances[a]).then(a.cmp(&b)));
    order.truncate(2);
    order.sort_unstable();
    order
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}

fn sorted(values: ndarray::ArrayView1<'_, f32>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().map(f64::from).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The number below which a share of sorted numbers lies, between two of them by a straight line.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among the numbers")]
    let below = place.floor() as usize;
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + (place - below as f64) * (above - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_vary_and_the_others_keep_their_medians() {
        let codes =
            Array2::from_shape_fn((101, 3), |(row, number)| (row * [1, 0, 2][number]) as f32 + number as f32);
        let grid = Grid::new(3, None, 3, Some(&codes), false);
        assert_eq!(grid.names, ["code_0", "code_2"]);
        assert_eq!(grid.values, [vec![2.0, 50.0, 98.0], vec![6.0, 102.0, 198.0]]);
        let decoded = grid.codes();
        assert_eq!(decoded.dim(), (9, 3));
        assert_eq!(decoded.row(0).to_vec(), [2.0, 1.0, 6.0]);
        assert_eq!(decoded.row(5).to_vec(), [98.0, 1.0, 102.0], "across first");
        assert!(grid.told()[1].contains("stand for 1 other number"), "{:?}", grid.told());
    }

    #[test]
    fn codes_of_a_prior_stand_for_as_much_of_it_each() {
        let grid = Grid::new(5, Some(&[4, 1]), 4, None, true);
        let sum: f64 = grid.values[0].iter().sum();
        assert!(sum.abs() < 1e-9 && (grid.values[0][3] - 1.150_349).abs() < 1e-5, "{:?}", grid.values);
        assert_eq!(grid.codes().row(0)[0].to_bits(), 0.0f32.to_bits());
        let line = Grid::new(1, None, 4, None, true);
        assert_eq!((line.len(), line.codes().dim()), (4, (4, 1)));
    }
}
