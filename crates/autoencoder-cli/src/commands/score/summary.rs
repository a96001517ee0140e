//! The summary of scores: the worst samples, and how well scores tell odd samples from usual ones, beside simple detectors.

use std::fmt::Write;

use autoencoder::{Choice, Detection, Detector, Scorer, ThresholdOrigin};
use serde::Serialize;

use super::agreement::Agreements;
use crate::commands::scoring::{self, KnownLabels, MODEL, ScoredRow, Threshold};
use crate::printable;
use crate::terminal::numerals::{self, counted};

/// The summary, as JSON has it.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    samples: usize,
    /// The number of rows in time that are in no window, and have no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_score: Option<usize>,
    kind: String,
    threshold: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantile: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contamination: Option<f64>,
    usual: Usual,
    pub(super) flagged: usize,
    top: Vec<ScoredRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detection: Option<Detections>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<Agreements>,
}

/// The samples that thresholds are made of.
#[derive(Debug, Serialize)]
struct Usual {
    samples: usize,
    origin: &'static str,
}

/// How well odd samples are told by the model and by simple detectors.
#[derive(Debug, Serialize)]
struct Detections {
    label: String,
    odd: usize,
    /// The numbers of odd samples and of others above the threshold.
    found: usize,
    false_alarms: usize,
    model: Told,
    detectors: Vec<Told>,
    /// The name of that with the greatest area.
    best: String,
}

#[derive(Clone, Debug, Serialize)]
struct Told {
    name: String,
    auroc: f64,
    average_precision: f64,
    precision_at_n: f64,
}

impl Told {
    /// How well scores tell odd samples from others; samples without a score are left out.
    fn of(name: &str, scores: &[f64], is_odd: &[bool]) -> Option<Self> {
        let (scores, is_odd): (Vec<f64>, Vec<bool>) =
            scores.iter().zip(is_odd).filter(|(score, _)| !score.is_nan()).unzip();
        let Detection { auroc, average_precision, precision_at_n, .. } = Detection::of(&scores, &is_odd)?;
        Some(Self { name: name.to_owned(), auroc, average_precision, precision_at_n })
    }
}

impl Detections {
    fn of(
        scores: &[f64],
        threshold: f64,
        labels: &KnownLabels,
        detectors: &[(Detector, Vec<f64>)],
    ) -> Option<Self> {
        let model = Told::of("model", scores, &labels.is_odd)?;
        let detectors: Vec<Told> = detectors
            .iter()
            .filter_map(|(detector, scores)| Told::of(detector.name(), scores, &labels.is_odd))
            .collect();
        let best = |best: Told, other: &Told| if other.auroc > best.auroc { other.clone() } else { best };
        let best = detectors.iter().fold(model.clone(), best).name;
        let odd = labels.is_odd.iter().filter(|&&odd| odd).count();
        let flagged = |is_odd: bool| {
            let scores = scores.iter().zip(&labels.is_odd);
            scores.filter(|&(&score, &odd)| odd == is_odd && score > threshold).count()
        };
        let [found, false_alarms] = [true, false].map(flagged);
        Some(Self { label: labels.label.clone(), odd, found, false_alarms, model, detectors, best })
    }
}

impl Summary {
    pub(super) fn new(
        scorer: &Scorer,
        scores: &[f64],
        threshold: Threshold,
        top: Vec<ScoredRow>,
        labels: Option<&KnownLabels>,
        detectors: &[(Detector, Vec<f64>)],
    ) -> Self {
        let without_score = scores.iter().filter(|score| score.is_nan()).count();
        let origin = match scorer.thresholds().origin() {
            ThresholdOrigin::HeldOut => "held-out",
            ThresholdOrigin::CrossFitted => "cross-fitted",
        };
        Self {
            samples: scores.len() - without_score,
            without_score: (without_score > 0).then_some(without_score),
            kind: scorer.kind().name().to_owned(),
            threshold: threshold.score,
            quantile: threshold.quantile,
            contamination: threshold.contamination,
            usual: Usual { samples: scorer.thresholds().count(), origin },
            flagged: threshold.flagged(scores),
            top,
            detection: labels.and_then(|labels| Detections::of(scores, threshold.score, labels, detectors)),
            agreement: None,
        }
    }

