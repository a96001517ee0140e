//! The scores of some samples, and what each column has of them.

use ndarray::{Array2, Axis, Slice};

use super::seen::{Seen, Tails};
use crate::scorer::Scorer;
use crate::scorer::kind::{Part, View};

/// The score of each sample.
pub(super) fn scores_of(scorer: &Scorer, seen: &Seen) -> Vec<f64> {
    let mut scores = vec![0.0; seen.len()];
    for &part in scorer.kind.parts() {
        let residual = |tails| seen.residual_parts(&scorer.sizes, tails).sum_axis(Axis(1)).to_vec();
        let surprises = match part {
            Part::Residual => residual(Tails::Normal),
            Part::TailedResidual => residual(Tails::Cauchy),
            Part::Words => residual(Tails::None),
            Part::Drawn(_) => seen.drawn().nats.clone(),
            Part::Density(view) => match scorer.density(view) {
                Some(density) => density.surprises(seen.points(view).view()),
                // A table of words alone has no numbers.
                None => continue,
            },
        };
        for (score, surprise) in scores.iter_mut().zip(surprises) {
            *score += surprise;
        }
    }
    scores
}

/// What each column has of the scores, (samples, columns). Where a score has nothing to do with single columns, the residual tells
/// which of them are to blame: the coordinates of a code belong to none, and those of a residual beside it partly cancel them.
pub(super) fn parts_of(scorer: &Scorer, seen: &Seen) -> Array2<f64> {
    let mut parts = Array2::zeros((seen.len(), seen.columns()));
    for &part in scorer.kind.parts() {
        match part {
            Part::Density(View::Sample) => {
                let Some(density) = scorer.density(View::Sample) else { continue };
                // Numbers are the first columns.
                let of_numbers = density.parts(seen.points(View::Sample).view());
                let mut numbers = parts.slice_axis_mut(Axis(1), Slice::from(..of_numbers.ncols()));
                numbers += &of_numbers;
            }
            Part::TailedResidual => parts += &seen.residual_parts(&scorer.sizes, Tails::Cauchy),
            Part::Words => parts += &seen.residual_parts(&scorer.sizes, Tails::None),
            Part::Drawn(_) => parts += &seen.drawn().parts,
            Part::Residual | Part::Density(View::Joint | View::Code) => {
                parts += &seen.residual_parts(&scorer.sizes, Tails::Normal);
            }
        }
    }
    parts
}
