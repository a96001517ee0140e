//! Batch normalisation (Ioffe and Szegedy 2015): y = f(scale ẑ + shift) with ẑ = (z - μ) / √(v + ε), where μ
//! and v are the mean and the variance of each unit's sums z over the batch. All blocks meet for μ and v in
//! the forward pass, and once more in the backward pass for the gradients of z.

use autoencoder_kernels::{
    Activation, Line, Normalizer, add_bias_gradient, column_moments, column_products, normalize,
    normalize_gradients, panels,
};

use super::meeting::Direction;
use super::stage::{Destination, Rows, Stage, StageSlice, Step, gradient, input};
use super::statistics::PanelStatistics;
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};

/// Batch normalisation of one layer: y (rows, outputs) from the sums z below, which are replaced by ẑ.
pub(crate) struct Normalize<B> {
    layer: usize,
    /// The place of the stage in the list, by which its statistics are found.
    place: usize,
    activation: Activation,
    y: B,
}

impl<B: Buffer> Normalize<B> {
    pub(crate) fn new(
        layer: usize,
        place: usize,
        activation: Activation,
        [height, outputs]: [usize; 2],
        uses: Uses,
    ) -> Self {
        Self { layer, place, activation, y: B::zeros(height, outputs, uses) }
    }
}

impl<B: Buffer> Stage<B> for Normalize<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let Self { layer, place, activation, y } = self;
        let both = below.split_last_mut().and_then(|(last, _)| last.output_and_gradient_mut());
        let Some((sums, slopes)) = both else { return };
        let Some(mut z) = sums.values_mut(rows.count) else { return };
        let normalizer = |panel| normalizer(step, *layer, *place, panel);
        let slopes = slopes.and_then(|slopes| slopes.values_mut(rows.count));
        normalize(step.network.instructions, normalizer, *activation, &mut z, y.target(rows.count), slopes);
    }

    /// Replaces the gradients du at scale ẑ + shift by the gradients at z, in place.
    fn backward(&mut self, below: &mut StageSlice<B>, _: &StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>) {
        let instructions = step.network.instructions;
        let both = below.split_last_mut().and_then(|(last, _)| last.output_and_gradient_mut());
        let Some((z, Some(gradient))) = both else { return };
        if let Some(mut gradients) = gradient.values_mut(rows.count) {
            for panel in 0..panels(gradients.columns()) {
                let [.., mean_gradient, mean_gradient_with_z] = shared(step, self.place, panel);
                normalize_gradients(
                    instructions,
                    normalizer(step, self.layer, self.place, panel),
                    [mean_gradient, mean_gradient_with_z],
                    z.values(rows.count).panel(panel),
                    gradients.panel_mut(panel),
                );
            }
        }
        gradient.update_operands(instructions, rows.count);
    }

    /// Measures each group of rows. Forward pass: means and sums of squared deviations of z. Backward pass:
    /// `Σ du` and `Σ du ẑ`.
    fn measure(
        &mut self,
        direction: Direction,
        below: &mut StageSlice<B>,
        step: &Step<'_, B>,
        rows: Rows<'_>,
        _: &mut [Sums],
        measured: &mut [Line],
    ) {
        let (instructions, z) = (step.network.instructions, input(below).values(rows.count));
        let across = panels(z.columns());
        for (measured, group) in measured.chunks_mut(2 * across).zip(rows.groups()) {
            let z = z.slice_rows(group.clone());
            let (first, second) = measured.split_at_mut(across);
            match direction {
                Direction::Forward => {
                    for (panel, (mean, squares)) in first.iter_mut().zip(second).enumerate() {
                        [*mean, *squares] = column_moments(instructions, z.panel(panel));
                    }
                }
                Direction::Backward => {
                    let Some(du) = gradient(below) else { return };
                    let du = du.values(rows.count).slice_rows(group);
                    for (panel, (sum, product)) in first.iter_mut().zip(second).enumerate() {
                        *sum = Line::ZERO;
                        add_bias_gradient(instructions, du.panel(panel), sum);
                        *product = column_products(instructions, du.panel(panel), z.panel(panel));
                    }
                }
            }
        }
    }

    fn output(&self) -> Option<&B> {
        Some(&self.y)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.y)
    }

    fn describe_destination<'a>(
        &'a mut self,
        _: &'a Step<'_, B>,
        rows: Rows<'_>,
        destination: &mut Destination<'a, B>,
    ) {
        destination.slopes.get_or_insert((self.y.values(rows.count), self.activation));
    }
}

/// The batch statistics of one panel of units.
fn shared<'a, B: Buffer>(step: &'a Step<'_, B>, place: usize, panel: usize) -> &'a PanelStatistics {
    &step.meetings.shared(place).as_chunks().0[panel]
}

/// The numbers that normalise one panel in this step.
fn normalizer<'a, B: Buffer>(
    step: &'a Step<'_, B>,
    layer: usize,
    place: usize,
    panel: usize,
) -> Normalizer<'a> {
    let [shift, scale, ..] = step.network.vectors(layer, panel) else {
        unreachable!("a normalised layer has a shift and a scale")
    };
    let [mean, inverse_deviation, ..] = shared(step, place, panel);
    Normalizer { mean, inverse_deviation, scale, shift }
}
