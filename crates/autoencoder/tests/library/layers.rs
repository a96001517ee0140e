//! The outputs of layers of models in use: codes and reconstructions bit for bit, hidden layers against the
//! definition.

use autoencoder::{
    Activation, Error, Inference, Initialization, LayerOutputsError, Loss, Model, Samples, SamplesError,
    Scaling, Specification, TableColumns, TableValues, Values, WordColumn,
};
use ndarray::{Array2, Axis, array};

use crate::kinds::{normalized, options, plain, samples, trained};
use crate::support::{precisions, with_threads};

/// The outputs of all layers in f64, from the parameters alone, with normalisation but without anything folded.
fn by_hand(model: &Model, samples: &Samples) -> Vec<(String, Array2<f64>)> {
    let mut x = samples.scaled(0..samples.len()).mapv(f64::from);
    let mut outputs = Vec::new();
    for (index, layer) in model.architecture().layers().iter().enumerate() {
        let parameters = model.parameters();
        let vector = |name: &str| {
            let values = parameters.get(&format!("{}.{name}", layer.name)).unwrap();
            values.iter().map(|&value| f64::from(value)).collect::<ndarray::Array1<f64>>()
        };
        let weight = match layer.tied_to {
            Some(other) => parameters.weight(other).reversed_axes(),
            None => parameters.weight(index),
        };
        let mut sums = x.dot(&weight.mapv(f64::from).t());
        if layer.normalized {
            let deviation = vector("variance").mapv(|variance| (variance + 1e-5).sqrt());
            sums = (sums - vector("mean")) / deviation * vector("scale");
        }
        sums += &vector("bias");
        x = sums.mapv(|z| match layer.activation {
            Activation::Tanh => z.tanh(),
            Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
            other => panic!("no formula for {other:?}"),
        });
        outputs.push((layer.name.clone(), x.clone()));
    }
    outputs
}

#[test]
fn every_layer_is_its_definition_also_where_a_normalisation_is_folded() {
    let samples = samples(150);
    for specification in [
        plain(),
        plain().with_tied_weights(true).with_loss(Loss::Bce),
        normalized(),
        normalized().with_tied_weights(true),
    ] {
        let model = trained(&specification, options()).into_model();
        let inference = Inference::new(&model);
        let expected = by_hand(&model, &samples);
        let names: Vec<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(inference.layer_names(), names);
        for (name, expected) in &expected {
            let found = inference.layer_outputs(&samples, name).unwrap();
            assert_eq!(found.dim(), expected.dim(), "{name}");
            let furthest =
                (found.mapv(f64::from) - expected).iter().fold(0.0, |most: f64, d| most.max(d.abs()));
            // Sums of up to 40 products in f32, and activations whose slopes are at most 1.
            assert!(furthest < 1e-5, "{name}: {furthest}");
        }
    }
}

#[test]
fn the_code_is_that_of_encode_and_the_last_layer_that_of_reconstruct() {
    let samples = samples(1100);
    for (specification, code) in [
        (plain(), "encoder.1"),
        (plain().with_top_k(3), "encoder.1"),
        (plain().variational(1.0), "encoder.mu"),
        (normalized().with_loss(Loss::Bce), "encoder.1"),
    ] {
        let model = trained(&specification, options()).into_model();
        for precision in precisions() {
            let inference = Inference::new(&model).with_precision(precision).unwrap();
            let outputs = |layer| inference.layer_outputs(&samples, layer).unwrap();
            assert_eq!(outputs(code), inference.encode(&samples).unwrap(), "{precision}");
            assert_eq!(outputs("decoder.1"), inference.reconstruct(&samples).unwrap(), "{precision}");
            for layer in inference.layer_names() {
                let one = with_threads(1, || outputs(layer));
                assert_eq!(with_threads(3, || outputs(layer)), one, "{layer}, {precision}");
            }
        }
    }
}

#[test]
fn only_the_largest_numbers_of_a_code_reach_the_decoder() {
    let samples = samples(40);
    let model = trained(&plain().with_top_k(3), options()).into_model();
    let inference = Inference::new(&model);
    let codes = inference.layer_outputs(&samples, "encoder.1").unwrap();
    for code in codes.axis_iter(Axis(0)) {
        assert!(code.iter().filter(|&&unit| unit != 0.0).count() <= 3);
    }
    let weight = model.parameters().weight(2);
    let expected = (codes.dot(&weight.t()) + model.parameters().bias(2)).mapv(f32::tanh);
    let found = inference.layer_outputs(&samples, "decoder.0").unwrap();
    assert!((found - expected).iter().all(|difference| difference.abs() < 1e-5));
}

#[test]
fn the_last_layer_of_a_table_gives_the_probabilities_of_words() {
    let values = TableValues::new(array![[1.0], [2.0], [4.0]], array![[0], [1], [2]], [3]).unwrap();
    let scaling = values.fit(|_| autoencoder::NumberScalingKind::Standard);
    let samples = Samples::new(Values::Table(values), scaling.clone()).unwrap();
    let specification = Specification::new(4, [2])
        .with_output_activation(Activation::Linear)
        .with_table(TableColumns::new(1, [WordColumn::new(3, 1.0)]));
    let mut model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    model.about.scaling = scaling;
    let inference = Inference::new(&model);
    let outputs = inference.layer_outputs(&samples, "decoder.0").unwrap();
    assert_eq!(outputs, inference.reconstruct(&samples).unwrap());
    assert!((outputs.row(0).iter().skip(1).sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn an_unknown_layer_is_refused_with_the_names_of_all() {
    let specification = plain().variational(1.0);
    let model = trained(&specification, options()).into_model();
    let inference = Inference::new(&model);
    for name in ["encoder", "encoder.logvar", "encoder.2", ""] {
        let refused = inference.layer_outputs(&samples(2), name).unwrap_err();
        let expected = "expected one of encoder.0, encoder.mu, decoder.0, decoder.1";
        assert_eq!(refused.to_string(), format!("no outputs of a layer {name}: {expected}"));
        assert_eq!(Error::from(refused.clone()).to_string(), refused.to_string());
    }
    let other = Samples::new(Values::Floats(Array2::zeros((1, 3))), Scaling::None).unwrap();
    let refused = SamplesError::Features { expected: 40, found: 3 };
    assert_eq!(inference.layer_outputs(&other, "encoder.0"), Err(LayerOutputsError::Samples(refused)));
}
