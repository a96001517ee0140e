//! Layout: the places of the contractive penalty's numbers in shared and in measured lines.

use std::ops::Range;

use autoencoder_kernels::{Line, lines, panels, square_lines};

use crate::network::Network;

/// For each layer of the encoder, the places of the numbers that all samples share, and of the numbers that
/// each group of rows measures.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The inputs and outputs of the layers.
    pub widths: Vec<[usize; 2]>,
    /// The shared lines of each layer. First layer: G (outputs, outputs) in panels, or ‖w‖² of each unit, a
    /// line a panel, if the encoder has one layer. Other layers: W (outputs, inputs) in squares.
    pub shared: Vec<Range<usize>>,
    /// The measured lines of each layer. First layer: Σ U₁ᵀ U₁ (outputs, outputs) in panels, or Σ f'², a line
    /// a panel, if the encoder has one layer. Layers between: dW (inputs, outputs) in panels. Last layer: dW
    /// (outputs, inputs) in squares.
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

    /// The index of the encoder's last layer, whose outputs are the code.
    pub(super) fn last(&self) -> usize {
        self.widths.len() - 1
    }

    /// The number of shared lines.
    pub(super) fn shared_lines(&self) -> usize {
        self.shared.last().map_or(0, |range| range.end)
    }

    /// The number of lines that each group of rows measures.
    pub(super) fn measured_lines(&self) -> usize {
        self.measured.last().map_or(0, |range| range.end)
    }
}

/// Contiguous ranges of the given lengths, one after the other.
fn one_after_the_other(counts: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut end = 0;
    let range = |count: usize| {
        let start = end;
        end += count;
        start..end
    };
    counts.map(range).collect()
}
