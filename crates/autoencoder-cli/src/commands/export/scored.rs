//! A model with the scores that were typed, and their threshold.

use autoencoder::Precision;

use crate::arguments::{Export, Products, TypedScoring};
use crate::commands::scoring::{ScoringModel, Threshold};
use crate::config::{AskedPrecision, Named};
use crate::failure::Outcome;
use crate::terminal::{Notes, numerals};

/// The model with what it scores samples with, and the threshold that was typed, or else that of usual samples, which is told.
pub(super) fn open(typed: &Export, notes: Notes) -> Outcome<(ScoringModel, f64)> {
    let scoring = TypedScoring {
        kind: typed.kind,
        quantile: typed.quantile,
        contamination: None,
        threshold: typed.threshold,
    };
    let products = Products { precision: Named(AskedPrecision::Named(Precision::F32)) };
    let model = ScoringModel::open(&typed.model, &scoring, &products, notes)?;
    let thresholds = model.scorer.thresholds();
    let threshold = Threshold::of(&scoring, thresholds, &[]);
    threshold.tell(thresholds, notes);
    notes.say(format_args!("threshold: {}", numerals::short(threshold.score)));
    Ok((model, threshold.score))
}
