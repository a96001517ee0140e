//! A model, ready to score samples.

use std::cell::OnceCell;
use std::path::Path;

use autoencoder::{Detector, Inference, ScoreKind, Scorer, ScorerError, Scores};
use ndarray::ArrayView2;

use super::detectors;
use super::known_labels::KnownLabels;
use crate::arguments::{Products, TypedSamples, TypedScoring};
use crate::commands::typed_data;
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::run::{DataSets, Loaded, Seen, expect_finite};
use crate::terminal::Notes;

/// What a score is made of where neither the model nor the user says it.
const USUAL_KIND: ScoreKind = ScoreKind::Residual;

/// A model, ready to score samples.
pub(crate) struct ScoringModel {
    pub(crate) loaded: Loaded,
    inference: Inference,
    /// The data of the run that made the model, if it can be read; it is read when it is needed.
    run: OnceCell<Option<DataSets>>,
    pub(crate) scorer: Scorer,
}

impl ScoringModel {
    pub(crate) fn open(
        model: &Path,
        typed: &TypedScoring,
        products: &Products,
        notes: Notes,
    ) -> Outcome<Self> {
        let loaded = Loaded::open(model, notes)?;
        if let Some(Named(kind)) = typed.kind {
            check_kind(kind, &loaded)?;
        }
        let inference = loaded.inference(products.precision, notes)?;
        let run = OnceCell::new();
        let run_of = || run.get_or_init(|| run_of(&loaded)).as_ref();
        let scorer = scorer(typed, &loaded, &inference, run_of, notes)?;
        Ok(Self { loaded, inference, run, scorer })
    }

    /// Reads the samples that were typed, or those of the run, over which `outs` are not written.
    pub(crate) fn read(&self, typed: &TypedSamples, outs: &[&Path], notes: Notes) -> Outcome<Seen> {
        typed_data::read(typed, &self.loaded, outs, notes)
    }

    /// The scores of samples, all of them finite but those of rows in time that are in no window, which are not numbers.
    pub(crate) fn scores(&self, seen: &Seen, notes: Notes) -> Outcome<Vec<f64>> {
        let scores =
            notes.during("scoring samples", || self.inference.scores(&self.scorer, &seen.samples))?;
        self.expect_scores(seen, &scores)?;
        Ok(scores)
    }

    /// The same, with what each column has of them.
    pub(crate) fn scores_with_parts(&self, seen: &Seen, notes: Notes) -> Outcome<Scores> {
        let scores = notes
            .during("scoring samples", || self.inference.scores_with_parts(&self.scorer, &seen.samples))?;
        self.expect_scores(seen, &scores.scores)?;
        Ok(scores)
    }

    fn expect_scores(&self, seen: &Seen, scores: &[f64]) -> Outcome {
        let in_window = seen.samples.rows_in_time();
        let has_score = |row: usize| in_window.as_ref().is_none_or(|in_window| in_window[row]);
        let all: Vec<f64> =
            scores.iter().enumerate().map(|(row, &score)| if has_score(row) { score } else { 0.0 }).collect();
        let all = ArrayView2::from_shape((all.len(), 1), &all).map_err(Failure::new)?;
        expect_finite(self.loaded.path(), "score", all)
    }

    /// The scores of samples by simple detectors, where there are labels to hold them against or a comparison is asked for, with nearest
    /// neighbours among them. Without the data of the run there is nothing to fit them to.
    pub(crate) fn detectors(
        &self,
        seen: &Seen,
        labels: Option<&KnownLabels>,
        compares: bool,
        notes: Notes,
    ) -> Outcome<Vec<(Detector, Vec<f64>)>> {
        if labels.is_none() && !compares {
            return Ok(Vec::new());
        }
        let Some(run) = self.run.get_or_init(|| run_of(&self.loaded)) else {
            notes.say("the data of the run, to which simple detectors would be fitted, cannot be read: none stand beside the model");
            return Ok(Vec::new());
        };
        let components = self.loaded.model.architecture().code();
        detectors::scores(run, &seen.samples, components, compares, notes)
    }
}

/// Refuses a kind of scores that the model cannot have, before any data is read.
fn check_kind(kind: ScoreKind, loaded: &Loaded) -> Outcome {
    if kind.draws_codes() && !loaded.model.architecture().specification().is_variational() {
        let reason = ScorerError::NotVariational { kind };
        return Err(Failure::new(format_args!("{}: {reason}", loaded.path().display()))
            .advise("leave --kind out, or train with --preset vae or --penalty variational"));
    }
    Ok(())
}

/// The data of the run that made the model, if it can be read.
fn run_of(loaded: &Loaded) -> Option<DataSets> {
    let plan = loaded.plan().ok()??;
    loaded.data_sets(plan, Notes::new(true)).ok()
}

/// What the samples are scored with: what the model keeps, or what is fitted to the data of its run.
fn scorer<'a>(
    typed: &TypedScoring,
    loaded: &Loaded,
    inference: &Inference,
    run: impl FnOnce() -> Option<&'a DataSets>,
    notes: Notes,
) -> Outcome<Scorer> {
    let asked = typed.kind.map(|Named(kind)| kind);
    if let Some(scorer) = &loaded.model.scorer
        && asked.is_none_or(|asked| asked == scorer.kind())
    {
        return Ok(scorer.clone());
    }
    let kind = asked.unwrap_or(USUAL_KIND);
    let Some(run) = run() else {
        let what =
            format_args!("{}: the model keeps nothing for scores of this kind", loaded.path().display());
        return Err(Failure::new(what)
            .advise("its run's data, to which they would be fitted, cannot be read; train anew"));
    };
    notes.say(format_args!(
        "scores of the kind {} are fitted to the data of the run, as the model keeps none of it",
        autoencoder::Choice::name(kind)
    ));
    let held_out = run.validation.as_ref().map(|set| &set.samples);
    let seed = loaded.model.about.training.as_ref().map_or(0, |training| training.options.seed);
    let fitted = notes.during("fitting scores to the data of the run", || {
        Scorer::fit(inference, kind, &run.train.samples, held_out, seed)
    });
    fitted.map_err(Failure::new)
}
