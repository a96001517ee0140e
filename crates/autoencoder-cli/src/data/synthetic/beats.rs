//! Windows of a periodic signal, like a heart's seen through an electrode, and in a few of them a beat that is wrong.
//!
//! A beat is five waves, each a bump of some height, width and place; a heart has its own rate and strength, and a window
//! begins anywhere between two beats.

use rayon::prelude::*;

use super::chance::{Chance, Kind};

/// The number of values in a window.
pub(crate) const LENGTH: usize = 64;

/// The number of windows of which one is odd.
const ODD_ONE_IN: f32 = 40.0;

/// The waves of a beat: place and half width in parts of a beat, and height in millivolts.
const WAVES: [(f32, f32, f32); 5] =
    [(0.20, 0.09, 0.16), (0.33, 0.05, -0.14), (0.39, 0.06, 1.10), (0.45, 0.05, -0.26), (0.68, 0.14, 0.30)];

/// The faults of a beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The beat does not come.
    Missing,
    /// The beat comes too early.
    Early,
    /// The beat is upside down and broad.
    Turned,
}

/// A window of the signal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    /// The signal in millivolts.
    pub(crate) values: [f32; LENGTH],
    pub(crate) odd: bool,
}

/// Draws `count` windows; window `i` is a pure function of `(seed, i)`.
pub(crate) fn windows(count: usize, seed: u64) -> Vec<Window> {
    (0..count as u64)
        .into_par_iter()
        .map(|index| window(&mut Chance::new(Kind::Beats, seed, 0, index)))
        .collect()
}

fn window(chance: &mut Chance) -> Window {
    // The period is the number of values from one beat to the next: a window has two to three beats.
    let period = 26.0 + 4.0 * chance.bell();
    let strength = 1.0 + 0.25 * chance.bell();
    let begin = chance.unit();
    let drift = 0.08 * chance.bell();
    let odd = chance.unit() * ODD_ONE_IN < 1.0;
    let fault = [Fault::Missing, Fault::Early, Fault::Turned][usize::from(chance.below(3))];
    let mut values = [0.0; LENGTH];
    for (index, value) in values.iter_mut().enumerate() {
        let time = begin + index as f32 / period;
        let beats = (0_u8..4).map(|beat| {
            // The second beat of a window is whole, whenever the window begins.
            let fault = if odd && beat == 1 { Some(fault) } else { None };
            signal(time - f32::from(beat), fault)
        });
        let slope = drift * (index as f32 / LENGTH as f32 - 0.5);
        *value = strength * beats.sum::<f32>() + slope + 0.02 * chance.bell();
    }
    Window { values, odd }
}

/// The voltage of a beat at `time`, which is counted in beats from the beat's beginning.
fn signal(time: f32, fault: Option<Fault>) -> f32 {
    let (time, stretch, sign) = match fault {
        None => (time, 1.0, 1.0),
        Some(Fault::Missing) => return 0.0,
        Some(Fault::Early) => (time + 0.3, 1.0, 1.0),
        Some(Fault::Turned) => (time, 2.2, -0.8),
    };
    let waves = WAVES.iter().map(|&(place, width, height)| height * bump((time - place) / (width * stretch)));
    sign * waves.sum::<f32>()
}

/// A smooth bump of height 1 that ends at -2 and 2.
fn bump(x: f32) -> f32 {
    let rest = (1.0 - x * x / 4.0).max(0.0);
    rest * rest * rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_depends_on_nothing_but_the_seed_and_its_index() {
        let all = windows(100, 3);
        assert_eq!(windows(30, 3), all[..30]);
        assert_ne!(windows(30, 4), all[..30]);
    }

    #[test]
    fn a_usual_window_repeats_itself_and_an_odd_one_does_not() {
        // The least mean squared distance of a stretch of 16 values from the same one a beat later.
        let repeats = |window: &Window| {
            let distance = |lag: usize| {
                let pairs = window.values[..LENGTH - lag].iter().zip(&window.values[lag..]);
                pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / (LENGTH - lag) as f32
            };
            (21..=31).map(distance).fold(f32::MAX, f32::min)
        };
        let all = windows(2000, 0);
        let mean = |odd: bool| {
            let of: Vec<f32> = all.iter().filter(|window| window.odd == odd).map(repeats).collect();
            (of.iter().sum::<f32>() / of.len() as f32, of.len())
        };
        let ((usual, _), (odd, count)) = (mean(false), mean(true));
        assert!((20..=90).contains(&count), "{count}");
        assert!(odd > 4.0 * usual, "{odd} {usual}");
    }

    #[test]
    fn values_are_millivolts_as_hearts_have_them() {
        let all = windows(500, 0);
        let values = || all.iter().flat_map(|window| window.values);
        assert!(values().all(|value| (-1.6..1.8).contains(&value)));
        assert!(values().any(|value| value > 0.9));
    }
}
