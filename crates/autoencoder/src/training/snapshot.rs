//! Snapshots: copies of a training or a pretraining under way, which can be written while it goes on.

use crate::files::kind::FileKind;
use crate::files::progress::Progress;
use crate::files::{BEST, write};
use crate::model::Model;
use crate::model::parameters::Parameters;

/// The state of a training or a pretraining at one moment: its parameters, moments, history and options.
///
/// To copy the state takes a small part of the time that its bytes take. So the bytes can be made, and written, on another
/// thread while the training goes on.
///
/// ```
/// use autoencoder::{Samples, Scaling, Specification, Trainer, TrainingOptions, Values};
/// use ndarray::Array2;
/// let samples = Samples::new(Values::Bytes(Array2::from_elem((4, 6), 255)), Scaling::Bytes)?;
/// let mut trainer = Trainer::new(Specification::new(6, [2]), TrainingOptions::default().with_epochs(1))?;
/// let (snapshot, checkpoint) = (trainer.snapshot(), trainer.checkpoint());
/// trainer.fit(&samples)?;
/// assert_eq!(snapshot.checkpoint(), checkpoint);
/// # Ok::<(), autoencoder::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) kind: FileKind,
    pub(super) model: Model,
    pub(super) progress: Progress,
    /// The moments and the best parameters, each with the prefix of its names in a file.
    pub(super) parameter_sets: Vec<(&'static str, Parameters)>,
}

impl Snapshot {
    /// The bytes of a checkpoint of that moment: those of [`Trainer::checkpoint`](crate::Trainer::checkpoint) or
    /// [`Pretraining::checkpoint`](crate::Pretraining::checkpoint).
    pub fn checkpoint(&self) -> Vec<u8> {
        write(&self.model, self.kind, Some(self.progress.clone()), &self.parameter_sets)
    }

    /// The model of that moment: that of [`Trainer::best_model`](crate::Trainer::best_model) or
    /// [`Pretraining::model`](crate::Pretraining::model).
    pub fn best_model(&self) -> Model {
        let best = self.parameter_sets.iter().find(|(name, _)| *name == BEST);
        match best {
            Some((_, parameters)) => Model { parameters: parameters.clone(), ..self.model.clone() },
            None => self.model.clone(),
        }
    }
}
