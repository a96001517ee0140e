//! Noise on samples while training. The random numbers are a function of seed, step and row alone.

use serde::{Deserialize, Serialize};

use crate::choice::Choice;

/// The noise on the inputs of a denoising autoencoder, whose outputs are compared with the clean samples
/// (Vincent et al. 2008). The noise acts on scaled numbers, as the model sees them.
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
    /// A share of the numbers of a sample becomes 0. In the rows of a table with words or holes, a share of the columns
    /// becomes holes, and the model sees what it sees of any hole: the mean of a column's numbers, or the shares of its words.
    Masking {
        /// The share, in (0, 1).
        share: f32,
    },
    /// Normally distributed noise with mean 0 is added to every number.
    Gaussian {
        /// The standard deviation of the noise; finite and above 0.
        deviation: f32,
    },
    /// A share of the numbers of a sample becomes the least or the greatest value of all training samples,
    /// each equally likely.
    SaltAndPepper {
        /// The share, in (0, 1).
        share: f32,
    },
    /// A share of the numbers of a sample becomes the same feature of other training samples, one drawn for
    /// each number. The noise suits tables, whose columns share neither a zero nor a range: every feature
    /// keeps its distribution, and only the dependence between features is disturbed.
    Swap {
        /// The share, in (0, 1).
        share: f32,
    },
}

impl Choice for Noise {
    const ALL: &'static [Self] = &[
        Self::Masking { share: 0.3 },
        Self::Gaussian { deviation: 0.1 },
        Self::SaltAndPepper { share: 0.3 },
        Self::Swap { share: 0.3 },
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Masking { .. } => "masking",
            Self::Gaussian { .. } => "gaussian",
            Self::SaltAndPepper { .. } => "salt-and-pepper",
            Self::Swap { .. } => "swap",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Masking { .. } => {
                "Masking noise: a share of the numbers becomes 0; in tables with words or holes, a share of the columns becomes holes"
            }
            Self::Gaussian { .. } => "Gaussian noise: normally distributed numbers are added",
            Self::SaltAndPepper { .. } => {
                "Salt-and-pepper noise: a share of the numbers becomes the least or the greatest value of the data"
            }
            Self::Swap { .. } => {
                "Swap noise, for tables: a share of the numbers becomes the same feature of other samples"
            }
        }
    }
}

/// The choice of a noise, or of `none`.
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

impl Noise {
    /// The setting that is out of its range, if there is one: its name, the value, and what is expected.
    pub(crate) fn fault(self) -> Option<(&'static str, f32, &'static str)> {
        match self {
            Self::Masking { share } | Self::SaltAndPepper { share } | Self::Swap { share } => {
                let fits = share > 0.0 && share < 1.0;
                (!fits).then_some(("share of the noise", share, "above 0 and below 1"))
            }
            Self::Gaussian { deviation } => {
                let fits = deviation > 0.0 && deviation.is_finite();
                (!fits).then_some(("deviation of the noise", deviation, "a finite number above 0"))
            }
        }
    }

    /// About which share of the zeros of clean samples is left in samples with the noise. `of_table` says whether they are
    /// rows of a table with words or holes.
    pub(crate) fn share_of_zeros_left(self, of_table: bool) -> f64 {
        match self {
            // The features of a hole are shares of words, which are hardly ever zero.
            Self::Masking { share } if of_table => 1.0 - f64::from(share),
            Self::Masking { .. } | Self::SaltAndPepper { .. } | Self::Swap { .. } => 1.0,
            Self::Gaussian { .. } => 0.0,
        }
    }
}
