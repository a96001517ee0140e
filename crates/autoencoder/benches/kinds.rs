//! Benchmark of the kinds of autoencoders: times steps of every kind and steps of the plain network of the
//! same widths, in turns.
//!
//! The command
//! `cargo bench -p autoencoder --bench kinds -- [--quick] [--threads N] [--kind NAME] [--images FILE]` prints
//! one JSON object a line. A ratio compares the multiply-adds a second of the kind with those of the plain
//! network, in two measurements that follow each other. The median over all rounds counts, so that other work
//! on the machine is not taken for a slow kind. The kind `plain` is compared with itself: the distance of its
//! ratio from 1 is the error of the other ratios.
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

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use autoencoder::{
    Activation, Initialization, Loss, Model, Noise, Normalization, Observer, Penalty, Samples, Scaling,
    Specification, StepReport, Trainer, TrainingOptions, Values,
};
use ndarray::Array2;
use serde_json::json;

use counting::{FLOP, flop_of_layers};
use harness::{Arguments, all_threads, best_and_median, pool};
use images::{IMAGES, PIXELS};

/// The number of steps before the clock starts, because the first steps touch fresh memory.
const WARM_UP: usize = 4;

/// The largest batch of all kinds; all other batch sizes divide it.
const LARGEST_BATCH: usize = 256;

/// The size of a measurement: rounds, and samples in each round.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    samples: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kinds: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = Arguments::typed();
    let quick = arguments.switch("--quick");
    let threads = arguments.threads()?.unwrap_or_else(all_threads);
    let wanted: Option<String> = arguments.value("--kind")?;
    let images = images::typed(&mut arguments)?;
    arguments.finish()?;
    let effort =
        if quick { Effort { rounds: 3, samples: 4096 } } else { Effort { rounds: 11, samples: 16_384 } };
    // Without zeros, products skip nothing.
    let dense = samples_of(images.mapv(|pixel| pixel.max(1)))?;
    let samples = samples_of(images)?;
    let kinds = kinds();
    let chosen = |kind: &&Kind| wanted.as_deref().is_none_or(|name| name == kind.name);
    if !kinds.iter().any(|kind| chosen(&kind)) {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
        return Err(format!("--kind: expected one of {}", names.join(", ")));
    }
    let pool = pool(threads)?;
    for kind in kinds.iter().filter(chosen) {
        // Noise that changes zeros leaves no zeros to skip, so the plain network runs on samples without
        // zeros, with the same multiply-adds.
        let fills_zeros =
            matches!(kind.options.noise, Some(Noise::Gaussian { .. } | Noise::SaltAndPepper { .. }));
        let beside = if fills_zeros { &dense } else { &samples };
        let [plain, kind_itself] = pool.install(|| race(kind, effort, [beside, &samples]))?;
        let ratios = plain.seconds.iter().zip(&kind_itself.seconds);
        let share_of_work = kind_itself.flop_per_sample / plain.flop_per_sample;
        let mut ratios: Vec<f64> = ratios.map(|(plain, kind)| share_of_work * plain / kind).collect();
        ratios.sort_by(f64::total_cmp);
        let greatest = ratios.last().copied();
        let (least, ratio) = best_and_median(ratios);
        println!(
            "{}",
            json!({
                "bench": "kinds",
                "kind": kind.name,
                "network": kind.network(),
                "batch": kind.options.batch_size * kind.options.accumulate,
                "precision": "f32",
                "threads": threads,
                "samples": effort.samples,
                "rounds": effort.rounds,
                "flop_per_sample": kind_itself.flop_per_sample,
                "plain_flop_per_sample": plain.flop_per_sample,
                "gflops": kind_itself.gflops(effort),
                "plain_gflops": plain.gflops(effort),
                "ratio": ratio,
                "least_ratio": least,
                "greatest_ratio": greatest,
            })
        );
    }
    Ok(())
}

/// A kind of autoencoder, and the plain network that it is compared with.
struct Kind {
    name: &'static str,
    plain: Specification,
    specification: Specification,
    options: TrainingOptions,
}

