//! Checks every kernel against its f64 reference, then times it beside a loop that touches nothing but registers.
//!
//! `cargo bench -p autoencoder-kernels --bench kernels -- [--quick] [--threads N] [--peak-only]` prints one JSON
//! object a line. Rates are the best of several repeats of at least 50 ms. The peak that a share is taken of was
//! measured just before each repeat: on a shared machine the peak changes within a minute.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]
#![allow(
    clippy::inline_always,
    reason = "only code that is inlined into the function compiled for a set of instructions uses them"
)]

mod dense;
mod element_wise;
mod matrix;
mod numbers;
mod peak;
mod timing;

use std::process::ExitCode;
use std::thread;

use autoencoder_kernels::Instructions;
use serde_json::{Value, json};

use dense::{Layer, Shape};
use element_wise::{Loss, Sigmoid, Update};
use matrix::{Exact, Matrix, Rounded};
use timing::{Timing, beside_peak, time};

/// The number of samples in a batch, as in the presets.
const ROWS: usize = 256;

/// The widths from the samples to the code; the decoder mirrors them. `--quick` times the first network only.
const NETWORKS: [&[usize]; 4] =
    [&[784, 256, 128], &[784, 128, 64, 10, 2], &[784, 1000, 500, 250, 30], &[784, 400, 20]];

/// The number of features of a sample in all networks: those of drawings are mostly zero.
const PIXELS: usize = 784;

/// The options that were typed.
struct Options {
    quick: bool,
    peak_only: bool,
    threads: usize,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let all = thread::available_parallelism().map_or(1, usize::from);
        let mut options = Self { quick: false, peak_only: false, threads: all };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => options.quick = true,
                "--peak-only" => options.peak_only = true,
                "--threads" => {
                    let number = words.next().and_then(|word| word.parse().ok());
                    options.threads =
                        number.filter(|&threads| threads > 0).ok_or("--threads: expected a number from 1")?;
                }
                // Cargo adds this word to say that this is a benchmark.
                "--bench" => {}
                other => return Err(format!("unknown argument {other}")),
            }
        }
        Ok(options)
    }

    fn repeats(&self) -> usize {
        if self.quick { 2 } else { 5 }
    }
}

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kernels: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    if options.peak_only {
        peak_line::<Exact>(options, options.threads);
        return Ok(());
    }
    let threads = [1, options.threads];
    for &threads in if options.threads > 1 { &threads[..] } else { &threads[..1] } {
        peak_line::<Exact>(options, threads);
        peak_line::<Rounded>(options, threads);
    }
    for shape in shapes(options.quick) {
        all_layer_lines::<Exact>(options, shape)?;
        all_layer_lines::<Rounded>(options, shape)?;
    }
    element_wise_lines(options)
}

fn peak_line<M: Matrix>(options: &Options, threads: usize) {
    let best = (0..2 * options.repeats()).map(|_| peak::gflops(threads, M::FACTORS)).fold(0.0, f64::max);
    println!(
        "{}",
        json!({
            "bench": "peak",
            "precision": M::PRECISION,
            "threads": threads,
            "instructions": Instructions::best().name(),
            "gflops": best,
        })
    );
}

/// The layers of the networks, each shape once.
fn shapes(quick: bool) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = Vec::new();
    for widths in &NETWORKS[..if quick { 1 } else { NETWORKS.len() }] {
        let encoder = widths.windows(2).map(|pair| Shape { rows: ROWS, inputs: pair[0], outputs: pair[1] });
        let decoder = encoder.clone().rev().map(|layer| Shape {
            inputs: layer.outputs,
            outputs: layer.inputs,
            ..layer
        });
        for shape in encoder.chain(decoder) {
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        }
    }
    shapes
}

type Product<M> = (&'static str, fn(&mut Layer<M>));

/// The products of a layer, and those of drawings once more with their zeros skipped: their rates count the
/// multiplications and additions that were left out.
fn all_layer_lines<M: Matrix>(options: &Options, shape: Shape) -> Result<(), String> {
    let dense: [Product<M>; 3] =
        [("forward", Layer::forward), ("backward", Layer::backward), ("gradient", Layer::gradient)];
    layer_lines(options, &mut Layer::new(shape, false), &dense)?;
    if shape.inputs == PIXELS {
        let sparse: [Product<M>; 2] =
            [("forward, zeros skipped", Layer::forward), ("gradient, zeros skipped", Layer::gradient)];
        layer_lines(options, &mut Layer::new(shape, true), &sparse)?;
    }
    Ok(())
}

fn layer_lines<M: Matrix>(
    options: &Options,
    layer: &mut Layer<M>,
    products: &[Product<M>],
) -> Result<(), String> {
    layer.check()?;
    let shape = layer.shape();
    for (kernel, product) in products {
        let rate = beside_peak(options.repeats(), shape.flop(), M::FACTORS, || product(layer));
        println!(
            "{}",
            json!({
                "bench": "kernel",
                "kernel": kernel,
                "rows": shape.rows,
                "inputs": shape.inputs,
                "outputs": shape.outputs,
                "precision": M::PRECISION,
                "threads": 1,
                "gflops": rate.best,
                "median_gflops": rate.median,
                "peak_gflops": rate.peak,
                "share": rate.share,
            })
        );
    }
    Ok(())
}

fn element_wise_lines(options: &Options) -> Result<(), String> {
    let line = |kernel: &str, elements: usize, bytes: usize, timing: Timing| -> Value {
        json!({
            "bench": "element-wise",
            "kernel": kernel,
            "elements": elements,
            "precision": "f32",
            "threads": 1,
            "nanoseconds_per_element": timing.best / elements as f64 * 1e9,
            "median_nanoseconds_per_element": timing.median / elements as f64 * 1e9,
            "gigabytes_per_second": (elements * bytes) as f64 / timing.best / 1e9,
        })
    };
    let repeats = options.repeats();
    let mut update = Update::new();
    update.check()?;
    let timing = time(repeats, || update.run());
    println!("{}", line("update-adam", update.elements(), Update::BYTES, timing));
    let mut sigmoid = Sigmoid::new();
    sigmoid.check()?;
    let timing = time(repeats, || sigmoid.run());
    println!("{}", line("sigmoid", sigmoid.elements(), Sigmoid::BYTES, timing));
    let mut loss = Loss::new();
    loss.check()?;
    let timing = time(repeats, || loss.run());
    println!("{}", line("sigmoid-squared-error", loss.elements(), Loss::BYTES, timing));
    Ok(())
}
