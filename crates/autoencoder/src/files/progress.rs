//! Progress of a training in a checkpoint: reports of finished epochs, and sums of the epoch under way.

use autoencoder_kernels::LossSums;
use serde::{Deserialize, Serialize};

use crate::evaluation::sums::{Sums, Terms};
use crate::samples::fingerprint::Fingerprint;

/// Results of an epoch. Losses are means over samples and features; for a variational model, means over
/// samples in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EpochReport {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Mean squared error of the training samples, each batch before its step.
    pub train_mse: f64,
    /// Mean of the minimised loss over the training samples, each batch before its step.
    pub train_loss: f64,
    /// Mean squared error of the validation samples after the epoch; `None` without validation samples.
    pub validation_mse: Option<f64>,
    /// Mean loss of the validation samples after the epoch; `None` without validation samples. The divergence
    /// of a variational model counts here; a sparse, L1 or contractive penalty counts in training only.
    pub validation_loss: Option<f64>,
    /// Terms of the training loss, if the loss is a sum of several.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub train_terms: Terms,
    /// Terms of the validation loss, if the loss is a sum of several.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub validation_terms: Terms,
}

/// Sums over the finished part of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PartOfEpoch {
    /// Number of finished samples, in the epoch's order.
    pub samples: usize,
    /// Sum of the reconstruction losses of these samples, each before its step.
    pub loss: f64,
    /// Sum of the squared errors of these samples, each before its step.
    pub squared_error: f64,
    /// Sum of the divergences of these samples' codes from the standard normal distribution, unweighted.
    #[serde(default)]
    pub divergence: f64,
    /// Sum of the weighted penalties of these samples.
    #[serde(default)]
    pub penalty: f64,
}

/// Progress of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Progress {
    /// Number of steps taken.
    pub steps: u64,
    /// Reports of all finished epochs.
    pub history: Vec<EpochReport>,
    /// Sums over the finished part of the epoch under way.
    #[serde(default)]
    pub part: PartOfEpoch,
    /// Loss of the very first step of the training.
    #[serde(default)]
    pub first_loss: Option<f64>,
    /// Encoder layer, from 0, that the progress belongs to, in a layer-by-layer pretraining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<usize>,
    /// The samples that the training is of; `None` in the files of earlier programs, and before the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<TrainingData>,
}

/// The fingerprints of the samples that a training is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainingData {
    /// The fingerprint of the samples to train on.
    pub training: Fingerprint,
    /// The fingerprint of the samples to validate on, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Fingerprint>,
}

impl PartOfEpoch {
    /// Adds the sums of a step over `samples` samples.
    pub(crate) fn add(&mut self, samples: usize, sums: Sums) {
        self.samples += samples;
        self.loss += sums.reconstruction.loss;
        self.squared_error += sums.reconstruction.squared_error;
        self.divergence += sums.divergence;
        self.penalty += sums.penalty;
    }

    /// The sums as a [`Sums`].
    pub(crate) fn sums(&self) -> Sums {
        let reconstruction = LossSums { loss: self.loss, squared_error: self.squared_error };
        Sums { reconstruction, divergence: self.divergence, penalty: self.penalty }
    }
}
