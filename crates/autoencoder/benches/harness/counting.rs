//! Counting of the floating-point operations that training any kind of model needs.

use autoencoder::Model;

/// The floating-point operations of a multiplication and an addition.
pub(crate) const FLOP: usize = 2;

/// Floating-point operations a sample in the forward, gradient and backward products of all layers. The first
/// layer has no backward product, because its inputs need no gradient.
///
/// A tied layer has the same products as any other. A variational model's encoder ends in two layers, which
/// both count.
pub(crate) fn flop_of_layers(model: &Model) -> f64 {
    let layers = model.architecture().layers();
    let weights = layers.iter().map(|layer| layer.inputs * layer.outputs);
    let first = layers.first().map_or(0, |layer| layer.inputs * layer.outputs);
    (FLOP * (3 * weights.sum::<usize>() - first)) as f64
}
