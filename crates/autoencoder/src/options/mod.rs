//! Training options, and the update rule of each step.

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

/// The options of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TrainingOptions {
    /// The number of passes over all samples, counted from the beginning of the training.
    pub epochs: usize,
    /// The number of samples in a batch; at least 1. The last batch of an epoch holds the remaining samples.
    pub batch_size: usize,
    /// The learning rate: the size of an optimizer step, before the schedule; finite and above 0.
    pub learning_rate: f32,
    /// The rule that updates parameters from their gradients.
    pub optimizer: Optimizer,
    /// The seed of the order of the samples and of all random numbers within a step. `Trainer::new` also
    /// initialises the model with this seed.
    pub seed: u64,
    /// Whether each epoch shuffles the samples. Without shuffling, every epoch takes the samples in their own
    /// order.
    pub shuffle: bool,
    /// The precision of matrix products.
    #[serde(default)]
    pub precision: Precision,
    /// The schedule: the factor of the learning rate in each step. Cosine and one-cycle end with the last of
    /// [`Self::epochs`].
    #[serde(default)]
    pub schedule: Schedule,
    /// The number of epochs in which the learning rate rises to its full value before the schedule begins.
    /// The number may be a fraction; 0 or more, and 0 with one-cycle.
    #[serde(default)]
    pub warmup_epochs: f64,
    /// The greatest Euclidean norm of all gradients together; finite and above 0. Gradients with a greater
    /// norm are scaled down to this norm. `None` sets no limit.
    #[serde(default)]
    pub clip_norm: Option<f32>,
    /// The number of batches whose gradients make one step; at least 1. Such a step is that of one larger
    /// batch, in the memory of one small batch; KL sparsity and batch normalisation still take their means
    /// from each small batch.
    #[serde(default = "one")]
    pub accumulate: usize,
    /// The condition for stopping before the last epoch; `None` trains all epochs.
    #[serde(default)]
    pub early_stopping: Option<EarlyStopping>,
    /// Whether the training returns the model of the best epoch instead of the model of the last epoch.
    #[serde(default)]
    pub keep_best: bool,
    /// The noise on the model's inputs. The loss compares outputs with the clean samples.
    #[serde(default)]
    pub noise: Option<Noise>,
    /// The share of the hidden layers' units, in [0, 1), that is set to zero in each step for each sample;
    /// the other units are divided by 1 - share (Srivastava et al. 2014). Units of the code always stay.
    #[serde(default)]
    pub dropout: f32,
    /// The greatest shift of images in each direction, in pixels, drawn anew for each sample and step. Pixels
    /// from outside the image repeat the nearest pixel of the edge. The loss compares outputs with the
    /// shifted images.
    #[serde(default)]
    pub shift: usize,
    /// The number of epochs in which the weight of the penalty (in a variational model, of the divergence)
    /// rises to its full value. The number may be a fraction; 0 or more.
    #[serde(default)]
    pub penalty_warmup_epochs: f64,
    /// The weight decay: each step shrinks weights, w ← (1 - rate decay) w, where rate is the learning rate
    /// of the step; from 0 to below 1 / learning rate. Biases do not shrink. The weight decay of
    /// [`Optimizer::AdamW`], which includes biases, comes on top.
    #[serde(default)]
    pub weight_decay: f32,
    /// The layers whose weights and biases are not trained. A weight that encoder and decoder share belongs
    /// to the encoder's layer.
    #[serde(default)]
    pub frozen: LayerSet,
}

fn one() -> usize {
    1
}

/// The condition for stopping early: the loss no longer falls. The loss is the validation loss, or the
/// training loss if there are no validation samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EarlyStopping {
    /// The number of epochs without an improvement after which the training stops; at least 1.
    pub patience: usize,
    /// The fall of the loss that an improvement must exceed; finite, 0 or more.
    pub smallest_change: f64,
}

impl EarlyStopping {
    /// Stops after `patience` epochs without an improvement, however small.
    pub fn new(patience: usize) -> Self {
        Self { patience, smallest_change: 0.0 }
    }

    /// Sets the fall of the loss that an improvement must exceed.
    #[must_use]
    pub fn with_smallest_change(self, smallest_change: f64) -> Self {
        Self { smallest_change, ..self }
    }
}

impl Default for TrainingOptions {
    /// Five epochs of Adam with learning rate 0.01, on shuffled batches of 256 samples, in f32.
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
    /// Checks the range of every option.
    ///
    /// # Errors
    /// [`TrainingError::Option`] names the first option that is out of its range.
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

    /// Checks whether the options fit a model. [`Self::check`] checks their ranges; whether the options fit
    /// the samples is checked when a training begins.
    ///
    /// # Errors
    /// [`TrainingError::Combination`] names the first option that does not fit, and the reason.
    pub fn check_for(&self, architecture: &Architecture) -> Result<(), TrainingError> {
        let refuse = |of, with, reason| Err(TrainingError::Combination { of, with, reason });
        let specification = architecture.specification();
        if self.dropout > 0.0 {
            if architecture.encoder_layers() < 2 {
                let reason = "there are no hidden layers beside the code";
                return refuse("dropout", "an encoder of one layer", reason);
            }
            if specification.penalty.takes_derivative() {
                let reason = "the derivative would be that of the encoder without the dropped units";
                return refuse("dropout", "the contractive penalty", reason);
            }
        }
        let is_frozen = |(index, layer): (usize, &Layer)| layer.normalized && self.frozen.contains(index);
        if architecture.layers().iter().enumerate().any(is_frozen) {
            let reason = "the outputs of such a layer would still change with the batches";
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

    /// The number of samples whose gradients make one step.
    pub(crate) fn step_size(&self) -> usize {
        self.batch_size.saturating_mul(self.accumulate)
    }

    /// The weight of the penalty in step `step`, counted from 1, in a training on `samples` samples. `weight`
    /// is the full weight, after the warm-up.
    pub(crate) fn penalty_weight(&self, weight: f32, step: u64, samples: usize) -> f32 {
        let steps = self.penalty_warmup_epochs * samples.div_ceil(self.step_size()) as f64;
        if (step as f64) < steps { (f64::from(weight) * step as f64 / steps) as f32 } else { weight }
    }

    /// The update rule of step `step`, counted from 1, in a training on `samples` samples.
    pub(crate) fn rule(&self, step: u64, samples: usize) -> Rule {
        let steps_per_epoch = samples.div_ceil(self.step_size()) as u64;
        let horizon = steps_per_epoch * self.epochs as u64;
        let warmup = self.warmup_epochs * steps_per_epoch as f64;
        let factor = self.schedule.factor(step - 1, steps_per_epoch, warmup, horizon);
        self.rule_at((f64::from(self.learning_rate) * factor) as f32, step)
    }

    /// The update rule of step `step`, counted from 1, with the learning rate `rate`.
    pub(crate) fn rule_at(&self, rate: f32, step: u64) -> Rule {
        Rule { update: self.optimizer.update(rate, step), keep: 1.0 - rate * self.weight_decay }
    }
}

/// The update rule of one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// The update of parameters from their gradients.
    pub update: Update,
    /// The factor by which weight decay shrinks weights before the update: 1 - rate decay.
    pub keep: f32,
}
