//! Everything that a report tells of, gathered once: the run's files, the samples that the model is judged on, and what the model makes of them.

use std::path::Path;

use autoencoder::{Inference, Samples};
use ndarray::{Array2, ArrayView2};

use crate::arguments::Report;
use crate::commands::look::Look;
use crate::commands::scoring::Columns;
use crate::commands::typed_data;
use crate::config::{self, Settings};
use crate::data::{Labels, Split};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::run::{Asked, DataSets, Judged, Loaded, Record, Verdict, expect_finite, files, metrics};
use crate::terminal::{Notes, numerals};

/// Everything that a report tells of.
pub(super) struct Gathered {
    pub(super) loaded: Loaded,
    pub(super) inference: Inference,
    /// The settings of the run, and the losses of its epochs, where its folder has them.
    pub(super) settings: Option<Settings>,
    pub(super) records: Vec<Record>,
    /// The size of the model's file in bytes.
    pub(super) bytes: u64,
    /// The number of samples that the run was trained on, if its data can be read.
    pub(super) trained_on: Option<usize>,
    /// The name of the data of the run, or of that which was typed.
    pub(super) data: String,
    pub(super) samples: JudgedSamples,
    pub(super) verdict: Verdict,
    /// The error of each sample.
    pub(super) errors: Vec<f64>,
    pub(super) codes: Array2<f32>,
    /// The score of each sample, where the model keeps scores; not a number for rows in time that are in no window.
    pub(super) scores: Option<Vec<f64>>,
}

/// The samples that the model is judged on.
pub(super) struct JudgedSamples {
    pub(super) samples: Samples,
    pub(super) labels: Option<Labels>,
    names: Option<Vec<String>>,
    /// The samples in words.
    pub(super) origin: String,
    /// Whether the model was trained on them.
    pub(super) were_trained_on: bool,
}

impl JudgedSamples {
    /// The name of a sample: its own, or its row.
    pub(super) fn name(&self, sample: usize) -> String {
        self.names.as_ref().map_or_else(|| format!("row {sample}"), |names| names[sample].clone())
    }

    /// The label of a sample.
    pub(super) fn label(&self, sample: usize) -> Option<&str> {
        self.labels.as_ref().map(|labels| labels.names[labels.of_sample[sample]].as_str())
    }
}

impl Gathered {
    pub(super) fn new(typed: &Report, outs: &[&Path], notes: Notes) -> Outcome<Self> {
        let loaded = Loaded::open(&typed.run, notes)?;
        let beside = |file: &str| loaded.path().with_file_name(file);
        let (config, losses) = (beside(files::CONFIG), beside(files::METRICS));
        let settings = if config.is_file() { Some(config::read(&config)?) } else { None };
        let records = if losses.is_file() { metrics::read(&losses)? } else { Vec::new() };
        let bytes = input::open(loaded.path())
            .and_then(|file| file.metadata())
            .map_err(|error| Failure::at(loaded.path(), error))?
            .len();
        let run = run_of(&loaded, typed, notes)?;
        let (samples, own) = judged(&loaded, run.as_ref(), typed, outs, notes)?;
        notes.say(format_args!(
            "judged on {}: {}",
            numerals::counted(samples.samples.len(), "sample"),
            samples.origin
        ));
        let about = &loaded.model.about;
        let columns = Columns::of(&loaded.model, &samples.samples);
        // The numbers of images and of series are no columns that anybody looks at one by one.
        let by_column = Look::of(about, &columns) == Look::Row;
        let asked = Asked { importance_samples: None, by_column };
        let train = run.as_ref().map(|run| &run.train.samples).or(own.as_ref());
        let are_enough = samples.samples.len() >= Verdict::fewest(loaded.model.architecture().code());
        let train = train.or_else(|| are_enough.then_some(&samples.samples));
        let verdict = Verdict::new(&loaded.model, train, Judged::themselves(&samples.samples), asked, notes)?;
        let inference = Inference::new(&loaded.model);
        let errors = notes.during("measuring errors", || inference.errors(&samples.samples))?.to_vec();
        let column = ArrayView2::from_shape((errors.len(), 1), &errors).map_err(Failure::new)?;
        expect_finite(loaded.path(), "error", column)?;
        let codes = notes.during("encoding samples", || inference.encode(&samples.samples))?;
        expect_finite(loaded.path(), "code", codes.view())?;
        let scores = match &loaded.model.scorer {
            Some(scorer) => {
                Some(notes.during("scoring samples", || inference.scores(scorer, &samples.samples))?)
            }
            None => None,
        };
        let trained_on = run.as_ref().map(|run| run.train.samples.len());
        let named = settings.as_ref().and_then(|settings| settings.data.clone());
        let data = named.unwrap_or_else(|| samples.origin.clone());
        Ok(Self {
            loaded,
            inference,
            settings,
            records,
            bytes,
            trained_on,
            data,
            samples,
            verdict,
            errors,
            codes,
            scores,
        })
    }

    /// Samples as they are and as the model restores them, scaled.
    pub(super) fn states(&self, samples: &[usize]) -> Outcome<[Array2<f32>; 2]> {
        let selected = self.samples.samples.select(samples);
        Ok([selected.scaled(0..selected.len()), self.inference.reconstruct(&selected)?])
    }
}

/// The data of the run. Where other DATA was typed, a run whose data cannot be read is none.
fn run_of(loaded: &Loaded, typed: &Report, notes: Notes) -> Outcome<Option<DataSets>> {
    if typed.samples.data.is_none() {
        let data = loaded.plan_of_run().and_then(|plan| loaded.data_sets(plan, notes));
        return data.map(Some).map_err(|failure| failure.advise(loaded.without_data()));
    }
    let quiet = Notes::new(true);
    let data = loaded.plan().and_then(|plan| plan.map(|plan| loaded.data_sets(plan, quiet)).transpose());
    Ok(data.unwrap_or_default())
}

/// The samples that the model is judged on: those that were typed, or else the test split, what the run held out, or its training samples. And
/// the training split of what was typed, if it has one.
fn judged(
    loaded: &Loaded,
    run: Option<&DataSets>,
    typed: &Report,
    outs: &[&Path],
    notes: Notes,
) -> Outcome<(JudgedSamples, Option<Samples>)> {
    let split = typed.samples.split;
    let is_untyped = typed.samples.data.is_none() && typed.samples.seed.is_none();
    if let Some(run) = run.filter(|_| is_untyped)
        && !typed_data::splits(&typed.samples, loaded)?
    {
        let is_held_out = split == Split::Test && run.validation.is_some();
        let (name, set) = match &run.validation {
            Some(set) if is_held_out => (run.validation_name.as_deref().unwrap_or(&run.name), set),
            Some(_) | None => (run.name.as_str(), &run.train),
        };
        let how = if is_held_out { "" } else { ", which the model was trained on" };
        let judged = JudgedSamples {
            samples: set.samples.clone(),
            labels: set.labels.clone(),
            names: Some(set.called()),
            origin: format!("{name}{how}"),
            were_trained_on: !is_held_out,
        };
        return Ok((judged, None));
    }
    let source = typed_data::source(&typed.samples, loaded, outs, notes)?;
    let seen = loaded.read(&source, split, notes)?;
    let train = if run.is_none() && source.splits() && split == Split::Test {
        Some(loaded.see(source.read(Split::Train, None, notes)?, Notes::new(true))?.samples)
    } else {
        None
    };
    let judged = JudgedSamples {
        samples: seen.samples,
        labels: seen.labels,
        names: seen.names,
        origin: seen.origin,
        were_trained_on: split == Split::Train,
    };
    Ok((judged, train))
}
