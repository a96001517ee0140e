//! Weights as whole numbers of 8 bits, with a scale for each row.

use autoencoder::{Initialization, Model};
use ndarray::{Array2, ArrayView1, ArrayView2};

/// The rows of a weight as whole numbers from -127 to 127: w ≈ scale q, with the scale of its row, max |w| / 127.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Int8Rows {
    /// q, (outputs, inputs).
    pub(crate) rows: Array2<i8>,
    /// The scale of each row.
    pub(crate) scales: Vec<f32>,
}

const MOST: f32 = 127.0;

impl Int8Rows {
    /// The nearest whole numbers of a weight (outputs, inputs).
    pub(crate) fn of(weight: ArrayView2<'_, f32>) -> Self {
        let scales: Vec<f32> = weight.rows().into_iter().map(scale).collect();
        #[expect(clippy::cast_possible_truncation, reason = "a quotient lies within -127 and 127")]
        let rows = Array2::from_shape_fn(weight.dim(), |(row, column)| {
            let scale = scales[row];
            if scale > 0.0 { (weight[(row, column)] / scale).round().clamp(-MOST, MOST) as i8 } else { 0 }
        });
        Self { rows, scales }
    }

    /// The weight that the whole numbers stand for.
    fn weight(&self) -> Array2<f32> {
        Array2::from_shape_fn(self.rows.dim(), |(row, column)| {
            f32::from(self.rows[(row, column)]) * self.scales[row]
        })
    }
}

fn scale(row: ArrayView1<'_, f32>) -> f32 {
    row.iter().fold(0.0, |most: f32, weight| most.max(weight.abs())) / MOST
}

/// The model that a file with whole numbers of 8 bits computes: each weight is rounded to a multiple of its row's scale. Biases stay
/// as they are, and tied layers have weights of their own, as their rows differ.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// let model = Model::new(Specification::new(12, [4]), Initialization::Glorot, 0)?;
/// let rounded = autoencoder_convert::rounded_to_int8(&model);
/// let (before, after) = (model.parameters().weight(0), rounded.parameters().weight(0));
/// let most = before.iter().fold(0.0, |most: f32, weight| most.max(weight.abs()));
/// assert!(before.iter().zip(&after).all(|(before, after)| (before - after).abs() <= most / 254.0 * 1.001));
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
///
/// # Panics
/// If there is no memory for a second model.
pub fn rounded_to_int8(model: &Model) -> Model {
    let folded = model.folded();
    let layers = folded.architecture().layers();
    let specification = folded.architecture().specification().clone().with_tied_weights(false);
    let untied = Model::new(specification, Initialization::Glorot, 0)
        .expect("a model without tied weights is one too, where there is memory for it");
    let mut parameters = untied.parameters().clone();
    for (index, layer) in layers.iter().enumerate() {
        let weight = match layer.tied_to {
            Some(mirrored) => folded.parameters().weight(mirrored).reversed_axes(),
            None => folded.parameters().weight(index),
        };
        parameters.weight_mut(index).assign(&Int8Rows::of(weight).weight());
        let bias = folded.parameters().bias(index);
        parameters.bias_mut(index).iter_mut().zip(bias).for_each(|(to, from)| *to = *from);
    }
    let mut rounded = untied.with_parameters(parameters);
    rounded.about = model.about.clone();
    rounded.scorer.clone_from(&model.scorer);
    rounded
}

#[cfg(test)]
mod tests {
    use autoencoder::{Activation, Specification};
    use ndarray::array;

    use super::*;

    #[test]
    fn the_largest_weight_of_a_row_is_127_and_rows_of_zeros_stay_so() {
        let rows = Int8Rows::of(array![[0.5, -1.0, 0.004], [0.0, 0.0, 0.0]].view());
        assert_eq!(rows.rows, array![[64, -127, 1], [0, 0, 0]]);
        assert!((rows.scales[0] - 1.0 / 127.0).abs() < 1e-9 && rows.scales[1] == 0.0);
    }

    #[test]
    fn a_tied_model_is_rounded_by_the_rows_of_each_of_its_layers() {
        let specification = Specification::new(6, [5, 2]).with_tied_weights(true);
        let model =
            Model::new(specification.with_activation(Activation::Relu), Initialization::Glorot, 3).unwrap();
        let rounded = rounded_to_int8(&model);
        let decoder = Int8Rows::of(model.parameters().weight(0).reversed_axes()).weight();
        assert_eq!(rounded.parameters().weight(3), decoder);
        assert_ne!(rounded.parameters().weight(0), model.parameters().weight(0));
    }
}
