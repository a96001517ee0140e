//! Treatment: the changes that training makes to samples and units in every step.

use crate::network::{Network, PackedLayer};
use crate::options::layer_set::LayerSet;
use crate::options::noise::Noise;

/// The changes that a training makes to samples and units in each step.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Treatment {
    /// The noise on samples.
    pub noise: Option<Noise>,
    /// The least and the greatest value of the training samples, after scaling.
    pub range: (f32, f32),
    /// The share of hidden units that dropout sets to zero.
    pub dropout: f32,
    /// The layers that are not trained, as indices of the architecture's layers.
    pub frozen: LayerSet,
    /// The greatest shift of images, in pixels, and the images' rows, columns and colours.
    pub shift: Option<(usize, [usize; 3])>,
}

impl Treatment {
    /// The first layer of the network with trained parameters; the number of layers if there is none.
    pub(crate) fn first_trained(&self, network: &Network) -> usize {
        let is_trained = |layer: &PackedLayer| {
            layer.matrix.architecture_layers().any(|index| !self.frozen.contains(index))
        };
        network.layers.iter().position(is_trained).unwrap_or(network.layers.len())
    }
}
