//! Random numbers as a function of their purpose. No generator has a state that runs through a training, so a
//! checkpoint stores none.
//!
//! A [`Stream`] is ChaCha8 keyed by (seed, purpose, two counters): the order of epoch 7 or the initial
//! weights of layer 3 need no earlier draws, on any thread. The conversions to floats and integers are
//! written out here, so that the numbers never change with the version of a library.

pub(crate) mod chance;

use chacha20::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The purpose of a stream of random numbers. Streams for different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Initial parameters; the first counter is the tensor.
    Initialization = 1,
    /// Order of the samples; the first counter is the epoch.
    Order = 2,
    /// Split of a data set into parts.
    Split = 3,
    /// Noise on samples; the counters are step and row.
    Noise = 4,
    /// Dropout of units; the counters are step, and row with layer.
    Dropout = 5,
    /// Codes of a variational model; the counters are step and row.
    Code = 6,
    /// Shifts of images; the counters are step and row.
    Shift = 7,
    /// Codes for a log-likelihood estimate, many for each sample; the second counter is the sample with the
    /// draw.
    Likelihood = 8,
    /// Start vectors of the search for principal components.
    Subspace = 9,
    /// Codes generated without a sample; the first counter is the code.
    Generation = 10,
    /// First components of a mixture; the first counter is the mixture's number.
    Components = 11,
    /// Points that a mixture is fitted to; the first counter is the mixture's number.
    Members = 12,
    /// Codes drawn from a sampler, and the words of what they are decoded to; the first counter is the code.
    Sampling = 13,
}

/// An endless stream of random numbers, a pure function of seed, purpose and counters.
#[derive(Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Makes the stream for this seed, purpose and counters, from its first number.
    pub fn new(seed: u64, purpose: Purpose, counters: [u64; 2]) -> Self {
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, purpose as u64, counters[0], counters[1]]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Draws 32 random bits.
    pub fn word(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Fills `words` with the numbers that repeated calls of [`Stream::word`] would draw, but faster.
    pub fn words(&mut self, words: &mut [u32]) {
        /// The number of words that the generator makes at a time.
        const TOGETHER: usize = 64;
        let mut bytes = [0; 4 * TOGETHER];
        for words in words.chunks_mut(TOGETHER) {
            let bytes = &mut bytes[..4 * words.len()];
            self.0.fill_bytes(bytes);
            for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
                *word = u32::from_le_bytes(*bytes);
            }
        }
    }

    /// Draws a number uniform in [0, 1), a multiple of 2^-24.
    pub fn uniform(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Draws a normal number with mean 0 and variance 1, by the Box-Muller transform in f64: √(-2 ln u)
    /// cos(2π v).
    pub fn normal(&mut self) -> f32 {
        // The number u is in (0, 1], so that its logarithm is finite.
        let u = 1.0 - (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
        let v = (self.0.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0);
        ((-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()) as f32
    }

    /// Draws an integer uniform in 0..bound, without bias (Lemire 2019).
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "below: no number is below 0");
        loop {
            let wide = u128::from(self.0.next_u64()) * u128::from(bound);
            let low = wide as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Draws a random order of the numbers 0..count (Fisher and Yates).
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last as u64 + 1) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stream_is_a_function_of_all_it_is_made_from() {
        let draw = |seed, purpose, counters| Stream::new(seed, purpose, counters).uniform().to_bits();
        let first = draw(1, Purpose::Order, [2, 3]);
        assert_eq!(first, draw(1, Purpose::Order, [2, 3]));
        for other in [
            draw(2, Purpose::Order, [2, 3]),
            draw(1, Purpose::Split, [2, 3]),
            draw(1, Purpose::Order, [3, 3]),
            draw(1, Purpose::Order, [2, 4]),
        ] {
            assert_ne!(first, other);
        }
    }

    /// Existing models were trained with these numbers; changed numbers would break resuming and reproducing.
    #[test]
    fn the_numbers_are_pinned() {
        let mut stream = Stream::new(0, Purpose::Order, [0, 0]);
        assert_eq!(stream.permutation(8), PINNED_ORDER);
        assert_eq!(stream.uniform().to_bits(), PINNED_UNIFORM);
    }

    #[test]
    fn many_words_are_those_drawn_one_by_one() {
        let [mut one_by_one, mut together] = [(); 2].map(|()| Stream::new(3, Purpose::Noise, [1, 2]));
        for count in [1, 32, 63, 64, 65, 200] {
            let mut words = vec![0; count];
            together.words(&mut words);
            assert_eq!(words, (0..count).map(|_| one_by_one.word()).collect::<Vec<_>>());
        }
    }

    const PINNED_ORDER: [usize; 8] = [4, 3, 7, 0, 1, 6, 2, 5];
    const PINNED_UNIFORM: u32 = 1_041_000_540;

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(5, Purpose::Initialization, [0, 0]);
        let count = 200_000;
        let (mut mean, mut square, mut uniform) = (0.0, 0.0, 0.0);
        for _ in 0..count {
            let x = f64::from(stream.normal());
            mean += x / f64::from(count);
            square += x * x / f64::from(count);
            uniform += f64::from(stream.uniform()) / f64::from(count);
        }
        // Bounds of about five standard errors of each estimate.
        assert!(mean.abs() < 0.012, "mean {mean}");
        assert!((square - 1.0).abs() < 0.016, "variance {square}");
        assert!((uniform - 0.5).abs() < 0.0033, "uniform mean {uniform}");
    }

    proptest! {
        #[test]
        fn a_permutation_holds_each_number_once(seed: u64, count in 0usize..300) {
            let mut order = Stream::new(seed, Purpose::Order, [0, 0]).permutation(count);
            order.sort_unstable();
            prop_assert_eq!(order, (0..count).collect::<Vec<_>>());
        }

        #[test]
        fn below_stays_below(seed: u64, bound in 1u64..) {
            prop_assert!(Stream::new(seed, Purpose::Order, [0, 0]).below(bound) < bound);
        }
    }
}
