//! `autoencoder train`: trains a model and writes it, its metrics and its figures into a folder.

mod budget;
mod checkpoints;
mod default_folder;
mod explain;
mod hopes;
mod inputs;
mod last_epoch;
mod pace;
mod pretraining;
mod rescue;
mod resumable;
mod run_files;
mod stage;
mod start;
mod state;
mod training;
mod watch;
mod weights;
mod writer;

use std::path::Path;

use autoencoder::Choice;
use serde::Serialize;

use self::default_folder::default_folder;
pub(crate) use self::explain::explain;
pub(crate) use self::inputs::inputs;
pub(crate) use self::resumable::{Resumable, contradiction};
pub(crate) use self::start::{Start, best};
pub(crate) use self::training::Extras;
use self::training::Trained;
use crate::arguments::Train;
use crate::config::{self, Preset, Settings};
use crate::failure::{Failure, Outcome};
use crate::run::{Record, Row, RunFolder, Verdict};
use crate::terminal::{Interrupt, Notes, Results, numerals};

pub(crate) fn run(typed: &Train, notes: Notes, results: &mut Results) -> Outcome {
    let asked = asked(typed.typed(), typed.config.as_deref())?;
    let mut folder = RunFolder::new(typed.out.clone().unwrap_or_else(|| default_folder(&asked)));
    for input in inputs(&asked).iter().chain(&typed.config) {
        folder.refuse_input(input)?;
    }
    if typed.resume && !folder.checkpoint().exists() {
        return Err(folder.without_checkpoint());
    }
    folder.claim(notes)?;
    let start = if typed.resume {
        Start::again(&asked, &folder, notes)?
    } else if folder.is_taken() && !typed.force {
        return Err(folder.taken());
    } else {
        Start::anew(&asked, notes)?
    };
    let extras = Extras {
        checkpoint_every: typed.checkpoint_every,
        tensorboard: typed.tensorboard,
        stop_if_hopeless: typed.stop_if_hopeless,
    };
    let interrupt = Interrupt::watch()?;
    let trained = start.train(&mut folder, extras, &interrupt, notes)?;
    // Nothing would be lost from now on: a signal ends the program at once.
    drop(interrupt);
    let verdict = trained.draw(&folder, notes)?;
    if typed.json {
        results.print_json(&TrainingResult {
            model: folder.model().display().to_string(),
            seconds: trained.seconds,
            epochs: trained.rows.iter().map(Row::record).collect(),
            best_epoch: trained.best,
            validation: trained.data.validation.is_some().then_some(verdict),
        })
    } else {
        results.print(&summary(&folder, &trained, &verdict))
    }
}

/// The JSON object of the result.
#[derive(Serialize)]
struct TrainingResult {
    model: String,
    /// The seconds of this training, with validation and the writing of files.
    seconds: f64,
    epochs: Vec<Record>,
    /// The epoch of the model, where the best is kept.
    best_epoch: Option<usize>,
    validation: Option<Verdict>,
}

/// The settings that are asked for: the arguments, and below them a configuration.
pub(super) fn asked(settings: Settings, config: Option<&Path>) -> Outcome<Settings> {
    let Some(path) = config else { return Ok(settings) };
    let file = config::read(path)?;
    match (settings.preset, file.preset) {
        (Some(typed), Some(written)) if typed != written => {
            let what = format_args!(
                "--preset {} contradicts {}, which was made for {}",
                typed.0.name(),
                path.display(),
                written.0.name()
            );
            Err(Failure::usage(what))
        }
        // A time that is typed takes the place of the epochs of the file.
        _ if settings.budget.is_some() => {
            Ok(settings.above(&Settings { epochs: None, patience: None, ..file }))
        }
        _ if settings.epochs.is_some() => Ok(settings.above(&Settings { budget: None, ..file })),
        _ => Ok(settings.above(&file)),
    }
}

/// The result, for people.
fn summary(folder: &RunFolder, trained: &Trained, verdict: &Verdict) -> String {
    let Trained { model, data, rows, epochs: of, best, seconds, .. } = trained;
    let epochs = rows.len();
    let stopped = if epochs < *of { format!(", stopped early before {of}") } else { String::new() };
    let kept = best.map_or_else(String::new, |best| format!(", the model is that of epoch {best}"));
    let unit = if epochs == 1 { "epoch" } else { "epochs" };
    let architecture = model.architecture();
    let (part, caution) = if data.validation.is_some() {
        ("Validation", "")
    } else {
        (
            "Training samples",
            "No samples were held out (--validation 0.1): on others the errors may be larger.\n",
        )
    };
    let next = match trained.preset {
        Some(Preset::Anomaly) => format!("Scores:   autoencoder score {}\n", folder.path().display()),
        _ => String::new(),
    };
    format!(
        "{architecture}, {} parameters; {epochs} {unit} of {}{stopped}, {seconds:.1} s{kept}\n\n\
         {part}: {}{caution}\n\
         Model:    {}\n\
         Figures:  {}\n          {}\n{next}",
        numerals::grouped(architecture.parameters()),
        numerals::counted(data.train.samples.len(), "sample"),
        verdict.table(),
        folder.model().display(),
        folder.loss().display(),
        folder.reconstructions().display(),
    )
}
