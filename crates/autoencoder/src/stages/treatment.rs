//! How samples and units are treated while training.

use crate::network::{Network, PackedLayer};
use crate::options::layer_set::LayerSet;
use crate::options::noise::Noise;

/// How samples and units are treated in each step of a training.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Treatment {
    pub noise: Option<Noise>,
    /// The least and the greatest value of the training samples.
    pub range: (f32, f32),
    /// The share of hidden units that is dropped.
    pub dropout: f32,
    /// Layers that are not trained.
    pub frozen: LayerSet,
    /// Pixels that images are shifted by at most, and their rows, columns and colours.
    pub shift: Option<(usize, [usize; 3])>,
}

impl Treatment {
    /// The first of the network's layers of which something is trained.
    pub(crate) fn first_trained(&self, network: &Network) -> usize {
        let is_trained =
            |layer: &PackedLayer| layer.architecture_layers().any(|index| !self.frozen.contains(index));
        network.layers.iter().position(is_trained).unwrap_or(network.layers.len())
    }
}
