//! The chance of a bit, learnt from the bits before it.

use std::borrow::Borrow;
use std::num::NonZeroU32;

use constriction::stream::model::{DecoderModel, EncoderModel, EntropyModel};

/// The bits of a chance.
pub(super) const PRECISION: usize = 24;

const ONE: u32 = 1 << PRECISION;

/// The bits that were seen in one place: their chances are those of Krichevsky and Trofimov (1981), (n + ½) over the sum.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    seen: [u32; 2],
}

impl Counts {
    /// The chances of the next bit.
    pub(super) fn chance(self) -> BitChance {
        let [zeros, ones] = self.seen.map(|seen| 2 * u64::from(seen) + 1);
        let of_zero = (zeros << PRECISION) / (zeros + ones);
        let of_zero = u32::try_from(of_zero).expect("a share of a number of 24 bits");
        BitChance { of_zero: of_zero.clamp(1, ONE - 1) }
    }

    pub(super) fn add(&mut self, bit: bool) {
        self.seen[usize::from(bit)] = self.seen[usize::from(bit)].saturating_add(1);
    }
}

/// The chance that a bit is 0, in steps of 2^-24.
#[derive(Clone, Copy, Debug)]
pub(super) struct BitChance {
    of_zero: u32,
}

impl BitChance {
    /// The chance of a bit of which nothing is known.
    pub(super) const EVEN: Self = Self { of_zero: ONE / 2 };

    fn of(self, bit: bool) -> (u32, NonZeroU32) {
        let (left, chance) = if bit { (self.of_zero, ONE - self.of_zero) } else { (0, self.of_zero) };
        (left, NonZeroU32::new(chance).expect("chances lie between 0 and 1"))
    }
}

impl EntropyModel<PRECISION> for BitChance {
    type Symbol = bool;
    type Probability = u32;
}

impl EncoderModel<PRECISION> for BitChance {
    fn left_cumulative_and_probability(&self, symbol: impl Borrow<bool>) -> Option<(u32, NonZeroU32)> {
        Some(self.of(*symbol.borrow()))
    }
}

impl DecoderModel<PRECISION> for BitChance {
    fn quantile_function(&self, quantile: u32) -> (bool, u32, NonZeroU32) {
        let bit = quantile >= self.of_zero;
        let (left, chance) = self.of(bit);
        (bit, left, chance)
    }
}
