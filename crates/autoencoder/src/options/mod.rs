//! How to train: the options, and what each step makes of them.

pub(crate) mod error;
pub(crate) mod layer_set;
pub(crate) mod noise;
pub(crate) mod optimizer;
pub(crate) mod precision;
pub(crate) mod schedule;
mod with;

use autoencoder_kernels::Update;
use serde::{Deserialize, Serialize};

use crate::options::error::TrainingError;
use crate::options::layer_set::LayerSet;
use crate::options::noise::Noise;
use crate::options::optimizer::Optimizer;
use crate::options::precision::{Precision, PrecisionError};
use crate::options::schedule::Schedule;
use crate::specification::architecture::{Architecture, Layer};
use crate::specification::penalty::Penalty;

/// How to train.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainingOptions {
    /// Passes over all samples, counted from the beginning of the training.
    pub epochs: usize,
    /// Samples that are computed with at a time; the last of an epoch are what is left.
    pub batch_size: usize,
    /// How far a step goes, before the schedule.
    pub learning_rate: f32,
    /// How parameters follow their gradients.
    pub optimizer: Optimizer,
    /// What the order of the samples, and all chance within a step, is a function of.
    pub seed: u64,
    /// Whether each epoch has an order of its own; else the samples' own.
    pub shuffle: bool,
    /// What the products of a step multiply.
    #[serde(default)]
    pub precision: Precision,
    /// What the learning rate is multiplied with in each step. Cosine and one-cycle end with the last of [`Self::epochs`].
    #[serde(default)]
    pub schedule: Schedule,
    /// Epochs, or a part of one, in which the learning rate rises to its whole before the schedule begins.
    #[serde(default)]
    pub warmup_epochs: f64,
    /// The greatest Euclidean norm of all gradients together; longer ones are shortened to it.
    #[serde(default)]
    pub clip_norm: Option<f32>,
    /// Batches whose gradients make one step: as one batch of so many times the size, in the memory of one.
    #[serde(default = "one")]
    pub accumulate: usize,
    /// When to stop before the last epoch.
    #[serde(default)]
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the model that comes out is that of the best epoch instead of the last.
    #[serde(default)]
    pub keep_best: bool,
    /// What is done to samples on their way in; the loss is against the clean ones.
    #[serde(default)]
    pub noise: Option<Noise>,
    /// The share of the hidden layers' units, those of the code not among them, that is left out in each step for each sample,
    /// in [0, 1); the others count for more (Srivastava et al. 2014).
    #[serde(default)]
    pub dropout: f32,
    /// Pixels that images are shifted by at most, either way, each time anew; what comes in is like the edge. The loss is
    /// against the shifted image.
    #[serde(default)]
    pub shift: usize,
    /// Epochs, or a part of one, in which the weight of the penalty (of a variational model, of the divergence) rises to its
    /// whole.
    #[serde(default)]
    pub penalty_warmup_epochs: f64,
    /// What weights shrink by in each step, times the learning rate of that step: w ← (1 - rate decay) w. Biases do not.
    /// Beside what [`Optimizer::AdamW`] does to both.
    #[serde(default)]
    pub weight_decay: f32,
    /// Layers whose weights and biases stay as they are. A weight that the decoder shares is the encoder's.
    #[serde(default)]
    pub frozen: LayerSet,
}

fn one() -> usize {
    1
}

/// Stops a training whose loss no longer falls: that of the validation samples, or without any that of the training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EarlyStopping {
    /// Epochs without a change for the better that end it; at least 1.
    pub patience: usize,
    /// What a loss must fall by to count as better; 0 or more.
    pub smallest_change: f64,
}

impl EarlyStopping {
    /// After so many epochs without a change for the better, however small.
    pub fn new(patience: usize) -> Self {
        Self { patience, smallest_change: 0.0 }
    }

    /// Where a loss must fall by so much to count as better.
    #[must_use]
    pub fn with_smallest_change(self, smallest_change: f64) -> Self {
        Self { smallest_change, ..self }
    }
}

impl Default for TrainingOptions {
    /// Five epochs of Adam, learning rate 0.01, batches of 256, in f32.
    fn default() -> Self {
        Self {
            epochs: 5,
            batch_size: 256,
            learning_rate: 0.01,
            optimizer: Optimizer::ADAM,
            seed: 0,
            shuffle: true,
            precision: Precision::F32,
            schedule: Schedule::Constant,
            warmup_epochs: 0.0,
            clip_norm: None,
            accumulate: 1,
            early_stopping: None,
            keep_best: false,
            noise: None,
            dropout: 0.0,
            shift: 0,
            penalty_warmup_epochs: 0.0,
            weight_decay: 0.0,
            frozen: LayerSet::NONE,
        }
    }
}

