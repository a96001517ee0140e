//! Where a training starts: with new weights, with those of another model, or where a checkpoint left it.

use std::io::ErrorKind;
use std::path::Path;

use autoencoder::{
    Architecture, FileError, FileKind, Loss, Model, Normalization, Penalty, Pretraining, Specification,
    Trainer, TrainingOptions,
};
use toml::Value;

use super::checkpoints::Checkpoints;
use super::pretraining::layer_by_layer;
use crate::config::{self, Init, PenaltyName, Plan, Precision, Settings};
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Loaded, Row, RunFolder, metrics};
use crate::terminal::Notes;

/// A training that can begin.
pub(crate) struct Start {
    pub(crate) plan: Plan,
    pub(crate) data: DataSets,
    pub(super) stage: Stage,
    /// The epochs that are done.
    pub(super) rows: Vec<Row>,
    /// Whether it goes on with the run that is in the folder.
    pub(super) resumes: bool,
}

/// Where a checkpoint left a training, before any data is read.
pub(crate) struct Left {
    plan: Plan,
    stage: Stage,
}

/// What is under way.
#[derive(Debug)]
pub(super) enum Stage {
    /// Its layers, one after the other.
    Pretraining(Box<Pretraining>),
    /// The whole.
    Training(Box<Trainer>),
}

impl Stage {
    /// The training of the whole, after that of the layers that are left.
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
                Trainer::new(model, options).map_err(Failure::usage)
            }
        }
    }

    pub(super) fn checkpoint(&self) -> Vec<u8> {
        match self {
            Self::Pretraining(pretraining) => pretraining.checkpoint(),
            Self::Training(trainer) => trainer.checkpoint(),
        }
    }

    fn model(&self) -> Model {
        match self {
            Self::Pretraining(pretraining) => pretraining.model(),
            Self::Training(trainer) => trainer.model(),
        }
    }

    /// Whether it is the one that is asked for.
    fn is_of(&self, plan: &Plan) -> bool {
        match self {
            Self::Pretraining(pretraining) => Some(pretraining.options()) == plan.pretraining().as_ref(),
            Self::Training(trainer) => *trainer.options() == plan.options,
        }
    }
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
        let stage = match plan.pretraining() {
            Some(options) => {
                Pretraining::new(model, options).map(|begun| Stage::Pretraining(Box::new(begun)))
            }
            None => Trainer::new(model, plan.options.clone()).map(|begun| Stage::Training(Box::new(begun))),
        };
        Ok(Self { plan, data, stage: stage.map_err(Failure::usage)?, rows: Vec::new(), resumes: false })
    }

    /// From the checkpoint in `folder`. What is asked for may only differ in the number of epochs.
    pub(crate) fn again(asked: &Settings, folder: &RunFolder, notes: Notes) -> Outcome<Self> {
        let Left { mut plan, stage } = Left::open(asked, folder)?;
        let path = folder.checkpoint();
        let data = DataSets::read(&mut plan, notes)?;
        let model = stage.model();
        let specification = plan.specification(data.train.samples.features());
        let is_same_model = *model.architecture().specification() == specification;
        if !is_same_model || !stage.is_of(&plan) {
            let failure = Failure::at(&path, format_args!("it contradicts {}", folder.config().display()));
            let changed = "one of the two, or the data, was changed since";
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
        let rows = match &stage {
            Stage::Pretraining(_) => Vec::new(),
            Stage::Training(trainer) => rows(trainer, folder, data.train.samples.len()),
        };
        Ok(Self { plan, data, stage, rows, resumes: true })
    }

    /// What a training begins with, where it is not to be a run.
    pub(crate) fn without_run(self, notes: Notes) -> Outcome<(DataSets, Trainer)> {
        let trainer = self.stage.trainer(self.plan.options, &self.data, None, notes)?;
        Ok((self.data, trainer))
    }
}

impl Left {
    /// Reads the checkpoint in `folder`. What is asked for may only differ in the number of epochs.
    pub(crate) fn open(asked: &Settings, folder: &RunFolder) -> Outcome<Self> {
        let path = folder.checkpoint();
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => folder.without_checkpoint(),
            _ => Failure::at(&path, error),
        })?;
        if !folder.config().exists() {
            let what = "there is no such file, and --resume goes on with the settings in it";
            return Err(Failure::at(&folder.config(), what)
                .advise(format_args!("put it back; or {}, with the settings of the run", folder.anew())));
        }
        let written = config::read(&folder.config())?;
        refuse_contradictions(asked, &written, folder)?;
        let plan = Plan::new(&Settings { epochs: asked.epochs.or(written.epochs), ..written })?;

        let stage = match Trainer::resume(&bytes, plan.options.epochs) {
            Err(FileError::Kind { found: FileKind::Pretraining, .. }) => {
                Pretraining::resume(&bytes).map(|left| Stage::Pretraining(Box::new(left)))
            }
            outcome => outcome.map(|left| Stage::Training(Box::new(left))),
        };
        let left = Self { plan, stage: stage.map_err(|error| Failure::at(&path, error))? };
        let (epochs, done) =
            (left.plan.options.epochs, left.trainer().map_or(0, |trainer| trainer.history().len()));
        if done > epochs {
            let what = format_args!("it was trained for {done} epochs, asked for {epochs} in all");
            return Err(Failure::at(&path, what).advise("give --epochs a larger number"));
        }
        Ok(left)
    }

    /// The training of the whole, if that was begun.
    pub(crate) fn trainer(&self) -> Option<&Trainer> {
        match &self.stage {
            Stage::Pretraining(_) => None,
            Stage::Training(trainer) => Some(trainer),
        }
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

/// The settings with which no model takes the weights of a run that has others.
const MAKE_OTHER_WEIGHTS: [&str; 10] = [
    "preset",
    "layers",
    "activation",
    "code-activation",
    "output-activation",
    "tied",
    "normalization",
    "init",
    "label-column",
    "pretrain-epochs",
];

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
            let failure = contradiction(folder, &key, has.get(&key), Some(&asked));
            let changes = "--resume only changes --epochs";
            // A variational encoder has two outputs, a mean and a variance, for each number of a code: other weights.
            let is_variational =
                [settings.penalty, written.penalty].contains(&Some(PenaltyName::Variational));
            let are_others = MAKE_OTHER_WEIGHTS.contains(&key.as_str()) || key == "penalty" && is_variational;
            return Err(if are_others {
                failure.advise(format_args!("{changes}; --out takes another folder"))
            } else {
                failure.advise(format_args!("{changes}; {}", folder.anew()))
            });
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
            Penalty::Variational { .. } => Penalty::Variational { weight: 1.0 },
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
