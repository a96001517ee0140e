//! Noise on samples. A denoising autoencoder reconstructs the clean x from the noisy x̃.

use autoencoder_kernels::{
    Corruption, Instructions, Line, PANEL, Panels, PanelsMut, Words, corrupt, lines, panels,
};
use ndarray::{Array2, Axis};

use super::stage::{Rows, Source, Stage, StageSlice, Step, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};
use crate::options::noise::Noise;
use crate::parallel::prelude::*;
use crate::random::Purpose;
use crate::random::chance::{Chance, Draws};
use crate::samples::Samples;
use crate::samples::scaling::Scaling;
use crate::samples::table::TableRows;

/// The noisy samples x̃ (rows, features), computed from x and from random words drawn for each row. Samples
/// have no gradients.
pub(crate) struct Corrupt<B> {
    noise: RowNoise,
    noisy: B,
}

impl<B: Buffer> Corrupt<B> {
    pub(crate) fn new(height: usize, width: usize, uses: Uses, noise: RowNoise) -> Self {
        Self { noise, noisy: B::zeros(height, width, uses) }
    }
}

impl<B: Buffer> Stage<B> for Corrupt<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let Self { noise, noisy } = self;
        let Source::Samples(samples) = step.source else { unreachable!("only samples are corrupted") };
        let (instructions, x) = (step.network.instructions, input(below).values(rows.count));
        if let Some(mut target) = noisy.values_mut(rows.count) {
            noise.corrupt(instructions, step.chance, samples, rows, x, &mut target);
        }
        noisy.update_operands(instructions, rows.count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.noisy)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.noisy)
    }
}

/// Noise on rows of samples.
#[derive(Clone, Debug)]
pub(crate) struct RowNoise {
    kind: NoiseKind,
    /// Buffer for the random words of one row.
    words: Vec<Words>,
}

#[derive(Clone, Debug)]
enum NoiseKind {
    /// Zeros in place of numbers, and in the rows of a table holes in place of columns.
    Masking { bound: u32 },
    /// Noise made of the row's numbers and of chance.
    OfNumbers(Corruption),
    /// Noise made of numbers of other samples.
    Swap(Swap),
}

impl RowNoise {
    /// Noise on rows of `features` numbers, which are within `range`.
    pub(crate) fn new(noise: Noise, features: usize, range: (f32, f32)) -> Self {
        let (low, high) = range;
        let kind = match noise {
            Noise::Masking { share } => NoiseKind::Masking { bound: Words::bound(share) },
            Noise::Gaussian { deviation } => NoiseKind::OfNumbers(Corruption::Gaussian { deviation }),
            Noise::SaltAndPepper { share } => {
                NoiseKind::OfNumbers(Corruption::SaltAndPepper { bound: Words::bound(share), low, high })
            }
            Noise::Swap { share } => NoiseKind::Swap(Swap::new(share, features)),
        };
        Self { kind, words: vec![Words::ZERO; panels(features).next_multiple_of(2)] }
    }

    /// Writes the rows of x, with noise, into `noisy`. The rows show samples of `samples`, among which swap noise
    /// draws.
    fn corrupt(
        &mut self,
        instructions: Instructions,
        chance: &dyn Chance,
        samples: &Samples,
        rows: Rows<'_>,
        x: Panels<'_>,
        noisy: &mut PanelsMut<'_>,
    ) {
        let Self { kind, words } = self;
        for row in 0..rows.count {
            chance.words(Purpose::Noise, rows.first + row, 0, words);
            match kind {
                NoiseKind::Masking { bound } => match samples.table() {
                    Some(table) => {
                        copy_row(x, row, noisy);
                        mask_columns(*bound, words, (samples.scaling(), table), row, noisy);
                    }
                    None => {
                        corrupt(instructions, Corruption::Masking { bound: *bound }, words, row, x, noisy);
                    }
                },
                NoiseKind::OfNumbers(corruption) => {
                    corrupt(instructions, *corruption, words, row, x, noisy);
                }
                NoiseKind::Swap(swap) => {
                    copy_row(x, row, noisy);
                    swap.swap(words, samples, rows.index(row), row, noisy);
                }
            }
        }
    }
}

/// Copies row `row` of x into the same row of `noisy`.
fn copy_row(x: Panels<'_>, row: usize, noisy: &mut PanelsMut<'_>) {
    for panel in 0..panels(x.columns()) {
        noisy.panel_mut(panel)[row] = x.panel(panel)[row];
    }
}

/// Replaces some columns of a table in row `row` of `noisy`: those whose first feature has a word below `bound`. `write` sets
/// the new features of such a column, given the column and the word. Features that it does not set become 0.
fn replace_columns(
    bound: u32,
    words: &[Words],
    table: &TableRows,
    row: usize,
    noisy: &mut PanelsMut<'_>,
    write: impl Fn(usize, u32, &mut dyn FnMut(usize, f32)),
) {
    for (column, features) in table.columns().enumerate() {
        let word = words[features.start / PANEL].0[features.start % PANEL];
        if word < bound {
            let mut set = |feature: usize, value| {
                noisy.panel_mut(feature / PANEL)[row].0[feature % PANEL] = value;
            };
            features.chain(table.indicator(column)).for_each(|feature| set(feature, 0.0));
            write(column, word, &mut set);
        }
    }
}

