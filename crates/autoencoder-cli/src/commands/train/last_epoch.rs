//! The last whole epoch of a training that diverged since.

use std::ops::ControlFlow;

use autoencoder::{EpochReport, Observer, StepReport, Trainer};

use crate::run::DataSets;
use crate::terminal::Interrupt;

/// The training after its last whole epoch, of which it has the number: the epochs since its checkpoint are trained
/// again, as the parameters of that epoch are gone. Nothing where the checkpoint is of that epoch or later already, or
/// is no checkpoint of the whole, or a signal comes.
pub(super) fn trained_again(
    checkpoint: &[u8],
    (epoch, epochs): (usize, usize),
    data: &DataSets,
    interrupt: &Interrupt,
) -> Option<Trainer> {
    let mut trainer = Trainer::resume(checkpoint, epochs).ok()?;
    if trainer.history().len() >= epoch {
        return None;
    }
    let validation = data.validation.as_ref().map(|set| &set.samples);
    let mut until = Until { epoch, interrupt };
    trainer.validate(validation).observe(&mut until).fit(&data.train.samples).ok()?;
    (trainer.history().len() == epoch).then_some(trainer)
}

/// Ends a training after an epoch, or when a signal comes.
struct Until<'a> {
    epoch: usize,
    interrupt: &'a Interrupt,
}

impl Observer for Until<'_> {
    fn step_done(&mut self, _report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        if self.interrupt.asked().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn epoch_done(&mut self, report: &EpochReport, _trainer: &Trainer) -> ControlFlow<()> {
        if report.epoch >= self.epoch { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
