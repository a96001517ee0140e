//! The fit of a sampler to the codes of a model's training.

use ndarray::{Array2, ArrayView1, Axis};

use crate::density::mixture::{Mixture, MixtureOptions};
use crate::evaluation::pca::symmetric::eigen;
use crate::evaluation::pca::{Pca, PcaError};
use crate::inference::Inference;
use crate::random::{Purpose, Stream};
use crate::sampler::kind::SamplerKind;
use crate::sampler::{Component, MOST_COMPONENTS, Sampler};
use crate::samples::Samples;
use crate::samples::error::SamplesError;

/// Error of the fit of a sampler.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SamplerError {
    /// The samples are none of the model.
    Samples(SamplesError),
    /// Codes are so large that their covariance is not finite.
    NotFinite,
    /// The standard normal distribution was asked for, which only codes of variational models are trained to have.
    NotVariational,
}

impl std::fmt::Display for SamplerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Samples(error) => error.fmt(f),
            Self::NotFinite => f.write_str("the covariance of the codes is not finite"),
            Self::NotVariational => f.write_str(
                "the sampler prior needs a variational model, whose codes are trained to be standard normal; those of this model are not",
            ),
        }
    }
}

impl std::error::Error for SamplerError {}

impl From<SamplesError> for SamplerError {
    fn from(error: SamplesError) -> Self {
        Self::Samples(error)
    }
}

impl From<PcaError> for SamplerError {
    fn from(_: PcaError) -> Self {
        Self::NotFinite
    }
}

/// The most samples that a sampler is fitted to, drawn from all, and the most numbers that these have together.
const MOST_SAMPLES: usize = 10_000;
const MOST_NUMBERS: usize = 16_000_000;
/// The most coordinates in which a mixture looks for its components; longer codes are seen along their principal components.
const MOST_DIRECTIONS: usize = 32;
/// What is added to the variances of standardised coordinates there.
const REGULARIZATION: f64 = 1e-3;
/// The highest rank of a factor, and the most principal components. More make samples no better: docs/math.md has the numbers.
const MOST_RANK: usize = 64;
/// The numbers that a sampler may have in any case, and for how many parameters of the model it may have one more: as text in a file, a
/// number takes about twice the room of a parameter, so that a sampler adds less than a tenth.
const FREE_NUMBERS: usize = 4096;
const PARAMETERS_PER_NUMBER: usize = 22;

impl Sampler {
    /// Fits a sampler of this kind to the codes of samples, a mixture with so many components at most. Of a variational model these are
    /// codes drawn from the distributions that the encoder gives, as the decoder saw them in training; of more than 10,000
    /// samples some are drawn. A function of samples and seed, on any number of threads.
    ///
    /// # Errors
    /// If the samples are none that the model takes, codes are too large for a covariance, or the kind is
    /// [`Prior`](SamplerKind::Prior) and the model is not variational.
    ///
    /// # Panics
    /// If a mixture is asked for with 0 components or more than 1000.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Sampler, SamplerKind, Specification, Values};
    /// use ndarray::Array2;
    /// let mut model = Model::new(Specification::new(3, [2]), Initialization::Glorot, 0)?;
    /// let rows = Array2::from_shape_fn((300, 3), |(row, column)| ((row * (7 + column)) % 40) as f32 / 40.0);
    /// let inference = Inference::new(&model);
    /// let sampler = Sampler::fit(&inference, SamplerKind::Gaussian, 1, &model.samples(Values::Floats(rows))?, 0)?;
    /// let new = inference.generate(&sampler, 0..10, 1.0, 0);
    /// assert_eq!(new.dim(), (10, 3));
    /// model.sampler = Some(sampler); // it is kept in the model's file
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit(
        inference: &Inference,
        kind: SamplerKind,
        components: usize,
        train: &Samples,
        seed: u64,
    ) -> Result<Self, SamplerError> {
        let count = match kind {
            SamplerKind::Prior if inference.draws_codes() => return Ok(Self::PRIOR),
            SamplerKind::Prior => return Err(SamplerError::NotVariational),
            SamplerKind::Gaussian => 1,
            SamplerKind::Mixture => components,
        };
        assert!((1..=MOST_COMPONENTS).contains(&count), "Sampler::fit: {count} components");
        let codes = Codes::of(codes(inference, train, seed)?)?;
        let shares = codes.shares(count, seed);
        let numbers = FREE_NUMBERS.max(inference.parameters() / PARAMETERS_PER_NUMBER) / shares.ncols();
        let rank = rank(inference.code(), numbers).min(codes.points.ncols());
        let components = shares.columns().into_iter().map(|shares| codes.component(shares, rank));
        let components: Option<Vec<Component>> = components.collect();
        let components = components.ok_or(SamplerError::NotFinite)?;
        Ok(Self { kind, samples: codes.all.nrows(), components })
    }
}