    /// The same summary with detectors held to the scores: as many of their greatest as there are flagged, or shown where none is.
    pub(super) fn with_agreement(self, scores: &[f64], detectors: &[(Detector, Vec<f64>)]) -> Self {
        let greatest = if self.flagged > 0 { self.flagged } else { self.top.len() };
        Self { agreement: Some(Agreements::of(scores, detectors, greatest)), ..self }
    }

    /// The summary for people.
    pub(super) fn table(&self) -> String {
        let mut text = format!("scores of {} ({}), in nats\n", counted(self.samples, "sample"), self.kind);
        let usual = match self.usual.origin {
            "held-out" => "held out of the training",
            _ => "of the training, each scored by what was fitted to others",
        };
        let how = match (self.quantile, self.contamination) {
            (Some(share), _) => format!(
                ", below which a share of {share} of {} {usual} lies",
                counted(self.usual.samples, "sample")
            ),
            (None, Some(share)) => format!(", above which a share of {share} of these samples lies"),
            (None, None) => String::new(),
        };
        let _ = writeln!(
            text,
            "{} flagged: above {}{how}",
            numerals::grouped(self.flagged),
            numerals::short(self.threshold)
        );
        if let Some(without) = self.without_score {
            let _ =
                writeln!(text, "{} in no window without a gap, and without a score", counted(without, "row"));
        }
        if !self.top.is_empty() {
            text.push('\n');
            text.push_str(&self.worst());
        }
        if let Some(detection) = &self.detection {
            text.push('\n');
            text.push_str(&told(detection));
        }
        if let Some(agreement) = &self.agreement {
            text.push('\n');
            text.push_str(&agreement.table());
        }
        text
    }

    /// The worst samples, a line each.
    fn worst(&self) -> String {
        let mut text = String::from("greatest scores\n");
        let names: Vec<String> =
            self.top.iter().map(|row| printable::line(&row.name()).into_owned()).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        for (row, name) in self.top.iter().zip(&names) {
            let flag = if row.flagged { "*" } else { " " };
            let label = row.label.as_ref().map(|label| format!("  {label}")).unwrap_or_default();
            let reasons: Vec<String> = row
                .reasons
                .iter()
                .map(|reason| {
                    let [value, expected] = reason.brief();
                    format!("{} {value} (expected {expected}, {:.0} %)", reason.column, 100.0 * reason.share)
                })
                .collect();
            let line = format!(
                "{flag} {name:width$}  {:>10}{label}  {}",
                row.score.map(numerals::short).unwrap_or_default(),
                reasons.join(", ")
            );
            let _ = writeln!(text, "{}", printable::line(&line));
        }
        text
    }
}

/// How well odd samples are told, a line each.
fn told(detection: &Detections) -> String {
    let mut text = format!(
        "{} labelled {}\n{:24}{:>8}  {:>17}  precision at {}\n",
        counted(detection.odd, "sample"),
        printable::line(&detection.label),
        "",
        "AUROC",
        "average precision",
        detection.odd
    );
    for Told { name, auroc, average_precision, precision_at_n } in
        std::iter::once(&detection.model).chain(&detection.detectors)
    {
        let shown = Detector::named(name).map_or(MODEL, scoring::known_as);
        let _ = writeln!(text, "  {shown:22}{auroc:>8.4}  {average_precision:>17.4}  {precision_at_n:.4}");
    }
    let _ = writeln!(
        text,
        "at the threshold {} of {} found, and {} flagged",
        numerals::grouped(detection.found),
        numerals::grouped(detection.odd),
        counted(detection.false_alarms, "other")
    );
    if detection.best != "model" {
        let best = detection.detectors.iter().find(|told| told.name == detection.best);
        let area = best.map_or(0.0, |told| told.auroc);
        let _ = writeln!(
            text,
            "A simple detector tells them better here: {} has an AUROC of {area:.4} beside {:.4}.",
            best.and_then(|told| Detector::named(&told.name)).map_or(MODEL, scoring::known_as),
            detection.model.auroc
        );
    }
    text
}
