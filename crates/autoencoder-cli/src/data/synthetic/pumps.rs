//! A table of readings from water pumps: eight numbers that follow from four causes, two words, holes, and odd rows.
//!
//! A pump has a size and stands in a room; the pump runs at some speed, and its bearings are worn. All readings
//! follow from these four causes, with a little noise. In an odd row some of the readings follow from another speed
//! than the rest: each reading lies within its usual range, and only together are the readings impossible.

use rayon::prelude::*;

use super::chance::{Chance, Kind};

/// The readings: their names with their units, and the decimals that are written.
pub(crate) const READINGS: [(&str, usize); 8] = [
    ("speed_rpm", 0),
    ("flow_l_per_min", 1),
    ("pressure_bar", 2),
    ("power_kw", 2),
    ("motor_celsius", 1),
    ("room_celsius", 1),
    ("vibration_mm_per_s", 2),
    ("noise_db", 1),
];

/// The words of a row: the site of the pump, and its model.
pub(crate) const WORDS: [&str; 2] = ["site", "model"];

/// The sites of pumps, with their average temperatures.
const SITES: [(&str, f32); 3] = [("harbour", 14.0), ("north", 10.0), ("springs", 18.0)];
/// The models, with their sizes relative to the middle one.
const MODELS: [(&str, f32); 3] = [("P20", 0.7), ("P40", 1.0), ("P60", 1.35)];

/// The number of rows of which one is odd.
const ODD_ONE_IN: f32 = 50.0;
/// The share of the readings and words that nobody wrote down.
const HOLES: f32 = 0.03;

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pump {
    pub(crate) site: &'static str,
    pub(crate) model: &'static str,
    /// The readings in the order of [`READINGS`].
    pub(crate) readings: [f32; READINGS.len()],
    /// The fields that are empty in the table with holes: the words, then the readings.
    pub(crate) holes: [bool; WORDS.len() + READINGS.len()],
    pub(crate) odd: bool,
}

/// Draws `count` rows; row `i` is a pure function of `(seed, i)`.
pub(crate) fn pumps(count: usize, seed: u64) -> Vec<Pump> {
    (0..count as u64)
        .into_par_iter()
        .map(|index| pump(&mut Chance::new(Kind::Pumps, seed, 0, index)))
        .collect()
}

fn pump(chance: &mut Chance) -> Pump {
    let (site, warmth) = SITES[usize::from(chance.below(3))];
    let (model, size) = MODELS[usize::from(chance.below(3))];
    let room = warmth + 6.0 * chance.bell();
    let wear = chance.unit() * chance.unit();
    let load = chance.unit();
    let odd = chance.unit() * ODD_ONE_IN < 1.0;
    // The other load is half of the range away, so that no odd row is nearly right.
    let other = if load < 0.5 { load + 0.5 } else { load - 0.5 };
    let by_other = if odd { 1 + chance.below(3) } else { 0 };
    let cause = |group: u8| if group == by_other { other } else { load };
    let mut noise = |size: f32| size * chance.bell();

    let speed = |load: f32| 900.0 + 2000.0 * load;
    let flow = |load: f32| size * (60.0 + 200.0 * load) * (1.0 - 0.12 * wear);
    let pressure = |load: f32| 1.2 + 4.6 * load * load + 0.8 * load;
    let power = |load: f32| 0.3 + flow(load) * pressure(load) / 400.0 * (1.0 + 0.25 * wear);
    let readings = [
        speed(load) + noise(30.0),
        flow(cause(1)) * (1.0 + noise(0.03)),
        pressure(cause(1)) * (1.0 + noise(0.03)),
        power(cause(2)) * (1.0 + noise(0.03)),
        room + 12.0 + 38.0 * cause(2) + 9.0 * wear + noise(2.0),
        room + noise(0.5),
        0.6 + 1.8 * cause(3) * cause(3) + 3.0 * wear + noise(0.15),
        52.0 + 22.0 * cause(3) + 8.0 * wear + noise(1.5),
    ];
    let holes = std::array::from_fn(|_| chance.unit() < HOLES);
    Pump { site, model, readings, holes, odd }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_depends_on_nothing_but_the_seed_and_its_index() {
        let rows = pumps(200, 3);
        assert_eq!(pumps(50, 3), rows[..50]);
        assert_ne!(pumps(50, 4), rows[..50]);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| pumps(200, 3));
        assert_eq!(alone, rows);
    }

    #[test]
    fn odd_rows_are_few_and_within_the_usual_ranges() {
        let rows = pumps(5000, 0);
        let (odd, usual): (Vec<&Pump>, Vec<&Pump>) = rows.iter().partition(|row| row.odd);
        assert!((60..=140).contains(&odd.len()), "{}", odd.len());
        for (reading, name) in READINGS.iter().enumerate() {
            let of = |row: &&Pump| row.readings[reading];
            let (low, high) = (
                usual.iter().map(of).fold(f32::MAX, f32::min),
                usual.iter().map(of).fold(f32::MIN, f32::max),
            );
            assert!(odd.iter().map(of).all(|value| (low..=high).contains(&value)), "{name:?}");
        }
    }

    #[test]
    fn odd_rows_break_what_the_others_keep() {
        // Speed, pressure and noise in decibels are three ways to tell the same load.
        let loads = |row: &Pump| {
            let [speed, _, pressure, .., noise] = row.readings;
            let by_pressure = ((0.64 + 18.4 * (pressure - 1.2).max(0.0)).sqrt() - 0.8) / 9.2;
            [(speed - 900.0) / 2000.0, by_pressure, (noise - 54.0) / 22.0]
        };
        let spread = |row: &Pump| {
            let [a, b, c] = loads(row);
            (a - b).abs().max((a - c).abs())
        };
        let rows = pumps(5000, 1);
        assert!(rows.iter().filter(|row| !row.odd).all(|row| spread(row) < 0.45));
        let told = rows.iter().filter(|row| row.odd && spread(row) > 0.3).count();
        let odd = rows.iter().filter(|row| row.odd).count();
        // A third of the odd rows have another power, which is none of the three.
        assert!(told * 2 > odd, "{told} of {odd}");
    }
}
