//! One training from its start to its figures, for every command that trains.

use std::path::Path;
use std::thread;
use std::time::Instant;

use autoencoder::{Inference, Model, Sampler, SamplerKind, ScoreKind, Scorer};

use super::checkpoints::Checkpoints;
use super::explain::explain;
use super::hopes::Hopes;
use super::run_files::RunFiles;
use super::start::{self, Start};
use super::watch::Watch;
use super::writer::Writer;
use crate::config::{Interval, Preset};
use crate::failure::Outcome;
use crate::figures::Size;
use crate::output;
use crate::run::{
    Asked, Comparison, DataSets, Judged, Record, Row, RunFolder, TrainingProgress, Verdict, comparison,
    losses,
};
use crate::terminal::{Interrupt, Notes, numerals};

/// The files that a training writes beyond those of every run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extras {
    /// The interval at which the checkpoint is written within an epoch.
    pub(crate) checkpoint_every: Option<Interval>,
    /// Whether the losses are written for TensorBoard; a resumed run continues TensorBoard's file anyway.
    pub(crate) tensorboard: bool,
    /// Whether a training that learns nothing is stopped.
    pub(crate) stop_if_hopeless: bool,
}

/// A training that came to its end.
pub(crate) struct Trained {
    pub(crate) model: Model,
    pub(crate) data: DataSets,
    pub(crate) rows: Vec<Row>,
    /// The number of epochs that were asked for.
    pub(crate) epochs: usize,
    /// The epoch whose model is kept, if it is the best.
    pub(crate) best: Option<usize>,
    /// The preset of the training.
    pub(crate) preset: Option<Preset>,
    /// The seed of the training.
    seed: u64,
    /// The seconds of this training, with validation and the writing of files, without the time before a resume.
    pub(crate) seconds: f64,
}

impl Start {
    /// Trains to the end, or until a signal ends the training, and writes the files of the run into the claimed
    /// folder. The files of another run in the folder are replaced.
    pub(crate) fn train(
        self,
        folder: &mut RunFolder,
        extras: Extras,
        interrupt: &Interrupt,
        notes: Notes,
    ) -> Outcome<Trained> {
        let Self { plan, data, stage, rows, resumes } = self;
        let replaces = !resumes && folder.is_taken();
        let writes_events = extras.tensorboard || resumes && folder.events().exists();
        let run = (folder.path().to_owned(), &plan.settings, replaces);
        let path = folder.model();
        let (kind, sampler) = (plan.score_kind(), plan.sampler());
        let mut files = RunFiles::new((folder, &plan.settings, replaces), writes_events, rows.len(), notes);
        let trained = thread::scope(|scope| {
            let writer = Writer::start(scope, move |state, extent| files.write(state, extent))?;
            let mut checkpoints = Checkpoints::new(writer, run, extras.checkpoint_every, interrupt);
            if resumes {
                // The checkpoint is written first: after an interruption the run then has the number of epochs that is
                // asked for now.
                checkpoints.write_again(stage.state(&rows))?;
            }
            let mut trainer = stage.trainer(plan.options.clone(), &data, Some(&mut checkpoints), notes)?;

            let (samples, epochs) = (data.train.samples.len(), plan.options.epochs);
            let progress = TrainingProgress::new(epochs - rows.len(), epochs, samples, notes)
                .of_table(data.schema.is_some());
            let hopes = (Hopes::new(&plan, &data), extras.stop_if_hopeless);
            let mut watch = Watch::new(checkpoints, &trainer, rows, progress, hopes, samples);
            let begun = Instant::now();
            let validation = data.validation.as_ref().map(|set| &set.samples);
            let outcome = trainer.validate(validation).observe(&mut watch).fit(&data.train.samples);
            if let Err(error) = outcome {
                // The parameters are worth nothing any more, and take room.
                drop(trainer);
                watch.write_last_epoch(epochs, &data);
                return Err(explain(&error, &data));
            }
            let rows = watch.finish(&trainer)?;
            let seconds = begun.elapsed().as_secs_f64();
            let best = start::best(&trainer);
            let (seed, preset) = (plan.options.seed, plan.settings.preset.map(|named| named.0));
            Ok(Trained { model: trainer.into_model(), data, rows, epochs, best, preset, seed, seconds })
        })?;
        trained.with_scores(kind, &path, notes)?.with_sampler(sampler, &path, notes).written(&path)
    }
}

