//! `autoencoder score`: how badly samples fit what a model has learnt, and which columns are to blame.

mod agreement;
mod stream;
mod summary;

use ndarray::ArrayView2;

use super::scoring::{self, Columns, KnownLabels, ScoredRow, ScoredRows, ScoringModel, Threshold};
use super::typed_data;
use crate::arguments::Score;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::output::{self, Beside, Rows};
use crate::terminal::numerals::{self, counted};
use crate::terminal::{Notes, Results};
use summary::Summary;

/// The number of samples that are shown where nothing is said.
const TOP: usize = 10;

pub(crate) fn run(typed: &Score, notes: Notes, results: &mut Results) -> Outcome {
    if stream::is_asked(typed) {
        return stream::run(typed, notes, results);
    }
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
    let model = ScoringModel::open(&typed.model, &typed.scoring, &typed.products, notes)?;
    let seen = model.read(&typed.samples, &outs, notes)?;
    let scores = model.scores(&seen, notes)?;
    let threshold = Threshold::of(&typed.scoring, model.scorer.thresholds(), &scores.scores);
    let columns = Columns::of(&model.loaded.model, seen.scored().samples);
    let rows = ScoredRows {
        seen: &seen,
        scores: &scores,
        scorer: &model.scorer,
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
    let detectors = model.detectors(&seen, labels.as_ref(), typed.compare, notes)?;
    let worst = scoring::worst(&scores.scores, typed.top.unwrap_or(TOP));
    let top: Vec<ScoredRow> = worst.iter().map(|&row| rows.row(row)).collect();
    let mut summary =
        Summary::new(&model.scorer, &scores.scores, threshold, top, labels.as_ref(), &detectors);
    if labels.is_none() && !detectors.is_empty() {
        summary = summary.with_agreement(&scores.scores, &detectors);
    }
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
