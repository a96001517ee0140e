//! Benchmark of principal components: checks the components against those of the whole spectrum, then times
//! the fit.
//!
//! The command `cargo bench -p autoencoder --bench pca -- [--quick] [--threads N] [--images FILE]` prints one
//! JSON object a line, for 60,000 images and for few samples with many features. FILE is an IDX file such as
//! MNIST's training images, gzip or not.
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

use autoencoder::{Pca, Samples, Scaling, Values};
use ndarray::Array2;
use serde_json::json;

use harness::{Arguments, all_threads, best_and_median, pool};
use images::PIXELS;

/// The relative tolerance of the variance that the components leave.
const TOLERANCE: f64 = 1e-6;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("pca: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let repeats = if arguments.switch("--quick") { 2 } else { 7 };
    let threads = arguments.threads()?.unwrap_or_else(all_threads);
    let images = Samples::new(Values::Bytes(images::typed(&mut arguments)?), Scaling::Bytes);
    arguments.finish()?;
    let images = images.map_err(|error| error.to_string())?;
    pool(threads)?.install(|| {
        let spectrum = fit(&images, PIXELS)?.explained().to_vec();
        for components in [2, 10, 30, 128] {
            let pca = fit(&images, components)?;
            let left = |explained: &[f64]| 1.0 - explained[..components].iter().sum::<f64>();
            check(left(pca.explained()), left(&spectrum), components)?;
            time(&images, components, threads, repeats)?;
        }
        for (rows, features, components) in [(10, 20_000, 9), (1080, 12_288, 16)] {
            let samples = low_rank(rows, features);
            // The whole spectrum has no more components than samples.
            let spectrum = fit(&samples, rows)?.explained().to_vec();
            let left = |explained: &[f64]| 1.0 - explained[..components].iter().sum::<f64>();
            check(left(fit(&samples, components)?.explained()), left(&spectrum), components)?;
            time(&samples, components, threads, repeats)?;
        }
        Ok(())
    })
}

fn fit(samples: &Samples, components: usize) -> Result<Pca, String> {
    Pca::fit(samples, components).map_err(|error| error.to_string())
}

fn check(left: f64, exact: f64, components: usize) -> Result<(), String> {
    // The shares themselves are rounded, which the second term allows for.
    if (left - exact).abs() <= TOLERANCE * exact + 1e-9 {
        return Ok(());
    }
    Err(format!("{components} components leave {left} of the variance, expected {exact}"))
}

fn time(samples: &Samples, components: usize, threads: usize, repeats: usize) -> Result<(), String> {
    let mut seconds = Vec::new();
    for _ in 0..repeats {
        let begin = Instant::now();
        fit(samples, components)?;
        seconds.push(begin.elapsed().as_secs_f64());
    }
    let (best, median) = best_and_median(seconds);
    println!(
        "{}",
        json!({
            "bench": "pca",
            "samples": samples.len(),
            "features": samples.features(),
            "components": components,
            "threads": threads,
            "best_seconds": best,
            "median_seconds": median,
        })
    );
    Ok(())
}

/// Samples made of twenty directions of falling length plus some noise; a function of the shape.
fn low_rank(rows: usize, features: usize) -> Samples {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 * (1.0 / 16_777_216.0) - 0.5
    };
    let coordinates = Array2::from_shape_fn((rows, 20), |(_, direction)| uniform() / (1 + direction) as f32);
    let directions = Array2::from_shape_simple_fn((20, features), &mut uniform);
    let mut values = coordinates.dot(&directions);
    values.mapv_inplace(|value| value + 0.1 * uniform());
    Samples::new(Values::Floats(values), Scaling::None).expect("every number is finite")
}
