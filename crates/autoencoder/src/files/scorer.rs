//! What a model scores with, as the description of its file has it: in the JSON, so that the tensors are those of the network alone.

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::error::FileError;
use crate::choice::Choice;
use crate::density::ensemble::Ensemble;
use crate::density::gaussian::{Gaussian, WeightedMoments};
use crate::density::projected::{Density, Projection};
use crate::scorer::kind::{ScoreKind, View};
use crate::scorer::thresholds::{MOST_QUANTILES, ThresholdOrigin, Thresholds};
use crate::scorer::{Scorer, views_of};
use crate::specification::architecture::Architecture;

/// A scorer as a file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScorerText {
    kind: ScoreKind,
    sizes: Vec<f64>,
    thresholds: ThresholdsText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    densities: Vec<DensityText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdsText {
    of: ThresholdOrigin,
    samples: usize,
    quantiles: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DensityText {
    view: View,
    /// The mean of the points, and the directions that they are projected on.
    mean: Vec<f64>,
    directions: Vec<Vec<f64>>,
    mixtures: Vec<Vec<GaussianText>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GaussianText {
    weight: f64,
    mean: Vec<f64>,
    /// The lower triangle, row by row.
    covariance: Vec<Vec<f64>>,
}

impl ScorerText {
    pub(super) fn of(scorer: &Scorer) -> Self {
        let Scorer { kind, sizes, densities, thresholds } = scorer;
        let density = |(view, density): &(View, Density)| DensityText {
            view: *view,
            mean: density.projection.mean.to_vec(),
            directions: density.projection.directions.rows().into_iter().map(|row| row.to_vec()).collect(),
            mixtures: density
                .ensemble
                .members()
                .map(|member| member.map(GaussianText::of).collect())
                .collect(),
        };
        Self {
            kind: *kind,
            sizes: sizes.clone(),
            thresholds: ThresholdsText {
                of: thresholds.origin,
                samples: thresholds.count,
                quantiles: thresholds.quantiles.clone(),
            },
            densities: densities.iter().map(density).collect(),
        }
    }

    /// The scorer, if it is one of a model of this architecture.
    pub(super) fn check(self, architecture: &Architecture) -> Result<Scorer, FileError> {
        let specification = architecture.specification();
        if self.kind.draws_codes() && !specification.is_variational() {
            return contradiction("kind of scores", "one of models that draw no codes", self.kind.name());
        }
        let table = specification.table.as_ref();
        let numbers = table.map_or(architecture.features(), |table| table.numbers);
        if self.sizes.len() != numbers {
            return contradiction("sizes of residuals", &numbers.to_string(), &self.sizes.len().to_string());
        }
        if let Some(size) = self.sizes.iter().find(|&&size| size <= 0.0) {
            return contradiction("size of a residual", "a number above 0", &size.to_string());
        }
        let ThresholdsText { of: origin, samples: count, quantiles } = self.thresholds;
        if quantiles.is_empty() || quantiles.len() > MOST_QUANTILES || !quantiles.is_sorted() {
            return contradiction("quantiles of scores", "from 1 to 1001 rising numbers", "others");
        }
        let views = views_of(self.kind).filter(|view| *view == View::Code || numbers > 0);
        if !views.eq(self.densities.iter().map(|density| density.view)) {
            return contradiction("densities of scores", "those of their kind", "others");
        }
        let densities = self.densities.into_iter().map(|density| {
            let (view, width) = (density.view, density.view.width(numbers, architecture.code()));
            match density.read(width) {
                Some(density) => Ok((view, density)),
                None => contradiction("density of scores", "directions, weights and covariances", "others"),
            }
        });
        let densities = densities.collect::<Result<_, FileError>>()?;
        Ok(Scorer {
            kind: self.kind,
            sizes: self.sizes,
            densities,
            thresholds: Thresholds { quantiles, count, origin },
        })
    }
}

impl DensityText {
    /// The density, if its points have this many coordinates and all of its parts fit each other.
    fn read(self, width: usize) -> Option<Density> {
        let kept = self.directions.len();
        if self.mean.len() != width || self.directions.iter().any(|direction| direction.len() != width) {
            return None;
        }
        let directions = Array2::from_shape_vec((kept, width), self.directions.concat()).ok()?;
        let member = |member: Vec<GaussianText>| -> Option<Vec<_>> {
            member.into_iter().map(|gaussian| gaussian.read(kept)).collect()
        };
        let members: Option<Vec<Vec<_>>> = self.mixtures.into_iter().map(member).collect();
        let projection = Projection { mean: Array1::from(self.mean), directions };
        Some(Density { projection, ensemble: Ensemble::of(members?)? })
    }
}

impl GaussianText {
    fn of((weight, gaussian): (f64, &Gaussian)) -> Self {
        let rows = gaussian.covariance.rows().into_iter().enumerate();
        let covariance = rows.map(|(index, row)| row.iter().take(index + 1).copied().collect()).collect();
        Self { weight, mean: gaussian.mean.to_vec(), covariance }
    }

    /// The weight, the mean and the covariance, of this many coordinates.
    fn read(self, kept: usize) -> Option<WeightedMoments> {
        let is_triangle = self.covariance.iter().enumerate().all(|(index, row)| row.len() == index + 1);
        if kept == 0 || self.mean.len() != kept || self.covariance.len() != kept || !is_triangle {
            return None;
        }
        let covariance = Array2::from_shape_fn((kept, kept), |(row, column)| {
            self.covariance[row.max(column)][row.min(column)]
        });
        Some((self.weight, Array1::from(self.mean), covariance))
    }
}

fn contradiction<T>(what: &'static str, expected: &str, found: &str) -> Result<T, FileError> {
    Err(FileError::Contradiction { what, expected: expected.to_owned(), found: found.to_owned() })
}
