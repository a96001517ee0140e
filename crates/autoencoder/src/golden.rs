//! Golden tests: ten-step trajectories that PyTorch computed in f64 (`golden/generate.py`), with outputs,
//! losses, every gradient by name, and every parameter after the last step.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

use autoencoder_kernels::{Instructions, LOSS_ROWS, Line, PANEL, Words};
use ndarray::Array2;
use serde_json::Value;

use crate::engine;
use crate::engine::device::{Batch, State};
use crate::evaluation::sums::Means;
use crate::random::Purpose;
use crate::random::chance::Chance;
use crate::stages::treatment::Treatment;
use crate::{
    Initialization, Model, Optimizer, Parameters, Samples, Scaling, Specification, Trainer, TrainingOptions,
    Values,
};

/// The bound for f32 rounding of a gradient or a loss, relative to the value.
const RELATIVE: f64 = 1e-4;
/// The bound relative to the largest value of the tensor, because small elements are sums of larger numbers
/// that cancel.
const OF_LARGEST: f64 = 1e-5;
/// The bound for parameters after ten steps, relative to the largest value of the tensor. Adam divides by the
/// root of squared gradients, so the rounding of a gradient near 0 moves a parameter by a share of the
/// learning rate.
const AFTER_TEN_STEPS: f64 = 5e-4;

/// The folder of the cases, a file each.
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/cases");

fn golden(name: &str) -> Value {
    let file = std::fs::read(format!("{CASES}/{name}.json"));
    serde_json::from_slice(&file.unwrap_or_else(|error| panic!("{name}: {error}"))).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        value => vec![number(value)],
    }
}

/// A case says its specification as model files do.
fn specification(case: &Value) -> Specification {
    serde_json::from_value(case["specification"].clone()).unwrap()
}

fn optimizer(case: &Value) -> Optimizer {
    match case["optimizer"]["name"].as_str().unwrap() {
        "sgd" => Optimizer::Sgd,
        "momentum" => Optimizer::MOMENTUM,
        "nesterov" => Optimizer::NESTEROV,
        "rmsprop" => Optimizer::RMSPROP,
        "adam" => Optimizer::ADAM,
        "adamw" => {
            let weight_decay = number(&case["optimizer"]["weight_decay"]) as f32;
            Optimizer::AdamW { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay }
        }
        other => panic!("unknown optimizer {other}"),
    }
}

fn compare(what: &str, found: &[f32], expected: &[f64], of_largest: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: number of elements");
    let largest = expected.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        let bound = RELATIVE * expected.abs() + of_largest * largest + 1e-9;
        assert!(error <= bound, "{what}[{index}]: {found}, expected {expected}");
    }
}

fn start(case: &Value) -> (Trainer, Samples) {
    let mut model = Model::new(specification(case), Initialization::Glorot, 0).unwrap();
    let mut parameters = model.parameters().clone();
    for (name, values) in case["parameters"].as_object().unwrap() {
        let target = parameters.get_mut(name).unwrap_or_else(|| panic!("no parameter {name}"));
        target.iter_mut().zip(numbers(values)).for_each(|(target, value)| *target = value as f32);
    }
    model = model.with_parameters(parameters);
    let rows = case["input"].as_array().unwrap().len();
    let input: Vec<f32> = numbers(&case["input"]).into_iter().map(|value| value as f32).collect();
    let input = Array2::from_shape_vec((rows, input.len() / rows), input).unwrap();
    let samples = Samples::new(Values::Floats(input), Scaling::None).unwrap();
    let options = TrainingOptions {
        epochs: case["losses"].as_array().unwrap().len(),
        batch_size: rows,
        learning_rate: number(&case["optimizer"]["lr"]) as f32,
        optimizer: optimizer(case),
        clip_norm: case["clip"].as_f64().map(|bound| bound as f32),
        seed: 0,
        shuffle: false,
        ..TrainingOptions::default()
    };
    (Trainer::of_model(model, options).unwrap(), samples)
}

