//! Benchmark of training: times an epoch of the trainer alone, over networks, batch sizes and threads,
//! without reading, validation or files.
//!
//! The command
//! `cargo bench -p autoencoder --bench epoch -- [--quick] [--threads N] [--network NAME] [--images FILE] [--peak G]`
//! prints one JSON object a line. Without `--threads` the benchmark takes one thread and then all threads.
//! `--peak` is the greatest speed of those threads in f32, in GFLOP/s; the benchmark then prints the share of
//! it that was reached. On processors that are faster in bfloat16, the benchmark takes that precision too.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]

#[path = "harness/counting.rs"]
mod counting;
mod harness;
#[path = "harness/images.rs"]
mod images;

use std::process::ExitCode;
use std::time::Instant;

use autoencoder::{
    Choice, Initialization, Model, Observer, Precision, Samples, Scaling, Specification, Trainer,
    TrainingOptions, Values,
};
use serde_json::json;

use counting::flop_of_layers;
use harness::{Arguments, all_threads, best_and_median, pool};
use images::{IMAGES, PIXELS};

/// Layers of the encoders by name; the decoder mirrors the encoder.
const NETWORKS: [(&str, &[usize]); 3] =
    [("tutorial", &[256, 128]), ("hinton", &[1000, 500, 250, 30]), ("vae-like", &[400, 20])];

const BATCHES: [usize; 3] = [64, 256, 1024];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("epoch: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let quick = arguments.switch("--quick");
    let threads = arguments.threads()?;
    let network: Option<String> = arguments.value("--network")?;
    let peak: Option<f64> = arguments.value("--peak")?;
    let images = images::typed(&mut arguments)?;
    arguments.finish()?;
    let (epochs, images_used) = if quick { (1, IMAGES / 10) } else { (3, IMAGES) };
    let samples = Samples::new(Values::Bytes(images), Scaling::Bytes).map_err(|error| error.to_string())?;
    let samples = samples.truncated(images_used);
    let chosen = |name: &str| network.as_deref().is_none_or(|network| network == name);
    if !NETWORKS.iter().any(|(name, _)| chosen(name)) {
        let names = NETWORKS.map(|(name, _)| name).join(", ");
        return Err(format!("--network: expected one of {names}"));
    }
    let mut counts = threads.map_or_else(|| vec![1, all_threads()], |threads| vec![threads]);
    counts.dedup();
    let mut precisions = vec![Precision::F32, Precision::fastest()];
    precisions.dedup();
    for (name, layers) in NETWORKS.into_iter().filter(|(name, _)| chosen(name)) {
        for &threads in &counts {
            let pool = pool(threads)?;
            for (precision, batch) in precisions.iter().flat_map(|&each| BATCHES.map(|batch| (each, batch))) {
                let options = TrainingOptions::default().with_batch_size(batch).with_precision(precision);
                let timed = pool.install(|| timed(layers, options, epochs, &samples))?;
                let (best, median) = best_and_median(timed.seconds);
                let gflops = timed.flop_per_sample * samples.len() as f64 / best / 1e9;
                println!(
                    "{}",
                    json!({
                        "bench": "epoch",
                        "network": name,
                        "batch": batch,
                        "precision": precision.name(),
                        "threads": threads,
                        "samples": samples.len(),
                        "flop_per_sample": timed.flop_per_sample,
                        "best_seconds": best,
                        "median_seconds": median,
                        "gflops": gflops,
                        "peak_gflops": peak,
                        "share": peak.map(|peak| gflops / peak),
                    })
                );
            }
        }
    }
    Ok(())
}

struct Timed {
    seconds: Vec<f64>,
    flop_per_sample: f64,
}

/// Trains one epoch to warm up and `epochs` more, and checks that training lowered the error.
fn timed(
    layers: &[usize],
    options: TrainingOptions,
    epochs: usize,
    samples: &Samples,
) -> Result<Timed, String> {
    let model = Model::new(Specification::new(PIXELS, layers), Initialization::Glorot, 0)
        .map_err(|error| error.to_string())?;
    let flop_per_sample = flop_of_layers(&model);
    let batch = options.batch_size;
    let options = options.clone().with_epochs(1 + epochs).with_learning_rate(0.001);
    let mut trainer = Trainer::of_model(model, options).map_err(|error| error.to_string())?;
    let mut clock = Clock { begin: Instant::now(), seconds: Vec::new() };
    trainer.observe(&mut clock).fit(samples).map_err(|error| error.to_string())?;
    let mse = |epoch: usize| trainer.history()[epoch].train_mse;
    // The comparison is written so that a NaN is no success.
    if mse(epochs) < mse(0) {
        clock.seconds.remove(0);
        return Ok(Timed { seconds: clock.seconds, flop_per_sample });
    }
    Err(format!("batch {batch}: expected an error below {}, found {}", mse(0), mse(epochs)))
}

/// An observer that measures the time from an epoch's begin to the end of its last step.
struct Clock {
    begin: Instant,
    seconds: Vec<f64>,
}

impl Observer for Clock {
    fn epoch_begins(&mut self, _epoch: usize) {
        self.begin = Instant::now();
    }

    fn epoch_trained(&mut self, _epoch: usize) {
        self.seconds.push(self.begin.elapsed().as_secs_f64());
    }
}
