//! Benchmark of encoding: checks the codes of 60,000 images against a plain loop in f64, then times encoding
//! them with the tutorial's encoder.
//!
//! The command `cargo bench -p autoencoder --bench encode -- [--quick] [--threads N] [--images FILE]` prints
//! one JSON object a line, for images held as bytes and as floats, in each precision. FILE is an IDX file
//! such as MNIST's training images, gzip or not.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]

mod harness;
#[path = "harness/images.rs"]
mod images;

use std::process::ExitCode;
use std::time::Instant;

use autoencoder::{
    Choice, Inference, Initialization, Model, Precision, Samples, Scaling, Specification, Values,
};
use ndarray::{Array1, Array2};
use serde_json::json;

use harness::{Arguments, all_threads, best_and_median, pool};
use images::PIXELS;

/// The tolerance for the rounding of a sum of 784 products, followed by a sigmoid.
fn tolerance(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 1e-5,
        Precision::Bf16 => 2e-2,
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("encode: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let repeats = if arguments.switch("--quick") { 2 } else { 7 };
    let threads = arguments.threads()?.unwrap_or_else(all_threads);
    let bytes = images::typed(&mut arguments)?;
    arguments.finish()?;
    let model = Model::new(Specification::new(PIXELS, [256, 128]), Initialization::Glorot, 0)
        .map_err(|error| error.to_string())?;
    let floats = bytes.mapv(|byte| f32::from(byte) / 255.0);
    let held = [
        ("bytes", Samples::new(Values::Bytes(bytes), Scaling::Bytes)),
        ("f32", Samples::new(Values::Floats(floats), Scaling::None)),
    ];
    let pool = pool(threads)?;
    for (values, samples) in held {
        let samples = samples.map_err(|error| error.to_string())?;
        let mut codes = Array2::zeros((samples.len(), model.architecture().code()));
        for precision in Precision::ALL.iter().copied().filter(|precision| precision.is_available()) {
            let inference =
                Inference::new(&model).with_precision(precision).map_err(|error| error.to_string())?;
            let mut encode = || {
                pool.install(|| {
                    inference.encode_into(&samples, codes.view_mut()).expect("the model's samples");
                });
            };
            encode();
            let seconds = (0..repeats).map(|_| {
                let begin = Instant::now();
                encode();
                begin.elapsed().as_secs_f64()
            });
            let (best, median) = best_and_median(seconds.collect());
            check(&model, &samples, &codes, tolerance(precision))?;
            println!(
                "{}",
                json!({
                    "bench": "encode",
                    "network": "tutorial",
                    "values": values,
                    "precision": precision.name(),
                    "threads": threads,
                    "images": samples.len(),
                    "best_seconds": best,
                    "median_seconds": median,
                })
            );
        }
    }
    Ok(())
}

/// Compares the codes of some rows, the first and the last among them, with the layers' formula.
fn check(model: &Model, samples: &Samples, codes: &Array2<f32>, tolerance: f64) -> Result<(), String> {
    let last = samples.len() - 1;
    for row in [0, 1, last / 3, last / 2, last - 1, last] {
        let sample = samples.scaled(row..row + 1);
        let mut x: Array1<f64> = sample.row(0).mapv(f64::from);
        for layer in 0..2 {
            let (weight, bias) = (model.parameters().weight(layer), model.parameters().bias(layer));
            x = weight
                .rows()
                .into_iter()
                .zip(bias)
                .map(|(weights, &bias)| {
                    let z: f64 = weights.iter().zip(&x).map(|(&w, &x)| f64::from(w) * x).sum();
                    1.0 / (1.0 + (-z - f64::from(bias)).exp())
                })
                .collect();
        }
        for (column, (&found, &expected)) in codes.row(row).iter().zip(&x).enumerate() {
            if (f64::from(found) - expected).abs() > tolerance {
                return Err(format!("row {row}, code {column}: expected {expected}, found {found}"));
            }
        }
    }
    Ok(())
}
