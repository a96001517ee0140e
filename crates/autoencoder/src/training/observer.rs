//! What a training tells of itself, step by step and epoch by epoch.

use std::ops::ControlFlow;

use autoencoder_kernels::LossSums;
use serde::{Deserialize, Serialize};

use crate::network::Network;
use crate::specification::Penalty;
use crate::stages::block::Sums;
use crate::training::Trainer;

/// What an epoch came to. Losses are means over samples and features; of a variational model over samples only, in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// The parts of a loss that has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What restoring costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstruction: Option<f64>,
    /// The divergence of a variational model's codes from the standard normal distribution, nats a sample, unweighted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kl: Option<f64>,
    /// The penalty of the code, as it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
}

impl Terms {
    /// Whether the loss is one term.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// Samples seen in this epoch, this step's among them.
    pub samples: usize,
    /// Samples in an epoch.
    pub of: usize,
    /// Mean loss of this step's batch, before the step.
    pub loss: f64,
}

/// Watches a training, and may stop it. All methods do nothing unless written.
///
/// They are called from the thread pool, on one thread at a time.
pub trait Observer: Send {
    /// Before the order of an epoch (from 1) is drawn.
    fn epoch_begins(&mut self, _epoch: usize) {}

    /// After a step; the trainer gives the checkpoint of this moment.
    ///
    /// Breaking ends the training in the midst of the epoch, which then has no report yet.
    fn step_done(&mut self, _report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// After the last step of an epoch, before validation.
    fn epoch_trained(&mut self, _epoch: usize) {}

    /// After an epoch and its validation; the trainer gives the model and the checkpoint of this moment.
    ///
    /// Breaking ends the training.
    fn epoch_done(&mut self, _report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Watches nothing.
impl Observer for () {}

/// How far an epoch came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// What a loss is, on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Means {
    pub mse: f64,
    pub loss: f64,
    pub terms: Terms,
}

impl Means {
    /// Of the sums over so many samples of so many features.
    pub(crate) fn new(network: &Network, sums: Sums, samples: usize, features: usize) -> Self {
        let (samples, features) = (samples as f64, features as f64);
        let LossSums { loss, squared_error } = sums.reconstruction;
        let (scale, shift) = network.loss.scale_and_shift();
        let reconstruction = if network.draws_codes() {
            scale * loss / samples + shift * features
        } else {
            loss / (samples * features)
        };
        let (kl, penalty) = (sums.divergence / samples, sums.penalty / samples);
        let terms = match network.penalty {
            Penalty::None => Terms::default(),
            Penalty::Variational { .. } => {
                Terms { reconstruction: Some(reconstruction), kl: Some(kl), penalty: None }
            }
            _ => Terms { reconstruction: Some(reconstruction), kl: None, penalty: Some(penalty) },
        };
        Self { mse: squared_error / (samples * features), loss: reconstruction + penalty, terms }
    }
}
