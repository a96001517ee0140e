//! The kinds of scores.

use autoencoder_kernels::{Instructions, Line, Words, panels, standard_normals};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::choice::Choice;
use crate::random::Purpose;
use crate::random::chance::{Chance, Draws};

/// What a score is made of. All are surprises in nats, and larger for samples that fit less; [`Scorer`](crate::Scorer) has how each is
/// computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreKind {
    /// How badly the model restores the sample, each column by the size of its residual in training.
    Residual,
    /// How unlikely the code is among the codes of the training.
    Code,
    /// The sum of both.
    Sum,
    /// How unlikely the numbers of the sample are among those of the training, without the network, and its words by the network.
    Sample,
    /// How unlikely the code and the residuals of the numbers are together.
    Joint,
    /// The sum of the sample's surprise and of the residual, where a single large residual does not hide all others.
    Full,
    /// The negative of the bound on the log-likelihood that a variational model is trained on (ELBO): the negative log-likelihood of
    /// the sample given its code, and the divergence of the code.
    Bound,
    /// The negative log-likelihood of the sample under a variational model, by importance samples: a tighter bound.
    Likelihood,
}

impl Choice for ScoreKind {
    const ALL: &'static [Self] = &[
        Self::Residual,
        Self::Code,
        Self::Sum,
        Self::Sample,
        Self::Joint,
        Self::Full,
        Self::Bound,
        Self::Likelihood,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Residual => "residual",
            Self::Code => "code",
            Self::Sum => "sum",
            Self::Sample => "sample",
            Self::Joint => "joint",
            Self::Full => "full",
            Self::Bound => "bound",
            Self::Likelihood => "likelihood",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Residual => "Error of the restored sample, each column by its usual size",
            Self::Code => "Distance of the code from the codes of the training",
            Self::Sum => "Residual and code added",
            Self::Sample => {
                "Distance of the sample's numbers from those of the training, without the network, and the surprise of its words"
            }
            Self::Joint => "Distance of code and residuals together from those of the training",
            Self::Full => "Sample and residual added, where a single large residual does not hide all others",
            Self::Bound => {
                "Negative evidence lower bound (ELBO): the sample given its code, and the divergence of the code; variational models only"
            }
            Self::Likelihood => {
                "Negative log-likelihood, estimated by importance samples; variational models only"
            }
        }
    }
}

/// A part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The residual, where those of numbers are normally distributed.
    Residual,
    /// The residual, where those of numbers have the tails of Cauchy's distribution.
    TailedResidual,
    /// The residual of words alone.
    Words,
    /// A density of what a sample is seen as.
    Density(View),
    /// What a variational model says of the sample, by drawn codes.
    Drawn(Estimate),
}

/// An estimate of how unlikely a sample is under a variational model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// The negative of the bound that the model is trained on, by 16 codes.
    Bound,
    /// The negative log-likelihood, by 64 importance samples.
    Likelihood,
}

impl Estimate {
    /// The number of codes that are drawn for each sample.
    pub fn draws(self) -> usize {
        match self {
            Self::Bound => 16,
            Self::Likelihood => 64,
        }
    }

    /// The standard normal numbers of the codes that are drawn, (draws, code): the same for every sample.
    ///
    /// ```
    /// use autoencoder::ScoreEstimate;
    /// let normals = ScoreEstimate::Likelihood.normals(3);
    /// assert_eq!(normals.dim(), (64, 3));
    /// assert!(normals.iter().all(|number| number.abs() < 5.65));
    /// ```
    pub fn normals(self, code: usize) -> Array2<f32> {
        let across = panels(code).next_multiple_of(2);
        let (mut words, mut noise) = (vec![Words::ZERO; across], vec![Line::ZERO; across]);
        let mut normals = Array2::zeros((self.draws(), code));
        for (draw, mut row) in normals.rows_mut().into_iter().enumerate() {
            FIXED.words(Purpose::Likelihood, 0, draw, &mut words);
            standard_normals(Instructions::best(), &words, &mut noise);
            row.iter_mut().zip(noise.iter().flat_map(|line| &line.0)).for_each(|(to, &from)| *to = from);
        }
        normals
    }
}

/// The random words of scores: those of the first row, whichever sample they are for.
const FIXED: Draws = Draws { seed: 0, step: 0, first_row: 0 };

/// The numbers of a sample that a density sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// The code.
    Code,
    /// The numbers of the sample, scaled.
    Sample,
    /// The code, and then what is left of the numbers when the model restores the sample.
    Joint,
}

impl View {
    pub(crate) const ALL: [Self; 3] = [Self::Code, Self::Sample, Self::Joint];

    /// The number of coordinates, for rows of `numbers` columns of numbers and codes of `code` numbers.
    pub(crate) fn width(self, numbers: usize, code: usize) -> usize {
        match self {
            Self::Code => code,
            Self::Sample => numbers,
            Self::Joint => code + numbers,
        }
    }
}

impl ScoreKind {
    /// The parts of the score, which are added.
    ///
    /// ```
    /// use autoencoder::{ScoreKind, ScorePart, ScoreView};
    /// assert_eq!(ScoreKind::Sum.parts(), [ScorePart::Residual, ScorePart::Density(ScoreView::Code)]);
    /// ```
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Residual => &[Part::Residual],
            Self::Code => &[Part::Density(View::Code)],
            Self::Sum => &[Part::Residual, Part::Density(View::Code)],
            Self::Sample => &[Part::Density(View::Sample), Part::Words],
            Self::Joint => &[Part::Density(View::Joint)],
            Self::Full => &[Part::Density(View::Sample), Part::TailedResidual],
            Self::Bound => &[Part::Drawn(Estimate::Bound)],
            Self::Likelihood => &[Part::Drawn(Estimate::Likelihood)],
        }
    }

    /// The estimate that the score is, if it is one of variational models.
    pub(crate) fn estimate(self) -> Option<Estimate> {
        self.parts().iter().find_map(|part| match part {
            Part::Drawn(estimate) => Some(*estimate),
            Part::Residual | Part::TailedResidual | Part::Words | Part::Density(_) => None,
        })
    }

    /// Whether only variational models have scores of this kind, as codes are drawn for them.
    ///
    /// ```
    /// use autoencoder::ScoreKind;
    /// assert!(ScoreKind::Bound.draws_codes() && !ScoreKind::Residual.draws_codes());
    /// ```
    pub fn draws_codes(self) -> bool {
        self.estimate().is_some()
    }
}
