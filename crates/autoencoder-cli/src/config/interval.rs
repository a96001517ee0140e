//! Intervals in steps or in seconds, after which something is done again.

use std::str::FromStr;
use std::time::{Duration, Instant};

/// An interval, typed as `100` for steps or `30s` for seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Interval {
    Steps(u64),
    Time(Duration),
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let interval = match text.strip_suffix('s') {
            Some(seconds) => seconds
                .parse()
                .ok()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .filter(|time| !time.is_zero())
                .map(Self::Time),
            None => text.parse().ok().filter(|&steps| steps > 0).map(Self::Steps),
        };
        interval.ok_or_else(|| "expected a number of steps from 1, or of seconds as in 30s".to_owned())
    }
}

/// A clock that says when the interval is over.
#[derive(Debug)]
pub(crate) struct Alarm {
    interval: Interval,
    steps: u64,
    since: Instant,
}

impl Alarm {
    pub(crate) fn new(interval: Interval) -> Self {
        Self { interval, steps: 0, since: Instant::now() }
    }

    /// Counts a step; returns whether the interval is over, and then starts the next interval.
    pub(crate) fn step(&mut self) -> bool {
        self.steps += 1;
        let rings = match self.interval {
            Interval::Steps(steps) => self.steps >= steps,
            Interval::Time(time) => self.since.elapsed() >= time,
        };
        if rings {
            *self = Self::new(self.interval);
        }
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_seconds_are_told_apart() {
        assert_eq!("100".parse(), Ok(Interval::Steps(100)));
        assert_eq!("1.5s".parse(), Ok(Interval::Time(Duration::from_millis(1500))));
        for wrong in ["", "s", "0", "0s", "-1", "-1s", "1.5", "NaNs", "infs", "1e300s", "5m"] {
            assert!(wrong.parse::<Interval>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_rings_every_so_often() {
        let mut alarm = Alarm::new(Interval::Steps(3));
        let rings: Vec<bool> = (0..7).map(|_| alarm.step()).collect();
        assert_eq!(rings, [false, false, true, false, false, true, false]);
        assert!(!Alarm::new(Interval::Time(Duration::from_secs(1000))).step());
        assert!(Alarm::new(Interval::Time(Duration::from_nanos(1))).step());
    }
}
