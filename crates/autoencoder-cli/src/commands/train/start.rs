//! The start of a training: with new weights, with the weights of another model, or from a checkpoint.

use std::path::Path;

use autoencoder::{Model, Pretraining, Trainer};

use super::explain::refused;
use super::resumable::Resumable;
use super::stage::Stage;
use super::weights::with_weights_of;
use crate::config::{Init, Named, Plan, Settings};
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Row, RunFolder, metrics};
use crate::terminal::Notes;

/// A training that can begin.
pub(crate) struct Start {
    pub(crate) plan: Plan,
    pub(crate) data: DataSets,
    pub(super) stage: Stage,
    /// The epochs that are done.
    pub(super) rows: Vec<Row>,
    /// Whether the training resumes the run that is in the folder.
    pub(super) resumes: bool,
}

impl Start {
    /// Starts from the beginning.
    pub(crate) fn anew(asked: &Settings, notes: Notes) -> Outcome<Self> {
        let mut plan = Plan::new(asked)?;
        if let Some(Named(precision)) = asked.precision {
            precision.announce(notes);
        }
        let data = DataSets::read(&mut plan, notes)?;
        let specification = plan.specification(data.train.samples.features());
        let mut model =
            Model::new(specification, plan.init.initialization(), plan.options.seed).map_err(Failure::new)?;
        if let Init::Model(path) = &plan.init {
            model = with_weights_of(model, Path::new(path), notes)?;
        }
        model.about.scaling = data.train.samples.scaling().clone();
        model.about.sample_shape.clone_from(&data.sample_shape);
        model.about.channels_first = data.channels_first;
        let stage = match plan.pretraining() {
            Some(options) => {
                Pretraining::new(model, options).map(|begun| Stage::Pretraining(Box::new(begun)))
            }
            None => {
                Trainer::of_model(model, plan.options.clone()).map(|begun| Stage::Training(Box::new(begun)))
            }
        };
        Ok(Self { plan, data, stage: stage.map_err(refused)?, rows: Vec::new(), resumes: false })
    }

    /// Starts from the checkpoint in `folder`. The settings that are asked for may differ in the number of epochs
    /// only.
    pub(crate) fn again(asked: &Settings, folder: &RunFolder, notes: Notes) -> Outcome<Self> {
        let Resumable { mut plan, stage } = Resumable::open(asked, folder)?;
        let path = folder.checkpoint();
        let data = DataSets::read(&mut plan, notes)?;
        let model = stage.model();
        let specification = plan.specification(data.train.samples.features());
        let is_same_model = *model.architecture().specification() == specification;
        if !is_same_model || !stage.is_of(&plan) {
            let failure =
                Failure::at(&path, format_args!("the checkpoint contradicts {}", folder.config().display()));
            let changed = "one of the two files, or the data, was changed since";
            return Err(if is_same_model {
                failure.advise(format_args!("{changed}; {}", folder.anew()))
            } else {
                failure.advise(changed)
            });
        }
        if model.about.scaling != *data.train.samples.scaling() {
            let what =
                format_args!("expected the data that {} was trained on, found other values", path.display());
            return Err(Failure::at(Path::new(&data.name), what).advise(folder.anew()));
        }
        stage.check_data(&data).map_err(|failure| failure.advise(folder.anew()))?;
        if !stage.knows_its_data() {
            let path = path.display();
            notes.say(format_args!(
                "{path}: the checkpoint does not tell its data, so other data cannot be noticed"
            ));
        }
        let rows = match &stage {
            Stage::Pretraining(_) => Vec::new(),
            Stage::Training(trainer) => rows(trainer, folder, data.train.samples.len()),
        };
        Ok(Self { plan, data, stage, rows, resumes: true })
    }

    /// The data and the training, where these are not to be a run.
    pub(crate) fn without_run(self, notes: Notes) -> Outcome<(DataSets, Trainer)> {
        let trainer = self.stage.trainer(self.plan.options.clone(), &self.data, None, notes)?;
        Ok((self.data, trainer))
    }
}

/// The epoch whose model is kept, if it is the best.
pub(crate) fn best(trainer: &Trainer) -> Option<usize> {
    trainer.best_epoch().filter(|_| trainer.options().keep_best)
}

/// The epochs of a checkpoint, with their seconds from metrics.csv.
fn rows(trainer: &Trainer, folder: &RunFolder, samples: usize) -> Vec<Row> {
    // A failure is ignored: the checkpoint has everything but the seconds.
    let records = metrics::read(&folder.metrics()).unwrap_or_default();
    let seconds = |epoch| records.iter().find(|record| record.epoch == epoch)?.seconds;
    let row =
        |report: &autoencoder::EpochReport| Row { report: *report, seconds: seconds(report.epoch), samples };
    trainer.history().iter().map(row).collect()
}
