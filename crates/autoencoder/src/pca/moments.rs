//! Mean and covariance of rows, in one pass over them.

use autoencoder_kernels::{
    Factors, Instructions, Line, Nonzeros, PANEL, PanelsMut, add_gradient, lines, panels,
};
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::rows::Rows;

/// Rows whose products are summed in f32 before they join the sum in f64: few enough that rounding stays far below
/// what a baseline is printed to.
const ROWS: usize = 256;

/// The mean (features) and the covariance (features, features) of rows.
pub(super) struct Moments {
    pub(super) mean: Array1<f64>,
    pub(super) covariance: Array2<f64>,
}

impl Moments {
    pub(super) fn of(rows: &impl Rows) -> Self {
        let (count, features) = rows.dim();
        let is_sparse = rows.is_sparse();
        let instructions = Instructions::best();
        let mut sums = Array1::<f64>::zeros(features);
        let mut products = Array2::<f64>::zeros((features, features));
        let mut block = vec![Line::ZERO; lines(ROWS, features)];
        let mut nonzeros = is_sparse.then(|| Nonzeros::new(ROWS, features));
        // Deviations from the first row instead of the rows themselves: far from zero, nothing is lost to rounding. Where
        // most numbers are zero, that is as good an origin.
        let mut origin = vec![Line::ZERO; panels(features)];
        if !is_sparse {
            rows.fill(0, &mut PanelsMut::new(&mut origin, 1, features, 1));
        }
        for first in (0..count).step_by(ROWS) {
            let height = ROWS.min(count - first);
            let mut target = PanelsMut::new(&mut block, height, features, ROWS);
            rows.fill(first, &mut target);
            if let Some(nonzeros) = &mut nonzeros {
                nonzeros.find(instructions, target.view());
            } else {
                block.par_chunks_mut(ROWS).zip(&origin).for_each(|(panel, origin)| {
                    for line in &mut panel[..height] {
                        line.0.iter_mut().zip(&origin.0).for_each(|(value, origin)| *value -= origin);
                    }
                });
            }
            let panel = |index: usize| &block[index * ROWS..][..height];
            let sums = sums.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
            let products = products.axis_chunks_iter_mut(Axis(0), PANEL).into_par_iter();
            sums.zip(products).enumerate().for_each(|(i, (mut sums, mut products))| {
                for line in panel(i) {
                    sums.iter_mut().zip(&line.0).for_each(|(sum, &value)| *sum += f64::from(value));
                }
                let columns = products.nrows();
                let nonzero = nonzeros.as_ref().map(|nonzeros| nonzeros.panel(i));
                for (j, mut products) in products.axis_chunks_iter_mut(Axis(1), PANEL).enumerate().take(i + 1)
                {
                    let mut tile = [Line::ZERO; PANEL];
                    let factors = Factors { x: panel(i), nonzero, dy: panel(j) };
                    add_gradient(instructions, factors, &mut tile[..columns]);
                    for (mut products, line) in products.rows_mut().into_iter().zip(&tile) {
                        products.iter_mut().zip(&line.0).for_each(|(sum, &value)| *sum += f64::from(value));
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
