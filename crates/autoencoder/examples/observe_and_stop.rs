//! Observes a training, keeps its last checkpoint and ends the training when the error is small enough; then
//! resumes it from the checkpoint.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::ops::ControlFlow;

use autoencoder::{EpochReport, Error, Observer, Trainer, TrainingOptions};
use autoencoder::{Samples, Scaling, Specification, Values};
use ndarray::Array2;

struct UntilGoodEnough {
    error: f64,
    checkpoint: Vec<u8>,
}

impl Observer for UntilGoodEnough {
    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        println!("epoch {:>3}: {:.5}", report.epoch, report.train_mse);
        self.checkpoint = trainer.checkpoint();
        if report.train_mse < self.error { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

pub(crate) fn main() -> Result<(), Error> {
    let waves = Array2::from_shape_fn((300, 20), |(row, column)| {
        0.5 + 0.4 * ((row * 3 % 20 + column) as f32 * std::f32::consts::TAU / 20.0).sin()
    });
    let samples = Samples::new(Values::Floats(waves), Scaling::None)?;
    let options = TrainingOptions::default().with_epochs(1000).with_batch_size(30);
    let mut trainer = Trainer::new(Specification::new(20, [16, 3]), options)?;
    let mut watch = UntilGoodEnough { error: 0.005, checkpoint: Vec::new() };
    trainer.observe(&mut watch).fit(&samples)?;

    // Two more epochs give the same bits as if the training had not stopped.
    let epochs = trainer.history().len() + 2;
    let mut resumed = Trainer::resume(&watch.checkpoint, epochs)?;
    resumed.fit(&samples)?;
    println!("after {epochs} epochs: {:.5}", resumed.into_model().evaluate(&samples)?.mse);
    Ok(())
}
