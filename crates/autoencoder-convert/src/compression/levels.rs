//! Levels as words of an entropy coder, and back.
//!
//! Numbers are written bit by bit, the highest first, by a range coder (Martin 1979). The chance of each of the first eight bits is learnt
//! from the numbers before: for each place of a code, and for each beginning of the number's bits, how often a 1 followed and how often
//! a 0. Further bits count as even. So nothing about the distribution of the numbers has to be stored.

use constriction::stream::queue::{DefaultRangeDecoder, DefaultRangeEncoder};
use constriction::stream::{Decode, Encode};

use super::counts::{BitChance, Counts};

/// The bits of a number whose chances are learnt.
const LEARNT: u8 = 8;

/// The counts for the numbers of one place.
struct Tree(Vec<Counts>);

impl Tree {
    fn new(bits: u8) -> Self {
        Self(vec![Counts::default(); 1 << bits.min(LEARNT)])
    }
}

/// Writes numbers of some places one after the other, each with so many bits at most [`u32::BITS`] - 1.
pub(super) struct Writer {
    encoder: DefaultRangeEncoder,
    trees: Vec<Tree>,
    bits: u8,
}

impl Writer {
    pub(super) fn new(places: usize, bits: u8) -> Self {
        let trees = (0..places).map(|_| Tree::new(bits)).collect();
        Self { encoder: DefaultRangeEncoder::new(), trees, bits }
    }

    pub(super) fn write(&mut self, place: usize, number: u32) {
        let Self { encoder, trees, bits } = self;
        let counts = &mut trees[place].0;
        let mut beginning = 1;
        for index in 0..*bits {
            let bit = number >> (*bits - 1 - index) & 1 == 1;
            let learnt = (index < LEARNT).then(|| &mut counts[beginning]);
            let chance = learnt.as_ref().map_or(BitChance::EVEN, |counts| counts.chance());
            encoder
                .encode_symbol(bit, chance)
                .expect("both bits have a chance, and a vector takes all words");
            if let Some(counts) = learnt {
                counts.add(bit);
            }
            beginning = 2 * beginning + usize::from(bit);
        }
    }

    pub(super) fn finish(self) -> Vec<u32> {
        self.encoder.into_compressed().expect("a vector takes all words")
    }
}

/// Reads what a [`Writer`] wrote. Behind the last word there are zeros.
pub(super) struct Reader {
    decoder: DefaultRangeDecoder,
    trees: Vec<Tree>,
    bits: u8,
}

impl Reader {
    pub(super) fn new(words: Vec<u32>, places: usize, bits: u8) -> Self {
        let decoder = DefaultRangeDecoder::from_compressed(words).expect("a vector gives all words");
        Self { decoder, trees: (0..places).map(|_| Tree::new(bits)).collect(), bits }
    }

    /// The next number; `None` if the words are none that a writer writes.
    pub(super) fn read(&mut self, place: usize) -> Option<u32> {
        let Self { decoder, trees, bits } = self;
        let counts = &mut trees[place].0;
        let (mut beginning, mut number) = (1, 0);
        for index in 0..*bits {
            let learnt = (index < LEARNT).then(|| &mut counts[beginning]);
            let chance = learnt.as_ref().map_or(BitChance::EVEN, |counts| counts.chance());
            let bit = decoder.decode_symbol(chance).ok()?;
            if let Some(counts) = learnt {
                counts.add(bit);
            }
            beginning = 2 * beginning + usize::from(bit);
            number = 2 * number + u32::from(bit);
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round_trip(numbers: &[u32], places: usize, bits: u8) -> usize {
        let mut writer = Writer::new(places, bits);
        for (index, &number) in numbers.iter().enumerate() {
            writer.write(index % places, number);
        }
        let words = writer.finish();
        let length = words.len();
        let mut reader = Reader::new(words, places, bits);
        for (index, &number) in numbers.iter().enumerate() {
            assert_eq!(reader.read(index % places), Some(number), "number {index}");
        }
        length
    }

    #[test]
    fn numbers_take_the_bits_that_they_tell() {
        // A number that is 7 in 15 of 16 cases tells 0.34 bits by itself, and here, where it repeats, no less is learnt.
        let numbers: Vec<u32> =
            (0..40_000).map(|index| if index % 16 == 0 { index / 16 % 256 } else { 7 }).collect();
        let bits = 32.0 * round_trip(&numbers, 1, 8) as f64 / numbers.len() as f64;
        assert!(bits < 0.34 + 8.0 / 16.0 + 0.06, "{bits}");
        let same = vec![123; 10_000];
        assert!(round_trip(&same, 1, 8) <= 3);
    }

    proptest! {
        #[test]
        fn numbers_of_any_bits_are_read_back(
            numbers in prop::collection::vec(any::<u32>(), 0..300),
            places in 1_usize..5,
            bits in 1_u8..=20,
        ) {
            let numbers: Vec<u32> = numbers.into_iter().map(|number| number >> (32 - bits)).collect();
            round_trip(&numbers, places, bits);
        }
    }
}
