//! What of a training's options and samples each step needs.

use crate::noise::Noise;

/// How samples and units are treated in each step, for good.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Recipe {
    pub noise: Option<Noise>,
    /// The least and the greatest value of the training samples.
    pub range: (f32, f32),
    /// The share of hidden units that is dropped.
    pub dropout: f32,
    /// Pixels that images are shifted by at most, and their rows, columns and colours.
    pub shift: Option<(usize, [usize; 3])>,
}