impl TrainingOptions {
    /// Checks every option's range.
    ///
    /// # Errors
    /// Names the first that is out of its range.
    pub fn check(&self) -> Result<(), TrainingError> {
        let fault = |name, found: String, expected| Err(TrainingError::Option { name, found, expected });
        if self.batch_size == 0 {
            return fault("batch size", self.batch_size.to_string(), "at least 1");
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return fault("learning rate", self.learning_rate.to_string(), "a finite number above 0");
        }
        if let Err(error) = self.precision.check() {
            return fault("precision", error.found.to_string(), PrecisionError::EXPECTED);
        }
        if let Some((name, found, expected)) = self.schedule.fault() {
            return fault(name, found.to_string(), expected);
        }
        if !(self.warmup_epochs >= 0.0 && self.warmup_epochs.is_finite()) {
            return fault("warm-up", self.warmup_epochs.to_string(), "0 epochs or more");
        }
        if self.warmup_epochs > 0.0 && self.schedule.warms_up() {
            return fault(
                "warm-up",
                self.warmup_epochs.to_string(),
                "none, as one-cycle begins with its own",
            );
        }
        if let Some(bound) = self.clip_norm
            && !(bound > 0.0 && bound.is_finite())
        {
            return fault("clip norm", bound.to_string(), "a finite number above 0");
        }
        if self.accumulate == 0 {
            return fault("batches of a step", self.accumulate.to_string(), "at least 1");
        }
        if let Some((name, found, expected)) = self.noise.and_then(Noise::fault) {
            return fault(name, found.to_string(), expected);
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return fault("dropout", self.dropout.to_string(), "from 0 to below 1");
        }
        if !(self.weight_decay >= 0.0 && self.learning_rate * self.weight_decay < 1.0) {
            return fault(
                "weight decay",
                self.weight_decay.to_string(),
                "from 0 to below one over the learning rate",
            );
        }
        if !(self.penalty_warmup_epochs >= 0.0 && self.penalty_warmup_epochs.is_finite()) {
            return fault(
                "warm-up of the penalty",
                self.penalty_warmup_epochs.to_string(),
                "0 epochs or more",
            );
        }
        if let Some(EarlyStopping { patience, smallest_change }) = self.early_stopping {
            if patience == 0 {
                return fault("patience", patience.to_string(), "at least 1 epoch");
            }
            if !(smallest_change >= 0.0 && smallest_change.is_finite()) {
                return fault("smallest change", smallest_change.to_string(), "0 or more");
            }
        }
        match self.optimizer.fault(self.learning_rate) {
            Some((name, found, expected)) => fault(name, found.to_string(), expected),
            None => Ok(()),
        }
    }

    /// Checks whether the options fit a model, beside their ranges; what depends on the samples is checked when a training
    /// begins.
    ///
    /// # Errors
    /// Names the first that does not, and why.
    pub fn check_for(&self, architecture: &Architecture) -> Result<(), TrainingError> {
        let refuse = |of, with, reason| Err(TrainingError::Combination { of, with, reason });
        let specification = architecture.specification();
        if self.dropout > 0.0 {
            if specification.layers.len() < 2 {
                let reason = "there are no hidden layers beside the code";
                return refuse("dropout", "an encoder of one layer", reason);
            }
            if specification.penalty.takes_derivative() {
                let reason = "the derivative of the code would be that of what is left of the encoder";
                return refuse("dropout", "the contractive penalty", reason);
            }
        }
        let is_frozen = |(index, layer): (usize, &Layer)| layer.normalized && self.frozen.contains(index);
        if architecture.layers().iter().enumerate().any(is_frozen) {
            let reason = "what such a layer does would still change with the batches";
            return refuse("freezing a layer", "batch normalisation of it", reason);
        }
        if (0..architecture.layers().len()).all(|layer| self.frozen.contains(layer)) {
            return refuse("freezing every layer", "training", "nothing is left to train");
        }
        if self.penalty_warmup_epochs > 0.0 && specification.penalty == Penalty::None {
            return refuse("a warm-up of the penalty", "a model without one", "there is nothing to warm up");
        }
        Ok(())
    }

    /// Samples whose gradients make one step.
    pub(crate) fn step_size(&self) -> usize {
        self.batch_size.saturating_mul(self.accumulate)
    }

    /// What the penalty of weight `weight` counts in step `step`, counted from 1, in a training on so many samples.
    pub(crate) fn penalty_weight(&self, weight: f32, step: u64, samples: usize) -> f32 {
        let steps = self.penalty_warmup_epochs * samples.div_ceil(self.step_size()) as f64;
        if (step as f64) < steps { (f64::from(weight) * step as f64 / steps) as f32 } else { weight }
    }

    /// What step `step`, counted from 1, does to parameters, in a training on so many samples.
    pub(crate) fn rule(&self, step: u64, samples: usize) -> Rule {
        let steps_per_epoch = samples.div_ceil(self.step_size()) as u64;
        let horizon = steps_per_epoch * self.epochs as u64;
        let warmup = self.warmup_epochs * steps_per_epoch as f64;
        let factor = self.schedule.factor(step - 1, steps_per_epoch, warmup, horizon);
        self.rule_at((f64::from(self.learning_rate) * factor) as f32, step)
    }

    /// The same with a learning rate of its own.
    pub(crate) fn rule_at(&self, rate: f32, step: u64) -> Rule {
        Rule { update: self.optimizer.update(rate, step), keep: 1.0 - rate * self.weight_decay }
    }
}

/// What a step does to parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// With their gradients.
    pub update: Update,
    /// What is left of weights before.
    pub keep: f32,
}
