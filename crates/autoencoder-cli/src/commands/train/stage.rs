//! The stages of a training: its layers one after the other, then the whole.

use std::fmt;
use std::path::Path;

use autoencoder::{Model, Pretraining, Trainer, TrainingData, TrainingOptions};

use super::checkpoints::Checkpoints;
use super::explain::refused;
use super::pretraining::layer_by_layer;
use super::state::State;
use crate::config::Plan;
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Row};
use crate::terminal::Notes;

/// The stage that is under way.
#[derive(Debug)]
pub(super) enum Stage {
    /// The training of the layers, one after the other.
    Pretraining(Box<Pretraining>),
    /// The training of the whole model.
    Training(Box<Trainer>),
}

impl Stage {
    /// The training of the whole model, after that of the layers that are left.
    pub(super) fn trainer(
        self,
        options: TrainingOptions,
        data: &DataSets,
        checkpoints: Option<&mut Checkpoints<'_>>,
        notes: Notes,
    ) -> Outcome<Trainer> {
        match self {
            Self::Training(trainer) => Ok(*trainer),
            Self::Pretraining(pretraining) => {
                let model = layer_by_layer(*pretraining, data, checkpoints, notes)?;
                Trainer::of_model(model, options).map_err(refused)
            }
        }
    }

    /// The state of the stage; `rows` are the epochs that are done.
    pub(super) fn state<'a>(&'a self, rows: &'a [Row]) -> State<'a> {
        match self {
            Self::Pretraining(pretraining) => State::Pretraining(pretraining),
            Self::Training(trainer) => State::Training(trainer, rows),
        }
    }

    pub(super) fn model(&self) -> Model {
        match self {
            Self::Pretraining(pretraining) => pretraining.model(),
            Self::Training(trainer) => trainer.model(),
        }
    }

    /// Checks that the data is that which the training began with, and that there are validation samples if there were.
    pub(super) fn check_data(&self, data: &DataSets) -> Outcome {
        let failed = |what: &dyn fmt::Display| Failure::at(Path::new(&data.name), what);
        let (train, validation) = (&data.train.samples, data.validation.as_ref().map(|set| &set.samples));
        let checked = match self {
            Self::Pretraining(pretraining) => pretraining.check_data(train, validation),
            Self::Training(trainer) => trainer.check_data(train, validation),
        };
        checked.map_err(|error| failed(&error))?;
        match (self.data().map(|data| data.validation.is_some()), validation.is_some()) {
            (Some(false), true) => {
                Err(failed(&"expected no validation samples, as the training began without, found some"))
            }
            (Some(true), false) => {
                Err(failed(&"expected the validation samples that the training began with, found none"))
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// The fingerprints of the data, once the training has begun.
    fn data(&self) -> Option<&TrainingData> {
        match self {
            Self::Pretraining(pretraining) => pretraining.data(),
            Self::Training(trainer) => trainer.data(),
        }
    }

    /// Whether the training has the fingerprint of its data, or has not begun.
    pub(super) fn knows_its_data(&self) -> bool {
        let steps = match self {
            Self::Pretraining(pretraining) => pretraining.trainer().steps(),
            Self::Training(trainer) => trainer.steps(),
        };
        self.data().is_some() || steps == 0
    }

    /// Returns whether the training is the one that the plan asks for.
    pub(super) fn is_of(&self, plan: &Plan) -> bool {
        match self {
            Self::Pretraining(pretraining) => Some(pretraining.options()) == plan.pretraining().as_ref(),
            Self::Training(trainer) => *trainer.options() == plan.options,
        }
    }
}
