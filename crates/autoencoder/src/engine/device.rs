//! What a trainer knows of the device that computes its steps.

use std::fmt;

use crate::evaluation::sums::{Means, Sums};
use crate::exchange::Exchange;
use crate::model::parameters::Parameters;
use crate::options::Rule;
use crate::random::chance::Chance;
use crate::samples::Samples;
use crate::stages::treatment::Treatment;

/// A device with a model's parameters and the optimizer's moments, which computes the steps of a training.
///
/// A step is [`forward_backward`](Engine::forward_backward) on a batch and [`update`](Engine::update). Where an update has to
/// wait for other batches, or for a look at all gradients, they are [gathered](Engine::accumulate) and the
/// update [is made with those](Engine::update_with_accumulated).
pub(crate) trait Engine: Send + Sync + fmt::Debug {
    /// Makes room for steps on at most `most` of these samples.
    fn begin(&mut self, samples: &Samples, treatment: &Treatment, most: usize);

    /// Gives that room back.
    fn end(&mut self);

    /// Forward, loss and backward on a batch: its sums.
    fn forward_backward(&mut self, batch: Batch<'_>) -> Sums;

    /// Updates the parameters with the gradients of the last batch, and those that wait.
    fn update(&mut self, rule: Rule);

    /// Adds the gradients of the last batch to those that wait for an update.
    fn accumulate(&mut self);

    /// The gradients that wait, in an order of the engine's own.
    fn gradients(&self) -> Vec<f32>;

    /// Puts others in their place, in the same order.
    fn set_gradients(&mut self, gradients: &[f32]);

    /// The Euclidean norm of all gradients that wait.
    fn gradient_norm(&self) -> f64;

    /// Updates the parameters with the gradients that wait, each times `scale`.
    fn update_with_accumulated(&mut self, rule: Rule, scale: f32);

    /// The first parameter that is not finite.
    fn not_finite(&self) -> Option<f32>;

    /// Copies the parameters, or an optimizer's moments, into `parameters`.
    fn read(&self, what: State, parameters: &mut Parameters);

    /// Takes an optimizer's moments over.
    fn restore(&mut self, what: State, parameters: &Parameters);

    /// How many moments the optimizer has.
    fn moments(&self) -> usize;

    /// Whether all that it holds comes back after it was read and restored.
    #[cfg(test)]
    fn holds_only_what_is_read(&self) -> bool;

    /// What restoring these samples costs.
    fn losses(&self, samples: &Samples) -> Means;

    /// The gradients of the mean loss over a batch, with the parameters as they are; what waits for an update is left alone.
    fn gradients_of(&self, batch: Batch<'_>, treatment: &Treatment, gradients: &mut Parameters);
}

/// Numbers that an engine holds in the shapes of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Weights and biases.
    Parameters,
    /// One of the optimizer's moments, from 0.
    Moment(usize),
}

/// The samples of a batch, and what a step makes of them.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub samples: &'a Samples,
    pub indices: &'a [usize],
    /// Samples that the loss is the mean of: the batch's, or those of several batches.
    pub loss_samples: usize,
    pub chance: &'a dyn Chance,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// The other trainers, which have other rows of the batch.
    pub exchange: Option<&'a dyn Exchange>,
}
