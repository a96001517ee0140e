//! Initial weights with which a network is PCA: where the training begins, it is as good as the best linear model.
//!
//! The activations x -> f(x) with f(x) - f(-x) = c x, such as ReLU, let a pair of units with opposite weights carry a
//! number unchanged through a layer: "looks-linear" weights (Balduzzi et al. 2017, "The Shattered Gradients Problem").

use autoencoder_kernels::Activation;
use ndarray::{Array, Array1, Array2, ArrayBase, ArrayView, Axis, Dimension, RawData, RemoveAxis, Slice};

use super::Pca;
use crate::model::Model;
use crate::options::error::TrainingError;
use crate::specification::architecture::Architecture;
use crate::specification::normalization::Normalization;

impl Model {
    /// Replaces the weights by such as encode and restore exactly as PCA does, with one component for each number of a
    /// code. Units that are not needed for this keep their incoming weights and begin without an effect.
    ///
    /// Features in `constant` do not vary in the samples, so that PCA knows nothing of them: the weights on their way in stay as they
    /// are, and a value that is new there changes the code.
    ///
    /// `pca` is fitted to scaled samples, with at least as many components as the code has numbers where the samples
    /// have as many; up to half of the first layer's width are used.
    ///
    /// # Errors
    /// [`TrainingError::Combination`] for models that cannot be PCA: their code and output must be linear, their hidden
    /// layers relu, leaky-relu, gelu, silu or linear and at least twice as wide as the code, without normalisation and not
    /// variational.
    ///
    /// # Panics
    /// If `pca` was fitted to samples with another number of features, or a constant feature is not below that number.
    ///
    /// ```
    /// use autoencoder::{Activation, Initialization, Model, Pca, Samples, Scaling, Specification, Values};
    /// use ndarray::array;
    /// let values = array![[1.0, 2.0, 0.0], [2.0, 4.0, 1.0], [3.0, 6.0, 0.0], [4.0, 8.0, 1.0]];
    /// let samples = Samples::new(Values::Floats(values), Scaling::None)?;
    /// let specification = Specification::new(3, [8, 1])
    ///     .with_activation(Activation::Gelu)
    ///     .with_code_activation(Activation::Linear)
    ///     .with_output_activation(Activation::Linear);
    /// let pca = Pca::fit(&samples, 3)?;
    /// let model = Model::new(specification, Initialization::Glorot, 0)?.with_principal_components(&pca, &[])?;
    /// let one = Pca::fit(&samples, 1)?;
    /// assert!((model.evaluate(&samples)?.mse - one.mse(&samples)?).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_principal_components(mut self, pca: &Pca, constant: &[usize]) -> Result<Self, TrainingError> {
        let gain = gain(&self.architecture)?;
        let layers = self.architecture.layers().to_vec();
        let code = self.architecture.code().min(pca.components());
        let encoder = self.architecture.encoder_layers();
        // The numbers that reach a layer: its inputs by `read`, plus `offset`.
        let mut read = pca.directions().to_owned();
        let mut offset = -read.dot(&pca.mean());
        for (index, layer) in layers.iter().enumerate() {
            let (is_code, is_output) = (index + 1 == encoder, index + 1 == layers.len());
            let (numbers, units) = (read.nrows(), layer.units());
            let (weight, bias) = if is_output {
                (first(pca.directions(), numbers).t().dot(&read), pca.mean().to_owned())
            } else if is_code {
                (first(read.view(), code).to_owned(), first(offset.view(), code).to_owned())
            } else {
                let carried = numbers.min(units / 2);
                (
                    with_negatives(first(read.view(), carried), Axis(0)),
                    with_negatives(first(offset.view(), carried), Axis(0)),
                )
            };
            self.parameters.bias_mut(index)[..bias.len()]
                .iter_mut()
                .zip(&bias)
                .for_each(|(parameter, &bias)| *parameter = bias);
            if layer.tied_to.is_none() {
                let drawn = first(self.parameters.weight(index), bias.len()).to_owned();
                first(self.parameters.weight_mut(index), bias.len()).assign(&weight);
                if index == 0 {
                    for &feature in constant {
                        let column = drawn.index_axis(Axis(1), feature);
                        let mut weights = first(self.parameters.weight_mut(index), bias.len());
                        weights.index_axis_mut(Axis(1), feature).assign(&column);
                    }
                }
            }
            if is_output {
                break;
            }
            (read, offset) = if is_code {
                (of_units(Array2::eye(code), units), Array1::zeros(code))
            } else {
                let carried = bias.len() / 2;
                let pairs = with_negatives(Array2::eye(carried).view(), Axis(1)) / gain;
                (of_units(pairs, units), Array1::zeros(carried))
            };
        }
        Ok(self)
    }
}