impl Trained {
    /// Puts into the model what it scores samples with, and how well it restores each column of a table with words or holes.
    fn with_scores(mut self, kind: ScoreKind, path: &Path, notes: Notes) -> Outcome<Self> {
        let inference = Inference::new(&self.model);
        let (train, held_out) = (&self.data.train.samples, self.data.validation.as_ref());
        let scorer = Scorer::fit(&inference, kind, train, held_out.map(|set| &set.samples), self.seed);
        if let Some(schema) = self.model.about.schema.take() {
            let errors = inference.column_errors(&self.data.shown().samples)?;
            self.model.about.schema = Some(schema.with_residuals(&errors));
        }
        // A model without scores is worth as much as it was.
        match scorer {
            Ok(scorer) => self.model.scorer = Some(scorer),
            Err(error) => notes.say(format_args!("{}: no scores are kept: {error}", path.display())),
        }
        Ok(self)
    }

    /// Puts into the model the distribution that it draws codes from, if it is to keep one.
    fn with_sampler(mut self, asked: Option<(SamplerKind, usize)>, path: &Path, notes: Notes) -> Self {
        self.model.sampler = None;
        let Some((kind, components)) = asked else { return self };
        let inference = Inference::new(&self.model);
        match Sampler::fit(&inference, kind, components, &self.data.train.samples, self.seed) {
            Ok(sampler) => self.model.sampler = Some(sampler),
            Err(error) => notes.say(format_args!("{}: no sampler is kept: {error}", path.display())),
        }
        self
    }

    /// Writes the model. The model in use has its normalisation in its weights.
    fn written(self, path: &Path) -> Outcome<Self> {
        output::write_file(path, &self.model.folded().to_bytes())?;
        Ok(self)
    }

    /// Judges the model and draws the run's figures.
    pub(crate) fn draw(&self, folder: &RunFolder, notes: Notes) -> Outcome<Verdict> {
        let Self { model, data, rows, .. } = self;
        let shown = data.shown();
        let judged = Judged::themselves(&shown.samples);
        let verdict = Verdict::new(model, Some(&data.train.samples), judged, Asked::default(), notes)?;
        let records: Vec<Record> = rows.iter().map(Row::record).collect();
        let title = losses::title(model.architecture(), records.len());
        let loss = Some(model.architecture().specification().loss);
        let table = model.architecture().specification().table.as_ref();
        let run = losses::RunLosses { name: &title, records: &records, loss, is_table: table.is_some() };
        let baselines = match table {
            Some(_) => verdict.loss_of_columns_alone(model).into_iter().collect(),
            None => {
                verdict.baselines.as_ref().map(|baselines| baselines.lines().to_vec()).unwrap_or_default()
            }
        };
        let figure = losses::figure(&title, &[run], &baselines, (true, Size::Wide));
        output::write_file(&folder.loss(), &figure)?;
        let part = if data.validation.is_some() { "validation" } else { "training" };
        let caption = match table {
            Some(_) => format!("{title}: {part} loss {}", numerals::error(verdict.loss)),
            None => format!("{title}: {part} MSE {}", numerals::error(verdict.mse)),
        };
        let comparison = Comparison {
            inputs: &shown.samples,
            clean: None,
            labels: shown.labels.as_ref(),
            count: comparison::SHOWN,
            caption: &caption,
        };
        let picture = comparison::png(&Inference::new(model), &model.about, comparison)?;
        output::write_file(&folder.reconstructions(), &picture)?;
        Ok(verdict)
    }
}
