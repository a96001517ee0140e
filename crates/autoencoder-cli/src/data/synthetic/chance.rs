//! The random stream of one sample: `ChaCha8` keyed by seed, kind, stream and index.

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

/// The kinds of samples, whose streams never meet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Digits,
    Pumps,
    Scenes,
    Beats,
    Building,
}

impl Kind {
    /// The ASCII bytes of the kind's name, which keep its streams apart from those of other kinds, and from any other
    /// use of the same seed.
    const fn purpose(self) -> u64 {
        match self {
            Self::Digits => 0x7374_6967_6964,
            Self::Pumps => 0x0073_706d_7570,
            Self::Scenes => 0x7365_6e65_6373,
            Self::Beats => 0x0073_7461_6562,
            Self::Building => 0x0073_7275_6f68,
        }
    }
}

/// Random numbers for one sample.
///
/// The conversions to ranges and floats are written out here, so that a new version of a library can
/// never change a single pixel.
#[derive(Debug)]
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of sample `index`; nothing is shared with any other index.
    pub(super) fn new(kind: Kind, seed: u64, stream: u64, index: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, kind.purpose(), stream, index]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A whole number in `0..bound`, by multiply and shift; the bias is below `bound / 2^32`.
    pub(super) fn below(&mut self, bound: u8) -> u8 {
        let product = u64::from(self.0.next_u32()) * u64::from(bound);
        u8::try_from(product >> 32).expect("the product is below bound * 2^32")
    }

    /// A uniform number in `[0, 1)`, from the 24 bits that an `f32` holds exactly.
    pub(super) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    /// A uniform number in `[low, high)`.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// A bell-shaped number around 0 within `(-1, 1)`, of standard deviation about 0.33: the mean of three uniform
    /// numbers.
    pub(super) fn bell(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit()) * (2.0 / 3.0) - 1.0
    }
}