impl Kind {
    /// The widths of the kind's encoder, from the features to the code.
    fn network(&self) -> String {
        let widths = std::iter::once(PIXELS).chain(self.plain.layers.iter().copied());
        widths.map(|width| width.to_string()).collect::<Vec<_>>().join("-")
    }
}

fn kinds() -> Vec<Kind> {
    let specification = |layers: &[usize]| Specification::new(PIXELS, layers);
    let options = TrainingOptions::default().with_batch_size(LARGEST_BATCH).with_learning_rate(0.001);
    let of = |name, plain: &Specification, specification| Kind {
        name,
        plain: plain.clone(),
        specification,
        options: options.clone(),
    };
    let tutorial = specification(&[256, 128]);
    let trained = |name, options| Kind { options, ..of(name, &tutorial, tutorial.clone()) };
    let noise = |name, noise| trained(name, options.clone().with_noise(noise));
    let (shallow, narrow) = (specification(&[256]), specification(&[64, 16]));
    // A plain network like the variational one, except for the code.
    let vae_like = specification(&[400, 20])
        .with_activation(Activation::Relu)
        .with_code_activation(Activation::Linear)
        .with_loss(Loss::Bce);
    let variational = of("variational", &vae_like, vae_like.clone().variational(1.0));
    vec![
        of("plain", &tutorial, tutorial.clone()),
        of("tied", &tutorial, tutorial.clone().with_tied_weights(true)),
        of("normalised", &tutorial, tutorial.clone().with_normalization(Normalization::Batch)),
        of("KL sparse", &tutorial, tutorial.clone().sparse(0.1, 0.05)),
        of("L1 sparse", &tutorial, tutorial.clone().l1(0.0001)),
        of("top-k", &tutorial, tutorial.clone().with_top_k(16)),
        of("contractive", &shallow, shallow.clone().contractive(0.01)),
        of("contractive, deep", &narrow, narrow.clone().contractive(0.01)),
        noise("masking", Noise::Masking { share: 0.3 }),
        noise("Gaussian noise", Noise::Gaussian { deviation: 0.3 }),
        noise("salt and pepper", Noise::SaltAndPepper { share: 0.3 }),
        noise("swap noise", Noise::Swap { share: 0.3 }),
        trained("dropout", options.clone().with_dropout(0.2)),
        trained("shifted", options.clone().with_shift(1)),
        Kind { options: options.clone().with_batch_size(128), ..variational },
        trained("clipped", options.clone().with_clip_norm(0.01)),
        trained("accumulated", options.clone().with_batch_size(128).with_accumulate(2)),
    ]
}

/// Floating-point operations a sample in the matrix products of the contractive penalty through several
/// layers, in steps of `batch` samples.
///
/// A sample has one row for each unit of the code. Each row is multiplied with G and becomes a part of U₁ᵀ
/// U₁, both as wide as the first hidden layer; each further hidden layer multiplies the row with its weights
/// on the way down, again on the way up, and adds it to the gradient of its weights. Once a step, G = W₁ W₁ᵀ
/// and (Σ U₁ᵀ U₁) W₁ are formed. Element-wise work, and all work for an encoder of one layer, is not counted.
fn flop_of_contraction(model: &Model, batch: usize) -> f64 {
    let widths = &model.architecture().specification().layers;
    let is_contractive = matches!(model.architecture().specification().penalty, Penalty::Contractive { .. });
    let [first, .., code] = widths[..] else { return 0.0 };
    if !is_contractive {
        return 0.0;
    }
    let between = widths[..widths.len() - 1].windows(2).map(|pair| 3 * pair[0] * pair[1]);
    let a_row = 2 * first * first + between.sum::<usize>();
    let a_step = 2 * first * first * model.architecture().features();
    FLOP as f64 * ((code * a_row) as f64 + a_step as f64 / batch as f64)
}

/// A network whose steps are timed, with its time in each round.
struct Runner {
    trainer: Trainer,
    flop_per_sample: f64,
    seconds: Vec<f64>,
    first_loss: Option<f64>,
    last_loss: f64,
}