fn check_first_step(name: &str) {
    let case = golden(name);
    let (trainer, samples) = start(&case);
    let first = &case["first_step"];
    let model = trainer.model();
    let code = model.encode(&samples).unwrap();
    compare(&format!("{name} code"), code.as_slice().unwrap(), &numbers(&first["code"]), OF_LARGEST);
    let output = model.reconstruct(&samples).unwrap();
    compare(&format!("{name} output"), output.as_slice().unwrap(), &numbers(&first["output"]), OF_LARGEST);
    let loss = model.evaluate(&samples).unwrap().loss;
    let expected = number(&first["terms"]["reconstruction"]);
    assert!((loss - expected).abs() <= RELATIVE * expected, "{name} loss: {loss}, expected {expected}");
    compare_gradients(name, &trainer.gradients(&samples).unwrap(), first);
}

fn compare_gradients(name: &str, gradients: &Parameters, first: &Value) {
    let expected = first["gradients"].as_object().unwrap();
    assert_eq!(gradients.tensors().len(), expected.len(), "{name}: number of tensors");
    for (tensor, expected) in expected {
        let found = gradients.get(tensor).unwrap_or_else(|| panic!("{name}: no gradient {tensor}"));
        compare(&format!("{name} gradient of {tensor}"), found, &numbers(expected), OF_LARGEST);
    }
}

/// A source of chance that gives the normal numbers that PyTorch drew.
struct GivenNoise(Vec<Vec<f32>>);

impl Chance for GivenNoise {
    fn words(&self, purpose: Purpose, _: usize, _: usize, _: &mut [Words]) {
        panic!("nothing is left to {purpose:?}");
    }

    fn code_noise(&self, _: Instructions, row: usize, _: &mut [Words], normals: &mut [Line]) {
        for (line, values) in normals.iter_mut().zip(self.0[row].chunks(PANEL)) {
            line.0[..values.len()].copy_from_slice(values);
        }
    }
}

/// Checks a variational model's trajectory, with codes drawn from the normal numbers that PyTorch drew.
fn check_variational(name: &str) {
    let case = golden(name);
    let (trainer, samples) = start(&case);
    let rows = samples.len();
    let given = case["eps"].as_array().unwrap().iter();
    let chance =
        &GivenNoise(given.map(|row| numbers(row).into_iter().map(|value| value as f32).collect()).collect());
    let (model, options) = (trainer.model(), trainer.options());
    let (architecture, treatment) = (model.architecture(), Treatment::default());
    let specification = architecture.specification();
    let penalty_weight = specification.penalty.weight();
    let moments = options.rule(1, rows).update.moments();
    let mut engine = engine::cpu(architecture, model.parameters(), options.precision, moments);
    engine.begin(&samples, &treatment, rows);
    let indices: Vec<usize> = (0..rows).collect();
    assert!(rows < LOSS_ROWS, "one group");
    for (step, expected) in (1..).zip(numbers(&case["losses"])) {
        let batch = Batch {
            samples: &samples,
            indices: &indices,
            loss_samples: rows,
            chance,
            penalty_weight,
            exchange: None,
        };
        let sums = engine.forward_backward(batch);
        let Means { loss, terms, .. } = Means::new(specification, sums, rows);
        assert!(
            (loss - expected).abs() <= RELATIVE * expected,
            "{name} step {step}: {loss}, expected {expected}"
        );
        if step == 1 {
            let first = &case["first_step"];
            let weighted = f64::from(penalty_weight) * terms.kl.unwrap();
            for (found, term) in [(terms.reconstruction.unwrap(), "reconstruction"), (weighted, "kl")] {
                let expected = number(&first["terms"][term]);
                assert!(
                    (found - expected).abs() <= RELATIVE * expected,
                    "{name} {term}: {found}, expected {expected}"
                );
            }
            let mut gradients = Parameters::zeros(architecture);
            engine.gradients_of(batch, &treatment, &mut gradients);
            compare_gradients(name, &gradients, first);
            engine.accumulate();
            engine.update_with_accumulated(options.rule(step, rows), 1.0);
        } else {
            engine.update(options.rule(step, rows));
        }
    }
    let mut after = Parameters::zeros(architecture);
    engine.read(State::Parameters, &mut after);
    for (tensor, expected) in case["parameters_after"].as_object().unwrap() {
        let what = format!("{name} {tensor} after");
        compare(&what, after.get(tensor).unwrap(), &numbers(expected), AFTER_TEN_STEPS);
    }
}

