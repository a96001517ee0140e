//! `autoencoder plot scores`: the distribution of scores with the threshold, and how well scores tell odd samples from usual ones.

use autoencoder::{Choice, Detection, DetectionPoint, Detector, ThresholdOrigin, Thresholds};

use crate::arguments::PlotScores;
use crate::commands::scoring::{self, KnownLabels, MODEL, ScoringModel, Threshold};
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::Outcome;
use crate::figures::{Curves, DetectorCurve, Flagged, ScoreGroup, ScoresFigure, scores_png, scores_svg};
use crate::output;
use crate::terminal::Notes;
use crate::terminal::numerals::{self, counted, grouped};

pub(super) fn run(typed: &PlotScores, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let model = ScoringModel::open(&typed.model, &typed.scoring, &typed.products, notes)?;
    let seen = model.read(&typed.samples, &[&typed.out], notes)?;
    let mut scores = model.scores(&seen, notes)?;
    let thresholds = model.scorer.thresholds();
    let threshold = Threshold::of(&typed.scoring, thresholds, &scores);
    threshold.tell(thresholds, notes);
    let mut labels = KnownLabels::of(&seen, typed.odd.as_deref(), notes)?;
    let mut detectors = model.detectors(&seen, labels.as_ref(), false, notes)?;
    // Rows in time that are in no window have no score.
    let has_score: Vec<bool> = scores.iter().map(|score| !score.is_nan()).collect();
    retain(&mut scores, &has_score);
    if let Some(labels) = &mut labels {
        retain(&mut labels.is_odd, &has_score);
    }
    for (_, scores) in &mut detectors {
        retain(scores, &has_score);
    }

    let groups = match &labels {
        Some(labels) => Group::by_label(&scores, labels),
        None => {
            vec![Group {
                name: format!("{} that were scored", counted(scores.len(), "sample")),
                is_odd: false,
                scores: scores.clone(),
            }]
        }
    };
    let groups: Vec<ScoreGroup<'_>> = groups
        .iter()
        .map(|Group { name, is_odd, scores }| ScoreGroup { name, is_odd: *is_odd, scores })
        .collect();
    let curves = labels.as_ref().map(|labels| curves(&scores, labels, &detectors)).unwrap_or_default();
    let found = labels.as_ref().map(|labels| Counts::of(&scores, labels, threshold.score));
    let found_in_words = found.as_ref().map(Counts::in_words).unwrap_or_default();
    let figure = ScoresFigure {
        title: &format!("Scores of {}", counted(scores.len(), "sample")),
        measure: &format!("score in nats, kind {}", model.scorer.kind().name()),
        groups: &groups,
        usual: (&usual(thresholds), thresholds),
        threshold: threshold.score,
        flagged: &flagged(threshold, &scores),
        curves: found.filter(|_| !curves.is_empty()).map(|found| Curves {
            detectors: &curves,
            odd: found.odd as f64 / scores.len() as f64,
            flagged: found.flagged(&found_in_words),
        }),
    };
    if format == Format::Svg {
        output::write_file(&typed.out, scores_svg(&figure).as_bytes())?;
    } else {
        output::write_file(&typed.out, &scores_png(&figure))?;
    }
    notes.wrote(
        &typed.out,
        format_args!("the scores of {} ({})", counted(scores.len(), "sample"), seen.origin),
    );
    Ok(())
}

/// Leaves out what belongs to samples that are not kept.
fn retain<T>(all: &mut Vec<T>, is_kept: &[bool]) {
    let mut is_kept = is_kept.iter();
    all.retain(|_| is_kept.next() == Some(&true));
}

/// Samples of one colour.
struct Group {
    name: String,
    is_odd: bool,
    scores: Vec<f64>,
}

impl Group {
    /// Odd samples and all others, where there are any.
    fn by_label(scores: &[f64], labels: &KnownLabels) -> Vec<Self> {
        let of = |is_odd: bool| -> Vec<f64> {
            let scores = scores.iter().zip(&labels.is_odd);
            scores.filter(|&(_, &odd)| odd == is_odd).map(|(&score, _)| score).collect()
        };
        let groups = [false, true].map(|is_odd| {
            let scores = of(is_odd);
            let count = counted(scores.len(), "sample");
            let name = if is_odd {
                format!("{count} labelled {}", labels.label)
            } else {
                format!("{count} with other labels")
            };
            Self { name, is_odd, scores }
        });
        groups.into_iter().filter(|group| !group.scores.is_empty()).collect()
    }
}

/// The curves of the model and of simple detectors; none where all samples are odd, or none.
fn curves<'a>(
    scores: &[f64],
    labels: &KnownLabels,
    detectors: &[(Detector, Vec<f64>)],
) -> Vec<DetectorCurve<'a>> {
    let simple = detectors.iter().map(|(detector, scores)| (scoring::known_as(*detector), &scores[..]));
    let all = std::iter::once((MODEL, scores)).chain(simple);
    let curve = |(name, scores): (&'static str, &[f64])| {
        let detection = Detection::of(scores, &labels.is_odd)?;
        let points = DetectionPoint::of(scores, &labels.is_odd)?;
        Some(DetectorCurve { name, detection, points })
    };
    all.filter_map(curve).collect()
}

/// The numbers of odd and of usual samples, and of those that are flagged.
struct Counts {
    odd: usize,
    usual: usize,
    found: usize,
    wrong: usize,
}

impl Counts {
    fn of(scores: &[f64], labels: &KnownLabels, threshold: f64) -> Self {
        let (mut odd, mut found, mut wrong) = (0, 0, 0);
        for (&score, &is_odd) in scores.iter().zip(&labels.is_odd) {
            let is_flagged = score > threshold;
            odd += usize::from(is_odd);
            found += usize::from(is_odd && is_flagged);
            wrong += usize::from(!is_odd && is_flagged);
        }
        Self { odd, usual: scores.len() - odd, found, wrong }
    }

    fn in_words(&self) -> String {
        format!(
            "{} of {} found, {} of {} falsely flagged",
            grouped(self.found),
            counted(self.odd, "odd sample"),
            grouped(self.wrong),
            counted(self.usual, "usual one")
        )
    }

    fn flagged<'a>(&self, found: &'a str) -> Flagged<'a> {
        let share = |part: usize, of: usize| part as f64 / of as f64;
        let flagged = self.found + self.wrong;
        Flagged {
            recall: share(self.found, self.odd),
            false_positive_rate: share(self.wrong, self.usual),
            precision: (flagged > 0).then(|| share(self.found, flagged)),
            found,
        }
    }
}

/// The samples that thresholds are made of, in words.
fn usual(thresholds: &Thresholds) -> String {
    let count = counted(thresholds.count(), "sample");
    match thresholds.origin() {
        ThresholdOrigin::HeldOut => format!("{count} held out of the training"),
        ThresholdOrigin::CrossFitted => format!("{count} of the training"),
    }
}

/// The threshold in words, and the number of samples above it.
fn flagged(threshold: Threshold, scores: &[f64]) -> String {
    let below = threshold
        .quantile
        .map(|share| format!(" ({} % of usual scores below)", numerals::in_figure(100.0 * share)));
    format!(
        "threshold {}{}: {} of {} flagged",
        numerals::in_figure(threshold.score),
        below.unwrap_or_default(),
        grouped(threshold.flagged(scores)),
        grouped(scores.len())
    )
}
