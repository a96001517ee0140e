//! Losses: the cost of the differences between a sample and its reconstruction.

use autoencoder_kernels::{Activation, ElementLoss};
use serde::{Deserialize, Serialize};

use super::error::SpecificationError;
use crate::choice::Choice;

/// The loss of reconstructing samples x as y: the mean of one of these terms over samples and features. In a
/// variational model, the loss is in nats per sample: the sum over features, and the mean over samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Loss {
    /// The squared error (y - x)².
    Mse,
    /// The absolute error |y - x|, with the derivative 0 where y = x. The loss is robust against outliers, as
    /// the median minimises the absolute error. A feature that is 0 in most samples may therefore be
    /// reconstructed as 0 in all.
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| (16 * (row % 4 + 1) * (column % 4 + 1) - 1) as u8);
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 3]).with_loss(Loss::Mae);
    /// let mut trainer = Trainer::new(specification, TrainingOptions::default().with_epochs(60).with_batch_size(16))?;
    /// trainer.fit(&samples)?;
    /// assert!(trainer.history()[59].train_loss < 0.5 * trainer.history()[0].train_loss);
    /// # Ok::<(), Error>(())
    /// ```
    Mae,
    /// The cross-entropy of y with x, both in [0, 1], computed from the logit of y.
    Bce,
    /// The Huber loss: (y - x)² / 2 where |y - x| is at most `delta`, and linear in |y - x| beyond. The loss
    /// is robust against outliers, as the derivative stays within ± `delta`.
    ///
    /// ```
    /// # use autoencoder::*;
    /// # use ndarray::Array2;
    /// # let images = Array2::from_shape_fn((64, 12), |(row, column)| if (row + column) % 3 == 0 { 255 } else { 0 });
    /// # let samples = Samples::new(Values::Bytes(images), Scaling::Bytes)?;
    /// let specification = Specification::new(12, [8, 3]).with_loss(Loss::Huber { delta: 0.1 });
    /// let options = TrainingOptions::default().with_epochs(60).with_batch_size(16).with_weight_decay(1e-4);
    /// let mut trainer = Trainer::of_model(Model::new(specification, Initialization::Glorot, 0)?, options)?;
    /// trainer.fit(&samples)?;
    /// assert!(trainer.history()[59].train_loss < 0.5 * trainer.history()[0].train_loss);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Huber {
        /// The |y - x| from which on the loss is linear; finite and above 0.
        delta: f32,
    },
    /// The negative logarithm of a normal density around y: (y - x)² / (2 σ²) + ln(σ √(2π)). Only variational
    /// models take this loss.
    Gaussian {
        /// The standard deviation σ; finite and above 0.
        deviation: f32,
    },
}

impl Choice for Loss {
    const ALL: &'static [Self] =
        &[Self::Mse, Self::Mae, Self::Bce, Self::Huber { delta: 1.0 }, Self::Gaussian { deviation: 0.1 }];

    fn name(self) -> &'static str {
        match self {
            Self::Mse => "mse",
            Self::Mae => "mae",
            Self::Bce => "bce",
            Self::Huber { .. } => "huber",
            Self::Gaussian { .. } => "gaussian",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Mse => "Mean squared error",
            Self::Mae => "Mean absolute error, for data with outliers and for sharp edges",
            Self::Bce => "Binary cross-entropy, for data in [0, 1]",
            Self::Huber { .. } => {
                "Huber loss: squared for small differences, linear for large ones, for data with outliers"
            }
            Self::Gaussian { .. } => {
                "Negative log-likelihood of a normal distribution around the output, for variational models"
            }
        }
    }
}

impl Loss {
    /// The range of the values that the loss is defined for: cross-entropy compares probabilities.
    ///
    /// ```
    /// assert_eq!(autoencoder::Loss::Bce.range(), (0.0, 1.0));
    /// assert_eq!(autoencoder::Loss::Mse.range(), (f32::NEG_INFINITY, f32::INFINITY));
    /// ```
    pub const fn range(self) -> (f32, f32) {
        match self {
            Self::Bce => (0.0, 1.0),
            Self::Mse | Self::Mae | Self::Huber { .. } | Self::Gaussian { .. } => {
                (f32::NEG_INFINITY, f32::INFINITY)
            }
        }
    }

    /// Checks that the number of the loss is in its range, and that the loss fits the activation of the
    /// output and the kind of the model.
    pub(super) fn check(self, output: Activation, is_variational: bool) -> Result<(), SpecificationError> {
        match self {
            Self::Bce if output != Activation::Sigmoid => {
                Err(SpecificationError::CrossEntropyNeedsSigmoid { found: output })
            }
            Self::Huber { delta } if !(delta > 0.0 && delta.is_finite()) => {
                Err(SpecificationError::HuberDelta { found: delta })
            }
            Self::Gaussian { deviation } if !(deviation > 0.0 && deviation.is_finite()) => {
                let (name, expected) = ("deviation of the loss gaussian", "a finite number above 0");
                Err(SpecificationError::OutOfRange { name, expected, found: deviation })
            }
            Self::Gaussian { .. } if !is_variational => Err(SpecificationError::Combination {
                of: "the loss gaussian",
                with: "a model that is not variational",
                reason: "there it is only the mean squared error on another scale; take mse",
            }),
            Self::Mse | Self::Mae | Self::Bce | Self::Huber { .. } | Self::Gaussian { .. } => Ok(()),
        }
    }

    /// Whether the loss is the negative logarithm of a likelihood.
    pub(super) fn is_likelihood(self) -> bool {
        match self {
            Self::Bce | Self::Gaussian { .. } => true,
            Self::Mse | Self::Mae | Self::Huber { .. } => false,
        }
    }

    /// The part of the loss of one element that depends on the sample.
    pub(crate) fn element(self) -> ElementLoss {
        match self {
            Self::Mse | Self::Gaussian { .. } => ElementLoss::SquaredError,
            Self::Mae => ElementLoss::AbsoluteError,
            Self::Bce => ElementLoss::CrossEntropyOfLogits,
            Self::Huber { delta } => ElementLoss::Huber { delta },
        }
    }

    /// Whether the loss is computed from the logits of the output. If so, the last layer leaves its
    /// activation out while training.
    pub(crate) fn takes_logits(self) -> bool {
        match self {
            Self::Bce => true,
            Self::Mse | Self::Mae | Self::Huber { .. } | Self::Gaussian { .. } => false,
        }
    }

    /// The least loss of one element that any output can have, for a target in the range of the loss.
    pub(crate) fn least(self, target: f64) -> f64 {
        match self {
            Self::Bce => {
                let entropy = |share: f64| if share > 0.0 { -share * share.ln() } else { 0.0 };
                entropy(target) + entropy(1.0 - target)
            }
            Self::Mse | Self::Mae | Self::Huber { .. } | Self::Gaussian { .. } => self.scale_and_shift().1,
        }
    }

    /// The numbers a and b for which the loss of one element is a e + b, where e is its [`ElementLoss`].
    pub(crate) fn scale_and_shift(self) -> (f64, f64) {
        match self {
            Self::Gaussian { deviation } => {
                let deviation = f64::from(deviation);
                (0.5 / (deviation * deviation), (deviation * std::f64::consts::TAU.sqrt()).ln())
            }
            Self::Mse | Self::Mae | Self::Bce | Self::Huber { .. } => (1.0, 0.0),
        }
    }
}
