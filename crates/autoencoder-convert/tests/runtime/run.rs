//! Runs of ONNX files, and the models that are written as such.

use std::io::Cursor;

use autoencoder::{Initialization, Model, Specification};
use ndarray::{Array2, ArrayD};
use tract_onnx::prelude::*;

/// The largest difference of numbers of about 1, relative to larger ones.
pub(crate) const TOLERANCE: f64 = 1e-5;

/// The outputs of a file for some inputs, in order.
pub(crate) fn run(file: &[u8], inputs: impl IntoIterator<Item = Tensor>) -> Vec<Tensor> {
    let model = tract_onnx::onnx().model_for_read(&mut Cursor::new(file)).unwrap();
    let model = model.into_typed().unwrap().into_runnable().unwrap();
    let inputs = inputs.into_iter().map(TValue::from).collect();
    model.run(inputs).unwrap().into_iter().map(TValue::into_tensor).collect()
}

/// An input of rows of numbers, each of this shape.
pub(crate) fn rows<T: Datum + Copy>(rows: &Array2<T>, shape: &[usize]) -> Tensor {
    let shape: Vec<usize> = std::iter::once(rows.nrows()).chain(shape.iter().copied()).collect();
    Tensor::from_shape(&shape, &rows.iter().copied().collect::<Vec<T>>()).unwrap()
}

/// An output as rows of f64.
pub(crate) fn matrix(output: &Tensor) -> Array2<f64> {
    let shape = output.shape().to_vec();
    let wide = output.cast_to::<f64>().unwrap();
    let numbers = wide.to_array_view::<f64>().unwrap().iter().copied().collect();
    let whole: ArrayD<f64> = ArrayD::from_shape_vec(shape.clone(), numbers).unwrap();
    let columns: usize = shape[1..].iter().product();
    whole.into_shape_with_order((shape[0], columns)).unwrap()
}

/// Asserts that numbers are those that are expected.
pub(crate) fn assert_near(found: &Array2<f64>, expected: &Array2<f64>, what: &str) {
    assert_within(TOLERANCE, found, expected, what);
}

/// Asserts that numbers are at most this far from those that are expected, relative to larger ones than 1.
pub(crate) fn assert_within(tolerance: f64, found: &Array2<f64>, expected: &Array2<f64>, what: &str) {
    assert_eq!(found.dim(), expected.dim(), "{what}");
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let near = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(near, "{what}: number {place}: expected {expected}, found {found}");
    }
}

/// The same numbers in f32.
pub(crate) fn single(numbers: &Array2<f64>) -> Array2<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
    numbers.mapv(|number| number as f32)
}

/// Numbers from -1 to 1, a function of the seed.
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0xD1B5_4A32_D192_ED03);
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A model of this specification in which every parameter is drawn, biases and statistics too.
pub(crate) fn model(specification: Specification, seed: u64) -> Model {
    let model = Model::new(specification, Initialization::Glorot, seed).unwrap();
    let mut parameters = model.parameters().clone();
    let mut next = numbers(seed);
    for tensor in model.parameters().tensors() {
        let values = &mut parameters.as_mut_slice()[tensor.range.clone()];
        if tensor.shape.len() == 1 {
            #[expect(clippy::cast_possible_truncation, reason = "numbers of about 1")]
            values.fill_with(|| 0.5 * next() as f32);
        }
        if ["variance", "scale"].contains(&tensor.name.rsplit('.').next().unwrap()) {
            for value in values {
                *value = value.abs() + 0.5;
            }
        }
    }
    model.with_parameters(parameters)
}
