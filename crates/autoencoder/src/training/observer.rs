//! Observers, which watch a training step by step and epoch by epoch.

use std::ops::ControlFlow;

use super::trainer::Trainer;
use crate::files::progress::EpochReport;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
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
