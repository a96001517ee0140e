//! The fit of a scorer to samples of a model's training.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::seen::{Seen, blocks, stacked};
use crate::choice::Choice;
use crate::density::ensemble::EnsembleOptions;
use crate::density::projected::{Density, Projection};
use crate::evaluation::pca::{Pca, PcaError};
use crate::inference::Inference;
use crate::parallel::prelude::*;
use crate::random::{Purpose, Stream};
use crate::samples::Samples;
use crate::samples::error::SamplesError;
use crate::scorer::kind::{ScoreKind, View};
use crate::scorer::thresholds::{ThresholdOrigin, Thresholds};
use crate::scorer::{Scorer, views_of};

/// Error of the fit of a scorer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ScorerError {
    /// The samples are none of the model.
    Samples(SamplesError),
    /// Numbers are so large that their covariance is not finite.
    Pca(PcaError),
    /// The model restores samples so badly that a score is not finite.
    NotFinite,
    /// The model draws no codes, and has no scores of the kind.
    NotVariational {
        /// The kind that was asked for.
        kind: ScoreKind,
    },
}

impl std::fmt::Display for ScorerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Samples(error) => error.fmt(f),
            Self::Pca(error) => error.fmt(f),
            Self::NotFinite => f.write_str("the scores of the training samples are not finite"),
            Self::NotVariational { kind } => write!(
                f,
                "scores of the kind {} need a variational model, which draws its codes; this model does not",
                kind.name()
            ),
        }
    }
}

impl std::error::Error for ScorerError {}

impl From<SamplesError> for ScorerError {
    fn from(error: SamplesError) -> Self {
        Self::Samples(error)
    }
}

/// The most samples that a scorer is fitted to, drawn from all, and the most numbers that their points have together.
const MOST_SAMPLES: usize = 10_000;
const MOST_NUMBERS: usize = 4_000_000;
/// The number of windows that stay together, of as many as overlap.
const TOGETHER: usize = 4;
/// The most principal components that a density sees.
const MOST_DIRECTIONS: usize = 32;
/// The least deviation along a principal component, as a share of the greatest.
const LEAST_DEVIATION: f64 = 1e-3;
/// The share of the samples, those that are restored worst, that sizes of residuals are not led by.
const WORST: f64 = 0.1;
/// The share of the mean squared size of all columns that is added to that of each, so that a column that is always restored exactly
/// is not all that counts.
const OF_ALL: f64 = 0.01;

impl Scorer {
    /// Fits a scorer of this kind to samples of a training, and its thresholds to samples that were held out, or without such to
    /// the same samples by halves. A function of samples and seed, on any number of threads.
    ///
    /// # Errors
    /// If the samples are none that the model takes, numbers are too large for a covariance or a score, or the kind is one of
    /// variational models and the model is none.
    ///
    /// ```
    /// use autoencoder::{Initialization, Inference, Model, ScoreKind, Scorer, Specification, Values};
    /// use ndarray::Array2;
    /// let mut model = Model::new(Specification::new(3, [2]), Initialization::Glorot, 0)?;
    /// let rows = Array2::from_shape_fn((300, 3), |(row, column)| ((row * (7 + column)) % 40) as f32 / 40.0);
    /// let train = model.samples(Values::Floats(rows))?;
    /// model.scorer = Some(Scorer::fit(&Inference::new(&model), ScoreKind::Full, &train, None, 0)?);
    /// let odd = model.samples(Values::Floats(ndarray::array![[0.5, 0.5, 0.5], [0.5, 30.0, 0.5]]))?;
    /// let scores = model.scores(&odd)?;
    /// assert!(scores[1] > scores[0] + 10.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit(
        inference: &Inference,
        kind: ScoreKind,
        train: &Samples,
        held_out: Option<&Samples>,
        seed: u64,
    ) -> Result<Self, ScorerError> {
        if kind.draws_codes() && !inference.draws_codes() {
            return Err(ScorerError::NotVariational { kind });
        }
        let order = some_of(train, inference.code(), seed);
        let drawn = |rows: &[usize]| {
            let mut rows = rows.to_vec();
            rows.sort_unstable();
            train.select(&rows)
        };
        let mut scorer = Self::without_thresholds(inference, kind, &drawn(&order), seed)?;
        scorer.thresholds = if let Some(held_out) = held_out {
            Thresholds::of(scores_of(inference, &scorer, held_out)?, ThresholdOrigin::HeldOut)
        } else {
            let (one, other) = order.split_at(order.len() / 2);
            let mut scores = Vec::new();
            for (fitted, others) in [(one, other), (other, one)] {
                // A single sample has no halves.
                if !fitted.is_empty() && !others.is_empty() {
                    let half = Self::without_thresholds(inference, kind, &drawn(fitted), seed)?;
                    scores.extend(scores_of(inference, &half, &drawn(others))?);
                }
            }
            if scores.is_empty() {
                scores = scores_of(inference, &scorer, train)?;
            }
            Thresholds::of(scores, ThresholdOrigin::CrossFitted)
        };
        let numbers = scorer.thresholds.quantiles.iter().chain(&scorer.sizes);
        if numbers.into_iter().all(|number| number.is_finite()) {
            Ok(scorer)
        } else {
            Err(ScorerError::NotFinite)
        }
    }

    fn without_thresholds(
        inference: &Inference,
        kind: ScoreKind,
        train: &Samples,
        seed: u64,
    ) -> Result<Self, ScorerError> {
        // A table of words alone has no numbers to be likely or not.
        let has_numbers = train.table().is_none_or(|table| !table.row(0).numbers.is_empty());
        let views: Vec<View> = views_of(kind).filter(|view| *view == View::Code || has_numbers).collect();
        let mut points: Vec<Vec<Array2<f64>>> = vec![Vec::new(); views.len()];
        let of_block = |rows| {
            let seen = Seen::new(inference, train, rows)?;
            let points: Vec<Array2<f64>> = views.iter().map(|&view| seen.points(view)).collect();
            let squares = seen.number_residuals().mapv(|left| left * left);
            Ok((points, squares.sum_axis(Axis(1))))
        };
        let found: Result<Vec<_>, SamplesError> = blocks(train.len()).into_par_iter().map(of_block).collect();
        let mut errors = Vec::with_capacity(train.len());
        for (of_block, squares) in found? {
            errors.extend(squares);
            for (points, of_block) in points.iter_mut().zip(of_block) {
                points.push(of_block);
            }
        }
        let sizes = sizes(inference, train, &errors)?;
        let mut densities = Vec::new();
        for (view, points) in views.into_iter().zip(points) {
            let points = stacked(&points);
            let projection = projection(points.view(), view).map_err(ScorerError::Pca)?;
            let options = EnsembleOptions { seed, ..EnsembleOptions::default() };
            densities.push((view, Density::fit(points.view(), projection, options)));
        }
        let thresholds = Thresholds::of(vec![0.0], ThresholdOrigin::CrossFitted);
        Ok(Self { kind, sizes, densities, thresholds })
    }
}

