//! Noise on samples. A denoising autoencoder reconstructs the clean x from the noisy x̃.

use autoencoder_kernels::{Corruption, Words, corrupt, panels};

use super::stage::{Rows, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::random::Purpose;

/// The noisy samples x̃ (rows, features), computed from x and from random words drawn for each row. Samples
/// have no gradients.
pub(crate) struct Corrupt<B> {
    corruption: Corruption,
    noisy: B,
    /// Buffer for the random words of one row.
    words: Vec<Words>,
}

impl<B: Buffer> Corrupt<B> {
    pub(crate) fn new(height: usize, width: usize, uses: Uses, corruption: Corruption) -> Self {
        let words = vec![Words::ZERO; panels(width).next_multiple_of(2)];
        Self { corruption, noisy: B::zeros(height, width, uses), words }
    }
}

impl<B: Buffer> Stage<B> for Corrupt<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let Self { corruption, noisy, words } = self;
        let (instructions, x) = (step.network.instructions, input(below).values(rows.count));
        if let Some(mut target) = noisy.values_mut(rows.count) {
            for row in 0..rows.count {
                step.chance.words(Purpose::Noise, rows.first + row, 0, words);
                corrupt(instructions, *corruption, words, row, x, &mut target);
            }
        }
        noisy.update_operands(instructions, rows.count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.noisy)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.noisy)
    }
}
