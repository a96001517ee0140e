//! Where a training starts: with new weights, with those of another model, or where a checkpoint left it.

use std::path::Path;

use autoencoder::{Architecture, Loss, Model, Normalization, Penalty, Specification, Trainer};
use toml::Value;

use super::pretraining::layer_by_layer;
use super::run_folder::RunFolder;
use crate::config::{self, Init, Plan, Precision, Settings};
use crate::data_sets::DataSets;
use crate::failure::{Failure, Outcome};
use crate::loaded::Loaded;
use crate::metrics::{self, Row};
use crate::progress::Notes;

/// A training that can begin.
pub(crate) struct Start {
    pub(crate) plan: Plan,
    pub(crate) data: DataSets,
    pub(crate) trainer: Trainer,
    /// The epochs that are done.
    pub(super) rows: Vec<Row>,
    /// Whether it goes on with the run that is in the folder.
    pub(super) resumes: bool,
}

/// Where a checkpoint left a training, before any data is read.
pub(crate) struct Left {
    plan: Plan,
    pub(crate) trainer: Trainer,
}

impl Start {
    /// From the beginning.
    pub(crate) fn anew(asked: &Settings, notes: Notes) -> Outcome<Self> {
        let mut plan = Plan::new(asked)?;
        if let Some(precision) = asked.precision {
            precision.announce(notes);
        }
        let data = DataSets::read(&mut plan, notes)?;
        let specification = plan.specification(data.train.samples.features());
        let mut model =
            Model::new(specification, plan.init.initialization(), plan.options.seed).map_err(Failure::new)?;
        if let Init::Model(path) = &plan.init {
            model = with_weights_of(model, Path::new(path))?;
        }
        model.about.scaling = data.train.samples.scaling().clone();
        model.about.sample_shape.clone_from(&data.sample_shape);
        if let Some(options) = plan.pretraining() {
            model = layer_by_layer(model, &options, &data.train.samples, notes)
                .map_err(|error| super::explain(&error, &data))?;
        }
        let trainer = Trainer::new(model, plan.options).map_err(Failure::usage)?;
        Ok(Self { plan, data, trainer, rows: Vec::new(), resumes: false })
    }

    /// From the checkpoint in `folder`. What is asked for may only differ in the number of epochs.
    pub(crate) fn again(asked: &Settings, folder: &RunFolder, notes: Notes) -> Outcome<Self> {
        let Left { mut plan, trainer } = Left::open(asked, folder)?;
        let path = folder.checkpoint();
        let data = DataSets::read(&mut plan, notes)?;
        let model = trainer.model();
        let specification = plan.specification(data.train.samples.features());
        if *model.architecture().specification() != specification || *trainer.options() != plan.options {
            let what = format!("it contradicts {}", folder.config().display());
            return Err(Failure::at(&path, what).advise("one of the two, or the data, was changed since"));
        }
        if model.about.scaling != *data.train.samples.scaling() {
            let what =
                format_args!("expected the data that {} was trained on, found other values", path.display());
            return Err(Failure::at(Path::new(&data.name), what));
        }
        let rows = rows(&trainer, folder, data.train.samples.len());
        Ok(Self { plan, data, trainer, rows, resumes: true })
    }
}

impl Left {
    /// Reads the checkpoint in `folder`. What is asked for may only differ in the number of epochs.
    pub(crate) fn open(asked: &Settings, folder: &RunFolder) -> Outcome<Self> {
        let path = folder.checkpoint();
        let hint = "--resume goes on with a run that has written a checkpoint";
        let bytes = std::fs::read(&path).map_err(|error| Failure::at(&path, error).advise(hint))?;
        let written = config::read(&folder.config())?;
        refuse_contradictions(asked, &written, folder)?;
        let plan = Plan::new(&Settings { epochs: asked.epochs.or(written.epochs), ..written })?;

        let trainer =
            Trainer::resume(&bytes, plan.options.epochs).map_err(|error| Failure::at(&path, error))?;
        let done = trainer.history().len();
        if done > plan.options.epochs {
            let what =
                format_args!("it was trained for {done} epochs, asked for {} in all", plan.options.epochs);
            return Err(Failure::at(&path, what).advise("give --epochs a larger number"));
        }
        Ok(Self { plan, trainer })
    }
}

