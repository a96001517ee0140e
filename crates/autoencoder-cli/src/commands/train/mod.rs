//! `autoencoder train`: trains a model and writes it, its metrics and its figures into a folder.

mod run_folder;
mod start;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Instant;

use autoencoder::{Inference, Model, Trainer, TrainingError};
use serde::Serialize;

use self::run_folder::RunFolder;
use self::start::Start;
use self::watch::Watch;
use crate::arguments::Train;
use crate::config::{self, Settings};
use crate::data_sets::DataSets;
use crate::failure::{Failure, Outcome};
use crate::metrics::{self, Record, Row};
use crate::progress::Notes;
use crate::results::Results;
use crate::verdict::Verdict;
use crate::{comparison, numerals, output};

pub(crate) fn run(typed: &Train, notes: Notes, results: &mut Results) -> Outcome {
    let asked = asked(typed)?;
    let mut folder = RunFolder::new(folder(typed, &asked));
    let replaces = typed.force && folder.is_taken();
    let start = if typed.resume {
        Start::again(&asked, &folder, notes)?
    } else if folder.is_taken() && !typed.force {
        let advice = "--resume goes on with it, --force replaces it, --out takes another folder";
        return Err(Failure::at(folder.path(), "there is a run already").advise(advice));
    } else {
        Start::anew(&asked, notes)?
    };
    let Start { plan, data, mut trainer, rows } = start;
    folder.make()?;

    let (samples, epochs) = (data.train.samples.len(), plan.options.epochs);
    let progress = notes.training(epochs - rows.len(), epochs, samples);
    let writes_events = typed.tensorboard || typed.resume && folder.events().exists();
    let events = writes_events.then(|| folder.events());
    let begun_elsewhere = (trainer.part_of_epoch().samples > 0).then_some(rows.len() + 1);
    let mut watch = Watch::new(
        (&folder, &plan.settings, replaces),
        rows,
        progress,
        (epochs, samples),
        begun_elsewhere,
        (typed.checkpoint_every, events),
    );
    if typed.resume {
        // From now on an interruption leaves a run of as many epochs as are asked for now.
        watch.write(&trainer)?;
    }
    let begun = Instant::now();
    let validation = data.validation.as_ref().map(|set| &set.samples);
    let outcome = trainer.run(&data.train.samples, validation, &mut watch);
    let seconds = begun.elapsed().as_secs_f64();
    let rows = watch.finish(&trainer, outcome.err().map(|error| explain(&error, &data)))?;

    let ended = Ended { seconds, epochs: rows.len(), of: epochs, best: best(&trainer) };
    let model = trainer.into_model();
    let verdict = Verdict::new(&model, &data.train.samples, &data.shown().samples, None)?;
    let records: Vec<Record> = rows.iter().map(Row::record).collect();
    draw(&folder, &model, &data, &records, &verdict)?;
    if typed.json {
        results.print_json(&Report {
            model: folder.model().display().to_string(),
            seconds,
            epochs: records,
            best_epoch: ended.best,
            validation: data.validation.is_some().then_some(verdict),
        })
    } else {
        results.print(&summary(&folder, &model, &data, &ended, &verdict))
    }
}

/// As scripts read it.
#[derive(Serialize)]
struct Report {
    model: String,
    /// Of this training, with validation and the writing of checkpoints.
    seconds: f64,
    epochs: Vec<Record>,
    /// Which epoch the model is of, where the best is kept.
    best_epoch: Option<usize>,
    validation: Option<Verdict>,
}

/// How a training ended.
struct Ended {
    seconds: f64,
    epochs: usize,
    /// Epochs that were asked for.
    of: usize,
    /// The epoch whose model is kept, if it is the best.
    best: Option<usize>,
}

fn best(trainer: &Trainer) -> Option<usize> {
    trainer.best_epoch().filter(|_| trainer.options().keep_best)
}

/// What is asked for by arguments, and below them by a configuration.
fn asked(typed: &Train) -> Outcome<Settings> {
    let settings = typed.typed();
    let Some(path) = &typed.config else { return Ok(settings) };
    let file = config::read(path)?;
    match (settings.preset, file.preset) {
        (Some(typed), Some(written)) if typed != written => {
            let what = format_args!(
                "--preset {} contradicts {}, which was made for {}",
                typed.name(),
                path.display(),
                written.name()
            );
            Err(Failure::usage(what))
        }
        _ => Ok(settings.above(&file)),
    }
}

fn folder(typed: &Train, asked: &Settings) -> PathBuf {
    let default = || Path::new("runs").join(asked.preset.unwrap_or_default().name());
    typed.out.clone().unwrap_or_else(default)
}

/// What a training failed of, and what may help.
fn explain(error: &TrainingError, data: &DataSets) -> Failure {
    let failure = Failure::at(Path::new(&data.name), error);
    match error {
        TrainingError::Range { .. } => failure
            .advise("--scale min-max brings them into [0, 1], --output-activation linear reaches any value"),
        TrainingError::Diverged { .. } => {
            failure.advise("a smaller --learning-rate, --warmup-epochs 1 or --clip-norm 1 may help")
        }
        _ => failure,
    }
}

/// Draws the run's figures.
fn draw(
    folder: &RunFolder,
    model: &Model,
    data: &DataSets,
    records: &[Record],
    verdict: &Verdict,
) -> Outcome {
    let title = metrics::title(model.architecture(), records.len());
    let figure = metrics::figure(&title, records, Some(&verdict.baselines));
    output::write_file(&folder.loss(), figure.as_bytes())?;
    let shown = data.shown();
    let caption = format!("{title}: {} {}", measure(data), numerals::error(verdict.mse));
    let picture = comparison::png(
        &Inference::new(model),
        &model.about,
        &shown.samples,
        shown.labels.as_ref(),
        comparison::SHOWN,
        &caption,
    );
    output::write_file(&folder.reconstructions(), &picture)
}

fn measure(data: &DataSets) -> &'static str {
    if data.validation.is_some() { "validation MSE" } else { "training MSE" }
}

/// What came out, for people.
fn summary(folder: &RunFolder, model: &Model, data: &DataSets, ended: &Ended, verdict: &Verdict) -> String {
    let Ended { seconds, epochs, of, best } = ended;
    let stopped = if epochs < of { format!(" of {of}, stopped early") } else { String::new() };
    let kept = best.map_or_else(String::new, |best| format!(", the model is that of epoch {best}"));
    let architecture = model.architecture();
    let part = if data.validation.is_some() { "Validation" } else { "Training samples" };
    format!(
        "{architecture}, {} parameters; {epochs} epochs{stopped} of {} samples, {seconds:.1} s{kept}\n\n\
         {part}: {}\n\
         Model:    {}\n\
         Figures:  {}\n          {}\n",
        numerals::grouped(architecture.parameters()),
        numerals::grouped(data.train.samples.len()),
        verdict.table(),
        folder.model().display(),
        folder.loss().display(),
        folder.reconstructions().display(),
    )
}
