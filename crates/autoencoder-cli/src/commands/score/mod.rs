//! `autoencoder score`: how badly samples fit what a model has learnt, and which columns are to blame.

mod agreement;
mod stream;
mod summary;

use std::io;
use std::path::Path;

use ndarray::ArrayView2;

use super::scoring::{self, KnownLabels, ScoredData, ScoredRows, ScoringModel, Threshold, csv_header};
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
    if typed.out.is_some() && typed.out == typed.per_feature {
        return Err(Failure::usage("--out and --per-feature name the same file")
            .advise("give each a name of its own"));
    }
    let outs: Vec<_> = typed.out.iter().chain(&typed.per_feature).map(AsRef::as_ref).collect();
    for out in &outs {
        typed_data::refuse_model(&typed.model, out)?;
        typed_data::check_output(&typed.samples, out)?;
    }
    let model = ScoringModel::open(&typed.model, &typed.scoring, &typed.products, notes)?;
    let seen = model.read(&typed.samples, &outs, notes)?;
    let scored = ScoredData::new(&model, &seen, typed.per_feature.is_some(), notes)?;
    let scores = &scored.scores;
    let threshold = Threshold::of(&typed.scoring, model.scorer.thresholds(), scores);
    threshold.tell(model.scorer.thresholds(), notes);
    if let (Some(out), Some(format)) = (&typed.out, format) {
        write(out, format, &scored, threshold.score, (seen.scored().named(), notes))?;
        notes.wrote(out, format_args!("the scores of {} ({})", counted(scores.len(), "sample"), seen.origin));
    }
    if let (Some(path), Some(whole)) = (&typed.per_feature, &scored.whole) {
        let shown = notes.working(format!("writing {}", path.display()));
        let none = Beside::default();
        output::write_matrix(path, Format::Npy, whole.parts.view(), Rows::Codes(&none), &shown)?;
        drop(shown);
        let columns = counted(whole.parts.ncols(), "column");
        notes.wrote(path, format_args!("the parts of {columns} in each score"));
    }
    let labels = KnownLabels::of(&seen, typed.odd.as_deref(), notes)?;
    let detectors = model.detectors(&seen, labels.as_ref(), typed.compare, notes)?;
    let worst = scoring::worst(scores, typed.top.unwrap_or(TOP));
    let top = scored.rows(&worst, threshold.score)?;
    let mut summary = Summary::new(&model.scorer, scores, threshold, top, labels.as_ref(), &detectors);
    if labels.is_none() && !detectors.is_empty() {
        summary = summary.with_agreement(scores, &detectors);
    }
    if typed.json {
        results.print_json(&summary)?;
    } else {
        results.print(&summary.table())?;
    }
    if typed.fail_if_flagged && summary.flagged > 0 {
        // What cannot be printed is a failure of its own.
        results.hand_on()?;
        return Err(Failure::flagged(format_args!(
            "{}: {} above the threshold of {}",
            seen.origin,
            counted(summary.flagged, "score"),
            numerals::short(threshold.score)
        )));
    }
    Ok(())
}

fn write(
    out: &Path,
    format: Format,
    scored: &ScoredData<'_>,
    threshold: f64,
    (beside, notes): (Beside, Notes),
) -> Outcome {
    let shown = notes.working(format!("writing {}", out.display()));
    let scores = &scored.scores;
    let header = match format {
        Format::Npy => {
            let scores = ArrayView2::from_shape((scores.len(), 1), scores).map_err(Failure::new)?;
            let none = Rows::Samples { shape: &[], names: &[], beside: &Beside::default() };
            return output::write_matrix(out, format, scores, none, &shown);
        }
        Format::Csv => csv_header(beside.columns.into_iter().map(|(name, _)| name))?,
        Format::Jsonl => String::new(),
        Format::Idx | Format::Png | Format::Svg | Format::Html => unreachable!("the format was checked"),
    };
    let text =
        |rows: &ScoredRows<'_>| if format == Format::Csv { rows.csv_lines() } else { rows.json_lines() };
    // A failure to score is none of writing, and is told by itself.
    let mut failed = None;
    let written = output::write_with(out, |output| {
        output.write_all(header.as_bytes())?;
        scored.write(threshold, output, text).unwrap_or_else(|failure| {
            failed = Some(failure);
            Err(io::ErrorKind::Other.into())
        })
    });
    failed.map_or(written, Err)
}
