//! The scores of samples with the threshold, where the model keeps scores.

use autoencoder::{Choice, Thresholds};

use super::gathered::Gathered;
use super::html;
use crate::commands::scoring::samples_of;
use crate::figures::{Histogram, HistogramMark, Size, histogram_svg};
use crate::terminal::numerals::{self, counted, grouped};

pub(super) fn section(gathered: &Gathered) -> Option<String> {
    let scores = gathered.scores.as_ref()?;
    let scorer = gathered.loaded.model.scorer.as_ref()?;
    let thresholds = scorer.thresholds();
    let threshold = thresholds.quantile(Thresholds::USUAL_SHARE);
    let known: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    let flagged = known.iter().filter(|&&score| score > threshold).count();
    let mark = |name: &str, value: f64, is_strong| HistogramMark {
        name: format!("{name} {}", numerals::in_figure(value)),
        value,
        is_strong,
    };
    let marks = [mark("threshold", threshold, true), mark("usual median", thresholds.quantile(0.5), false)];
    let histogram = Histogram {
        title: &format!("Scores of {}", counted(known.len(), "sample")),
        notes: &[],
        measure: &format!("score in nats, kind {}", scorer.kind().name()),
        values: &known,
        marks: &marks,
        size: Size::Narrow,
    };
    let origin = samples_of(thresholds.origin());
    let text = format!(
        "A score is a surprise in nats: the larger, the less a sample fits what the model has learnt. {} of {} lie above the threshold, the score \
         below which 99 % of {} {origin} lay.",
        grouped(flagged),
        counted(known.len(), "sample"),
        grouped(thresholds.count())
    );
    let svg = histogram_svg(&histogram);
    Some(html::section("Scores", &(html::card(&svg, "a histogram of scores") + &html::paragraph(&text))))
}
