//! Observers, which follow a training step by step and epoch by epoch.

use std::ops::ControlFlow;

use super::trainer::Trainer;
use crate::files::progress::EpochReport;

/// Results of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct StepReport {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// Number of samples seen in this epoch, with this step's.
    pub samples: usize,
    /// Number of samples in an epoch.
    pub of: usize,
    /// Mean loss of this step's samples, before the step.
    pub loss: f64,
}

/// Follows a training and may stop it. By default, each method does nothing.
///
/// The methods are called from the thread pool, on one thread at a time.
pub trait Observer: Send {
    /// Handles the beginning of an epoch (from 1), before the order of its samples is drawn.
    fn epoch_begins(&mut self, _epoch: usize) {}

    /// Handles the end of a step. The trainer can write a checkpoint of this moment.
    ///
    /// Returning `Break` ends the training within the epoch, which then has no report yet.
    fn step_done(&mut self, _report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// Handles the end of an epoch's last step, before validation.
    fn epoch_trained(&mut self, _epoch: usize) {}

    /// Handles the end of an epoch and its validation. The trainer can give the model and a checkpoint of
    /// this moment.
    ///
    /// Returning `Break` ends the training.
    fn epoch_done(&mut self, _report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// An observer that does nothing.
impl Observer for () {}
