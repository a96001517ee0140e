//! Batch normalisation: agreement with PyTorch, and folding.

use ndarray::{Array2, ArrayView1};

use super::*;

/// Three steps of plain descent agree with PyTorch 2.15 (`torch.nn.BatchNorm1d` after `torch.nn.Linear`, the
/// same numbers, `reduction="mean"`) in the losses and in the first layer's parameters.
#[test]
fn a_normalised_model_is_trained_as_pytorch_trains_it() {
    let values = Array2::from_shape_fn((7, 4), |(row, column)| ((row * 4 + column) * 5 % 11) as f32 / 10.0);
    let samples = Samples::new(Values::Floats(values), Scaling::None).unwrap();
    let specification = Specification::new(4, [3, 2])
        .with_activation(Activation::Tanh)
        .with_normalization(Normalization::Batch);
    let model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let mut parameters = model.parameters().clone();
    for tensor in parameters.tensors().to_vec() {
        for (index, value) in parameters.get_mut(&tensor.name).unwrap().iter_mut().enumerate() {
            *value = match tensor.name.rsplit('.').next().unwrap() {
                "weight" => ((index * 7 + 3) % 13) as f32 / 13.0 - 0.5,
                "scale" => 1.0 + index as f32 / 10.0,
                "variance" => 1.0,
                "bias" => index as f32 / 20.0,
                _ => 0.0,
            };
        }
    }
    let options = TrainingOptions::default()
        .with_epochs(3)
        .with_batch_size(7)
        .with_learning_rate(0.5)
        .with_optimizer(Optimizer::Sgd)
        .with_shuffle(false);
    let mut trainer = Trainer::of_model(model.with_parameters(parameters), options).unwrap();
    trainer.fit(&samples).unwrap();
    for (report, expected) in trainer.history().iter().zip(TORCH_LOSSES) {
        assert!((report.train_loss - expected).abs() < 1e-6 * expected, "{}", report.train_loss);
    }
    let model = trainer.into_model();
    for (name, expected) in TORCH_LAYER {
        for (found, expected) in model.parameters().get(name).unwrap().iter().zip(expected) {
            assert!((found - expected).abs() < 2e-6, "{name}: {found}, expected {expected}");
        }
    }
    let mse = model.evaluate(&samples).unwrap().mse;
    assert!((mse - TORCH_EVALUATED).abs() < 1e-6 * TORCH_EVALUATED, "{mse}");
}

const TORCH_LOSSES: [f64; 3] = [0.128_001_139, 0.122_555_897, 0.101_385_251];
const TORCH_EVALUATED: f64 = 0.103_718_877;
const TORCH_LAYER: [(&str, &[f32]); 5] = [
    (
        "encoder.0.weight",
        &[
            -0.269_491_4,
            0.266_552,
            -0.200_744,
            0.343_475_1,
            -0.033_880_3,
            0.354_490_2,
            0.077_607_3,
            -0.568_586_7,
            0.027_052_4,
            -0.426_373_1,
            0.097_141_4,
            -0.349_450_1,
        ],
    ),
    ("encoder.0.bias", &[-0.000_650_1, 0.047_733_9, 0.101_647_8]),
    ("encoder.0.scale", &[1.008_939_6, 1.099_105_6, 1.192_409_6]),
    ("encoder.0.mean", &[0.013_314_2, -0.019_215_3, -0.078_889_1]),
    ("encoder.0.variance", &[0.752_793_3, 0.729_590_2, 0.748_039_9]),
];

#[test]
fn a_folded_model_is_the_same_function_without_normalisation() {
    for specification in [normalized(), normalized().with_tied_weights(true), normalized().variational(1.0)] {
        let model = trained(&specification, options()).into_model();
        let plain = model.folded();
        let same = plain.architecture().layers().iter().zip(model.architecture().layers());
        for (plain, normalized) in same {
            assert!(!plain.normalized && plain.tied_to.is_none(), "{}", plain.name);
            assert_eq!((&plain.name, plain.activation), (&normalized.name, normalized.activation));
        }
        assert!(plain.folded() == plain);
        // Inference folds every model, so both models are compared with the formula, computed here.
        let samples = samples(50);
        let mut x = samples.scaled(0..50);
        for (index, layer) in model.architecture().layers().iter().enumerate() {
            if layer.name == "encoder.logvar" {
                continue;
            }
            let weight = match layer.tied_to {
                Some(other) => model.parameters().weight(other).reversed_axes(),
                None => model.parameters().weight(index),
            };
            let vector =
                |kind: &str| model.parameters().get(&format!("{}.{kind}", layer.name)).map(ArrayView1::from);
            x = x.dot(&weight.t());
            if let (Some(scale), Some(mean), Some(variance)) =
                (vector("scale"), vector("mean"), vector("variance"))
            {
                x = (x - mean) / variance.mapv(|variance| (variance + 1e-5).sqrt()) * scale;
            }
            x = x + vector("bias").unwrap();
            x.mapv_inplace(|z| match layer.activation {
                Activation::Tanh => z.tanh(),
                Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
                _ => z,
            });
        }
        for (found, expected) in plain.reconstruct(&samples).unwrap().iter().zip(&x) {
            assert!((found - expected).abs() < 1e-5, "{found}, expected {expected}");
        }
        assert_eq!(plain.reconstruct(&samples).unwrap(), model.reconstruct(&samples).unwrap());
    }
    // The running statistics are near those of the samples: the folded model does as well as the batches did.
    let trainer = trained(&normalized(), options());
    let (batches, followed) =
        (trainer.history()[39].train_mse, trainer.model().evaluate(&samples(500)).unwrap().mse);
    assert!((followed - batches).abs() < 0.2 * batches, "{followed}, in batches {batches}");
}

/// A batch of one sample has no variance: its sums equal their mean, and running statistics do not change.
#[test]
fn a_batch_of_one_sample_is_no_accident() {
    let options = options().with_batch_size(50);
    let mut trainer = trainer(&normalized(), options);
    trainer.fit(&samples(51)).unwrap();
    assert!(trainer.model().parameters().as_slice().iter().all(|value| value.is_finite()));
}
