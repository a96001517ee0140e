//! The state of a training, as the files of its run hold it.

use autoencoder::{Pretraining, Trainer};

use crate::failure::Outcome;
use crate::run::{Row, files, metrics, tensorboard};
use crate::terminal::numerals;

/// The state of a training.
#[derive(Clone, Copy)]
pub(super) enum State<'a> {
    /// The layers are being trained one after the other.
    Pretraining(&'a Pretraining),
    /// The whole is being trained; the epochs that are done.
    Training(&'a Trainer, &'a [Row]),
}

impl State<'_> {
    pub(super) fn checkpoint(self) -> Vec<u8> {
        match self {
            Self::Pretraining(pretraining) => pretraining.checkpoint(),
            Self::Training(trainer, _) => trainer.checkpoint(),
        }
    }

    /// The model so far, if the whole is being trained.
    pub(super) fn model(self) -> Option<Vec<u8>> {
        match self {
            Self::Pretraining(_) => None,
            Self::Training(trainer, _) => Some(trainer.best_model().folded().to_bytes()),
        }
    }

    /// The losses of the epochs, if the whole is being trained.
    pub(super) fn metrics(self) -> Option<Outcome<Vec<u8>>> {
        match self {
            Self::Pretraining(_) => None,
            Self::Training(_, rows) => Some(metrics::bytes(rows)),
        }
    }

    /// TensorBoard's file.
    pub(super) fn events(self) -> Vec<u8> {
        match self {
            Self::Pretraining(_) => tensorboard::events(&[]),
            Self::Training(_, rows) => tensorboard::events(rows),
        }
    }

    /// The bytes of the file of this name, if the state has that file.
    pub(super) fn file(self, name: &str) -> Outcome<Option<Vec<u8>>> {
        match name {
            files::CHECKPOINT => Ok(Some(self.checkpoint())),
            files::MODEL => Ok(self.model()),
            files::EVENTS => Ok(Some(self.events())),
            files::METRICS => self.metrics().transpose(),
            _ => Ok(None),
        }
    }

    /// How far the training has come: `epoch 3 of 10`.
    pub(super) fn place(self) -> String {
        let (trainer, layer) = match self {
            Self::Pretraining(pretraining) => {
                let layers = pretraining.model().architecture().encoder_layers();
                let layer = format!(" of the pretraining of layer {} of {layers}", pretraining.layer() + 1);
                (pretraining.trainer(), layer)
            }
            Self::Training(trainer, _) => (trainer, String::new()),
        };
        let (done, of) = (trainer.history().len(), trainer.options().epochs);
        match trainer.part_of_epoch().samples {
            0 => format!("epoch {done} of {of}{layer}"),
            samples => format!("sample {} of epoch {} of {of}{layer}", numerals::grouped(samples), done + 1),
        }
    }
}
