//! `autoencoder evaluate`: the errors of a model, beside those of the mean sample and PCA.

use autoencoder::Samples;

use super::typed_data;
use crate::arguments::{Evaluate, TypedSamples};
use crate::data::Split;
use crate::failure::{Failure, Outcome};
use crate::run::{Asked, DataSets, Judged, Loaded, Verdict};
use crate::terminal::numerals::counted;
use crate::terminal::{Notes, Results};

pub(crate) fn run(typed: &Evaluate, notes: Notes, results: &mut Results) -> Outcome {
    let loaded = Loaded::open(&typed.model, notes)?;
    let asked = Asked { importance_samples: typed.importance_samples, by_column: typed.by_column };
    if asked.importance_samples.is_some() && !loaded.model.architecture().specification().is_variational() {
        let what =
            "--importance-samples needs a variational model: the codes of this model are not drawn at random";
        return Err(Failure::at(loaded.path(), what));
    }
    let (samples, split) = (&typed.samples, typed.samples.split);
    let run = trained_on(&loaded, samples, notes)?;
    let is_untyped = samples.data.is_none() && samples.seed.is_none() && typed.against.is_none();
    let (source, inputs) = match &run {
        // Without DATA, a model is judged on the test split, or else on the samples that its run held out.
        Some(run) if is_untyped && !typed_data::splits(samples, &loaded)? => {
            let is_held_out = split == Split::Test && run.validation.is_some();
            let (name, set) = match &run.validation {
                Some(set) if is_held_out => (run.validation_name.as_deref().unwrap_or(&run.name), set),
                _ => (run.name.as_str(), &run.train),
            };
            let how = if is_held_out { "" } else { ", which the model was trained on" };
            notes.say(format_args!("data: {}, the data of the run", run.name));
            notes.say(format_args!("judged on {}: {name}{how}", counted(set.samples.len(), "sample")));
            (None, Inputs::OfRun(&set.samples))
        }
        _ => {
            let source = typed_data::source(samples, &loaded, &[], notes)?;
            let seen = loaded.read(&source, split, notes)?;
            (Some(source), Inputs::Read(seen.samples))
        }
    };
    let inputs = inputs.samples();
    let against = match &typed.against {
        Some(clean) => {
            let source = typed_data::against(clean.as_deref(), samples, &loaded, &[], notes)?;
            let seen = loaded.read_against(&source, split, inputs, notes)?;
            Some((source, seen))
        }
        None => None,
    };
    let name = against.as_ref().map_or_else(String::new, |(source, _)| source.description());
    let clean = against.as_ref().map(|(_, seen)| (name.as_str(), &seen.samples));
    let judged = Judged { inputs, clean };
    // Baselines are fitted to what the model was trained on; else to the training split of the samples that are to be
    // restored, or to these samples themselves.
    let read_for = against.as_ref().map(|(source, _)| source).or(source.as_ref());
    let verdict = match (&run, read_for.filter(|source| source.splits() && split == Split::Test)) {
        (Some(run), _) => Verdict::new(&loaded.model, Some(&run.train.samples), judged, asked, notes)?,
        (None, Some(source)) => {
            let train = loaded.see(source.read(Split::Train, None, notes)?, Notes::new(true))?.samples;
            Verdict::new(&loaded.model, Some(&train), judged, asked, notes)?
        }
        (None, None) => {
            let targets = judged.targets();
            let are_enough = targets.len() >= Verdict::fewest(loaded.model.architecture().code());
            Verdict::new(&loaded.model, are_enough.then_some(targets), judged, asked, notes)?
        }
    };
    if typed.json { results.print_json(&verdict) } else { results.print(&verdict.table()) }
}

/// The samples that the model is given.
enum Inputs<'a> {
    OfRun(&'a Samples),
    Read(Samples),
}

impl Inputs<'_> {
    fn samples(&self) -> &Samples {
        match self {
            Self::OfRun(samples) => samples,
            Self::Read(samples) => samples,
        }
    }
}

/// The data of the run that made the model. Where other DATA was typed, a run without a configuration or without its data
/// is none, and a note says so if the configuration is there.
fn trained_on(loaded: &Loaded, samples: &TypedSamples, notes: Notes) -> Outcome<Option<DataSets>> {
    if samples.data.is_none() {
        let plan = loaded.plan_of_run()?;
        let data = loaded.data_sets(plan, notes);
        return data.map(Some).map_err(|failure| failure.advise(loaded.without_data()));
    }
    let quiet = Notes::new(true);
    let data = loaded.plan().and_then(|plan| plan.map(|plan| loaded.data_sets(plan, quiet)).transpose());
    data.or_else(|failure| {
        notes.say(format_args!(
            "the data of the run, which the mean sample and PCA would be fitted to, cannot be read: {failure}"
        ));
        Ok(None)
    })
}
