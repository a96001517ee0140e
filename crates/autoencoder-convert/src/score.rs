//! The score of a sample as source code computes it, and why some scores are left out.

use std::fmt;

use autoencoder::{Choice, Density, Model, ScoreKind, ScorePart, ScoreView, Scorer, Thresholds};

/// The parts of a score, which are added.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Score {
    /// The residual of numbers: what each counts by r / size, where r is what is left of it when the model restores the sample.
    pub(crate) tails: Option<Tails>,
    /// Whether the cross-entropies of words count.
    pub(crate) has_words: bool,
    pub(crate) densities: Vec<DensityTable>,
    /// The size of the residual of each number.
    pub(crate) sizes: Vec<f64>,
    /// The score above which a sample is odd.
    pub(crate) threshold: f64,
    pub(crate) kind: ScoreKind,
}

/// How residuals of numbers are distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tails {
    /// ½ (r / size)²
    Normal,
    /// ln(1 + (r / size)²)
    Cauchy,
}

/// A density as plain numbers: the mean, over mixtures of Gaussian distributions, of the negative logarithm of the density at a
/// projected point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DensityTable {
    pub(crate) view: ScoreView,
    /// The mean of the points, (D).
    pub(crate) mean: Vec<f64>,
    /// The directions that points are projected on, (d, D), row after row.
    pub(crate) directions: Vec<f64>,
    pub(crate) width: usize,
    /// The number of components of each mixture.
    pub(crate) components: Vec<usize>,
    /// For each component the logarithm of its weighted density at its mean, the mean (d), and column after column the upper triangle
    /// by which points are whitened.
    pub(crate) table: Vec<f64>,
}

/// The reason why a model's score is left out of source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoScore {
    /// The model keeps nothing to score with.
    NotFitted,
    /// The score of a row in time is a mean over all windows that the row is in.
    Windows,
    /// Codes are drawn at random for scores of this kind.
    Drawn(ScoreKind),
    /// The scorer is that of another model.
    OfAnotherModel,
}

impl fmt::Display for NoScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFitted => f.write_str("the model keeps nothing to score with"),
            Self::Windows => {
                f.write_str("the score of a row in time is a mean over all windows that the row is in")
            }
            Self::Drawn(kind) => {
                write!(f, "for scores of the kind {} codes are drawn at random", kind.name())
            }
            Self::OfAnotherModel => f.write_str("what is kept to score with belongs to another model"),
        }
    }
}

impl Score {
    /// What a model keeps to score with, with a threshold of its own or that which 99 of 100 usual samples lie below.
    pub(crate) fn of(model: &Model, numbers: usize, threshold: Option<f64>) -> Result<Self, NoScore> {
        let scorer = model.scorer.as_ref().ok_or(NoScore::NotFitted)?;
        if model.about.window.is_some() {
            return Err(NoScore::Windows);
        }
        if scorer.sizes().len() != numbers {
            return Err(NoScore::OfAnotherModel);
        }
        let threshold = threshold.unwrap_or_else(|| scorer.thresholds().quantile(Thresholds::USUAL_SHARE));
        let (sizes, kind) = (scorer.sizes().to_vec(), scorer.kind());
        let mut score = Self { tails: None, has_words: false, densities: Vec::new(), sizes, threshold, kind };
        for part in kind.parts() {
            match part {
                ScorePart::Residual => (score.tails, score.has_words) = (Some(Tails::Normal), true),
                ScorePart::TailedResidual => (score.tails, score.has_words) = (Some(Tails::Cauchy), true),
                ScorePart::Words => score.has_words = true,
                ScorePart::Density(view) => score.densities.extend(DensityTable::of(scorer, *view)),
                ScorePart::Drawn(_) => return Err(NoScore::Drawn(kind)),
            }
        }
        Ok(score)
    }
}

impl DensityTable {
    /// The density of a view; `None` where a table of words alone has no numbers.
    fn of(scorer: &Scorer, view: ScoreView) -> Option<Self> {
        let density: &Density = scorer.density(view)?;
        let (mut components, mut table) = (Vec::new(), Vec::new());
        for mixture in density.ensemble().members() {
            let mut count = 0;
            for (weight, gaussian) in mixture {
                count += 1;
                table.push(weight.ln() + gaussian.log_peak());
                table.extend(gaussian.mean());
                let whitening = gaussian.whitening();
                for column in 0..whitening.ncols() {
                    table.extend((0..=column).map(|row| whitening[(row, column)]));
                }
            }
            components.push(count);
        }
        Some(Self {
            view,
            mean: density.mean().to_vec(),
            directions: density.directions().iter().copied().collect(),
            width: density.directions().nrows(),
            components,
            table,
        })
    }
}
