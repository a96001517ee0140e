//! What a model keeps to score samples: sizes of residuals, densities, and quantiles of usual scores.

pub(crate) mod kind;
pub(crate) mod residual;
pub(crate) mod thresholds;

use crate::density::projected::Density;
use kind::{Part, ScoreKind, View};
use thresholds::Thresholds;

/// What a model keeps to score samples: how badly they fit what it has learnt.
///
/// A score is a surprise in nats: the negative logarithm of how likely a sample is, but for a constant. It is made of
///
/// - the **residual**: ½ (r / s)² for each number, where r is what is left of it when the model restores the sample, scaled, and s the
///   size of r in training, or ln(1 + (r / s)²), by which a single large r does not hide all others; and for each column of words the
///   cross-entropy of the sample's word. Holes count nothing;
/// - **densities**: the negative logarithms of the densities of the code, of the sample's numbers, scaled, or of the code and
///   the residuals of the numbers together, each by an [`Ensemble`](crate::Ensemble) of mixtures over at most 32 principal components;
/// - of a variational model, the **bound** that it is trained on, or an estimate of its log-likelihood, by codes that are drawn with
///   the same normal numbers for every sample.
///
/// [`ScoreKind`] says which of these make the score. The page on mathematics has the formulas, and what each came to on public data.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorer {
    pub(crate) kind: ScoreKind,
    /// The size of the residual of each column of numbers, scaled.
    pub(crate) sizes: Vec<f64>,
    /// The densities that the kind needs, in the order of [`View::ALL`].
    pub(crate) densities: Vec<(View, Density)>,
    pub(crate) thresholds: Thresholds,
}

impl Scorer {
    /// What the scores are made of.
    pub fn kind(&self) -> ScoreKind {
        self.kind
    }

    /// The quantiles of the scores of usual samples.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// The size of the residual of each column of numbers, scaled: what divides it.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The density of what a sample is seen as; `None` if the scores have no such part, or the samples no numbers.
    pub fn density(&self, view: View) -> Option<&Density> {
        self.densities.iter().find(|(of, _)| *of == view).map(|(_, density)| density)
    }
}

/// The densities that a kind of score needs.
pub(crate) fn views_of(kind: ScoreKind) -> impl Iterator<Item = View> {
    let needs = move |view: &View| kind.parts().contains(&Part::Density(*view));
    View::ALL.into_iter().filter(needs)
}