fn check_trajectory(name: &str) {
    check_first_step(name);
    let case = golden(name);
    let (mut trainer, samples) = start(&case);
    trainer.fit(&samples).unwrap();
    for (report, expected) in trainer.history().iter().zip(numbers(&case["losses"])) {
        let (epoch, loss) = (report.epoch, report.train_loss);
        assert!(
            (loss - expected).abs() <= RELATIVE * expected,
            "{name} step {epoch}: {loss}, expected {expected}"
        );
    }
    let model = trainer.into_model();
    for (tensor, expected) in case["parameters_after"].as_object().unwrap() {
        let found = model.parameters().get(tensor).unwrap();
        compare(&format!("{name} {tensor} after"), found, &numbers(expected), AFTER_TEN_STEPS);
    }
}

#[test]
fn seed_sigmoid_mse_adam() {
    check_trajectory("seed_sigmoid_mse_adam");
}

#[test]
fn tanh_linear_output_sgd() {
    check_trajectory("tanh_linear_output_sgd");
}

#[test]
fn relu_bce_adamw() {
    check_trajectory("relu_bce_adamw");
}

#[test]
fn leaky_relu_rmsprop() {
    check_trajectory("leaky_relu_rmsprop");
}

#[test]
fn elu_momentum() {
    check_trajectory("elu_momentum");
}

#[test]
fn gelu_nesterov() {
    check_trajectory("gelu_nesterov");
}

/// The recorded gradients are those before clipping. The norm of these gradients is below the bound in this
/// case; `trainer.rs` tests that a bound clips.
#[test]
fn silu_adam_clip() {
    check_trajectory("silu_adam_clip");
    let case = golden("silu_adam_clip");
    let (trainer, samples) = start(&case);
    let gradients = trainer.gradients(&samples).unwrap();
    let squares = gradients.as_slice().iter().map(|&gradient| f64::from(gradient).powi(2));
    let (norm, expected) =
        (squares.sum::<f64>().sqrt(), number(&case["first_step"]["gradient_norm_before_clip"]));
    assert!((norm - expected).abs() <= RELATIVE * expected, "{norm}, expected {expected}");
}

#[test]
fn softplus_huber() {
    check_trajectory("softplus_huber");
}

#[test]
fn seven_layers_batch_one() {
    check_trajectory("seven_layers_batch_one");
}

#[test]
fn one_layer_kl_sparse() {
    check_trajectory("one_layer_kl_sparse");
}

#[test]
fn deep_l1_code() {
    check_trajectory("deep_l1_code");
}

#[test]
fn one_layer_contractive() {
    check_trajectory("one_layer_contractive");
}

#[test]
fn deep_contractive() {
    check_trajectory("deep_contractive");
}

#[test]
fn tied_deep() {
    check_trajectory("tied_deep");
}

#[test]
fn vae() {
    check_variational("vae");
}

#[test]
fn beta_vae() {
    check_variational("beta_vae");
}

/// Checks that each of the sixteen cases is one of the tests above.
#[test]
fn all_other_cases() {
    let source = include_str!("golden.rs");
    let names = std::fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path());
    let names = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let (own, others): (Vec<String>, Vec<String>) =
        names.partition(|name| source.contains(&format!("fn {name}()")));
    assert_eq!(own.len(), 16, "{own:?}");
    for name in others {
        if golden(&name)["vae"] == true { check_variational(&name) } else { check_trajectory(&name) }
    }
}
