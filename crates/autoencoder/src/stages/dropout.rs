//! Dropout: a share of a layer's units is set to zero, drawn anew for each sample and step (Srivastava et al.
//! 2014).

use autoencoder_kernels::{Mask, Words, panels};

use super::stage::{Rows, Stage, StageSlice, Step, gradient_mut, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::random::Purpose;

/// Dropout: y = m ⊙ x / (1 - share), where m (rows, columns) is 0 for dropped units and 1 for the others.
pub(crate) struct Dropout<B> {
    /// The layer that reads y. The random words depend on this layer.
    into: usize,
    share: f32,
    mask: Mask,
    y: B,
    /// Buffer for the random words of one row.
    words: Vec<Words>,
}

impl<B: Buffer> Dropout<B> {
    pub(crate) fn new(into: usize, share: f32, height: usize, width: usize, uses: Uses) -> Self {
        Self {
            into,
            share,
            mask: Mask::new(height, width),
            y: B::zeros(height, width, uses),
            words: vec![Words::ZERO; panels(width)],
        }
    }
}

impl<B: Buffer> Stage<B> for Dropout<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let Self { into, share, mask, y, words } = self;
        let instructions = step.network.instructions;
        for row in 0..rows.count {
            step.chance.words(Purpose::Dropout, rows.first + row, *into, words);
            mask.draw(instructions, row, words, Words::bound(*share));
        }
        if let Some(mut target) = y.values_mut(rows.count) {
            let x = input(below).values(rows.count);
            mask.apply(instructions, 1.0 / (1.0 - *share), x, &mut target);
        }
        y.update_operands(instructions, rows.count);
    }

    /// The gradient dx = m ⊙ dy / (1 - share), computed in place.
    fn backward(&mut self, below: &mut StageSlice<B>, _: &StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>) {
        let Some(gradient) = gradient_mut(below) else { return };
        let instructions = step.network.instructions;
        if let Some(mut values) = gradient.values_mut(rows.count) {
            self.mask.apply_in_place(instructions, 1.0 / (1.0 - self.share), &mut values);
        }
        gradient.update_operands(instructions, rows.count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.y)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.y)
    }
}
