//! The residual of a sample's numbers, in nats.

use autoencoder_kernels::PANEL;

/// ½ Σ (r / s)² over the columns of numbers, where r is what is left of a number when the sample is restored and s the size of the
/// column's residuals in training.
///
/// Columns j, j + 32, j + 64, ... are summed in rising order, and then these 32 sums: vectors of any width add in that order, and a
/// sample has the same residual whether it lies in panels or in a row.
pub(crate) struct Residual {
    /// 1 / s.
    inverse_sizes: Vec<f64>,
}

impl Residual {
    pub(crate) fn new(sizes: &[f64]) -> Self {
        Self { inverse_sizes: sizes.iter().map(|size| 1.0 / size).collect() }
    }

    /// The residual of a sample whose numbers come in pieces of 32: each as it is, and as it is restored. What pads the last piece
    /// counts nothing.
    pub(crate) fn of<'a>(&self, pieces: impl Iterator<Item = (&'a [f32], &'a [f32])>) -> f64 {
        let mut lanes = [0.0; PANEL];
        for (inverse_sizes, (clean, restored)) in self.inverse_sizes.chunks(PANEL).zip(pieces) {
            let columns = inverse_sizes.iter().zip(clean.iter().zip(restored));
            for (lane, (inverse_size, (clean, restored))) in lanes.iter_mut().zip(columns) {
                let residual = f64::from(clean - restored) * inverse_size;
                *lane += residual * residual;
            }
        }
        0.5 * lanes.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_by_their_size_in_pieces_of_any_number() {
        for columns in [1_usize, 31, 32, 33, 65] {
            let sizes: Vec<f64> = (0..columns).map(|column| 0.5 + column as f64).collect();
            let clean: Vec<f32> = (0..columns).map(|column| column as f32 * 0.25).collect();
            let restored = vec![1.0; columns];
            let found = Residual::new(&sizes).of(clean.chunks(PANEL).zip(restored.chunks(PANEL)));
            let terms =
                clean.iter().zip(&sizes).map(|(&clean, size)| ((f64::from(clean) - 1.0) / size).powi(2));
            let expected = 0.5 * terms.sum::<f64>();
            assert!((found - expected).abs() < 1e-12 * (1.0 + expected), "{columns}: {found}, {expected}");
        }
    }
}