/// Masks whole columns of a table: turns each of them into what a model sees of a hole.
fn mask_columns(
    bound: u32,
    words: &[Words],
    (scaling, table): (&Scaling, &TableRows),
    row: usize,
    noisy: &mut PanelsMut<'_>,
) {
    replace_columns(bound, words, table, row, noisy, |column, _, set| table.hole(scaling, column, set));
}

/// Swap noise: a number whose word is below the bound becomes the same feature of another sample.
#[derive(Clone, Debug)]
struct Swap {
    bound: u32,
    /// Buffers for one row: the swapped features with one place more than features, and for each swapped feature the
    /// sample that it is taken from, and the number there.
    swapped: Vec<usize>,
    from: Vec<usize>,
    numbers: Vec<f32>,
}

impl Swap {
    fn new(share: f32, features: usize) -> Self {
        let [swapped, from] = [vec![0; features + 1], vec![0; features]];
        Self { bound: Words::bound(share), swapped, from, numbers: vec![0.0; features] }
    }

    /// Swaps numbers in row `row` of `noisy`, which shows sample `own`.
    fn swap(
        &mut self,
        words: &[Words],
        samples: &Samples,
        own: usize,
        row: usize,
        noisy: &mut PanelsMut<'_>,
    ) {
        let others = samples.len() - 1;
        if others == 0 {
            return;
        }
        if let Some(table) = samples.table() {
            self.swap_columns(words, (samples.scaling(), table), own, row, noisy);
            return;
        }
        // Features are listed without a branch, because nothing predicts it.
        let word = |feature: usize| words[feature / PANEL].0[feature % PANEL];
        let mut count = 0;
        for (panel, Words(words)) in words.iter().enumerate().take(panels(noisy.columns())) {
            for (feature, &word) in (panel * PANEL..noisy.columns()).zip(words) {
                self.swapped[count] = feature;
                count += usize::from(word < self.bound);
            }
        }
        let swapped = &self.swapped[..count];
        // The word draws the sample too: words below the bound are uniform below it.
        let others_per_word = others as f64 / f64::from(self.bound);
        #[allow(clippy::cast_sign_loss, reason = "neither a word nor a number of samples is negative")]
        for (from, &feature) in self.from.iter_mut().zip(swapped) {
            let other = (f64::from(word(feature)) * others_per_word) as usize;
            *from = other + usize::from(other >= own);
        }
        samples.scaled_values(&self.from[..count], swapped, &mut self.numbers);
        for (&feature, &number) in swapped.iter().zip(&self.numbers) {
            noisy.panel_mut(feature / PANEL)[row].0[feature % PANEL] = number;
        }
    }
}

impl Swap {
    /// Swaps whole columns of a table: the word of a column's first feature draws the sample too.
    fn swap_columns(
        &self,
        words: &[Words],
        (scaling, table): (&Scaling, &TableRows),
        own: usize,
        row: usize,
        noisy: &mut PanelsMut<'_>,
    ) {
        let others_per_word = (table.len() - 1) as f64 / f64::from(self.bound);
        replace_columns(self.bound, words, table, row, noisy, |column, word, set| {
            #[allow(clippy::cast_sign_loss, reason = "neither a word nor a number of samples is negative")]
            let other = (f64::from(word) * others_per_word) as usize;
            table.column(scaling, other + usize::from(other >= own), column, set);
        });
    }
}

/// Rows that are corrupted together.
const BLOCK: usize = 64;

/// The step whose chance corrupts data outside of a training: no training gets so far, and none sees the same noise.
const NO_STEP: u64 = u64::MAX;

