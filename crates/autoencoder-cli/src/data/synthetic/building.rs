//! Hourly readings of a building, rows in time: what it draws, the temperatures outside and inside, and its water; at times
//! something is wrong for some hours, and at times no readings came.
//!
//! Days have their weather and hours their use; what is odd is mostly odd for its hour alone, and usual at another.

use rayon::prelude::*;

use super::chance::{Chance, Kind};

/// The names of the readings, with their decimals.
pub(crate) const READINGS: [(&str, usize); 4] =
    [("power_kw", 1), ("outside_c", 1), ("inside_c", 1), ("water_l", 0)];

/// The hours from the beginning of 1970 to the first row, Monday, 6 January 2025.
const FIRST_HOUR: u32 = 482_256;
/// The hours of a stretch, in which one thing is wrong.
const STRETCH: u64 = 250;
/// The hours of a longer stretch, in which readings are missing once, and how many of them.
const OUTAGE: (u64, u64) = (1700, 7);

/// What is wrong for some hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The machines run while nobody is there.
    LeftOn,
    /// A window is open.
    Open,
    /// Water runs.
    Leak,
    /// The power fails.
    Outage,
}

const FAULTS: [Fault; 4] = [Fault::LeftOn, Fault::Open, Fault::Leak, Fault::Outage];

/// The readings of an hour.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hour {
    /// The days from the beginning of 1970.
    pub(crate) days: f64,
    pub(crate) readings: [f32; READINGS.len()],
    pub(crate) odd: bool,
}

/// Draws the first `count` hours of which there are readings; an hour is a pure function of `(seed, hour)`.
pub(crate) fn hours(count: usize, seed: u64) -> Vec<Hour> {
    let (of, missing) = OUTAGE;
    let is_there = |hour: &u64| hour % of < of - missing;
    let hours: Vec<u64> = (0..).filter(is_there).take(count).collect();
    hours.into_par_iter().map(|hour| readings(seed, hour)).collect()
}

fn readings(seed: u64, hour: u64) -> Hour {
    let fault = fault(seed, hour);
    let (of_day, day) = ((hour % 24) as f32, hour / 24);
    let is_workday = day % 7 < 5;
    let use_of = |of_day: f32| {
        if is_workday { plateau(of_day, 7.0, 18.0) } else { 0.15 * plateau(of_day, 10.0, 15.0) }
    };
    let used = use_of(of_day);
    let outside = weather(seed, hour) + 5.0 * (2.0 * plateau(of_day, 11.0, 19.0) - 0.7);
    let mut chance = Chance::new(Kind::Building, seed, 0, hour);
    let mut noise = |size: f32| size * 3.0 * chance.bell();
    let mut inside = 18.0 + 3.0 * used + 0.05 * (outside - 10.0) + noise(0.15);
    let heating = 1.1 * (19.0 - outside).max(0.0);
    let mut power = 12.0 + 55.0 * used + heating + noise(1.5);
    let mut water = 8.0 + 160.0 * used * (1.0 + 0.35 * plateau(of_day, 12.0, 13.0)) + noise(4.0);
    match fault {
        None => {}
        Some(Fault::LeftOn) => power += 40.0 * (1.0 - used),
        Some(Fault::Open) => {
            inside -= 0.3 * (inside - outside);
            power += 12.0;
        }
        Some(Fault::Leak) => water += 60.0,
        Some(Fault::Outage) => power *= 0.1,
    }
    Hour {
        days: (f64::from(FIRST_HOUR) + hour as f64) / 24.0,
        readings: [power.max(0.0), outside, inside, water.max(0.0)],
        odd: fault.is_some(),
    }
}

/// What is wrong in an hour, if something is: 3 to 6 hours of every stretch.
fn fault(seed: u64, hour: u64) -> Option<Fault> {
    let mut chance = Chance::new(Kind::Building, seed, 1, hour / STRETCH);
    let fault = FAULTS[usize::from(chance.below(4))];
    let (begin, length) = (u64::from(chance.below(240)), 3 + u64::from(chance.below(4)));
    (begin..begin + length).contains(&(hour % STRETCH)).then_some(fault)
}

/// The temperature of an hour by the weather: it goes in a line from each day's to the next.
fn weather(seed: u64, hour: u64) -> f32 {
    let of_day = |day: u64| {
        // Days are like those before them.
        let draw = |day: u64| Chance::new(Kind::Building, seed, 2, day).bell();
        8.0 + 5.0 * (draw(day) + draw(day + 1) + draw(day + 2))
    };
    let (day, along) = (hour / 24, (hour % 24) as f32 / 24.0);
    of_day(day) * (1.0 - along) + of_day(day + 1) * along
}

/// 1 between two hours of the day, and 0 from two hours before and behind on, with smooth ways between them.
fn plateau(hour: f32, begin: f32, end: f32) -> f32 {
    let outside = (begin - hour).max(hour - end).clamp(0.0, 2.0) / 2.0;
    let inside = 1.0 - outside;
    inside * inside * (3.0 - 2.0 * inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_depends_on_nothing_but_the_seed_and_itself() {
        let all = hours(400, 3);
        assert_eq!(hours(30, 3), all[..30]);
        assert_ne!(hours(30, 4), all[..30]);
    }

    #[test]
    fn a_few_hours_are_odd_and_some_are_missing() {
        let all = hours(4000, 0);
        let odd = all.iter().filter(|hour| hour.odd).count();
        assert!((40..=120).contains(&odd), "{odd}");
        let gaps = all.windows(2).filter(|pair| pair[1].days - pair[0].days > 1.5 / 24.0).count();
        assert_eq!(gaps, 2);
    }

    #[test]
    fn workdays_draw_more_than_nights_and_weekends() {
        let all = hours(1600, 1);
        let mean = |of: &dyn Fn(usize) -> bool| {
            let usual = all.iter().enumerate().filter(|(hour, row)| !row.odd && of(*hour));
            let power: Vec<f32> = usual.map(|(_, row)| row.readings[0]).collect();
            power.iter().sum::<f32>() / power.len() as f32
        };
        let day = mean(&|hour| hour / 24 % 7 < 5 && (9..17).contains(&(hour % 24)));
        let night = mean(&|hour| hour % 24 < 4);
        let sunday = mean(&|hour| hour / 24 % 7 == 6);
        assert!(day > 2.0 * night && day > 2.0 * sunday, "{day} {night} {sunday}");
        assert!(all.iter().all(|row| row.readings.iter().all(|reading| reading.is_finite())));
    }
}
