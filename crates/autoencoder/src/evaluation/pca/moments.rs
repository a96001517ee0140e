//! Mean and covariance of rows, computed in one pass.

use std::ops::Range;

use crate::parallel::prelude::*;
use autoencoder_kernels::{
    Factors, Instructions, Line, Nonzeros, PANEL, PanelsMut, add_gradient, lines, panels,
};
use ndarray::{Array1, Array2, Axis};

use super::rows::RowSource;

/// The number of rows whose products are summed in f32 before they join the sum in f64: few enough that
/// rounding stays far below the printed digits of a baseline.
const ROWS: usize = 256;

/// The number of blocks of rows that are read side by side.
const BLOCKS: usize = 8;

/// The mean (features) and the covariance (features, features) of rows.
pub(super) struct SampleMoments {
    pub(super) mean: Array1<f64>,
    pub(super) covariance: Array2<f64>,
}

impl SampleMoments {
    /// Computes the moments of `rows`: mean m = Σ x / n and covariance Σ (x - m)(x - m)ᵀ / n.
    pub(super) fn of(rows: &impl RowSource) -> Self {
        let (count, features) = rows.dim();
        let instructions = Instructions::best();
        let mut sums = Array1::<f64>::zeros(features);
        let mut products = Array2::<f64>::zeros((features, features));
        // Products are formed of deviations from the first row, so that numbers far from zero lose nothing to
        // rounding. If most numbers are zero, zero is as good an origin.
        let mut origin = vec![Line::ZERO; panels(features)];
        if !rows.is_sparse() {
            rows.fill(0, &mut PanelsMut::new(&mut origin, 1, features, 1));
        }
        let mut blocks: Vec<RowBlock> = (0..count.div_ceil(ROWS).min(BLOCKS))
            .map(|_| RowBlock::new(features, rows.is_sparse()))
            .collect();
        let mut read = 0;
        while read < count {
            blocks.par_iter_mut().enumerate().for_each(|(index, block)| {
                let first = count.min(read + index * ROWS);
                block.read(rows, first..count.min(first + ROWS), &origin);
            });
            read += blocks.len() * ROWS;
            let sums = sums.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
            let products = products.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
            sums.zip(products).enumerate().for_each(|(i, (mut sums, mut products))| {
                let columns = products.nrows();
                for block in &blocks {
                    for line in block.panel(i) {
                        sums.iter_mut().zip(&line.0).for_each(|(sum, &value)| *sum += f64::from(value));
                    }
                    let nonzero = block.nonzeros.as_ref().map(|nonzeros| nonzeros.panel(i));
                    let up_to_diagonal = products.axis_chunks_iter_mut(Axis(1), PANEL).take(i + 1);
                    for (j, mut products) in up_to_diagonal.enumerate() {
                        let mut tile = [Line::ZERO; PANEL];
                        let factors = Factors { x: block.panel(i), nonzero, dy: block.panel(j) };
                        add_gradient(instructions, factors, &mut tile[..columns]);
                        for (mut products, line) in products.rows_mut().into_iter().zip(&tile) {
                            products
                                .iter_mut()
                                .zip(&line.0)
                                .for_each(|(sum, &value)| *sum += f64::from(value));
                        }
                    }
                }
            });
        }
        let mean = sums / count as f64;
        products /= count as f64;
        // Only the blocks on and below the diagonal were summed.
        for i in 0..features {
            for j in 0..=i {
                let covariance = products[[i, j]] - mean[i] * mean[j];
                (products[[i, j]], products[[j, i]]) = (covariance, covariance);
            }
        }
        let origin = Array1::from_iter((0..features).map(|f| f64::from(origin[f / PANEL].0[f % PANEL])));
        Self { mean: mean + origin, covariance: products }
    }
}

/// Up to [`ROWS`] rows in panels.
struct RowBlock {
    lines: Vec<Line>,
    nonzeros: Option<Nonzeros>,
    features: usize,
    height: usize,
}

impl RowBlock {
    fn new(features: usize, is_sparse: bool) -> Self {
        let nonzeros = is_sparse.then(|| Nonzeros::new(ROWS, features));
        Self { lines: vec![Line::ZERO; lines(ROWS, features)], nonzeros, features, height: 0 }
    }

    /// Reads the rows `range`. For sparse rows finds which numbers are not zero; for others subtracts
    /// `origin`.
    fn read(&mut self, rows: &impl RowSource, range: Range<usize>, origin: &[Line]) {
        self.height = range.len();
        let mut target = PanelsMut::new(&mut self.lines, self.height, self.features, ROWS);
        rows.fill(range.start, &mut target);
        if let Some(nonzeros) = &mut self.nonzeros {
            nonzeros.find(Instructions::best(), target.view());
        } else {
            for (panel, origin) in self.lines.chunks_mut(ROWS).zip(origin) {
                for line in &mut panel[..self.height] {
                    line.0.iter_mut().zip(&origin.0).for_each(|(value, origin)| *value -= origin);
                }
            }
        }
    }

    /// One panel of the rows.
    fn panel(&self, index: usize) -> &[Line] {
        &self.lines[index * ROWS..][..self.height]
    }
}