impl Noise {
    /// Returns the samples (samples, features) as a model sees them, scaled, with noise as a training adds it. The random
    /// choices for row i are a function of `(seed, i)`; swap noise chooses among all of these samples.
    ///
    /// # Panics
    /// If a share is not above 0 and below 1, or a deviation not above 0.
    ///
    /// ```
    /// use autoencoder::{Noise, Samples, Scaling, Values};
    /// use ndarray::Array2;
    /// let samples = Samples::new(Values::Bytes(Array2::from_elem((4, 1000), 255)), Scaling::Bytes)?;
    /// let noisy = Noise::Masking { share: 0.25 }.corrupt(&samples, 0);
    /// let zeros = noisy.iter().filter(|&&value| value == 0.0).count();
    /// assert!((900..1100).contains(&zeros) && noisy.iter().all(|&value| value == 0.0 || value == 1.0));
    /// # Ok::<(), autoencoder::SamplesError>(())
    /// ```
    pub fn corrupt(self, samples: &Samples, seed: u64) -> Array2<f32> {
        if let Some((name, value, expected)) = self.fault() {
            panic!("corrupt: {name}: expected {expected}, found {value}");
        }
        let (instructions, features) = (Instructions::best(), samples.features());
        let noise = RowNoise::new(self, features, samples.scaled_range());
        let chance = Draws { seed, step: NO_STEP, first_row: 0 };
        let buffers = || {
            let block = vec![Line::ZERO; lines(BLOCK, features)];
            (block.clone(), block, noise.clone())
        };
        let mut noisy = Array2::zeros((samples.len(), features));
        let blocks = noisy.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate();
        blocks.for_each_init(buffers, |(clean, corrupted, noise), (block, mut noisy)| {
            let rows = Rows { indices: None, first: block * BLOCK, count: noisy.nrows(), group: BLOCK };
            let mut clean = PanelsMut::new(clean, rows.count, features, BLOCK);
            let mut corrupted = PanelsMut::new(corrupted, rows.count, features, BLOCK);
            samples.gather(instructions, &mut clean, |row| rows.index(row));
            noise.corrupt(instructions, &chance, samples, rows, clean.view(), &mut corrupted);
            noisy.assign(&corrupted.view().to_array());
        });
        noisy
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::{Scaling, Values};

    fn samples(count: usize) -> Samples {
        let value = |(row, column): (usize, usize)| ((row * 37 + column * 11) % 200 + 20) as u8;
        Samples::new(Values::Bytes(Array2::from_shape_fn((count, 45), value)), Scaling::Bytes).unwrap()
    }

    #[test]
    fn the_noise_of_a_row_depends_on_the_seed_and_the_row_alone() {
        for noise in [Noise::Masking { share: 0.3 }, Noise::Gaussian { deviation: 0.1 }] {
            let all = noise.corrupt(&samples(150), 7);
            let few = noise.corrupt(&samples(70), 7);
            assert_eq!(few, all.slice_axis(Axis(0), (..70).into()));
            assert_ne!(noise.corrupt(&samples(70), 8), few);
        }
    }

    #[test]
    fn swap_noise_draws_each_number_from_one_of_the_other_samples() {
        // Feature j of sample i is 40 i + j, in a byte: a number tells where it comes from.
        let (count, features) = (5, 40);
        let value = |(row, column): (usize, usize)| (40 * row + column) as u8;
        let samples = |count| {
            Samples::new(Values::Bytes(Array2::from_shape_fn((count, features), value)), Scaling::None)
                .unwrap()
        };
        let mut drawn = [[0.0_f64; 5]; 5];
        for seed in 0..500 {
            let noisy = Noise::Swap { share: 0.3 }.corrupt(&samples(count), seed);
            for ((row, column), &number) in noisy.indexed_iter() {
                let from = (0..count)
                    .find(|&from| number.to_bits() == f32::from(value((from, column))).to_bits())
                    .unwrap();
                drawn[row][from] += 1.0 / (500.0 * 40.0);
            }
        }
        // Five standard errors of a share of 20,000 numbers.
        for (row, drawn) in drawn.iter().enumerate() {
            for (from, share) in drawn.iter().enumerate() {
                let expected = if from == row { 0.7 } else { 0.3 / 4.0 };
                assert!((share - expected).abs() < 0.016, "{row} from {from}: {share}");
            }
        }
        assert_eq!(Noise::Swap { share: 0.3 }.corrupt(&samples(1), 0), samples(1).scaled(0..1));
    }

    #[test]
    fn each_kind_does_what_it_says() {
        let clean = samples(400).scaled(0..400);
        let (low, high) = samples(400).scaled_range();
        let count = clean.len() as f32;
        let same = |a: f32, b: f32| a.to_bits() == b.to_bits();
        let share = |changed: &dyn Fn(f32) -> bool, noise: Noise| {
            let noisy = noise.corrupt(&samples(400), 0);
            assert!(noisy.iter().zip(&clean).all(|(&noisy, &clean)| same(noisy, clean) || changed(noisy)));
            noisy.iter().zip(&clean).filter(|&(&noisy, &clean)| !same(noisy, clean)).count() as f32 / count
        };
        // Five standard errors of a share of 18,000 numbers.
        assert!((share(&|value| value == 0.0, Noise::Masking { share: 0.3 }) - 0.3).abs() < 0.018);
        let extreme = |value: f32| same(value, low) || same(value, high);
        assert!((share(&extreme, Noise::SaltAndPepper { share: 0.5 }) - 0.5).abs() < 0.025);
        let noisy = Noise::Gaussian { deviation: 0.1 }.corrupt(&samples(400), 0);
        let square = (&noisy - &clean).mapv(|difference| difference * difference).sum() / count;
        assert!((square - 0.01).abs() < 0.0006, "{square}");
    }

    #[test]
    #[should_panic(expected = "expected above 0 and below 1, found 1")]
    fn a_share_of_all_is_a_bug() {
        Noise::Masking { share: 1.0 }.corrupt(&samples(1), 0);
    }
}
