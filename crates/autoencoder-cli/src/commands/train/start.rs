//! The start of a training: with new weights, with the weights of another model, or from a checkpoint.

use std::path::Path;

use autoencoder::{About, Columns, Model, Pretraining, Schema, Specification, Trainer};

use super::budget;
use super::explain::refused;
use super::resumable::Resumable;
use super::stage::Stage;
use super::weights;
use crate::config::{Budget, Init, Named, Plan, Settings};
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Known, Loaded, Row, RunFolder, metrics, reach};
use crate::terminal::{Notes, numerals};

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
        let init = match &asked.init {
            Some(Init::Model(path)) => Some(weights::open(path, notes)?),
            Some(Init::Drawn(_) | Init::Principal) | None => None,
        };
        let is_of_table = init.as_ref().is_some_and(|init| init.model.about.schema.is_some());
        if is_of_table && (asked.column.is_some() || asked.schema.is_some()) {
            let what =
                "--init of a model of a table has its columns, and --column and --schema do not go with it";
            return Err(Failure::usage(what).advise("leave them out, or train anew without --init"));
        }
        let known = init.as_ref().map(Loaded::known);
        let lent = init.as_ref().map(|init| weights::lend(init, asked)).transpose()?;
        let asked = lent.as_ref().unwrap_or(asked);
        let (mut plan, data) = DataSets::plan(asked, known.as_ref(), notes)?;
        if let Some(Named(precision)) = asked.precision {
            precision.announce(notes);
        }
        let specification = data.specification(&plan);
        tell_of_reach(&specification, &data, notes);
        let mut model = Model::new(specification, plan.init.initialization(), plan.options.seed)
            .map_err(Failure::usage)?;
        if plan.init == Init::Principal {
            model = weights::of_pca(model, &data.train.samples, notes)?;
        }
        if let Some(init) = &init {
            model = weights::with_weights_of(model, init)?;
            tell_of_scaling(init, &data, notes);
        }
        model.about.scaling = data.train.samples.scaling().clone();
        model.about.sample_shape.clone_from(&data.sample_shape);
        model.about.columns = data.columns.clone().filter(|_| data.schema.is_none());
        model.about.schema.clone_from(&data.schema);
        model.about.channels_first = data.channels_first;
        model.about.window = data.window;
        if let (Some(budget), None) = (asked.budget, asked.epochs) {
            let (epochs, seconds) = notes.during("measuring the speed of the training", || {
                budget::epochs(budget.time(), &model, &plan.options, &data)
            })?;
            plan = plan.with_epochs(asked, epochs)?;
            tell_of_budget(budget, epochs, seconds, notes);
        }
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
        let model = stage.model();
        // A training that began with another model's weights and scaling wrote no scaling of its own.
        let keeps_scaling = matches!(plan.init, Init::Model(_)) && plan.scale.is_none();
        let known = if keeps_scaling {
            Some(Known::of(&model, path.display()))
        } else {
            // The file of a schema may be another now.
            plan.settings.schema.as_ref().map(|_| Known::columns_of(&model, path.display()))
        };
        let data = DataSets::read(&mut plan, known.as_ref(), notes)?;
        if let Some(what) = other_columns(&model.about, &data) {
            return Err(Failure::at(Path::new(&data.name), what).advise(folder.anew()));
        }
        let specification = data.specification(&plan);
        tell_of_reach(&specification, &data, notes);
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
        if model.about.scaling != *data.train.samples.scaling() || model.about.schema != data.schema {
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

/// Notes how many epochs a time was turned into.
fn tell_of_budget(budget: Budget, epochs: usize, seconds: f64, notes: Notes) {
    let counted = numerals::counted(epochs, "epoch");
    let each = numerals::short(seconds);
    if seconds > budget.time().as_secs_f64() {
        notes.say(format_args!(
            "budget: {counted}, which takes about {each} s, more than {budget}; --limit N trains on fewer samples"
        ));
    } else {
        notes.say(format_args!("budget: {counted} of about {each} s in {budget}"));
    }
}

/// Notes that the samples are scaled otherwise than those that the weights were learnt from.
fn tell_of_scaling(init: &Loaded, data: &DataSets, notes: Notes) {
    if init.model.about.training.is_some() && init.model.about.scaling != *data.train.samples.scaling() {
        notes.say(format_args!(
            "{}: its weights were learnt with another scaling than --scale asks for; without --scale its scaling is kept",
            init.path().display()
        ));
    }
}

/// Notes that validation samples lie outside of what the model can restore. A loss that is not defined there refuses them.
fn tell_of_reach(specification: &Specification, data: &DataSets, notes: Notes) {
    let takes_any = specification.loss.range() == (f32::NEG_INFINITY, f32::INFINITY);
    if let (Some(set), Some(name), true) = (&data.validation, &data.validation_name, takes_any) {
        reach::tell(name, &set.samples, specification, notes);
    }
}

/// Says which column of a table has another name than when the training began, if one has.
fn other_columns(about: &About, data: &DataSets) -> Option<String> {
    let known = names(about.schema.as_ref(), about.columns.as_ref());
    let found = names(data.schema.as_ref(), data.columns.as_ref());
    if known.is_empty() || known == found {
        return None;
    }
    let place = known.iter().zip(&found).take_while(|(known, found)| known == found).count();
    Some(match (known.get(place), found.get(place)) {
        (Some(known), Some(found)) => {
            format!("expected the column {known}, as when the training began, found {found} in its place")
        }
        (Some(known), None) => format!("expected the column {known}, as when the training began, found none"),
        (None, found) => {
            let found = found.map_or("", String::as_str);
            format!("expected the columns that the training began with, found {found} too")
        }
    })
}

/// The names of the columns of a table: all of them where it has a schema, otherwise the features.
fn names(schema: Option<&Schema>, columns: Option<&Columns>) -> Vec<String> {
    match (schema, columns) {
        (Some(schema), _) => schema.columns.iter().map(|column| column.name.clone()).collect(),
        (None, Some(columns)) => columns.names.clone(),
        (None, None) => Vec::new(),
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
