//! What a file does not tell of its model.

use autoencoder::Activation;

use super::map::Map;

/// What a file does not tell of its model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportOptions {
    /// The activation of all layers but the code and the output.
    pub activation: Option<Activation>,
    /// The activation of the code; linear if neither this nor the file tells it.
    pub code_activation: Option<Activation>,
    /// The activation of the output; linear if neither this nor the file tells it.
    pub output_activation: Option<Activation>,
    /// Whether samples are bytes that are divided by 255; else they are taken as they are.
    pub bytes: bool,
    /// The sizes of a sample, such as those of an image; one row of numbers if none are given.
    pub sample_shape: Option<Vec<usize>>,
    /// The names of the layers in the file, where these do not tell which layer is meant.
    pub map: Map,
}
