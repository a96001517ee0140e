//! Benchmark of fingerprints: checks that a changed number is noticed, then times the fingerprint of 60,000 images
//! beside a sum of their numbers, which reads the same memory.
//!
//! The command `cargo bench -p autoencoder --bench fingerprint -- [--quick] [--threads N] [--images FILE]` prints one
//! JSON object a line, for images held as bytes and as floats. FILE is an IDX file such as MNIST's training images,
//! gzip or not.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]

mod harness;
#[path = "harness/images.rs"]
mod images;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use autoencoder::{Samples, SamplesDifference, Scaling, Values};
use rayon::prelude::*;
use serde_json::json;

use harness::{Arguments, all_threads, best_and_median, pool};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("fingerprint: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let repeats = if arguments.switch("--quick") { 2 } else { 21 };
    let threads = arguments.threads()?.unwrap_or_else(all_threads);
    let bytes = images::typed(&mut arguments)?;
    arguments.finish()?;
    let floats = bytes.mapv(|byte| f32::from(byte) / 255.0);
    pool(threads)?.install(|| {
        let pieces = bytes.as_slice().expect("images are contiguous").par_chunks(1 << 16);
        let sum = || pieces.clone().map(|piece| piece.iter().map(|&byte| u64::from(byte)).sum::<u64>()).sum();
        measure("bytes", Values::Bytes(bytes.clone()), sum, threads, repeats)?;
        let pieces = floats.as_slice().expect("images are contiguous").par_chunks(1 << 14);
        let sum =
            || pieces.clone().map(|piece| piece.iter().map(|x| u64::from(x.to_bits())).sum::<u64>()).sum();
        measure("f32", Values::Floats(floats.clone()), sum, threads, repeats)
    })
}

/// Times the fingerprint, and a `sum` of the same numbers.
fn measure(
    name: &str,
    values: Values,
    sum: impl Fn() -> u64,
    threads: usize,
    repeats: usize,
) -> Result<(), String> {
    let scaling = if matches!(values, Values::Bytes(_)) { Scaling::Bytes } else { Scaling::None };
    let samples =
        |values| Samples::new(values, scaling.clone()).map_err(|error| format!("made-up images: {error}"));
    let mut changed = values.clone();
    match &mut changed {
        Values::Bytes(bytes) => bytes[[17, 42]] ^= 1,
        Values::Floats(floats) => floats[[17, 42]] += 0.25,
        Values::Doubles(doubles) => doubles[[17, 42]] += 0.25,
        Values::Table(_) => return Err(format!("{name}: expected numbers, found the rows of a table")),
    }
    let (samples, changed) = (samples(values)?, samples(changed)?);
    let difference = samples.fingerprint().difference(&changed.fingerprint());
    if difference != Some(SamplesDifference::Values) {
        return Err(format!(
            "{name}: one changed number: expected another fingerprint, found {difference:?}"
        ));
    }
    let time = |work: &dyn Fn()| {
        let seconds = (0..repeats).map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64()
        });
        best_and_median(seconds.collect())
    };
    let (best, median) = time(&|| {
        black_box(samples.fingerprint());
    });
    let (best_of_sum, _) = time(&|| {
        black_box(sum());
    });
    println!(
        "{}",
        json!({
            "bench": "fingerprint",
            "values": name,
            "images": samples.len(),
            "threads": threads,
            "best_seconds": best,
            "median_seconds": median,
            "best_seconds_of_a_sum": best_of_sum,
        })
    );
    Ok(())
}
