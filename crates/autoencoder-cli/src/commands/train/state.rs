//! The state of a training, as the files of its run hold it.

use autoencoder::{Pretraining, Snapshot, Trainer};

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
    /// A copy of the state, to be written while the training goes on.
    pub(super) fn copy(self) -> StateCopy {
        let (snapshot, rows) = match self {
            Self::Pretraining(pretraining) => (pretraining.snapshot(), None),
            Self::Training(trainer, rows) => (trainer.snapshot(), Some(rows.to_vec())),
        };
        StateCopy { snapshot, rows, place: self.place() }
    }

    /// How far the training has come: `epoch 3 of 10`.
    fn place(self) -> String {
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

/// The state of a training at one moment, apart from the training.
pub(super) struct StateCopy {
    snapshot: Snapshot,
    /// The epochs that are done, if the whole is being trained.
    rows: Option<Vec<Row>>,
    place: String,
}

impl StateCopy {
    /// How far the training had come: `epoch 3 of 10`.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The number of epochs of the whole that are done.
    pub(super) fn epochs(&self) -> usize {
        self.rows.as_ref().map_or(0, Vec::len)
    }

    /// TensorBoard's file.
    pub(super) fn events(&self) -> Vec<u8> {
        tensorboard::events(self.rows.as_deref().unwrap_or_default())
    }

    /// The bytes of the file of this name, if the state has that file: there is no model, and there are no losses,
    /// before the whole is trained.
    pub(super) fn file(&self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let rows = self.rows.as_deref();
        Ok(match name {
            files::CHECKPOINT => Some(self.snapshot.checkpoint()),
            files::MODEL => rows.map(|_| self.snapshot.best_model().folded().to_bytes()),
            files::EVENTS => Some(self.events()),
            files::METRICS => rows.map(metrics::bytes).transpose()?,
            _ => None,
        })
    }
}
