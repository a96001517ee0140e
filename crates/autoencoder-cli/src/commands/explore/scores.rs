//! Errors and scores of samples, and what a page needs to score samples that are made on it.

use autoencoder::{Choice, Density, Gaussian, Inference, Model, ScorePart, ScoreView, Scorer, Thresholds};
use serde::Serialize;

use super::packed;
use crate::commands::scoring::samples_of;
use crate::failure::Outcome;
use crate::run::Seen;

/// The scores of samples.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Scores {
    kind: &'static str,
    values: String,
    threshold: f64,
    /// The share of usual samples below the threshold, and what these samples are.
    share: f64,
    usual: &'static str,
    /// What samples are scored with on the page; none where scores draw codes.
    scorer: Option<PageScorer>,
}

/// What the page scores samples with, in numbers of 32 bits.
#[derive(Debug, Serialize)]
struct PageScorer {
    kind: &'static str,
    sizes: Vec<f32>,
    quantiles: Vec<f32>,
    densities: Vec<PageDensity>,
}

/// A density of what a sample is seen as.
#[derive(Debug, Serialize)]
struct PageDensity {
    view: ScoreView,
    mean: Vec<f32>,
    directions: Vec<Vec<f32>>,
    mixtures: Vec<Vec<PageGaussian>>,
}

/// A component of a mixture.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PageGaussian {
    /// The logarithm of the weighted density at the mean.
    log_peak: f32,
    mean: Vec<f32>,
    /// The columns of the upper triangle that whitens points, each down to its diagonal.
    whitening: Vec<Vec<f32>>,
}

impl Scores {
    /// The scores of samples; none where the model keeps nothing for them, or has scores of rows in time, of which its windows have
    /// many each.
    pub(super) fn of(model: &Model, inference: &Inference, seen: &Seen) -> Outcome<Option<Self>> {
        let Some(scorer) = model.scorer.as_ref().filter(|_| !seen.is_in_time()) else { return Ok(None) };
        let (kind, thresholds) = (scorer.kind(), scorer.thresholds());
        Ok(Some(Self {
            kind: kind.name(),
            values: packed::floats(short(&inference.scores(scorer, &seen.samples)?)),
            threshold: thresholds.quantile(Thresholds::USUAL_SHARE),
            share: Thresholds::USUAL_SHARE,
            usual: samples_of(thresholds.origin()),
            scorer: (!kind.draws_codes()).then(|| PageScorer::of(scorer)),
        }))
    }
}

impl PageScorer {
    fn of(scorer: &Scorer) -> Self {
        let density = |part: &ScorePart| match *part {
            ScorePart::Density(view) => scorer.density(view).map(|density| PageDensity::of(view, density)),
            ScorePart::Residual | ScorePart::TailedResidual | ScorePart::Words | ScorePart::Drawn(_) => None,
        };
        Self {
            kind: scorer.kind().name(),
            sizes: short(scorer.sizes()),
            quantiles: short(scorer.thresholds().quantiles()),
            densities: scorer.kind().parts().iter().filter_map(density).collect(),
        }
    }
}

impl PageDensity {
    fn of(view: ScoreView, density: &Density) -> Self {
        let component = |(weight, gaussian): (f64, &Gaussian)| {
            let whitening = gaussian.whitening();
            let columns = whitening.columns().into_iter().enumerate();
            PageGaussian {
                log_peak: single(weight.ln() + gaussian.log_peak()),
                mean: short(gaussian.mean()),
                whitening: columns.map(|(place, column)| short(column.iter().take(place + 1))).collect(),
            }
        };
        Self {
            view,
            mean: short(density.mean()),
            directions: density.directions().rows().into_iter().map(short).collect(),
            mixtures: density.ensemble().members().map(|members| members.map(component).collect()).collect(),
        }
    }
}

/// Numbers rounded to 32 bits, with the digits that these need.
fn short<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> Vec<f32> {
    numbers.into_iter().copied().map(single).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "scores are shown in a few digits")]
fn single(number: f64) -> f32 {
    number as f32
}
