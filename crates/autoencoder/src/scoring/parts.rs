//! The scores of some samples, and what each column has of them.

use ndarray::{Array2, Axis, Slice};

use super::seen::{Seen, Tails};
use crate::scorer::Scorer;
use crate::scorer::kind::{Part, View};

/// The score of each sample.
pub(super) fn scores_of(scorer: &Scorer, seen: &Seen) -> Vec<f64> {
    let mut scores = vec![0.0; seen.len()];
    for &part in scorer.kind.parts() {
        let residual = |tails| seen.residual_sums(&scorer.sizes, tails);
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

/// What each column has of the scores, (samples, columns), and what is expected of the samples, (samples, features).
///
/// Where a score has nothing to do with single columns, the residual tells which of them are to blame: the coordinates of a code
/// belong to none, and those of a residual beside it partly cancel them. What is not known is not to blame.
pub(super) fn blame_of(scorer: &Scorer, seen: &Seen) -> (Array2<f64>, Array2<f32>) {
    let mut parts = Array2::zeros((seen.len(), seen.columns()));
    let mut expected = seen.restored.clone();
    for &part in scorer.kind.parts() {
        match part {
            Part::Density(View::Sample) => {
                let Some(density) = scorer.density(View::Sample) else { continue };
                let of_numbers = density.blame(seen.points(View::Sample).view());
                // Numbers are the first columns, and the first features.
                let numbers = Slice::from(..of_numbers.parts.ncols());
                let mut own = parts.slice_axis_mut(Axis(1), numbers);
                own += &of_numbers.parts;
                #[expect(clippy::cast_possible_truncation, reason = "samples have numbers of this type")]
                expected
                    .slice_axis_mut(Axis(1), numbers)
                    .assign(&of_numbers.expected.mapv(|number| number as f32));
            }
            Part::TailedResidual => parts += &seen.residual_parts(&scorer.sizes, Tails::Cauchy),
            Part::Words => parts += &seen.residual_parts(&scorer.sizes, Tails::None),
            Part::Drawn(_) => parts += &seen.drawn().parts,
            Part::Residual | Part::Density(View::Joint | View::Code) => {
                parts += &seen.residual_parts(&scorer.sizes, Tails::Normal);
            }
        }
    }
    for &hole in seen.holes() {
        parts[hole] = 0.0;
    }
    (parts, expected)
}
