//! Engine: the trait through which a trainer uses the device that computes its steps.

use std::fmt;

use crate::evaluation::sums::{Means, Sums};
use crate::exchange::Exchange;
use crate::model::parameters::Parameters;
use crate::options::Rule;
use crate::random::chance::Chance;
use crate::samples::Samples;
use crate::stages::treatment::Treatment;

/// A device that holds a model's parameters and the optimizer's moments, and computes the steps of a
/// training.
///
/// A step is [`forward_backward`](Engine::forward_backward) on a batch and [`update`](Engine::update). If an
/// update must wait for further batches, or needs all gradients first, gradients are
/// [accumulated](Engine::accumulate) and the update [uses the accumulated
/// gradients](Engine::update_with_accumulated).
pub(crate) trait Engine: Send + Sync + fmt::Debug {
    /// Allocates the buffers for steps on batches of at most `most` of these samples. Must come before the
    /// first step.
    fn begin(&mut self, samples: &Samples, treatment: &Treatment, most: usize);

    /// Frees the buffers for steps.
    fn end(&mut self);

    /// Computes the forward pass, the loss and the backward pass of a batch, and returns the batch's sums of
    /// losses and penalties. Running statistics of normalised layers move towards the batch's.
    fn forward_backward(&mut self, batch: Batch<'_>) -> Sums;

    /// Updates the parameters with the gradients of the last batch plus the accumulated gradients, which are
    /// cleared.
    fn update(&mut self, rule: Rule);

    /// Adds the gradients of the last batch to the accumulated gradients.
    fn accumulate(&mut self);

    /// The accumulated gradients, in an order that the engine chooses.
    fn gradients(&self) -> Vec<f32>;

    /// Overwrites the accumulated gradients, in the order of [`gradients`](Engine::gradients).
    fn set_gradients(&mut self, gradients: &[f32]);

    /// The Euclidean norm of all accumulated gradients together.
    fn gradient_norm(&self) -> f64;

    /// Updates the parameters with the accumulated gradients times `scale`, and clears the accumulated
    /// gradients.
    fn update_with_accumulated(&mut self, rule: Rule, scale: f32);

    /// The first parameter that is not finite, if any.
    fn not_finite(&self) -> Option<f32>;

    /// Copies the parameters, or one of the optimizer's moments, into `parameters`, which are overwritten.
    fn read(&self, what: State, parameters: &mut Parameters);

    /// Overwrites the engine's parameters, or one of the optimizer's moments, by `parameters`. Called only
    /// before [`begin`](Engine::begin) or after [`end`](Engine::end).
    fn restore(&mut self, what: State, parameters: &Parameters);

    /// The number of moments that the optimizer keeps for each parameter.
    fn moments(&self) -> usize;

    /// Whether reading and restoring every state gives back all that the engine holds.
    #[cfg(test)]
    fn holds_only_what_is_read(&self) -> bool;

    /// The mean losses of reconstructing these samples, computed in f32.
    fn losses(&self, samples: &Samples) -> Means;

    /// Computes the gradients of the mean loss over a batch into `gradients`. The parameters and the
    /// accumulated gradients stay unchanged.
    fn gradients_of(&self, batch: Batch<'_>, treatment: &Treatment, gradients: &mut Parameters);
}

/// The numbers that an engine holds in the shapes of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Weights and biases.
    Parameters,
    /// One of the optimizer's moments, counted from 0.
    Moment(usize),
}

/// A batch of samples and the settings of its step.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub samples: &'a Samples,
    /// The indices of the batch's samples.
    pub indices: &'a [usize],
    /// The number of samples that the loss is the mean over: one batch's, or several batches' with
    /// accumulated gradients.
    pub loss_samples: usize,
    /// The source of random words for the step.
    pub chance: &'a dyn Chance,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// The exchange with other trainers, which compute other rows of the batch.
    pub exchange: Option<&'a dyn Exchange>,
}
