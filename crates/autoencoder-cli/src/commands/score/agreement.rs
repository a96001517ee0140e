//! How far detectors agree with the model on which samples are odd, where no labels say it.

use std::fmt::Write;

use autoencoder::{Agreement, Choice, Detector};
use serde::Serialize;

use crate::commands::scoring;
use crate::terminal::numerals::counted;

/// The detectors beside the model, as JSON has them.
#[derive(Debug, Serialize)]
pub(super) struct Agreements {
    /// The number of samples with the greatest scores that are held to each other.
    greatest: usize,
    detectors: Vec<Agreeing>,
}

#[derive(Debug, Serialize)]
struct Agreeing {
    #[serde(skip)]
    detector: Detector,
    name: &'static str,
    /// The number of samples among the greatest scores of both.
    shared: usize,
    rank_correlation: f64,
}

impl Agreements {
    pub(super) fn of(scores: &[f64], detectors: &[(Detector, Vec<f64>)], greatest: usize) -> Self {
        // Rows in time that are in no window have no score by any detector.
        let scored = |of: &[f64]| of.iter().copied().filter(|score| !score.is_nan()).collect::<Vec<_>>();
        let scores = scored(scores);
        let agreeing = |(detector, of_detector): &(Detector, Vec<f64>)| {
            let Agreement { shared, rank_correlation, .. } =
                Agreement::of(&scores, &scored(of_detector), greatest)?;
            Some(Agreeing { detector: *detector, name: detector.name(), shared, rank_correlation })
        };
        Self { greatest, detectors: detectors.iter().filter_map(agreeing).collect() }
    }

    /// The detectors for people, a line each.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "{} with the greatest scores\n{:24}{:>8}  rank correlation of all scores\n",
            counted(self.greatest, "sample"),
            "",
            "shared"
        );
        for Agreeing { detector, shared, rank_correlation, .. } in &self.detectors {
            let _ = writeln!(text, "  {:22}{shared:>8}  {rank_correlation:.4}", scoring::known_as(*detector));
        }
        text
    }
}