impl Runner {
    fn new(specification: Specification, options: TrainingOptions) -> Result<Self, String> {
        let mut model =
            Model::new(specification, Initialization::Glorot, 0).map_err(|error| error.to_string())?;
        model.about.sample_shape = vec![28, 28];
        let step = options.batch_size * options.accumulate;
        let flop_per_sample = flop_of_layers(&model) + flop_of_contraction(&model, step);
        // The number of epochs is never reached: the clock ends the training.
        let options = options.clone().with_epochs(1000);
        let trainer = Trainer::of_model(model, options).map_err(|error| error.to_string())?;
        Ok(Self { trainer, flop_per_sample, seconds: Vec::new(), first_loss: None, last_loss: 0.0 })
    }

    /// Times steps on `effort.samples` samples.
    fn round(&mut self, effort: Effort, samples: &Samples) -> Result<(), String> {
        let options = self.trainer.options();
        let left = effort.samples / (options.batch_size * options.accumulate);
        let (last, first_loss) = (None, None);
        let mut clock = Clock { warm_up: WARM_UP, left, last, seconds: 0.0, first_loss, last_loss: 0.0 };
        self.trainer.observe(&mut clock).fit(samples).map_err(|error| error.to_string())?;
        self.seconds.push(clock.seconds);
        self.first_loss = self.first_loss.or(clock.first_loss);
        self.last_loss = clock.last_loss;
        Ok(())
    }

    /// The speed of the median round, in GFLOP/s.
    fn gflops(&self, effort: Effort) -> f64 {
        let (_, median) = best_and_median(self.seconds.clone());
        self.flop_per_sample * effort.samples as f64 / median / 1e9
    }
}

/// Images as samples.
fn samples_of(images: Array2<u8>) -> Result<Samples, String> {
    let samples = Samples::new(Values::Bytes(images), Scaling::Bytes).map_err(|error| error.to_string())?;
    // The samples fill whole batches, so that every step has the same size.
    Ok(samples.truncated(IMAGES / LARGEST_BATCH * LARGEST_BATCH))
}

/// Trains the plain network and the kind in turns, and checks that training lowered both losses.
fn race(kind: &Kind, effort: Effort, samples: [&Samples; 2]) -> Result<[Runner; 2], String> {
    let TrainingOptions { batch_size, accumulate, .. } = kind.options;
    let plain_options = TrainingOptions::default()
        .with_batch_size(batch_size * accumulate)
        .with_learning_rate(kind.options.learning_rate);
    let mut runners = [
        Runner::new(kind.plain.clone(), plain_options)?,
        Runner::new(kind.specification.clone(), kind.options.clone())?,
    ];
    for _ in 0..effort.rounds {
        for (runner, samples) in runners.iter_mut().zip(samples) {
            runner.round(effort, samples)?;
        }
    }
    for runner in &runners {
        let (first, last) = (runner.first_loss.unwrap_or(0.0), runner.last_loss);
        // The comparison is written so that a NaN is no success.
        if last < first {
            continue;
        }
        return Err(format!("{}: expected a loss below {first}, found {last}", kind.name));
    }
    Ok(runners)
}

/// An observer that measures the time from each step's end to the next step's end, without the first step of
/// a run or an epoch.
struct Clock {
    /// The number of steps left before the first that counts.
    warm_up: usize,
    /// The number of steps left that count.
    left: usize,
    /// The time at which the step before ended.
    last: Option<Instant>,
    seconds: f64,
    first_loss: Option<f64>,
    last_loss: f64,
}

impl Observer for Clock {
    fn epoch_begins(&mut self, _epoch: usize) {
        self.last = None;
    }

    fn step_done(&mut self, report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        let now = Instant::now();
        if self.warm_up > 0 {
            self.warm_up -= 1;
        } else if let Some(last) = self.last {
            self.seconds += (now - last).as_secs_f64();
            self.left -= 1;
        }
        self.last = Some(now);
        self.first_loss.get_or_insert(report.loss);
        self.last_loss = report.loss;
        if self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