/// The first `count` rows of a matrix, or numbers of a vector.
fn first<S: RawData, D: Dimension>(mut array: ArrayBase<S, D>, count: usize) -> ArrayBase<S, D> {
    array.slice_axis_inplace(Axis(0), Slice::from(..count));
    array
}

/// Numbers, and behind them their negatives.
fn with_negatives<D: Dimension + RemoveAxis>(numbers: ArrayView<'_, f32, D>, axis: Axis) -> Array<f32, D> {
    let negatives = numbers.mapv(|number| -number);
    ndarray::concatenate(axis, &[numbers, negatives.view()]).expect("arrays of one shape")
}

/// Weights of the first units of a layer, with weights of 0 for the others.
fn of_units(weights: Array2<f32>, units: usize) -> Array2<f32> {
    let others = Array2::zeros((weights.nrows(), units - weights.ncols()));
    ndarray::concatenate(Axis(1), &[weights.view(), others.view()]).expect("arrays of as many rows")
}

/// Checks that a network of this architecture can be PCA, as [`Model::with_principal_components`] makes it.
///
/// # Errors
/// [`TrainingError::Combination`] has the reason why it cannot.
pub fn check_principal_components(architecture: &Architecture) -> Result<(), TrainingError> {
    gain(architecture).map(drop)
}

