//! Codes of a variational model, drawn from the distributions that the encoder gives (Kingma and Welling
//! 2014), and the divergence of these distributions from the standard normal distribution.

use autoencoder_kernels::{
    Activation, Line, Panels, PanelsMut, Words, gaussian_codes, gaussian_divergence, gaussian_gradients,
    lines, panels,
};

use super::stage::{Destination, Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};

/// The code z = μ + σ ⊙ ε (rows, code), where μ and ln σ² stand side by side in the values below and ε is
/// drawn from the standard normal distribution for each row; or z = μ if codes are not drawn.
pub(crate) struct Draw<B> {
    code: usize,
    height: usize,
    z: B,
    /// The gradients at z, in training only.
    dz: Option<B>,
    noise: Option<DrawnNoise>,
}

/// The noise ε of all rows in panels, and buffers for drawing one row.
struct DrawnNoise {
    lines: Vec<Line>,
    row: Vec<Line>,
    words: Vec<Words>,
}

/// The choice of a code from its distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codes {
    /// The mean of the distribution.
    Means,
    /// A number drawn from the distribution.
    Drawn,
}

impl<B: Buffer> Draw<B> {
    pub(crate) fn new(code: usize, height: usize, uses: Uses, codes: Codes, trains: bool) -> Self {
        let row = panels(code).next_multiple_of(2);
        let noise = || DrawnNoise {
            lines: vec![Line::ZERO; lines(height, code)],
            row: vec![Line::ZERO; row],
            words: vec![Words::ZERO; row],
        };
        Self {
            code,
            height,
            z: B::zeros(height, code, uses),
            dz: trains.then(|| B::zeros(height, code, Uses::VALUES)),
            noise: (codes == Codes::Drawn).then(noise),
        }
    }
}

impl<B: Buffer> Stage<B> for Draw<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, sums: &mut [Sums]) {
        let Self { code, height, z, noise, .. } = self;
        let (instructions, statistics) = (step.network.instructions, input(below).values(rows.count));
        if let Some(mut codes) = z.values_mut(rows.count) {
            match noise {
                None => take_means(statistics, &mut codes),
                Some(noise) => {
                    noise.draw(*height, step, rows);
                    let noise = Panels::new(&noise.lines, rows.count, *code, *height);
                    gaussian_codes(instructions, statistics, noise, &mut codes);
                }
            }
        }
        z.update_operands(instructions, rows.count);
        if noise.is_some() {
            for (sums, group) in sums.iter_mut().zip(rows.groups()) {
                sums.divergence = gaussian_divergence(instructions, statistics.slice_rows(group));
                sums.penalty = f64::from(step.penalty_weight) * sums.divergence;
            }
        }
    }

    /// Computes the gradients at μ and ln σ² from the gradients at z and the gradient of the divergence.
    fn backward(&mut self, below: &mut StageSlice<B>, _: &StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>) {
        let (Some(dz), Some(noise)) = (&self.dz, &self.noise) else { return };
        let (instructions, count) = (step.network.instructions, rows.count);
        let noise = Panels::new(&noise.lines, count, self.code, self.height);
        let Some((last, _)) = below.split_last_mut() else { return };
        let Some((statistics, Some(gradient))) = last.output_and_gradient_mut() else { return };
        if let Some(mut values) = gradient.values_mut(count) {
            let (dz, scale) = (dz.values(count), step.penalty_scale());
            gaussian_gradients(instructions, statistics.values(count), noise, dz, scale, &mut values);
        }
        gradient.update_operands(instructions, count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.z)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.z)
    }

    fn gradient_mut(&mut self) -> Option<&mut B> {
        self.dz.as_mut()
    }

    fn describe_destination<'a>(
        &'a mut self,
        _: &'a Step<'_, B>,
        rows: Rows<'_>,
        destination: &mut Destination<'a, B>,
    ) {
        destination.slopes.get_or_insert((self.z.values(rows.count), Activation::Linear));
        destination.gradient = self.dz.as_mut();
    }
}

impl DrawnNoise {
    /// Draws ε for all rows.
    fn draw<B: Buffer>(&mut self, height: usize, step: &Step<'_, B>, rows: Rows<'_>) {
        let Self { lines, row: drawn, words } = self;
        for row in 0..rows.count {
            step.chance.code_noise(step.network.instructions, rows.first + row, words, drawn);
            for (panel, &line) in lines.chunks_mut(height).zip(&*drawn) {
                panel[row] = line;
            }
        }
    }
}

/// Copies the means out of `statistics`: z ← μ.
fn take_means(statistics: Panels<'_>, codes: &mut PanelsMut<'_>) {
    for panel in 0..panels(codes.columns()) {
        codes.panel_mut(panel).copy_from_slice(statistics.panel(panel));
    }
}
