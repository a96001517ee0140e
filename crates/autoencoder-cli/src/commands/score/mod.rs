//! `autoencoder score`: how badly samples fit what a model has learnt, and which columns are to blame.

mod columns;
mod known_labels;
mod rows;
mod summary;
mod threshold;

use autoencoder::{Detectors, Inference, ScoreKind, Scorer};
use ndarray::ArrayView2;

use super::typed_data;
use crate::arguments::Score;
use crate::config::Named;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::output::{self, Beside, Rows};
use crate::run::{DataSets, Loaded, expect_finite};
use crate::terminal::numerals::{self, counted};
use crate::terminal::{Notes, Results};
use columns::Columns;
use known_labels::KnownLabels;
use rows::{ScoredRow, ScoredRows};
use summary::Summary;
use threshold::Threshold;

/// What a score is made of where neither the model nor the user says it.
const USUAL_KIND: ScoreKind = ScoreKind::Residual;

pub(crate) fn run(typed: &Score, notes: Notes, results: &mut Results) -> Outcome {
    let format = typed.out.as_deref().map(|out| Format::of(out, &[Format::Csv, Format::Jsonl, Format::Npy]));
    let format = format.transpose()?;
    if let Some(parts) = &typed.per_feature {
        Format::of(parts, &[Format::Npy])?;
    }
    let outs: Vec<_> = typed.out.iter().chain(&typed.per_feature).map(AsRef::as_ref).collect();
    for out in &outs {
        typed_data::refuse_model(&typed.model, out)?;
        typed_data::check_output(&typed.samples, out)?;
    }
    let loaded = Loaded::open(&typed.model, notes)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let run = run_of(&loaded);
    let scorer = scorer(typed, &loaded, &inference, run.as_ref(), notes)?;
    let source = typed_data::source(&typed.samples, &loaded, &outs, notes)?;
    let seen = loaded.read(&source, typed.samples.split, notes)?;
    let scores = notes.during("scoring samples", || inference.scores_with_parts(&scorer, &seen.samples))?;
    let of_scores = ArrayView2::from_shape((scores.scores.len(), 1), &scores.scores).map_err(Failure::new)?;
    expect_finite(loaded.path(), "score", of_scores)?;
    let threshold = Threshold::of(typed, scorer.thresholds(), &scores.scores);
    let columns = Columns::of(&loaded.model, &seen.samples);
    let rows = ScoredRows {
        seen: &seen,
        scores: &scores,
        scorer: &scorer,
        columns: &columns,
        threshold: threshold.score,
    };
    if let (Some(out), Some(format)) = (&typed.out, format) {
        write(out, format, &rows, notes)?;
        notes.wrote(
            out,
            format_args!("the scores of {} ({})", counted(scores.scores.len(), "sample"), seen.origin),
        );
    }
    if let Some(path) = &typed.per_feature {
        let shown = notes.working(format!("writing {}", path.display()));
        let none = Beside::default();
        output::write_matrix(path, Format::Npy, scores.parts.view(), Rows::Codes(&none), &shown)?;
        drop(shown);
        notes.wrote(path, format_args!("the parts of {} in each score", counted(columns.len(), "column")));
    }
    let labels = KnownLabels::of(&seen, typed.odd.as_deref(), notes)?;
    if labels.is_some() && run.is_none() {
        notes.say("the data of the run, to which simple detectors would be fitted, cannot be read: none stand beside the model");
    }
    // Without labels there is nothing to hold simple detectors against.
    let detectors = match run.as_ref().filter(|_| labels.is_some()) {
        Some(run) => {
            let components = loaded.model.architecture().code();
            let fitted = notes.during("fitting simple detectors to compare with", || {
                Detectors::fit(&run.train.samples, components)
            });
            fitted.map_err(Failure::new)?.scores(&seen.samples)
        }
        None => Vec::new(),
    };
    let worst = worst(&scores.scores, typed.top);
    let top: Vec<ScoredRow> = worst.iter().map(|&row| rows.row(row)).collect();
    let summary = Summary::new(&scorer, &scores.scores, threshold, top, labels.as_ref(), &detectors);
    if typed.json {
        results.print_json(&summary)?;
    } else {
        results.print(&summary.table())?;
    }
    if typed.fail_if_flagged && summary.flagged > 0 {
        return Err(Failure::flagged(format_args!(
            "{}: {} above the threshold of {}",
            seen.origin,
            counted(summary.flagged, "score"),
            numerals::short(threshold.score)
        )));
    }
    Ok(())
}

/// The data of the run that made the model, if it can be read.
fn run_of(loaded: &Loaded) -> Option<DataSets> {
    let plan = loaded.plan().ok()??;
    loaded.data_sets(plan, Notes::new(true)).ok()
}

/// What the samples are scored with: what the model keeps, or what is fitted to the data of its run.
fn scorer(
    typed: &Score,
    loaded: &Loaded,
    inference: &Inference,
    run: Option<&DataSets>,
    notes: Notes,
) -> Outcome<Scorer> {
    let asked = typed.kind.map(|Named(kind)| kind);
    if let Some(scorer) = &loaded.model.scorer
        && asked.is_none_or(|asked| asked == scorer.kind())
    {
        return Ok(scorer.clone());
    }
    let kind = asked.unwrap_or(USUAL_KIND);
    let Some(run) = run else {
        let what =
            format_args!("{}: the model keeps nothing for scores of this kind", loaded.path().display());
        return Err(Failure::new(what)
            .advise("its run's data, to which they would be fitted, cannot be read; train anew"));
    };
    let held_out = run.validation.as_ref().map(|set| &set.samples);
    let seed = loaded.model.about.training.as_ref().map_or(0, |training| training.options.seed);
    let fitted = notes.during("fitting scores to the data of the run", || {
        Scorer::fit(inference, kind, &run.train.samples, held_out, seed)
    });
    fitted.map_err(Failure::new)
}

/// The samples with the greatest scores, the greatest first.
fn worst(scores: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    order.truncate(count);
    order
}

fn write(out: &std::path::Path, format: Format, rows: &ScoredRows<'_>, notes: Notes) -> Outcome {
    let shown = notes.working(format!("writing {}", out.display()));
    match format {
        Format::Npy => {
            let scores =
                ArrayView2::from_shape((rows.len(), 1), &rows.scores.scores).map_err(Failure::new)?;
            output::write_matrix(
                out,
                format,
                scores,
                Rows::Samples { shape: &[], names: &[], beside: &Beside::default() },
                &shown,
            )
        }
        Format::Csv => output::write_file(out, &rows.csv()?),
        Format::Jsonl => output::write_file(out, &rows.json_lines()?),
        Format::Idx | Format::Png | Format::Svg => unreachable!("the format was checked"),
    }
}
