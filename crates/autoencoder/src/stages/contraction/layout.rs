//! Where the numbers of the contraction lie in its lines.

use std::ops::Range;

use autoencoder_kernels::{Line, lines, panels, square_lines};

use crate::network::Network;

/// The places of what all samples share, and of what each group of rows is measured in, layer by layer of the encoder.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Inputs and outputs of the layers.
    pub widths: Vec<[usize; 2]>,
    /// Shared: of the first layer G (outputs, outputs) in panels, or of an encoder of one layer ‖w‖² of its units, a line a
    /// panel; of the others W (outputs, inputs) in squares.
    pub shared: Vec<Range<usize>>,
    /// Measured: of the first layer Σ U₁ᵀ U₁ in panels, or Σ f'², a line a panel; of the others dW (inputs, outputs) in
    /// panels, but of the last (outputs, inputs) in squares.
    pub measured: Vec<Range<usize>>,
}

impl Layout {
    pub(super) fn new(network: &Network) -> Self {
        let encoder = &network.layers[..network.encoder_layers];
        let widths: Vec<[usize; 2]> = encoder.iter().map(|layer| [layer.inputs, layer.outputs]).collect();
        let (first, last) = (widths[0][1], widths.len() - 1);
        let square = if last > 0 { lines(first, first) } else { panels(first) };
        let turned = |[inputs, outputs]: [usize; 2]| square_lines::<Line>(outputs, inputs);
        let shared =
            widths.iter().enumerate().map(|(layer, &width)| if layer == 0 { square } else { turned(width) });
        let measured = widths.iter().enumerate().map(|(layer, &[inputs, outputs])| match layer {
            0 => square,
            _ if layer == last => turned([inputs, outputs]),
            _ => lines(inputs, outputs),
        });
        Self { shared: one_after_the_other(shared), measured: one_after_the_other(measured), widths }
    }

    /// The last layer of the encoder, the code's.
    pub(super) fn last(&self) -> usize {
        self.widths.len() - 1
    }

    /// Lines of all that is shared.
    pub(super) fn shared_lines(&self) -> usize {
        self.shared.last().map_or(0, |range| range.end)
    }

    /// Lines of all that is measured of a group of rows.
    pub(super) fn measured_lines(&self) -> usize {
        self.measured.last().map_or(0, |range| range.end)
    }
}

fn one_after_the_other(counts: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut end = 0;
    let range = |count: usize| {
        let start = end;
        end += count;
        start..end
    };
    counts.map(range).collect()
}
