//! Builder methods of the training options: each `with_*` method sets the field of its name.

use super::layer_set::LayerSet;
use super::noise::Noise;
use super::optimizer::Optimizer;
use super::precision::Precision;
use super::schedule::Schedule;
use super::{EarlyStopping, TrainingOptions};

/// Builder methods that set one option each:
///
/// ```
/// use autoencoder::{Noise, Optimizer, TrainingOptions};
/// let options = TrainingOptions::default()
///     .with_epochs(20)
///     .with_optimizer(Optimizer::ADAMW)
///     .with_noise(Noise::Masking { share: 0.3 })
///     .with_clip_norm(1.0);
/// assert_eq!((options.epochs, options.batch_size, options.clip_norm), (20, 256, Some(1.0)));
/// ```
impl TrainingOptions {
    /// Sets the number of passes over all samples, counted from the beginning of the training: see
    /// [`TrainingOptions::epochs`](#structfield.epochs).
    #[must_use]
    pub fn with_epochs(self, epochs: usize) -> Self {
        Self { epochs, ..self }
    }

    /// Sets the number of samples in a batch: see [`TrainingOptions::batch_size`](#structfield.batch_size).
    #[must_use]
    pub fn with_batch_size(self, batch_size: usize) -> Self {
        Self { batch_size, ..self }
    }

    /// Sets the learning rate before the schedule: see
    /// [`TrainingOptions::learning_rate`](#structfield.learning_rate).
    #[must_use]
    pub fn with_learning_rate(self, learning_rate: f32) -> Self {
        Self { learning_rate, ..self }
    }

    /// Sets the rule that updates parameters: see [`TrainingOptions::optimizer`](#structfield.optimizer).
    #[must_use]
    pub fn with_optimizer(self, optimizer: Optimizer) -> Self {
        Self { optimizer, ..self }
    }

    /// Sets the seed of all random numbers of the training: see [`TrainingOptions::seed`](#structfield.seed).
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets whether each epoch shuffles the samples: see [`TrainingOptions::shuffle`](#structfield.shuffle).
    #[must_use]
    pub fn with_shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }

    /// Sets the precision of matrix products: see [`TrainingOptions::precision`](#structfield.precision).
    #[must_use]
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// Sets the course of the learning rate: see [`TrainingOptions::schedule`](#structfield.schedule).
    #[must_use]
    pub fn with_schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }

    /// Sets the number of epochs in which the learning rate rises to its full value: see
    /// [`TrainingOptions::warmup_epochs`](#structfield.warmup_epochs).
    #[must_use]
    pub fn with_warmup_epochs(self, warmup_epochs: f64) -> Self {
        Self { warmup_epochs, ..self }
    }

    /// Sets the greatest norm of all gradients together, or no limit: see
    /// [`TrainingOptions::clip_norm`](#structfield.clip_norm).
    #[must_use]
    pub fn with_clip_norm(self, clip_norm: impl Into<Option<f32>>) -> Self {
        Self { clip_norm: clip_norm.into(), ..self }
    }

    /// Sets the number of batches whose gradients make one step: see
    /// [`TrainingOptions::accumulate`](#structfield.accumulate).
    #[must_use]
    pub fn with_accumulate(self, accumulate: usize) -> Self {
        Self { accumulate, ..self }
    }

    /// Sets the condition for stopping before the last epoch, or none: see
    /// [`TrainingOptions::early_stopping`](#structfield.early_stopping).
    #[must_use]
    pub fn with_early_stopping(self, early_stopping: impl Into<Option<EarlyStopping>>) -> Self {
        Self { early_stopping: early_stopping.into(), ..self }
    }

    /// Sets whether the training returns the model of the best epoch: see
    /// [`TrainingOptions::keep_best`](#structfield.keep_best).
    #[must_use]
    pub fn with_keep_best(self, keep_best: bool) -> Self {
        Self { keep_best, ..self }
    }

    /// Sets the noise on the model's inputs, or none: see [`TrainingOptions::noise`](#structfield.noise).
    #[must_use]
    pub fn with_noise(self, noise: impl Into<Option<Noise>>) -> Self {
        Self { noise: noise.into(), ..self }
    }

    /// Sets the share of hidden units that is set to zero: see
    /// [`TrainingOptions::dropout`](#structfield.dropout).
    #[must_use]
    pub fn with_dropout(self, dropout: f32) -> Self {
        Self { dropout, ..self }
    }

    /// Sets the greatest shift of images, in pixels: see [`TrainingOptions::shift`](#structfield.shift).
    #[must_use]
    pub fn with_shift(self, shift: usize) -> Self {
        Self { shift, ..self }
    }

    /// Sets the number of epochs in which the weight of the penalty rises to its full value: see
    /// [`TrainingOptions::penalty_warmup_epochs`](#structfield.penalty_warmup_epochs).
    #[must_use]
    pub fn with_penalty_warmup_epochs(self, penalty_warmup_epochs: f64) -> Self {
        Self { penalty_warmup_epochs, ..self }
    }

    /// Sets the weight decay, which is multiplied with the learning rate of each step: see
    /// [`TrainingOptions::weight_decay`](#structfield.weight_decay).
    #[must_use]
    pub fn with_weight_decay(self, weight_decay: f32) -> Self {
        Self { weight_decay, ..self }
    }

    /// Sets the layers that are not trained: see [`TrainingOptions::frozen`](#structfield.frozen).
    #[must_use]
    pub fn with_frozen(self, frozen: LayerSet) -> Self {
        Self { frozen, ..self }
    }
}
