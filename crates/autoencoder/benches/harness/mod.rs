//! Functions that the benchmarks share: arguments, threads, and the best and the median of repeats.

use std::str::FromStr;
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The typed arguments that no call has taken yet.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn typed() -> Self {
        // Cargo adds `--bench` to the arguments of every benchmark.
        Self(std::env::args().skip(1).filter(|word| word != "--bench").collect())
    }

    /// Takes the switch `name`, and returns whether it was typed.
    pub(crate) fn switch(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// Takes the value typed after `name`, if any.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let Some(place) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        self.0.remove(place);
        let word = if place < self.0.len() { self.0.remove(place) } else { String::new() };
        word.parse().map(Some).map_err(|_| format!("{name}: unexpected value {word:?}"))
    }

    /// Takes `--threads N`, a number from 1.
    pub(crate) fn threads(&mut self) -> Result<Option<usize>, String> {
        match self.value("--threads")? {
            Some(0) => Err("--threads: expected a number from 1, found 0".to_owned()),
            threads => Ok(threads),
        }
    }

    /// Checks that no argument is left.
    pub(crate) fn finish(self) -> Result<(), String> {
        self.0.first().map_or(Ok(()), |word| Err(format!("unknown argument {word}")))
    }
}

/// The number of threads that the system has.
pub(crate) fn all_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

pub(crate) fn pool(threads: usize) -> Result<ThreadPool, String> {
    ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())
}

/// The least and the median of some seconds. For an even number of them, the median is the mean of the middle
/// two.
pub(crate) fn best_and_median(mut seconds: Vec<f64>) -> (f64, f64) {
    seconds.sort_by(f64::total_cmp);
    let count = seconds.len();
    (seconds[0], f64::midpoint(seconds[(count - 1) / 2], seconds[count / 2]))
}