/// The samples that a scorer is fitted to, in a random order: some of all, where there are many. Of windows over rows in time those
/// that overlap stay together, so that their rows are in as many windows as others.
fn some_of(train: &Samples, code: usize, seed: u64) -> Vec<usize> {
    let together = train.over_rows().map_or(1, |windows| TOGETHER * windows.overlapping());
    let mut drawn =
        Stream::new(seed, Purpose::Members, [u64::MAX, 0]).permutation(train.len().div_ceil(together));
    let most = MOST_SAMPLES.min(MOST_NUMBERS / (train.features() + code)).max(1);
    drawn.truncate(most.div_ceil(together));
    let piece = |piece: usize| piece * together..((piece + 1) * together).min(train.len());
    let mut order: Vec<usize> = drawn.into_iter().flat_map(piece).collect();
    order.truncate(most);
    order
}

/// The scores of samples, without rows in time that are in no window.
fn scores_of(inference: &Inference, scorer: &Scorer, samples: &Samples) -> Result<Vec<f64>, SamplesError> {
    let mut scores = inference.scores(scorer, samples)?;
    if let Some(windows) = samples.over_rows() {
        let mut covered = windows.are_covered().into_iter();
        scores.retain(|_| covered.next() == Some(true));
    }
    Ok(scores)
}

/// The directions that a density sees: the coordinates themselves where they are few, or else principal components.
fn projection(points: ArrayView2<'_, f64>, view: View) -> Result<Projection, PcaError> {
    let width = points.ncols();
    let are_few = width <= MOST_DIRECTIONS && matches!(view, View::Sample | View::Code);
    if are_few {
        return Ok(Projection { mean: Array1::zeros(width), directions: Array2::eye(width) });
    }
    let pca = Pca::fit_matrix(points.mapv(|number| number as f32).view(), MOST_DIRECTIONS)?;
    let explained = pca.explained();
    let largest = explained.first().copied().unwrap_or_default();
    let enough =
        explained.iter().filter(|&&share| share > LEAST_DEVIATION * LEAST_DEVIATION * largest).count().max(1);
    let directions = pca.directions();
    let directions = directions.slice_axis(Axis(0), (..enough.min(directions.nrows())).into());
    Ok(Projection { mean: pca.mean().mapv(f64::from), directions: directions.mapv(f64::from) })
}

/// The size of the residual of each column of numbers: the root of the mean square, without the samples that are restored worst.
/// The residuals are computed again, as there is not always room for all of them.
fn sizes(inference: &Inference, train: &Samples, errors: &[f64]) -> Result<Vec<f64>, SamplesError> {
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[a].total_cmp(&errors[b]).then(a.cmp(&b)));
    #[allow(clippy::cast_sign_loss, reason = "a share is not negative")]
    let kept = ((errors.len() as f64 * (1.0 - WORST)).ceil() as usize).max(1);
    let mut is_kept = vec![false; errors.len()];
    for &row in &order[..kept] {
        is_kept[row] = true;
    }
    let of_block = |rows: Range<usize>| {
        let residuals = Seen::new(inference, train, rows.clone())?.number_residuals();
        let mut sums = vec![(0.0, 0.0); residuals.ncols()];
        for (row, _) in residuals.rows().into_iter().zip(&is_kept[rows]).filter(|(_, kept)| **kept) {
            for ((sum, count), &left) in sums.iter_mut().zip(row) {
                // A hole has no residual, and counts nothing.
                if left != 0.0 {
                    *sum += left * left;
                    *count += 1.0;
                }
            }
        }
        Ok(sums)
    };
    let found: Result<Vec<Vec<(f64, f64)>>, SamplesError> =
        blocks(train.len()).into_par_iter().map(of_block).collect();
    let found = found?;
    let mut sums = vec![(0.0, 0.0); found[0].len()];
    for of_block in found {
        for ((sum, count), (sum_of_block, count_of_block)) in sums.iter_mut().zip(of_block) {
            *sum += sum_of_block;
            *count += count_of_block;
        }
    }
    let mean = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
    let squares: Vec<f64> = sums.into_iter().map(mean).collect();
    let all = squares.iter().sum::<f64>() / squares.len().max(1) as f64;
    let size = |square: f64| (square + OF_ALL * all).sqrt().max(f64::from(f32::EPSILON));
    Ok(squares.into_iter().map(size).collect())
}
