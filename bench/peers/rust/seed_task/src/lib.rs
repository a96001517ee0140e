//! What both Rust peers share: the arguments, the data, the shuffle and the report, so that only the framework differs.
//!
//! The task is that of `common.py`: sigmoid everywhere, mean squared error, Adam, Glorot-uniform weights, zero
//! biases, a fresh shuffle each epoch, ragged tail dropped. Epoch seconds cover shuffling, batching and training.
#![forbid(unsafe_code)]

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process, thread};

use clap::Parser;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

/// The pixels of one image.
pub const PIXELS: usize = 784;

/// The options of `common.py`, as far as the Rust peers have them.
#[derive(Debug, Parser)]
pub struct Arguments {
    /// Folder with the four MNIST .gz files
    #[arg(long)]
    pub data: PathBuf,
    #[arg(long, default_value_t = 5)]
    pub epochs: usize,
    #[arg(long, default_value_t = 256)]
    pub batch: usize,
    #[arg(long, default_value_t = 0.01)]
    pub lr: f64,
    #[arg(long, default_value_t = thread::available_parallelism().map_or(1, Into::into))]
    pub threads: usize,
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Widths of all layers, the input's and the output's included
    #[arg(long, value_delimiter = ',', default_value = "784,256,128,256,784")]
    pub widths: Vec<usize>,
}

impl Arguments {
    /// Reads the command line. Both frameworks take the number of threads from `RAYON_NUM_THREADS` only, and a
    /// program cannot safely set its own environment: so it starts itself once more where the number is another.
    ///
    /// # Errors
    ///
    /// If the program cannot start itself.
    pub fn read() -> io::Result<Self> {
        let arguments = Self::parse();
        let threads = arguments.threads.to_string();
        if env::var("RAYON_NUM_THREADS").as_ref() != Ok(&threads) {
            let mut again = process::Command::new(env::current_exe()?);
            again.args(env::args_os().skip(1)).env("RAYON_NUM_THREADS", threads);
            return Err(go_on_as(again));
        }
        Ok(arguments)
    }
}

/// Goes on as another program in the same process, whose memory is what a watcher sees; returns only if that failed.
#[cfg(unix)]
fn go_on_as(mut program: process::Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(&mut program)
}

/// Runs another program and ends as it did.
#[cfg(not(unix))]
fn go_on_as(mut program: process::Command) -> io::Error {
    match program.status() {
        Ok(status) => process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// The images of one file as rows of [`PIXELS`] numbers in [0, 1].
fn images(path: &Path) -> io::Result<Vec<f32>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(path)?).read_to_end(&mut bytes)?;
    // Sixteen bytes of header: magic number, images, rows, columns.
    Ok(bytes.iter().skip(16).map(|&pixel| f32::from(pixel) / 255.0).collect())
}

/// The training and the test images.
///
/// # Errors
///
/// If a file cannot be read.
pub fn load(folder: &Path) -> io::Result<(Vec<f32>, Vec<f32>)> {
    Ok((
        images(&folder.join("train-images-idx3-ubyte.gz"))?,
        images(&folder.join("t10k-images-idx3-ubyte.gz"))?,
    ))
}

/// The numbers 0 to `count` - 1, in an order that changes with each epoch.
#[must_use]
pub fn shuffled(count: usize, seed: u64, epoch: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(count).collect();
    order.shuffle(&mut SmallRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(epoch as u64)));
    order
}

/// "name version", with the version that this workspace locked.
///
/// # Panics
///
/// If the workspace has no such package.
#[must_use]
pub fn with_version(package: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let (_, rest) =
        lock.split_once(&format!("name = \"{package}\"\nversion = \"")).expect("a package of Cargo.lock");
    let version = rest.split('"').next().unwrap_or_default();
    format!("{package} {version}")
}

/// What a run measured; one JSON line when printed.
#[derive(serde::Serialize)]
struct Report<'a> {
    peer: String,
    precision: &'static str,
    threads: usize,
    batch: usize,
    epochs: usize,
    widths: &'a [usize],
    epoch_seconds: &'a [f64],
    best_epoch_seconds: f64,
    train_mse: &'a [f64],
    test_mse: f64,
    total_seconds: f64,
}

/// Prints the report; `start` is when the program started.
///
/// # Panics
///
/// Never: the report holds nothing that JSON cannot.
pub fn report(
    peer: String,
    arguments: &Arguments,
    start: Instant,
    epoch_seconds: &[f64],
    train_mse: &[f64],
    test_mse: f64,
) {
    let report = Report {
        peer,
        precision: "f32",
        threads: arguments.threads,
        batch: arguments.batch,
        epochs: arguments.epochs,
        widths: &arguments.widths,
        epoch_seconds,
        best_epoch_seconds: epoch_seconds.iter().copied().fold(f64::INFINITY, f64::min),
        train_mse,
        test_mse,
        total_seconds: start.elapsed().as_secs_f64(),
    };
    println!("{}", serde_json::to_string(&report).expect("numbers and strings always serialise"));
}
