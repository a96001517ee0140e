//! The arithmetic of training that every kind of model has.

use autoencoder::Model;

/// A multiplication and an addition.
pub(crate) const FLOP: usize = 2;

/// Forward, gradient and backward products of all layers, the last not for the first layer, whose inputs need no gradient.
///
/// A layer that shares its weights has the same products as any other; of a variational model the encoder's last layer is
/// two, and both count.
pub(crate) fn flop_of_layers(model: &Model) -> f64 {
    let layers = model.architecture().layers();
    let weights = layers.iter().map(|layer| layer.inputs * layer.outputs);
    let first = layers.first().map_or(0, |layer| layer.inputs * layer.outputs);
    (FLOP * (3 * weights.sum::<usize>() - first)) as f64
}
