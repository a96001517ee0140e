//! The residual of a sample's numbers, in nats.

use autoencoder_kernels::{Line, PANEL};

/// ½ Σ (r / s)² over the columns of numbers, where r is what is left of a number when the sample is restored and s the size of the
/// column's residuals in training.
///
/// Columns j, j + 32, j + 64, ... are summed in rising order, and then these 32 sums: vectors of any width add in that order, and a
/// sample has the same residual whether it lies in panels or in a row.
pub(crate) struct Residual {
    /// 1 / s, in pieces of 32, of which the last has zeros behind it.
    inverse_sizes: Vec<[f64; PANEL]>,
}

impl Residual {
    pub(crate) fn new(sizes: &[f64]) -> Self {
        let piece = |sizes: &[f64]| {
            let mut inverse_sizes = [0.0; PANEL];
            inverse_sizes.iter_mut().zip(sizes).for_each(|(inverse, size)| *inverse = 1.0 / size);
            inverse_sizes
        };
        Self { inverse_sizes: sizes.chunks(PANEL).map(piece).collect() }
    }

    /// The residual of a sample whose numbers come in pieces of 32: each as it is, and as it is restored. What pads the last piece
    /// counts nothing.
    pub(crate) fn of<'a>(&self, pieces: impl Iterator<Item = (&'a [f32], &'a [f32])>) -> f64 {
        let mut lanes = [0.0; PANEL];
        for (inverse_sizes, (clean, restored)) in self.inverse_sizes.iter().zip(pieces) {
            add(&mut lanes, inverse_sizes, clean, restored);
        }
        0.5 * lanes.iter().sum::<f64>()
    }

    /// The residuals of the samples in panels, each with its line in every panel: as they are, and as they are restored.
    pub(crate) fn of_panels<'a>(
        &self,
        panels: impl Iterator<Item = (&'a [Line], &'a [Line])> + Clone,
        found: &mut [f64],
    ) {
        // One sum waits for each of its additions; several go on side by side.
        const TOGETHER: usize = 4;
        for (group, found) in found.chunks_mut(TOGETHER).enumerate() {
            let mut lanes = [[0.0; PANEL]; TOGETHER];
            for (inverse_sizes, (clean, restored)) in self.inverse_sizes.iter().zip(panels.clone()) {
                let lines = clean.iter().zip(restored).skip(group * TOGETHER);
                for (lanes, (clean, restored)) in lanes[..found.len()].iter_mut().zip(lines) {
                    add(lanes, inverse_sizes, &clean.0, &restored.0);
                }
            }
            let mut sums = [0.0; TOGETHER];
            for lane in 0..PANEL {
                sums.iter_mut().zip(&lanes).for_each(|(sum, lanes)| *sum += lanes[lane]);
            }
            found.iter_mut().zip(sums).for_each(|(found, sum)| *found = 0.5 * sum);
        }
    }
}

/// Adds the squares of what is left of each number, over its size.
#[inline]
fn add(lanes: &mut [f64; PANEL], inverse_sizes: &[f64; PANEL], clean: &[f32], restored: &[f32]) {
    for (lane, (inverse_size, (clean, restored))) in
        lanes.iter_mut().zip(inverse_sizes.iter().zip(clean.iter().zip(restored)))
    {
        let residual = f64::from(clean - restored) * inverse_size;
        *lane += residual * residual;
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

            // What lies behind the last column counts nothing.
            let panels_of = |numbers: &[f32], behind: f32| -> Vec<Vec<Line>> {
                let line = |numbers: &[f32]| {
                    let mut line = Line([behind; PANEL]);
                    line.0[..numbers.len()].copy_from_slice(numbers);
                    line
                };
                let panel =
                    |numbers| vec![Line::ZERO, line(numbers), line(numbers), Line::ZERO, line(numbers)];
                numbers.chunks(PANEL).map(panel).collect()
            };
            let (clean, restored) = (panels_of(&clean, 7.0), panels_of(&restored, 3.0));
            let mut in_panels = [0.0; 5];
            let panels = clean.iter().zip(&restored).map(|(clean, restored)| (&clean[..], &restored[..]));
            Residual::new(&sizes).of_panels(panels, &mut in_panels);
            let expected = [0.0, found, found, 0.0, found].map(f64::to_bits);
            assert_eq!(in_panels.map(f64::to_bits), expected, "{columns}");
        }
    }
}
