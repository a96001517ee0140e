//! The pace at which the files of a run are written: the longer a writing takes, the later comes the next.

use std::time::{Duration, Instant};

/// A writing that took a time is followed by the next after this many such times: writing then takes at most a
/// twentieth of the training's time, 5 %, even where it holds the training up for all of its own time.
const TIMES: u32 = 20;

/// Says when it is time to write.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The beginning of the last writing.
    begun: Option<Instant>,
    /// The time that it took, once it has ended.
    cost: Option<Duration>,
}

impl Pace {
    /// Takes note of a writing that begins.
    pub(super) fn begin(&mut self, now: Instant) {
        (self.begun, self.cost) = (Some(now), None);
    }

    /// Takes note that it has ended.
    pub(super) fn end(&mut self, now: Instant) {
        self.cost = self.begun.map(|begun| now.saturating_duration_since(begun));
    }

    /// Returns whether it is time to write: at once where nothing was written yet, and never while a writing is under
    /// way.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        match (self.begun, self.cost) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(begun), Some(cost)) => now.saturating_duration_since(begun) >= cost.saturating_mul(TIMES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_writing_is_due_at_once_and_the_next_after_twenty_times_its_cost() {
        let begin = Instant::now();
        let after = |milliseconds| begin + Duration::from_millis(milliseconds);
        let mut pace = Pace::default();
        assert!(pace.is_due(begin));
        pace.begin(begin);
        assert!(!pace.is_due(after(10_000)), "it is under way");
        pace.end(after(50));
        assert!(!pace.is_due(after(999)) && pace.is_due(after(1000)));
        pace.begin(after(2000));
        pace.end(after(2001));
        assert!(!pace.is_due(after(2019)) && pace.is_due(after(2020)));
    }

    /// Epochs of a millisecond, and writings of five: writing takes a twentieth of the time, however many epochs there are.
    #[test]
    fn writing_takes_a_twentieth_of_the_time() {
        let begin = Instant::now();
        let after = |milliseconds| begin + Duration::from_millis(milliseconds);
        let (mut pace, mut writings) = (Pace::default(), 0);
        for now in 0..10_000 {
            if pace.is_due(after(now)) {
                writings += 1;
                pace.begin(after(now));
                pace.end(after(now + 5));
            }
        }
        assert_eq!(writings, 10_000 / 100);
    }
}