/// The codes that a sampler is fitted to, (samples, code).
fn codes(inference: &Inference, train: &Samples, seed: u64) -> Result<Array2<f32>, SamplesError> {
    let most = MOST_SAMPLES.min(MOST_NUMBERS / (train.features() + inference.code())).max(1);
    let mut drawn: Vec<usize> = (0..train.len()).collect();
    if train.len() > most {
        drawn = Stream::new(seed, Purpose::Members, [u64::MAX, 1]).permutation(train.len());
        drawn.truncate(most);
        drawn.sort_unstable();
    }
    let samples = train.select(&drawn);
    let Some([mut codes, logs]) = inference.code_distributions(&samples)? else {
        return inference.encode(&samples);
    };
    for (&place, (mut code, logs)) in drawn.iter().zip(codes.rows_mut().into_iter().zip(logs.rows())) {
        let mut stream = Stream::new(seed, Purpose::Sampling, [place as u64, 2]);
        code.iter_mut().zip(logs).for_each(|(number, log)| *number += (0.5 * log).exp() * stream.normal());
    }
    Ok(codes)
}

/// The rank of the factor of codes of this length, if a component may have so many numbers.
fn rank(code: usize, numbers: usize) -> usize {
    if code <= MOST_RANK && code * (code + 1) <= numbers {
        code
    } else {
        // Mean and deviations are two numbers more for each of the code.
        (numbers / code).saturating_sub(2).min(MOST_RANK).min(code)
    }
}

/// Codes, and the directions along which they vary most.
struct Codes {
    /// The codes, (codes, code).
    all: Array2<f64>,
    /// The principal components of long codes, (directions, code), in whose place the numbers of short ones stand.
    directions: Option<Array2<f64>>,
    /// The coordinates of the codes, those first along which they vary most, (codes, directions).
    points: Array2<f64>,
}

impl Codes {
    fn of(codes: Array2<f32>) -> Result<Self, SamplerError> {
        if codes.iter().any(|number| !number.is_finite()) {
            return Err(SamplerError::NotFinite);
        }
        let all = codes.mapv(f64::from);
        if codes.ncols() <= MOST_DIRECTIONS {
            return Ok(Self { points: all.clone(), directions: None, all });
        }
        let pca = Pca::fit_matrix(codes.view(), MOST_RANK)?;
        let points = pca.project(codes.view()).mapv(f64::from);
        Ok(Self { directions: Some(pca.directions().mapv(f64::from)), points, all })
    }

    /// How much of each code belongs to each component, (codes, components).
    fn shares(&self, count: usize, seed: u64) -> Array2<f64> {
        if count == 1 {
            return Array2::ones((self.all.nrows(), 1));
        }
        let options = MixtureOptions {
            components: count,
            trimmed: 0.0,
            regularization: REGULARIZATION,
            seed: [seed, u64::MAX],
        };
        // Groups are found where codes vary most: in all directions of a long code, a search would take minutes.
        let directions = self.points.ncols().min(MOST_DIRECTIONS);
        let points = self.points.slice_axis(Axis(1), (..directions).into());
        Mixture::fit(points, options).densities_and_shares(points).1
    }

    /// The distribution of what belongs to a component; `None` if its covariance is not finite.
    fn component(&self, shares: ArrayView1<'_, f64>, rank: usize) -> Option<Component> {
        let weight = shares.sum();
        let shares = shares.mapv(|share| share / weight);
        let roots = shares.mapv(f64::sqrt).insert_axis(Axis(1));
        let mean = shares.dot(&self.all);
        let variances = ((&self.all - &mean) * &roots).mapv(|number| number * number).sum_axis(Axis(0));
        let centred = (&self.points - &shares.dot(&self.points)) * &roots;
        let found = eigen(centred.t().dot(&centred).view())?;
        let mut factor = Array2::<f64>::zeros((self.points.ncols(), rank));
        for ((mut column, vector), value) in
            factor.columns_mut().into_iter().zip(found.vectors.rows()).zip(&found.values)
        {
            column.assign(&(&vector * value.max(0.0).sqrt()));
        }
        if let Some(directions) = &self.directions {
            factor = directions.t().dot(&factor);
        }
        let left = |(row, variance): (ArrayView1<'_, f64>, &f64)| (variance - row.dot(&row)).max(0.0).sqrt();
        let deviations: Vec<f32> = if rank < mean.len() {
            factor.rows().into_iter().zip(&variances).map(left).map(rounded).collect()
        } else {
            Vec::new()
        };
        let component = Component {
            weight: rounded(weight / self.all.nrows() as f64),
            mean: mean.iter().copied().map(rounded).collect(),
            factor: factor.mapv(rounded),
            deviations,
        };
        let numbers = component.mean.iter().chain(&component.factor).chain(&component.deviations);
        numbers.into_iter().all(|number| number.is_finite()).then_some(component)
    }
}

/// The number with four digits: what 10,000 codes tell of a distribution is known to a hundredth.
fn rounded(number: f64) -> f32 {
    format!("{number:.3e}").parse().unwrap_or(f32::NAN)
}
