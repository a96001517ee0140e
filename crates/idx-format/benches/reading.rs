//! Checks what reading MNIST's training images gives, then times it.
//!
//! `cargo bench -p idx-format --bench reading -- [--quick] [FILE]` prints one JSON object. Without FILE, the packed
//! training images, it reads a file of the same size that it makes and removes.
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark is a program whose job is to say what it measured"
)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// MNIST's training images.
const SIZES: [usize; 3] = [60_000, 28, 28];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("reading: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (mut repeats, mut file) = (7, None);
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "--quick" => repeats = 2,
            // Cargo says that this is a benchmark.
            "--bench" => {}
            option if option.starts_with('-') => return Err(format!("unknown argument {option}")),
            _ => file = Some(PathBuf::from(word)),
        }
    }
    let Some(file) = file else {
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reading-idx3-ubyte.gz");
        let pixels = made_up();
        idx_format::write_path(&made, &SIZES, &pixels).map_err(|error| error.to_string())?;
        let result = measure(&made, repeats, Some(&pixels));
        fs::remove_file(&made).map_err(|error| format!("{}: {error}", made.display()))?;
        return result;
    };
    measure(&file, repeats, None)
}

fn measure(file: &Path, repeats: usize, expected: Option<&[u8]>) -> Result<(), String> {
    let read = || idx_format::read_path(file).map_err(|error| error.to_string());
    let array = read()?;
    if array.sizes() != SIZES {
        return Err(format!("{}: expected sizes {SIZES:?}, found {:?}", file.display(), array.sizes()));
    }
    let found = array.as_slice::<u8>().map_err(|error| error.to_string())?;
    if expected.is_some_and(|expected| found != expected) {
        return Err("what was read is not what was written".to_owned());
    }
    let megabytes = found.len() as f64 / 1e6;
    let mut seconds = Vec::new();
    for _ in 0..repeats {
        let begin = Instant::now();
        black_box(read()?);
        seconds.push(begin.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let (best, median) = (seconds[0], f64::midpoint(seconds[(repeats - 1) / 2], seconds[repeats / 2]));
    println!(
        "{{\"bench\":\"reading\",\"made_up\":{},\"megabytes\":{megabytes},\"best_seconds\":{best},\
         \"median_seconds\":{median},\"megabytes_per_second\":{}}}",
        expected.is_some(),
        megabytes / best
    );
    Ok(())
}

/// Generated pixels, as many as MNIST's training images have; a fifth of them is not black, so that they pack about as
/// well as digits do.
fn made_up() -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let count = SIZES.iter().product::<usize>();
    let mut pixels = Vec::with_capacity(count);
    while pixels.len() < count {
        // Runs of ink between runs of paper, as lines of strokes have them.
        let [paper, ink, ..] = next();
        pixels.extend(std::iter::repeat_n(0, usize::from(paper % 24)));
        pixels.extend(next().into_iter().take(usize::from(ink % 8)));
    }
    pixels.truncate(count);
    pixels
}
