//! How far a training came, as a checkpoint says it: reports of its epochs, and the sums of the epoch under way.

use autoencoder_kernels::LossSums;
use serde::{Deserialize, Serialize};

use crate::evaluation::sums::{Sums, Terms};

/// What an epoch came to. Losses are means over samples and features; of a variational model over samples only, in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EpochReport {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Squared error over the epoch, each batch as it was before its step.
    pub train_mse: f64,
    /// What is minimised, likewise.
    pub train_loss: f64,
    /// Squared error of the validation samples after the epoch.
    pub validation_mse: Option<f64>,
    /// What is minimised, on the validation samples after the epoch; without a penalty of the code, which only training
    /// needs.
    pub validation_loss: Option<f64>,
    /// What the training loss is the sum of, if of more than one.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub train_terms: Terms,
    /// What the validation loss is the sum of, likewise.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub validation_terms: Terms,
}

/// How far an epoch came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PartOfEpoch {
    /// Samples that are done, in the epoch's order.
    pub samples: usize,
    /// The sum of what restoring them cost, each before its step.
    pub loss: f64,
    /// The sum of their squared errors, likewise.
    pub squared_error: f64,
    /// The sum of the divergences of their codes' distributions.
    #[serde(default)]
    pub divergence: f64,
    /// The sum of their penalties, as they count.
    #[serde(default)]
    pub penalty: f64,
}

/// How far a training came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Progress {
    /// Steps taken.
    pub steps: u64,
    /// The reports of all epochs.
    pub history: Vec<EpochReport>,
    /// How far the next epoch came.
    #[serde(default)]
    pub part: PartOfEpoch,
    /// The loss of the first step of all.
    #[serde(default)]
    pub first_loss: Option<f64>,
    /// The layer, from 0, that all of this is about, where layers are pretrained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<usize>,
}

impl PartOfEpoch {
    pub(crate) fn add(&mut self, samples: usize, sums: Sums) {
        self.samples += samples;
        self.loss += sums.reconstruction.loss;
        self.squared_error += sums.reconstruction.squared_error;
        self.divergence += sums.divergence;
        self.penalty += sums.penalty;
    }

    pub(crate) fn sums(&self) -> Sums {
        let reconstruction = LossSums { loss: self.loss, squared_error: self.squared_error };
        Sums { reconstruction, divergence: self.divergence, penalty: self.penalty }
    }
}
