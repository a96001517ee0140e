//! What is seen of the layers that are trained one after the other before the whole.

use std::ops::ControlFlow;
use std::time::Instant;

use autoencoder::{
    EpochReport, Model, Observer, Samples, StepReport, Trainer, TrainingError, TrainingOptions, pretrain,
};

use crate::metrics::Row;
use crate::progress::{Notes, TrainingProgress};

/// Trains the layers of `model` one after the other.
pub(super) fn layer_by_layer(
    model: Model,
    options: &TrainingOptions,
    samples: &Samples,
    notes: Notes,
) -> Result<Model, TrainingError> {
    let layers = model.architecture().encoder_layers();
    pretrain(model, options, samples, |layer| {
        notes.say(format_args!("pretraining layer {} of {layers}", layer + 1));
        let progress = notes.training(options.epochs, options.epochs, samples.len());
        Box::new(LayerWatch { progress, samples: samples.len(), begun: Instant::now() })
    })
}

/// A watch over the training of one layer.
struct LayerWatch {
    progress: TrainingProgress,
    samples: usize,
    begun: Instant,
}

impl Observer for LayerWatch {
    fn epoch_begins(&mut self, _epoch: usize) {
        self.progress.epoch_begins();
        self.begun = Instant::now();
    }

    fn step_done(&mut self, report: &StepReport, _trainer: &Trainer) -> ControlFlow<()> {
        self.progress.step(report.epoch, report.samples, report.loss);
        ControlFlow::Continue(())
    }

    fn epoch_done(&mut self, report: &EpochReport, trainer: &Trainer) -> ControlFlow<()> {
        let seconds = Some(self.begun.elapsed().as_secs_f64());
        self.progress.epoch(&Row { report: *report, seconds, samples: self.samples });
        if trainer.is_finished() {
            self.progress.finish();
        }
        ControlFlow::Continue(())
    }
}
