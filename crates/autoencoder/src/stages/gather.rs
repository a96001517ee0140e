//! Gathering of samples into a block: scaled, and shifted if the training shifts images.

use autoencoder_kernels::gather;

use super::shift::Shifted;
use super::stage::{Rows, Source, Stage, StageSlice, Step};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::samples::row_slice;

/// The first stage: x, samples (rows, features) or codes (rows, code).
pub(crate) struct Gather<B> {
    x: B,
    shifted: Option<Shifted>,
}

impl<B: Buffer> Gather<B> {
    pub(crate) fn new(height: usize, width: usize, uses: Uses, shifted: Option<Shifted>) -> Self {
        Self { x: B::zeros(height, width, uses), shifted }
    }
}

impl<B: Buffer> Stage<B> for Gather<B> {
    fn forward(&mut self, _: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let instructions = step.network.instructions;
        if let Some(mut target) = self.x.values_mut(rows.count) {
            match (step.source, &mut self.shifted) {
                (Source::Samples(samples), Some(shifted)) => {
                    shifted.gather(instructions, samples, step.chance, rows, &mut target);
                }
                (Source::Samples(samples), None) => {
                    samples.gather(instructions, &mut target, |row| rows.index(row));
                }
                (Source::Codes(codes), _) => {
                    let row = |row| row_slice(codes, rows.index(row));
                    gather(instructions, &mut target, row, |_, value| value);
                }
                (Source::Filled, _) => {}
            }
        }
        self.x.update_operands(instructions, rows.count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.x)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.x)
    }
}
