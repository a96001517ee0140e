//! The rounding of codes: a range for each number of a code, and evenly spaced levels within it.

use ndarray::{Array2, ArrayView1, ArrayView2};

/// The most bits that a number is rounded to.
pub const MOST_BITS: u8 = 16;

/// A uniform quantizer of codes: number j of a code becomes the nearest of 2^bits levels from low to high, both of which are levels.
/// A number that is the same in all codes has one level, itself.
///
/// ```
/// use autoencoder_convert::Quantizer;
/// use ndarray::array;
/// let codes = array![[0.0, 7.0], [1.0, 7.0], [0.3, 7.0]];
/// let quantizer = Quantizer::fit(codes.view(), 2);
/// let levels = quantizer.levels(codes.view());
/// assert_eq!(levels, array![[0, 0], [3, 0], [1, 0]]);
/// assert!((quantizer.codes(levels.view()) - &codes).iter().all(|error| error.abs() < 0.04));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Quantizer {
    bits: u8,
    ranges: Vec<[f32; 2]>,
}

/// The shares of the numbers that are cut off on either side, from which the best is chosen for each number of a code: none, where there
/// are many levels, up to a quarter, where there are two.
const CUTS: [f64; 10] = [0.0, 0.0001, 0.001, 0.0025, 0.005, 0.01, 0.03, 0.08, 0.16, 0.25];

/// The most codes that a range is chosen by, evenly spaced among all.
const MOST_CODES: usize = 20_000;

impl Quantizer {
    /// Chooses for each number of the codes (codes, numbers) the range with the least mean squared error of the rounded number, among
    /// ranges that cut off some share of the numbers on both sides.
    ///
    /// # Panics
    /// If there are no codes, one is not finite, or `bits` is not from 1 to 16.
    pub fn fit(codes: ArrayView2<'_, f32>, bits: u8) -> Self {
        assert!((1..=MOST_BITS).contains(&bits), "Quantizer::fit: {bits} bits");
        assert!(!codes.is_empty() && codes.iter().all(|number| number.is_finite()), "Quantizer::fit: codes");
        let ranges = codes.columns().into_iter().map(|numbers| best_range(numbers, bits)).collect();
        Self { bits, ranges }
    }

    /// A quantizer with these ranges, each from low to high; `None` if `bits` is not from 1 to 16, there is no range, or one is none.
    pub fn new(bits: u8, ranges: Vec<[f32; 2]>) -> Option<Self> {
        let is_range = |[low, high]: &[f32; 2]| low.is_finite() && high.is_finite() && low <= high;
        let is_right = (1..=MOST_BITS).contains(&bits) && !ranges.is_empty() && ranges.iter().all(is_range);
        is_right.then_some(Self { bits, ranges })
    }

    /// The bits of a number's level.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// The range of each number of a code.
    pub fn ranges(&self) -> &[[f32; 2]] {
        &self.ranges
    }

    /// The level of each number of codes (codes, numbers).
    ///
    /// # Panics
    /// If the codes have another length.
    pub fn levels(&self, codes: ArrayView2<'_, f32>) -> Array2<u16> {
        assert_eq!(codes.ncols(), self.ranges.len(), "levels: length of a code");
        Array2::from_shape_fn(codes.dim(), |place| level(self.ranges[place.1], self.bits, codes[place]))
    }

    /// The codes of levels (codes, numbers).
    ///
    /// # Panics
    /// If the codes have another length.
    pub fn codes(&self, levels: ArrayView2<'_, u16>) -> Array2<f32> {
        assert_eq!(levels.ncols(), self.ranges.len(), "codes: length of a code");
        Array2::from_shape_fn(levels.dim(), |place| number(self.ranges[place.1], self.bits, levels[place]))
    }

    /// Whether a number of a code has more than one level.
    pub(super) fn varies(&self, number: usize) -> bool {
        self.ranges[number][0] < self.ranges[number][1]
    }
}

