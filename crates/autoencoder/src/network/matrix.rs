//! Matrices: the weights of layers and the vectors beside their columns, in lines.

use std::ops::Range;

use autoencoder_kernels::{PANEL, panels};

/// The place of one layer's matrix and vectors in the lines of the network. Pieces, weights and updates know matrices only; how wide the values are that pass a layer is the layer's own affair.
///
/// Each panel of 32 columns consists of one line for each row of weights, W transposed to (rows, columns), and one line of
/// biases. The matrix of a normalised layer has three more lines per panel: scales, running means and running variances.
/// All numbers that the update of a panel touches therefore lie in one contiguous range of lines.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    /// The rows of W, the inputs of a unit.
    pub rows: usize,
    /// The columns of W, the units.
    pub columns: usize,
    /// The first line, counted in the network's lines.
    pub first_line: usize,
    /// The layer whose transposed weights this layer uses. A tied layer has lines of vectors only.
    pub tied_to: Option<usize>,
    /// The number of vectors, each of one number for a column, and how many of them gradients train: of bias, scale, running
    /// mean and running variance the first two.
    pub vectors: [usize; 2],
    /// The layers of the architecture that lie here side by side, each with its first column, a multiple of 32. Columns
    /// between two of them are zero and stay zero.
    pub architecture_layers: Vec<(usize, usize)>,
}

impl Matrix {
    /// The number of lines of weights in a panel; 0 for a tied layer.
    pub(crate) fn weight_lines(&self) -> usize {
        if self.tied_to.is_some() { 0 } else { self.rows }
    }

    /// The number of lines in a panel: weights and vectors.
    pub(crate) fn stride(&self) -> usize {
        self.weight_lines() + self.vectors[0]
    }

    /// The lines of one panel's vectors, as a range in the network's lines.
    pub(crate) fn vector_lines(&self, panel: usize) -> Range<usize> {
        let end = self.first_line + (panel + 1) * self.stride();
        end - self.vectors[0]..end
    }

    /// All lines of the matrix, as a range in the network's lines.
    pub(crate) fn range(&self) -> Range<usize> {
        self.first_line..self.first_line + panels(self.columns) * self.stride()
    }

    /// The indices of the architecture's layers that lie here.
    pub(crate) fn architecture_layers(&self) -> impl Iterator<Item = usize> {
        self.architecture_layers.iter().map(|&(architecture_layer, _)| architecture_layer)
    }

    /// The index of the architecture's layer that the columns of one panel belong to.
    pub(crate) fn architecture_layer(&self, panel: usize) -> usize {
        let mine = self.architecture_layers.iter().rfind(|(_, first_column)| *first_column <= panel * PANEL);
        mine.map_or(usize::MAX, |&(architecture_layer, _)| architecture_layer)
    }

    /// The line of one unit's bias and the unit's column in that line. The unit's weights are in the lines before.
    pub(crate) fn place(&self, first_column: usize, unit: usize) -> (usize, usize) {
        let column = first_column + unit;
        (self.first_line + column / PANEL * self.stride() + self.weight_lines(), column % PANEL)
    }
}
