//! Every kind of model whose samples are plain rows of numbers.

use autoencoder::{
    Activation, Choice, Model, Normalization, NumberScalingKind, Scaling, Specification, Values,
};
use autoencoder_convert::{OnnxPart, to_onnx};
use ndarray::Array2;
use proptest::prelude::*;

use crate::run::{assert_near, matrix, model, numbers, rows, run, single};

/// Rows of numbers of about 1.
fn samples(count: usize, features: usize, seed: u64) -> Array2<f64> {
    let mut next = numbers(seed + 1);
    Array2::from_shape_fn((count, features), |_| next())
}

/// Asserts that whole, encoder and decoder give what the model computes of values, which come in as `input`.
fn assert_same(model: &Model, values: Values, input: tract_onnx::prelude::Tensor, what: &str) {
    let samples = model.samples(values).unwrap();
    let codes = model.encode(&samples).unwrap();
    let restored = model.reconstruct(&samples).unwrap();
    let scaling = &model.about.scaling;
    let restored = Array2::from_shape_fn(restored.dim(), |at| scaling.undo(at.1, restored[at]));
    let file = |part| to_onnx(model, part).unwrap().bytes;
    let found = run(&file(OnnxPart::Encoder), [input.clone()]);
    assert_near(&matrix(&found[0]), &codes.mapv(f64::from), &format!("{what}: codes"));
    let found = run(&file(OnnxPart::Model), [input]);
    assert_near(&matrix(&found[0]), &restored, &format!("{what}: reconstructions"));
    let found = run(&file(OnnxPart::Decoder), [rows(&codes, &[codes.ncols()])]);
    assert_near(&matrix(&found[0]), &restored, &format!("{what}: decoded"));
}

fn of_floats(specification: Specification, seed: u64, what: &str) {
    let features = specification.features;
    let model = model(specification, seed);
    let samples = single(&samples(7, features, seed));
    assert_same(&model, Values::Floats(samples.clone()), rows(&samples, &[features]), what);
}

#[test]
fn every_activation_has_its_nodes() {
    for (seed, &activation) in Activation::ALL.iter().enumerate() {
        let specification = Specification::new(6, [5, 3])
            .with_activation(activation)
            .with_code_activation(activation)
            .with_output_activation(activation);
        of_floats(specification, seed as u64, activation.name());
    }
}

#[test]
fn every_kind_restores_as_the_model_does() {
    let plain = || Specification::new(6, [5, 3]).with_activation(Activation::Tanh);
    let kinds = [
        ("one layer", Specification::new(6, [9])),
        ("tied", plain().with_tied_weights(true)),
        ("normalised", plain().with_normalization(Normalization::Batch)),
        ("tied and normalised", plain().with_normalization(Normalization::Batch).with_tied_weights(true)),
        ("sparse", plain().sparse(0.1, 0.1)),
        ("l1", plain().with_code_activation(Activation::Relu).l1(0.1)),
        ("contractive", Specification::new(6, [5]).contractive(0.1)),
        ("top-k", Specification::new(6, [5, 8]).with_code_activation(Activation::Linear).with_top_k(3)),
        ("top-k of all", Specification::new(6, [4]).with_code_activation(Activation::Linear).with_top_k(4)),
        ("variational", plain().variational(1.0)),
    ];
    for (seed, (what, specification)) in kinds.into_iter().enumerate() {
        of_floats(specification, seed as u64, what);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn layers_of_any_width_restore_as_the_model_does(
        features in 1_usize..9,
        layers in prop::collection::vec(1_usize..9, 1..4),
        activation in prop::sample::select(Activation::ALL.to_vec()),
        is_tied: bool,
        seed in 0_u64..1000,
    ) {
        let specification = Specification::new(features, layers)
            .with_activation(activation)
            .with_output_activation(Activation::Linear)
            .with_tied_weights(is_tied);
        of_floats(specification, seed, &format!("seed {seed}"));
    }
}

#[test]
fn images_of_bytes_come_in_and_go_out_as_they_are() {
    let mut model = model(Specification::new(12, [5, 3]), 4);
    model.about.scaling = Scaling::Bytes;
    model.about.sample_shape = vec![2, 3, 2];
    let bytes = Array2::from_shape_fn((9, 12), |(row, column)| u8::try_from(row * 28 + column).unwrap());
    let file = to_onnx(&model, OnnxPart::Model).unwrap();
    assert_eq!(
        (&*file.inputs[0], &*file.outputs[0]),
        ("samples uint8 (N, 2, 3, 2)", "reconstructions float32 (N, 2, 3, 2)")
    );
    assert_same(&model, Values::Bytes(bytes.clone()), rows(&bytes, &[2, 3, 2]), "images");
}

#[test]
fn large_numbers_that_differ_little_keep_their_differences() {
    let values = samples(60, 4, 3).mapv(|number| 1.7e9 + 40.0 * number);
    for scaling in [Scaling::fit_min_max(values.view()), Scaling::fit_standard(values.view())] {
        let mut model = model(Specification::new(4, [3]).with_output_activation(Activation::Linear), 5);
        model.about.scaling = scaling;
        assert_same(&model, Values::Doubles(values.clone()), rows(&values, &[4]), "large numbers");
    }
}

#[test]
fn columns_are_scaled_each_in_its_way() {
    let kinds = NumberScalingKind::ALL;
    let mut next = numbers(11);
    // Numbers over orders of magnitude, with several that are the same, and a column that is constant.
    let values = Array2::from_shape_fn((80, 2 * kinds.len() + 1), |(row, column)| {
        let number = (4.0 * next()).exp() * next().signum();
        match column % 3 {
            _ if column == 2 * kinds.len() => 7.0,
            0 if row % 4 == 0 => 2.0,
            _ => number,
        }
    });
    let scaling = Scaling::fit_columns(values.view(), |column| kinds[column % kinds.len()]);
    let features = values.ncols();
    let specification = Specification::new(features, [5]).with_output_activation(Activation::Linear);
    let mut model = model(specification, 6);
    model.about.scaling = scaling;
    // Numbers beyond those that the scaling was fitted to come too.
    let mut wider = values.clone();
    wider.row_mut(0).fill(90.0);
    wider.row_mut(1).fill(-90.0);
    assert_same(&model, Values::Doubles(wider.clone()), rows(&wider, &[features]), "columns");
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let model = model(Specification::new(6, [5, 3]).variational(1.0), 1);
    for part in [OnnxPart::Model, OnnxPart::Encoder, OnnxPart::Decoder] {
        assert_eq!(to_onnx(&model, part).unwrap(), to_onnx(&model, part).unwrap());
    }
}
