//! Training with products of bfloat16, compared with training in f32. On processors without the instructions,
//! the tests check the refusal.

use autoencoder::{
    Activation, Inference, Initialization, Loss, Model, Precision, Samples, Scaling, Specification, Trainer,
    TrainingOptions, Values,
};
use ndarray::Array2;

fn options(precision: Precision) -> TrainingOptions {
    TrainingOptions::default()
        .with_precision(precision)
        .with_epochs(60)
        .with_batch_size(50)
        .with_learning_rate(0.005)
}

/// Samples of sine waves with three parameters each, in [0, 1].
fn samples() -> Samples {
    let waves = Array2::from_shape_fn((333, 45), |(row, column)| {
        let (row, place) = (row as f32, column as f32 / 45.0);
        let (frequency, phase, height) =
            (1.0 + (row * 0.618).fract(), row * 0.414, 0.3 + 0.2 * (row * 0.7).sin());
        0.5 + height * (std::f32::consts::TAU * frequency * place + phase).sin()
    });
    Samples::new(Values::Floats(waves), Scaling::None).unwrap()
}

fn trainer(specification: Specification, precision: Precision) -> Trainer {
    Trainer::of_model(Model::new(specification, Initialization::Glorot, 1).unwrap(), options(precision))
        .unwrap()
}

#[test]
fn a_processor_without_the_instructions_refuses_and_says_so() {
    let refused = options(Precision::Bf16).check().err().map(|error| error.to_string());
    let message = "precision: expected f32, as this processor has no instruction for bfloat16 (AVX-512 BF16), found bf16";
    assert_eq!(refused.as_deref(), (!Precision::Bf16.is_available()).then_some(message));
    assert!(Precision::fastest().is_available());
}

#[test]
fn a_model_in_use_gives_what_f32_does_but_for_rounding() {
    let model = Model::new(Specification::new(45, [37, 6]), Initialization::Glorot, 2).unwrap();
    let samples = samples();
    let exact = Inference::new(&model);
    assert_eq!(exact.encode(&samples).unwrap(), model.encode(&samples).unwrap());
    let rounded = match exact.clone().with_precision(Precision::Bf16) {
        Ok(rounded) => rounded,
        Err(error) => {
            assert!(error.to_string().ends_with("(AVX-512 BF16), found bf16"), "{error}");
            assert!(!Precision::Bf16.is_available());
            return;
        }
    };
    let (codes, restored) = (rounded.encode(&samples).unwrap(), rounded.reconstruct(&samples).unwrap());
    let near = |a: &Array2<f32>, b: &Array2<f32>| {
        a != b && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01 && a.is_finite())
    };
    assert!(near(&codes, &exact.encode(&samples).unwrap()));
    assert!(near(&restored, &exact.reconstruct(&samples).unwrap()));
    assert_eq!(rounded.decode(codes.view()).unwrap(), restored);
    let mse = (restored - samples.scaled(0..samples.len())).mapv(|e| f64::from(e).powi(2)).mean().unwrap();
    let evaluated = rounded.evaluate(&samples).unwrap().mse;
    assert!((evaluated - mse).abs() < 1e-6 * mse, "{evaluated} {mse}");
    // Codes are written into a matrix of any strides.
    let mut transposed = Array2::zeros((6, samples.len()));
    rounded.encode_into(&samples, transposed.view_mut().reversed_axes()).unwrap();
    assert_eq!(transposed.t(), codes);
    assert_eq!(
        rounded.with_precision(Precision::F32).unwrap().encode(&samples).unwrap(),
        exact.encode(&samples).unwrap()
    );
}

#[test]
fn gradients_are_those_of_f32_but_for_rounding() {
    if !Precision::Bf16.is_available() {
        return;
    }
    for activation in Activation::ALL {
        for loss in [Loss::Mse, Loss::Bce, Loss::Huber { delta: 0.3 }] {
            let mut specification = Specification::new(45, [37, 6]);
            (specification.activation, specification.code_activation) = (activation, activation);
            specification.loss = loss;
            let gradients =
                |precision| trainer(specification.clone(), precision).gradients(&samples()).unwrap();
            let (exact, rounded) = (gradients(Precision::F32), gradients(Precision::Bf16));
            for tensor in exact.tensors() {
                let values = |parameters: &autoencoder::Parameters| {
                    parameters.as_slice()[tensor.range.clone()].to_vec()
                };
                let (mut difference, mut size) = (0.0, 0.0);
                for (a, b) in values(&exact).iter().zip(&values(&rounded)) {
                    difference += f64::from(a - b).powi(2);
                    size += f64::from(*a).powi(2);
                }
                let relative = (difference / size).sqrt();
                // Factors have eight bits and are off by up to 0.4 %, and no gradient is exact.
                assert!(relative < 0.02, "{activation:?} {loss:?} {}: {relative}", tensor.name);
                assert!(relative > 1e-6, "{activation:?} {loss:?} {}: nothing was rounded", tensor.name);
            }
        }
    }
}

#[test]
fn training_ends_where_f32_does() {
    if !Precision::Bf16.is_available() {
        return;
    }
    let error = |precision| {
        let mut trainer = trainer(Specification::new(45, [64, 8]), precision);
        trainer.fit(&samples()).unwrap();
        trainer.history().last().unwrap().train_mse
    };
    let (exact, rounded) = (error(Precision::F32), error(Precision::Bf16));
    assert!((rounded / exact - 1.0).abs() < 0.05, "f32 {exact}, bf16 {rounded}");
}