/// The epoch whose model is kept, if it is the best.
pub(crate) fn best(trainer: &Trainer) -> Option<usize> {
    trainer.best_epoch().filter(|_| trainer.options().keep_best)
}

/// The epochs of a checkpoint with the seconds that metrics.csv has of them.
fn rows(trainer: &Trainer, folder: &RunFolder, samples: usize) -> Vec<Row> {
    // The checkpoint has all but the seconds: without the file the run is whole.
    let records = metrics::read(&folder.metrics()).unwrap_or_default();
    let seconds = |epoch| records.iter().find(|record| record.epoch == epoch)?.seconds;
    let row =
        |report: &autoencoder::EpochReport| Row { report: *report, seconds: seconds(report.epoch), samples };
    trainer.history().iter().map(row).collect()
}

fn refuse_contradictions(settings: &Settings, written: &Settings, folder: &RunFolder) -> Outcome {
    let has = written.table();
    for (key, asked) in settings.table() {
        let same = match (key.as_str(), has.get(&key)) {
            ("epochs", _) => true,
            // Settled when the run began.
            ("precision", _) if Some(Precision::Auto) == settings.precision => true,
            ("data", Some(has)) => *has == asked || is_same_path(has.as_str(), asked.as_str()),
            (_, has) => has == Some(&asked),
        };
        if !same {
            let advice = "--resume only changes --epochs; --out takes another folder";
            return Err(contradiction(folder, &key, has.get(&key), Some(&asked)).advise(advice));
        }
    }
    Ok(())
}

/// That a run has another value of a key than is asked for.
pub(crate) fn contradiction(
    folder: &RunFolder,
    key: &str,
    found: Option<&Value>,
    asked: Option<&Value>,
) -> Failure {
    let text = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), ToString::to_string);
    let what = format_args!("{key}: the run has {}, asked for {}", text(found), text(asked));
    Failure::at(folder.path(), what)
}

fn is_same_path(one: Option<&str>, other: Option<&str>) -> bool {
    let whole = |path: Option<&str>| Path::new(path?).canonicalize().ok();
    whole(one).is_some_and(|path| Some(path) == whole(other))
}

/// `model` with the weights of the model at `path`, which must be of the same architecture.
fn with_weights_of(model: Model, path: &Path) -> Outcome<Model> {
    let other = Loaded::open(path).map_err(|failure| {
        failure.advise(format_args!("--init takes {} or the path of a model", Init::NAMES))
    })?;
    let (expected, found) = (model.architecture(), other.model.architecture());
    // What is minimised may differ; only what makes other weights may not.
    let without_loss = |architecture: &Architecture| {
        let specification = architecture.specification().clone();
        let penalty = match specification.penalty {
            Penalty::Variational { .. } => Penalty::Variational { kl_weight: 1.0 },
            _ => Penalty::None,
        };
        Specification { loss: Loss::Mse, penalty, ..specification }
    };
    if without_loss(expected) != without_loss(found) {
        let what =
            format_args!("expected a model of {}, found one of {}", described(expected), described(found));
        let failure = Failure::at(other.path(), what);
        let is_normalized =
            |architecture: &Architecture| architecture.specification().normalization != Normalization::None;
        return Err(if is_normalized(expected) && !is_normalized(found) {
            failure.advise(
                "a model has its normalisation folded in; the checkpoint beside it still has it apart",
            )
        } else {
            failure
        });
    }
    Ok(model.with_parameters(other.model.parameters().clone()))
}

fn described(architecture: &Architecture) -> String {
    let specification = architecture.specification();
    let Specification { activation, code_activation, output_activation, tied, .. } = specification;
    let kind = match (tied, specification.is_variational()) {
        (true, _) => "tied, ",
        (_, true) => "variational, ",
        _ => "",
    };
    let normalized = match specification.normalization {
        Normalization::None => "",
        _ => "normalised, ",
    };
    format!(
        "{architecture} ({kind}{normalized}{}, code {}, output {})",
        activation.name(),
        code_activation.name(),
        output_activation.name()
    )
}
