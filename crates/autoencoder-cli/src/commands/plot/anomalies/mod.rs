//! `autoencoder plot anomalies`: the samples with the greatest scores beside what the model expects.

mod contents;
mod stretch;

use autoencoder::{Choice, ScoreKind};

use crate::arguments::PlotAnomalies;
use crate::commands::look::{Look, apart};
use crate::commands::scoring::{self, Columns, ScoredRow, ScoredRows, ScoringModel, Threshold};
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::Outcome;
use crate::figures::{
    WorstContents, WorstFigure, WorstImages, WorstLines, WorstSample, worst_png, worst_room, worst_svg,
};
use crate::output;
use crate::terminal::Notes;
use crate::terminal::numerals::{self, counted, grouped};
use contents::{Worst, blamed};

/// The most columns that are shown of a row.
const MOST_BARS: usize = 5;

pub(super) fn run(typed: &PlotAnomalies, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let scoring = ScoringModel::open(&typed.model, &typed.scoring, &typed.products, notes)?;
    let seen = scoring.read(&typed.samples, &[&typed.out], notes)?;
    let scores = scoring.scores_with_parts(&seen, notes)?;
    let threshold = Threshold::of(&typed.scoring, scoring.scorer.thresholds(), &scores.scores);
    threshold.tell(scoring.scorer.thresholds(), notes);
    let about = &scoring.loaded.model.about;
    let rows_in_time = seen.scored();
    let columns = Columns::of(&scoring.loaded.model, rows_in_time.samples);
    let scored = ScoredRows {
        seen: &seen,
        first: 0,
        scores: &scores,
        scorer: &scoring.scorer,
        columns: &columns,
        threshold: threshold.score,
    };
    let order = match about.window {
        None => scoring::worst(&scores.scores, typed.count),
        // Rows side by side are odd together, and are drawn once.
        Some(window) => {
            let all = scoring::worst(&scores.scores, scores.scores.len());
            apart(&all, window.rows.get(), typed.count)
        }
    };
    let rows: Vec<ScoredRow> = order.iter().map(|&row| scored.row_blaming(row, MOST_BARS)).collect();
    let samples: Vec<WorstSample> = rows.iter().map(in_words).collect();
    let kind = scoring.scorer.kind();
    let all = scores.scores.len();
    let figure = WorstFigure {
        title: &title(samples.len(), all, about.window.is_some()),
        flagged: &flagged(threshold, &scores.scores, kind),
        samples: &samples,
        parts: of_parts(kind),
        contents: WorstContents::Rows(&[]),
    };
    let draw = |contents| {
        let figure = WorstFigure { contents, ..figure };
        let bytes = if format == Format::Svg { worst_svg(&figure).into_bytes() } else { worst_png(&figure) };
        (bytes, worst_room(&figure))
    };
    let worst =
        Worst { about, samples: &rows_in_time.samples.select(&order), scores: &scores, order: &order };
    let (bytes, shown) = match Look::of(about, &columns) {
        Look::Stretch { rows } => {
            let strips = stretch::strips(&scored, &order, rows, about);
            draw(WorstContents::Lines(WorstLines {
                along: "row of the piece, the named one in the middle",
                strips: &strips,
            }))
        }
        Look::Image(shape) => {
            let shades = worst.shades();
            draw(WorstContents::Images(WorstImages {
                shape,
                originals: shades[0].view(),
                restored: shades[1].view(),
            }))
        }
        Look::Lines { series } => {
            let along = if series > 1 { "row" } else { "feature" };
            draw(WorstContents::Lines(WorstLines { along, strips: &worst.strips(series) }))
        }
        Look::Row => draw(WorstContents::Rows(&rows.iter().map(blamed).collect::<Vec<_>>())),
    };
    output::write_file(&typed.out, &bytes)?;
    if shown < order.len() {
        notes.say(format_args!("the page has room for the first {shown} of {}", order.len()));
    }
    let (shown, all) = (grouped(shown), counted(all, if about.window.is_some() { "row" } else { "sample" }));
    notes.wrote(
        &typed.out,
        format_args!("{shown} of {all}, those with the greatest scores ({})", seen.origin),
    );
    Ok(())
}

fn title(shown: usize, all: usize, is_in_time: bool) -> String {
    if is_in_time {
        return format!("{} around the greatest scores of {}", counted(shown, "piece"), counted(all, "row"));
    }
    match (shown, all) {
        (_, 1) => "1 sample".to_owned(),
        (1, _) => format!("The sample with the greatest score, of {}", grouped(all)),
        _ if shown < all => {
            format!("The {} samples with the greatest scores, of {}", grouped(shown), grouped(all))
        }
        _ => format!("{}, the greatest score first", counted(all, "sample")),
    }
}

/// The meaning of the mark of flagged samples, and what scores are.
fn flagged(threshold: Threshold, scores: &[f64], kind: ScoreKind) -> String {
    format!(
        "above the threshold of {}: {} of {}; scores in nats, kind {}",
        numerals::in_figure(threshold.score),
        grouped(threshold.flagged(scores)),
        counted(scores.len(), "sample"),
        kind.name()
    )
}

/// What the parts of columns add up to: the coordinates of a code belong to no column.
fn of_parts(kind: ScoreKind) -> &'static str {
    match kind {
        ScoreKind::Residual | ScoreKind::Sample | ScoreKind::Full => "score",
        ScoreKind::Code | ScoreKind::Sum | ScoreKind::Joint => "residual",
        ScoreKind::Bound | ScoreKind::Likelihood => "reconstruction's part of the score",
    }
}

fn in_words(row: &ScoredRow) -> WorstSample {
    // What has no score is not among the worst.
    let [score, share] = [row.score, row.share_below].map(Option::unwrap_or_default);
    let among_usual = match share {
        ..=0.0 => "below all usual ones".to_owned(),
        1.0.. => "above all usual ones".to_owned(),
        // Rounding up would make all of most.
        _ => format!("above {} % of usual ones", numerals::in_figure((1000.0 * share).floor() / 10.0)),
    };
    WorstSample {
        name: row.name(),
        label: row.label.clone(),
        score: numerals::in_figure(score),
        among_usual,
        is_flagged: row.flagged,
    }
}
