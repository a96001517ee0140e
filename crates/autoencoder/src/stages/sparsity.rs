//! The sparsity of a code: how far the means of its units over a batch are from a target.

use autoencoder_kernels::{Line, PANEL};

use crate::network::Network;

/// Means nearer to 0 or 1 count as so near: the divergence has no end there.
const NEAREST: f64 = 1e-6;

/// The means of the code's units over a batch.
pub(crate) struct Sparsity {
    target: f64,
    means: Vec<f64>,
}

impl Sparsity {
    /// From the sums over some rows each, a line a panel, in the order of the rows.
    pub(crate) fn new(network: &Network, target: f32, rows: usize, sums: &[Line]) -> Self {
        let across = network.code.div_ceil(PANEL);
        let mean = |unit: usize| {
            let sums = sums.chunks(across).map(|lines| f64::from(lines[unit / PANEL].0[unit % PANEL]));
            (sums.sum::<f64>() / rows as f64).clamp(NEAREST, 1.0 - NEAREST)
        };
        Self { target: target.into(), means: (0..network.code).map(mean).collect() }
    }

    /// Σ KL(target ‖ mean)
    pub(crate) fn divergence(&self) -> f64 {
        let rho = self.target;
        let kl = |&mean: &f64| rho * (rho / mean).ln() + (1.0 - rho) * ((1.0 - rho) / (1.0 - mean)).ln();
        self.means.iter().map(kl).sum()
    }

    /// The derivative in each row's unit, times `scale`: a line a panel.
    pub(crate) fn gradient(&self, scale: f32) -> Vec<Line> {
        let slope = |mean: f64| (1.0 - self.target) / (1.0 - mean) - self.target / mean;
        let panel = |means: &[f64]| {
            let mut line = Line::ZERO;
            for (slot, &mean) in line.0.iter_mut().zip(means) {
                *slot = (f64::from(scale) * slope(mean)) as f32;
            }
            line
        };
        self.means.chunks(PANEL).map(panel).collect()
    }
}