/// The factor c of the hidden layers' f(x) - f(-x) = c x, if the network can be PCA.
fn gain(architecture: &Architecture) -> Result<f32, TrainingError> {
    let refuse = |with, reason| {
        Err(TrainingError::Combination { of: "principal components as initial weights", with, reason })
    };
    let specification = architecture.specification();
    if specification.is_variational() {
        return refuse("a variational model", "the codes of PCA are not drawn at random");
    }
    if specification.normalization != Normalization::None {
        return refuse("batch normalisation", "PCA would need the statistics of every layer");
    }
    if specification.code_activation != Activation::Linear
        || specification.output_activation != Activation::Linear
    {
        return refuse("a code or an output that is not linear", "the codes and samples of PCA are linear");
    }
    let gain = match specification.activation {
        Activation::Relu | Activation::Gelu | Activation::Silu => 1.0,
        Activation::LeakyRelu => 1.0 + Activation::LEAK,
        Activation::Linear => 2.0,
        _ => {
            return refuse(
                "this activation of the hidden layers",
                "relu, leaky-relu, gelu, silu and linear carry numbers unchanged",
            );
        }
    };
    let hidden = architecture.layers().iter().enumerate().filter(|&(index, _)| {
        index + 1 != architecture.encoder_layers() && index + 1 != architecture.layers().len()
    });
    if hidden.into_iter().any(|(_, layer)| layer.units() < 2 * architecture.code()) {
        return refuse(
            "hidden layers less than twice as wide as the code",
            "two units carry each number of the code",
        );
    }
    Ok(gain)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::model::initialization::Initialization;
    use crate::random::{Purpose, Stream};
    use crate::samples::scaling::Scaling;
    use crate::samples::{Samples, Values};
    use crate::specification::Specification;

    fn samples() -> Samples {
        let mut stream = Stream::new(3, Purpose::Split, [0, 0]);
        let values = Array2::from_shape_fn((50, 6), |(row, column)| {
            2.0 + stream.normal() * (column + 1) as f32 + (row % 7) as f32 * 0.3 * column as f32
        });
        Samples::new(Values::Floats(values), Scaling::None).unwrap()
    }

    fn model(layers: &[usize], activation: Activation, tied: bool) -> Model {
        let specification = Specification::new(6, layers.to_vec())
            .with_activation(activation)
            .with_code_activation(Activation::Linear)
            .with_output_activation(Activation::Linear)
            .with_tied_weights(tied);
        Model::new(specification, Initialization::Glorot, 1).unwrap()
    }

    #[test]
    fn the_model_restores_as_pca_does() {
        let samples = samples();
        for activation in
            [Activation::Relu, Activation::LeakyRelu, Activation::Gelu, Activation::Silu, Activation::Linear]
        {
            for (layers, tied) in [
                (&[2][..], false),
                (&[9, 2], false),
                (&[4, 2], true),
                (&[20, 7, 3], false),
                (&[20, 11, 3], true),
            ] {
                let code = layers[layers.len() - 1];
                for components in [code, 6] {
                    let pca = Pca::fit(&samples, components).unwrap();
                    let begun = model(layers, activation, tied).with_principal_components(&pca, &[]).unwrap();
                    let expected = Pca::fit(&samples, code).unwrap().mse(&samples).unwrap();
                    let found = begun.evaluate(&samples).unwrap().mse;
                    let what = format!("{activation:?} {layers:?} {tied} {components}");
                    assert!(
                        (found - expected).abs() < 1e-4 * expected,
                        "{what}: {found}, expected {expected}"
                    );
                    let codes = begun.encode(&samples).unwrap();
                    let scores = pca.project(samples.scaled(0..50).view());
                    let pairs = codes.rows().into_iter().zip(scores.rows());
                    let mut numbers = pairs.flat_map(|(codes, scores)| codes.into_iter().zip(scores));
                    assert!(numbers.all(|(code, score)| (code - score).abs() < 1e-3), "{what}");
                }
            }
        }
    }

    #[test]
    fn fewer_components_than_numbers_of_a_code_leave_numbers_without_effect() {
        let few = samples().select(&[0, 1]);
        let pca = Pca::fit(&few, 4).unwrap();
        let begun = model(&[12, 4], Activation::Gelu, false).with_principal_components(&pca, &[]).unwrap();
        assert!(begun.evaluate(&few).unwrap().mse < 1e-8);
    }

    #[test]
    fn a_constant_feature_changes_the_code_when_it_changes() {
        let constant = |last: f32| {
            let values = samples().scaled(0..50);
            let column =
                |(row, column): (usize, usize)| if column == 5 { last } else { values[(row, column)] };
            Samples::new(Values::Floats(Array2::from_shape_fn((50, 6), column)), Scaling::None).unwrap()
        };
        let pca = Pca::fit(&constant(0.0), 2).unwrap();
        let begin = |constant: &[usize]| {
            model(&[2], Activation::Gelu, false).with_principal_components(&pca, constant).unwrap()
        };
        let error = |model: &Model| model.evaluate(&constant(0.0)).unwrap().mse;
        let (known, unknown) = (begin(&[5]), begin(&[]));
        assert!((error(&known) - error(&unknown)).abs() < 1e-6, "nothing changes for the samples");
        let codes = |model: &Model, last| model.encode(&constant(last)).unwrap();
        assert_ne!(codes(&known, 0.0), codes(&known, 1.0));
        assert_eq!(codes(&unknown, 0.0), codes(&unknown, 1.0));
    }

    #[test]
    fn what_cannot_be_pca_is_refused() {
        let pca = Pca::fit(&samples(), 3).unwrap();
        let refused = |model: Model| model.with_principal_components(&pca, &[]).unwrap_err().to_string();
        assert!(refused(model(&[5, 3], Activation::Gelu, false)).contains("twice as wide"));
        assert!(refused(model(&[8, 3], Activation::Tanh, false)).contains("gelu"));
        let sigmoid = Model::new(Specification::new(6, [3]), Initialization::Glorot, 0).unwrap();
        assert!(refused(sigmoid).contains("not linear"));
    }
}
