//! Draws by a seed: the moment of a fault, a number of threads, the size of a limit.

use std::time::Duration;

/// The part of an undisturbed training within which faults fall; beyond 1, so that some fall on its very end.
const REACH: f64 = 1.1;

/// Numbers that depend on a name and a seed alone, by `SplitMix64`.
#[derive(Debug, Clone)]
pub(super) struct Draws {
    state: u64,
}

impl Draws {
    /// The draws of a case: cases of other names have other draws for the same seed.
    pub(super) fn new(name: &str, seed: u64) -> Self {
        // The name is folded in as FNV-1a does.
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let state = name.bytes().chain(seed.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, fold);
        Self { state }
    }

    fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from 0 to below 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number from 0 to below `count`, which is at least 1.
    pub(super) fn below(&mut self, count: u64) -> u64 {
        self.word() % count
    }

    /// One of several.
    pub(super) fn one_of<T: Copy>(&mut self, several: &[T]) -> T {
        several[usize::try_from(self.below(several.len() as u64)).unwrap_or(0)]
    }

    /// A moment within a training that takes `whole` undisturbed, or a little after its end. Early moments are more
    /// frequent: a training that is continued has less before it, and the time before the first checkpoint is short.
    pub(super) fn moment(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(REACH * self.share().powi(2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_name_and_seed() {
        let moments = |name: &str, seed: u64| {
            let mut draws = Draws::new(name, seed);
            [(); 4].map(|()| draws.moment(Duration::from_secs(1)))
        };
        assert_eq!(moments("kills/sweep", 3), moments("kills/sweep", 3));
        assert_ne!(moments("kills/sweep", 3), moments("kills/sweep", 4));
        assert_ne!(moments("kills/sweep", 3), moments("kills/training", 3));
    }

    #[test]
    fn moments_lie_everywhere_and_a_little_beyond() {
        let mut draws = Draws::new("kills", 0);
        let mut tenths = [0; 11];
        for _ in 0..1000 {
            let seconds = draws.moment(Duration::from_secs(1)).as_secs_f64();
            assert!((0.0..REACH).contains(&seconds));
            let tenth = (0..11).rfind(|&tenth| seconds >= f64::from(tenth) / 10.0).unwrap();
            tenths[usize::try_from(tenth).unwrap()] += 1;
        }
        assert!(tenths.iter().all(|&count| count > 20) && tenths[0] > 2 * tenths[5], "{tenths:?}");
    }

    #[test]
    fn whole_numbers_reach_every_value() {
        let mut draws = Draws::new("disk", 1);
        let mut seen = [false; 3];
        for _ in 0..50 {
            seen[draws.one_of(&[0, 1, 2])] = true;
        }
        assert_eq!(seen, [true; 3]);
    }
}