/// The distance of two levels.
fn step([low, high]: [f32; 2], bits: u8) -> f64 {
    (f64::from(high) - f64::from(low)) / f64::from((1_u32 << bits) - 1)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to the levels")]
fn level(range: [f32; 2], bits: u8, number: f32) -> u16 {
    let step = step(range, bits);
    if step <= 0.0 {
        return 0;
    }
    let place = ((f64::from(number) - f64::from(range[0])) / step).round();
    place.clamp(0.0, f64::from((1_u32 << bits) - 1)) as u16
}

/// The number of a level: computed in f64, and rounded once. The highest level is the end of the range.
#[expect(clippy::cast_possible_truncation, reason = "codes are numbers of this type")]
fn number(range: [f32; 2], bits: u8, level: u16) -> f32 {
    (f64::from(range[0]) + f64::from(level) * step(range, bits)) as f32
}

fn best_range(numbers: ArrayView1<'_, f32>, bits: u8) -> [f32; 2] {
    let stride = numbers.len().div_ceil(MOST_CODES);
    let mut sorted: Vec<f32> = numbers.iter().step_by(stride).copied().collect();
    sorted.sort_unstable_by(f32::total_cmp);
    // Numbers that are left out of the choice are in the widest range.
    let extremes = numbers
        .iter()
        .fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], &number| [low.min(number), high.max(number)]);
    if extremes[0] >= extremes[1] {
        return [extremes[0]; 2];
    }
    let error = |range: &[f32; 2]| -> f64 {
        let square = |&known: &f32| {
            (f64::from(known) - f64::from(number(*range, bits, level(*range, bits, known)))).powi(2)
        };
        sorted.iter().map(square).sum()
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let cut = |share: &f64| {
        let left_out = (share * sorted.len() as f64) as usize;
        [sorted[left_out], sorted[sorted.len() - 1 - left_out]]
    };
    let mut best = (f64::INFINITY, extremes);
    for range in std::iter::once(extremes).chain(CUTS.iter().map(cut)).filter(|[low, high]| low < high) {
        let error = error(&range);
        if error < best.0 {
            best = (error, range);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    /// Numbers with about a normal distribution: sums of twelve.
    fn normal(count: usize) -> Array2<f32> {
        let mut word = 1_u32;
        Array2::from_shape_fn((count, 1), |_| {
            let sum: f32 = (0..12)
                .map(|_| {
                    word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (word >> 8) as f32 / 16_777_216.0
                })
                .sum();
            sum - 6.0
        })
    }

    fn error(codes: &Array2<f32>, bits: u8) -> f64 {
        let quantizer = Quantizer::fit(codes.view(), bits);
        let rounded = quantizer.codes(quantizer.levels(codes.view()).view());
        let squares = (codes - &rounded).mapv(|error| f64::from(error).powi(2));
        squares.mean().unwrap()
    }

    #[test]
    fn a_normal_distribution_is_rounded_about_as_well_as_it_can_be() {
        let codes = normal(20_000);
        // Max (1960): the least mean squared errors of uniform quantizers for a standard normal distribution.
        for (bits, least) in [(1, 0.3634), (2, 0.1188), (3, 0.037_44), (4, 0.011_54)] {
            let error = error(&codes, bits);
            assert!(error < 1.15 * least && error > 0.9 * least, "{bits} bits: {error}, least {least}");
        }
    }

    #[test]
    fn zero_is_kept_where_it_is_the_least_number() {
        let codes = array![[0.0], [0.0], [3.0], [1.7]];
        let quantizer = Quantizer::fit(codes.view(), 8);
        assert_eq!(quantizer.codes(quantizer.levels(codes.view()).view())[(0, 0)].to_bits(), 0);
    }

    #[test]
    fn what_is_no_quantizer_is_none() {
        assert!(
            Quantizer::new(0, vec![[0.0, 1.0]]).is_none() && Quantizer::new(17, vec![[0.0, 1.0]]).is_none()
        );
        assert!(Quantizer::new(8, vec![]).is_none() && Quantizer::new(8, vec![[1.0, 0.0]]).is_none());
        assert!(Quantizer::new(8, vec![[0.0, f32::NAN]]).is_none());
        assert!(Quantizer::new(8, vec![[0.0, f32::INFINITY]]).is_none());
        assert!(Quantizer::new(16, vec![[f32::MIN, f32::MAX]]).is_some());
    }

    proptest! {
        #[test]
        fn rounding_twice_is_rounding_once(
            numbers in prop::collection::vec(-1e30_f32..1e30, 1..50),
            bits in 1_u8..=16,
        ) {
            let codes = Array2::from_shape_vec((numbers.len(), 1), numbers).unwrap();
            let quantizer = Quantizer::fit(codes.view(), bits);
            let levels = quantizer.levels(codes.view());
            let rounded = quantizer.codes(levels.view());
            prop_assert_eq!(quantizer.levels(rounded.view()), levels);
        }
    }
}
