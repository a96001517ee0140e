//! What chance does to samples and units while training: a function of seed, step and row, and of nothing else.

use crate::parallel::prelude::*;
use autoencoder_kernels::{Corruption, Instructions, Line, PanelsMut, Words, lines, panels};
use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use crate::choice::Choice;
use crate::random::Purpose;
use crate::random::chance::{Chance, Draws};
use crate::samples::Samples;

/// How samples are corrupted on their way into a denoising autoencoder; it is held against the clean ones (Vincent et al.
/// 2008). Values are as the model sees them, scaled.
///
/// ```
/// use autoencoder::{
///     Initialization, Model, Noise, Samples, Scaling, Specification, Trainer, TrainingOptions, Values,
/// };
/// use ndarray::Array2;
/// let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
/// let samples = Samples::new(Values::Bytes(images.clone()), Scaling::Bytes)?;
/// let restored_from_noise = |noise| -> Result<f32, Box<dyn std::error::Error>> {
///     let model = Model::new(Specification::new(12, [16]), Initialization::Glorot, 0)?;
///     let options = TrainingOptions::default().with_epochs(300).with_batch_size(16).with_noise(noise);
///     let mut trainer = Trainer::of_model(model, options)?;
///     trainer.fit(&samples)?;
///     let mut noisy = images.clone();
///     noisy.column_mut(5).fill(0);
///     let noisy = Samples::new(Values::Bytes(noisy), Scaling::Bytes)?;
///     let errors = trainer.into_model().reconstruct(&noisy)? - samples.scaled(0..64);
///     Ok(errors.mapv(|error| error * error).sum())
/// };
/// let denoising = restored_from_noise(Some(Noise::Masking { share: 0.2 }))?;
/// assert!(denoising < 0.7 * restored_from_noise(None)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Noise {
    /// A share of the numbers of a sample becomes 0.
    Masking {
        /// In (0, 1).
        share: f32,
    },
    /// Normal noise is added to every number.
    Gaussian {
        /// Its standard deviation; above 0.
        deviation: f32,
    },
    /// A share of the numbers of a sample becomes the least or the greatest value of all training samples, one as likely
    /// as the other.
    SaltAndPepper {
        /// In (0, 1).
        share: f32,
    },
}

impl Choice for Noise {
    const ALL: &'static [Self] = &[
        Self::Masking { share: 0.3 },
        Self::Gaussian { deviation: 0.1 },
        Self::SaltAndPepper { share: 0.3 },
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Masking { .. } => "masking",
            Self::Gaussian { .. } => "gaussian",
            Self::SaltAndPepper { .. } => "salt-and-pepper",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Masking { .. } => "Masking noise: a share of the numbers becomes 0",
            Self::Gaussian { .. } => "Gaussian noise: normally distributed numbers are added",
            Self::SaltAndPepper { .. } => {
                "Salt-and-pepper noise: a share of the numbers becomes the least or the greatest value of the data"
            }
        }
    }
}

/// Noise, or `none`.
impl Choice for Option<Noise> {
    const ALL: &'static [Self] = &{
        let mut all = [None; Noise::ALL.len() + 1];
        let mut index = 0;
        while index < Noise::ALL.len() {
            all[index + 1] = Some(Noise::ALL[index]);
            index += 1;
        }
        all
    };

    fn name(self) -> &'static str {
        self.map_or("none", Noise::name)
    }

    fn summary(self) -> &'static str {
        self.map_or("No noise", Noise::summary)
    }
}

/// Rows that are corrupted together.
const BLOCK: usize = 64;

/// The step whose chance corrupts data outside of a training: no training gets so far, and none sees the same noise.
const NO_STEP: u64 = u64::MAX;

impl Noise {
    /// Samples (samples, features) as a model sees them, scaled, with noise as a training adds it. The noise of row i is a
    /// function of `(seed, i)`.
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
        let corruption = self.corruption(samples.scaled_range());
        let chance = Draws { seed, step: NO_STEP, first_row: 0 };
        let buffers = || {
            let block = vec![Line::ZERO; lines(BLOCK, features)];
            (block.clone(), block, vec![Words::ZERO; panels(features).next_multiple_of(2)])
        };
        let mut noisy = Array2::zeros((samples.len(), features));
        let blocks = noisy.axis_chunks_iter_mut(Axis(0), BLOCK).into_par_iter().enumerate();
        blocks.for_each_init(buffers, |(clean, corrupted, words), (block, mut rows)| {
            let (first, count) = (block * BLOCK, rows.nrows());
            let mut clean = PanelsMut::new(clean, count, features, BLOCK);
            let mut corrupted = PanelsMut::new(corrupted, count, features, BLOCK);
            samples.gather(instructions, &mut clean, |row| first + row);
            for row in 0..count {
                chance.words(Purpose::Noise, first + row, 0, words);
                let clean = clean.view();
                autoencoder_kernels::corrupt(instructions, corruption, words, row, clean, &mut corrupted);
            }
            rows.assign(&corrupted.view().to_array());
        });
        noisy
    }

    /// Name, value and range of what is out of its range, if anything is.
    pub(crate) fn fault(self) -> Option<(&'static str, f32, &'static str)> {
        match self {
            Self::Masking { share } | Self::SaltAndPepper { share } => {
                let fits = share > 0.0 && share < 1.0;
                (!fits).then_some(("share of the noise", share, "above 0 and below 1"))
            }
            Self::Gaussian { deviation } => {
                let fits = deviation > 0.0 && deviation.is_finite();
                (!fits).then_some(("deviation of the noise", deviation, "a finite number above 0"))
            }
        }
    }

    /// Whether it leaves zeros as they are.
    pub(crate) fn keeps_zeros(self) -> bool {
        match self {
            Self::Masking { .. } | Self::SaltAndPepper { .. } => true,
            Self::Gaussian { .. } => false,
        }
    }

    /// For samples within these bounds.
    pub(crate) fn corruption(self, (low, high): (f32, f32)) -> Corruption {
        match self {
            Self::Masking { share } => Corruption::Masking { bound: Words::bound(share) },
            Self::Gaussian { deviation } => Corruption::Gaussian { deviation },
            Self::SaltAndPepper { share } => {
                Corruption::SaltAndPepper { bound: Words::bound(share), low, high }
            }
        }
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
