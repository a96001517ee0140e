//! What the benchmarks of models share: arguments, images, threads, and the best and the median of repeats.

use std::path::PathBuf;
use std::str::FromStr;
use std::thread;

use ndarray::Array2;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Images of MNIST's training split, and their pixels.
pub(crate) const IMAGES: usize = 60_000;
pub(crate) const PIXELS: usize = 784;

/// What was typed and not yet asked for.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn typed() -> Self {
        // Cargo says that this is a benchmark.
        Self(std::env::args().skip(1).filter(|word| word != "--bench").collect())
    }

    /// Whether `name` was typed.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// What was typed behind `name`.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(place) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        self.0.remove(place);
        let word = if place < self.0.len() { self.0.remove(place) } else { String::new() };
        word.parse().map(Some).map_err(|_| format!("{name}: unexpected value {word:?}"))
    }

    /// `--threads N`, a number from 1.
    pub(crate) fn threads(&mut self) -> Result<Option<usize>, String> {
        match self.value("--threads")? {
            Some(0) => Err("--threads: expected a number from 1, found 0".to_owned()),
            threads => Ok(threads),
        }
    }

    /// The images of `--images FILE`, an IDX file of bytes; without it images that are made up.
    pub(crate) fn images(&mut self) -> Result<Array2<u8>, String> {
        let Some(path) = self.value::<PathBuf>("--images")? else { return Ok(made_up()) };
        let array = idx_format::read_path(&path).map_err(|error| error.to_string())?;
        let count = array.item_count();
        let bytes = array.into_typed::<u8>().map_err(|error| error.to_string())?.into_vec();
        let found = bytes.len();
        Array2::from_shape_vec((count, PIXELS), bytes)
            .map_err(|_| format!("{}: expected {count} x {PIXELS} bytes, found {found}", path.display()))
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result<(), String> {
        self.0.first().map_or(Ok(()), |word| Err(format!("unknown argument {word}")))
    }
}

/// As many images as MNIST has, a fifth of their pixels not black; a function of nothing.
fn made_up() -> Array2<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    Array2::from_shape_simple_fn((IMAGES, PIXELS), || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [ink, value, ..] = state.to_le_bytes();
        if ink < u8::MAX / 5 { value } else { 0 }
    })
}

/// All threads that the system has.
pub(crate) fn all_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

pub(crate) fn pool(threads: usize) -> Result<ThreadPool, String> {
    ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())
}

/// The least and the middle of some seconds; of an even number the mean of both middles.
pub(crate) fn best_and_median(mut seconds: Vec<f64>) -> (f64, f64) {
    seconds.sort_by(f64::total_cmp);
    let count = seconds.len();
    (seconds[0], f64::midpoint(seconds[(count - 1) / 2], seconds[count / 2]))
}
