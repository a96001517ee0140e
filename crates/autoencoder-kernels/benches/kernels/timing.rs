//! Timing of a piece of work: warmed up, in several repeats, each long enough for the clock.

use std::time::Instant;

use super::peak::{self, Factors};

/// The least length of a repeat, in seconds: the clock and a stray interrupt then hardly count.
pub(crate) const LEAST: f64 = 0.05;

/// The seconds of one call of the work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    pub(crate) best: f64,
    pub(crate) median: f64,
}

/// The rate of one thread in GFLOP/s, and its peak.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) best: f64,
    pub(crate) median: f64,
    /// The best of the peaks.
    pub(crate) peak: f64,
    /// The median of each repeat's share of the peak just before that repeat. Only neighbours can be compared where
    /// others use the machine too, so this share is not quite `best / peak`.
    pub(crate) share: f64,
}

/// Times `work`.
pub(crate) fn time(repeats: usize, mut work: impl FnMut()) -> Timing {
    let calls = calls(&mut work);
    let mut each: Vec<f64> = (0..repeats).map(|_| seconds(calls, &mut work) / f64::from(calls)).collect();
    each.sort_by(f64::total_cmp);
    Timing { best: each[0], median: median(each) }
}

/// Times `work`, which takes `flop` operations with such factors on this thread, with the peak before each repeat.
pub(crate) fn beside_peak(repeats: usize, flop: f64, factors: Factors, mut work: impl FnMut()) -> Rate {
    let calls = calls(&mut work);
    let (peaks, rates): (Vec<f64>, Vec<f64>) = (0..repeats)
        .map(|_| (peak::gflops(1, factors), flop * f64::from(calls) / seconds(calls, &mut work) / 1e9))
        .unzip();
    let greatest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let share = median(rates.iter().zip(&peaks).map(|(rate, peak)| rate / peak).collect());
    Rate { best: greatest(&rates), peak: greatest(&peaks), share, median: median(rates) }
}

/// The number of calls that a repeat takes; counting them warms up.
fn calls(work: &mut impl FnMut()) -> u32 {
    let mut calls = 1;
    while seconds(calls, work) < LEAST {
        calls *= 2;
    }
    calls
}

fn seconds(calls: u32, work: &mut impl FnMut()) -> f64 {
    let begin = Instant::now();
    (0..calls).for_each(|_| work());
    begin.elapsed().as_secs_f64()
}

/// The median; of an even number of values the mean of both middles.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}
