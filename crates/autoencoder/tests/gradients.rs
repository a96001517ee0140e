//! Gradients against central differences of an independent f64 forward pass, for every activation, loss and place.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use autoencoder::{
    Activation, Architecture, Initialization, Loss, Model, Parameters, Samples, Scaling, Specification,
    Trainer, TrainingOptions, Values,
};
use autoencoder_kernels::{ElementLoss, reference};
use ndarray::Array2;

/// f32 gradients of losses near 1 against f64 differences with step 1e-5: relative to the element.
const RELATIVE: f64 = 2e-4;
/// Relative to the largest gradient of the tensor.
const OF_LARGEST: f64 = 2e-5;

/// The mean loss, computed in f64 from the flat parameters.
fn reference_loss(architecture: &Architecture, parameters: &[f64], samples: &Array2<f32>) -> f64 {
    let layers = architecture.layers();
    let loss = architecture.specification().loss;
    let mut total = 0.0;
    for sample in samples.rows() {
        let mut x: Vec<f64> = sample.iter().map(|&value| f64::from(value)).collect();
        let mut at = 0;
        for (index, layer) in layers.iter().enumerate() {
            let weights = &parameters[at..at + layer.outputs * layer.inputs];
            let biases = &parameters[at + weights.len()..at + weights.len() + layer.outputs];
            at += weights.len() + biases.len();
            let logits = loss == Loss::Bce && index + 1 == layers.len();
            x = weights
                .chunks(layer.inputs)
                .zip(biases)
                .map(|(weights, bias)| {
                    let z = bias + weights.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>();
                    if logits { z } else { reference::activation(layer.activation, z) }
                })
                .collect();
        }
        let kind = match loss {
            Loss::Mse => ElementLoss::SquaredError,
            Loss::Bce => ElementLoss::CrossEntropyOfLogits,
            Loss::Huber { delta } => ElementLoss::Huber { delta },
        };
        total += x.iter().zip(sample).map(|(&y, &t)| reference::loss(kind, y, f64::from(t)).0).sum::<f64>();
    }
    total / samples.len() as f64
}

/// The first gradient that differs from the central difference of the loss.
fn first_fault(
    architecture: &Architecture,
    parameters: &Parameters,
    samples: &Array2<f32>,
    gradients: &Parameters,
) -> Option<String> {
    const STEP: f64 = 1e-5;
    let mut values: Vec<f64> = parameters.as_slice().iter().map(|&value| f64::from(value)).collect();
    let mut difference = |index: usize| {
        let value = values[index];
        values[index] = value + STEP;
        let above = reference_loss(architecture, &values, samples);
        values[index] = value - STEP;
        let below = reference_loss(architecture, &values, samples);
        values[index] = value;
        (above - below) / (2.0 * STEP)
    };
    for tensor in parameters.tensors() {
        let expected: Vec<f64> = tensor.range.clone().map(&mut difference).collect();
        let largest = expected.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        for (index, (&found, expected)) in
            gradients.as_slice()[tensor.range.clone()].iter().zip(expected).enumerate()
        {
            if (f64::from(found) - expected).abs() > RELATIVE * expected.abs() + OF_LARGEST * largest + 1e-8 {
                return Some(format!("{}[{index}]: {found}, expected {expected}", tensor.name));
            }
        }
    }
    None
}

struct Case {
    trainer: Trainer,
    samples: Samples,
    values: Array2<f32>,
}

/// Nineteen rows of 37 features: neither is a multiple of anything the kernels like.
fn case(change: impl Fn(&mut Specification)) -> Case {
    let mut specification = Specification::new(37, [9, 34, 3]);
    change(&mut specification);
    let model = Model::new(specification, Initialization::Glorot, 11).unwrap();
    let mut parameters = model.parameters().clone();
    // Biases that are not all zero, and sums that are nowhere near the kink of a ReLU for the step of the difference.
    for (index, value) in parameters.as_mut_slice().iter_mut().enumerate() {
        *value += ((index * 7 % 13) as f32 - 6.0) * 0.01;
    }
    let values =
        Array2::from_shape_fn((19, 37), |(row, column)| ((row * 37 + column) * 29 % 101) as f32 / 100.0);
    let samples = Samples::new(Values::Floats(values.clone()), Scaling::None).unwrap();
    let trainer = Trainer::new(model.with_parameters(parameters), TrainingOptions::default()).unwrap();
    Case { trainer, samples, values }
}

impl Case {
    fn fault_of(&self, gradients: &Parameters) -> Option<String> {
        let model = self.trainer.model();
        first_fault(model.architecture(), model.parameters(), &self.values, gradients)
    }

    fn gradients(&self) -> Parameters {
        self.trainer.gradients(&self.samples).unwrap()
    }
}

#[test]
fn every_activation_in_hidden_layers_code_and_output() {
    for activation in Activation::ALL {
        let case = case(|specification| {
            specification.activation = activation;
            specification.code_activation = activation;
            // An output that reaches the data; its own derivative is the next test's.
            specification.output_activation = Activation::Linear;
        });
        assert_eq!(case.fault_of(&case.gradients()), None, "{activation:?} within");
        let (low, high) = activation.range();
        if low <= 0.0 && high >= 1.0 {
            let case = self::case(|specification| specification.output_activation = activation);
            assert_eq!(case.fault_of(&case.gradients()), None, "{activation:?} at the output");
        }
    }
}

#[test]
fn every_loss() {
    for loss in [Loss::Mse, Loss::Bce, Loss::Huber { delta: 0.2 }, Loss::Huber { delta: 5.0 }] {
        let case = case(|specification| specification.loss = loss);
        assert_eq!(case.fault_of(&case.gradients()), None, "{loss:?}");
    }
}

#[test]
fn the_check_finds_one_wrong_element_in_any_tensor() {
    let case = case(|_| {});
    let gradients = case.gradients();
    for tensor in gradients.tensors().to_vec() {
        let values = &gradients.as_slice()[tensor.range.clone()];
        let largest = (0..values.len()).max_by(|&a, &b| values[a].abs().total_cmp(&values[b].abs())).unwrap();
        let mut wrong = gradients.clone();
        wrong.as_mut_slice()[tensor.range.start + largest] *= 1.01;
        let fault = case.fault_of(&wrong).expect("a gradient one hundredth too large");
        assert!(fault.starts_with(&format!("{}[{largest}]", tensor.name)), "{fault}");
    }
}

#[test]
fn the_check_finds_the_derivative_of_another_activation_and_loss() {
    let right = case(|_| {});
    for wrong in [
        case(|specification| specification.activation = Activation::Tanh),
        case(|specification| specification.loss = Loss::Bce),
        case(|specification| specification.loss = Loss::Huber { delta: 5.0 }),
    ] {
        assert!(right.fault_of(&wrong.gradients()).is_some());
    }
}
