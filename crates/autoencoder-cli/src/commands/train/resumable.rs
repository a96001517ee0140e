//! A training as a checkpoint holds it, and the refusal to resume it with other settings.

use std::io::ErrorKind;
use std::path::Path;

use autoencoder::{FileError, FileKind, Pretraining, Specification, Trainer};
use toml::Value;

use super::stage::Stage;
use crate::config::{self, AskedPrecision, Named, Plan, Settings};
use crate::data::Place;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::run::{DataSets, LARGEST, RunFolder};

/// A training as a checkpoint holds it, before any data is read.
pub(crate) struct Resumable {
    pub(super) plan: Plan,
    pub(super) stage: Stage,
}

impl Resumable {
    /// Reads the checkpoint in `folder`. The settings that are asked for may differ in the number of epochs only.
    pub(crate) fn open(asked: &Settings, folder: &RunFolder) -> Outcome<Self> {
        let path = folder.checkpoint();
        let bytes = input::read(&path, LARGEST).map_err(|error| match error.kind() {
            ErrorKind::NotFound => folder.without_checkpoint(),
            _ => Failure::at(&path, error),
        })?;
        if !folder.config().exists() {
            let what = "there is no such file, and --resume needs the settings in it";
            return Err(Failure::at(&folder.config(), what).advise(format_args!(
                "put the file back; or {}, with the settings of the run",
                folder.anew()
            )));
        }
        let written = config::read(&folder.config())?;
        refuse_contradictions(asked, &written, folder)?;
        let plan = Plan::new(&Settings { epochs: asked.epochs.or(written.epochs), ..written })?;

        let stage = match Trainer::resume(&bytes, plan.options.epochs) {
            Err(FileError::Kind { found: FileKind::Pretraining, .. }) => {
                Pretraining::resume(&bytes).map(|resumed| Stage::Pretraining(Box::new(resumed)))
            }
            outcome => outcome.map(|resumed| Stage::Training(Box::new(resumed))),
        };
        let resumable = Self { plan, stage: stage.map_err(|error| Failure::at(&path, error))? };
        let (epochs, done) =
            (resumable.plan.options.epochs, resumable.trainer().map_or(0, |trainer| trainer.history().len()));
        if done > epochs {
            let what = format_args!("the run was trained for {done} epochs, asked for {epochs} in all");
            return Err(Failure::at(&path, what).advise("give --epochs a larger number"));
        }
        Ok(resumable)
    }

    /// Checks that data is that which the training began with.
    pub(crate) fn check_data(&self, data: &DataSets) -> Outcome {
        self.stage.check_data(data)
    }

    /// The training of the whole model, if that was begun.
    pub(crate) fn trainer(&self) -> Option<&Trainer> {
        match &self.stage {
            Stage::Pretraining(_) => None,
            Stage::Training(trainer) => Some(trainer),
        }
    }
}

fn refuse_contradictions(settings: &Settings, written: &Settings, folder: &RunFolder) -> Outcome {
    let has = written.table();
    for (key, asked) in settings.table() {
        let same = match (key.as_str(), has.get(&key)) {
            ("epochs", _) => true,
            // The length of the code was settled as the last width.
            ("code", _) => settings.code == written.layers.as_ref().and_then(|layers| layers.last().copied()),
            // The precision `auto` was settled when the run began.
            ("precision", _) if settings.precision == Some(Named(AskedPrecision::Auto)) => true,
            ("data", Some(has)) => *has == asked || is_same_path(has.as_str(), asked.as_str()),
            (_, has) => has == Some(&asked),
        };
        if !same {
            let failure = contradiction(folder, &key, has.get(&key), Some(&asked));
            let changes = "--resume can change nothing but --epochs";
            return Err(if makes_other_weights(&key, settings, written) {
                failure.advise(format_args!("{changes}; --out takes another folder"))
            } else {
                failure.advise(format_args!("{changes}; {}", folder.anew()))
            });
        }
    }
    Ok(())
}

/// Returns whether other values of a setting make other weights: then a run cannot lend its weights.
fn makes_other_weights(key: &str, one: &Settings, other: &Settings) -> bool {
    match key {
        "preset" | "init" | "label-column" | "header" | "skip-broken" | "sample-shape"
        | "pretrain-epochs" => true,
        "loss" | "top-k" => false,
        // The encoder of a variational model has two outputs, a mean and a variance, for each number of a code.
        "penalty" => [one.penalty, other.penalty].into_iter().flatten().any(|named| named.0.draws_codes()),
        key => config::is_field::<Specification>(key),
    }
}

/// The failure that a run has another value of a key than is asked for.
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
    let whole = |argument: Option<&str>| {
        let Place { path, part } = Place::of(Path::new(argument?));
        Some((path.canonicalize().ok()?, part))
    };
    whole(one).is_some_and(|place| Some(place) == whole(other))
}
