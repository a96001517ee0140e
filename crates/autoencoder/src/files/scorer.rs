//! What a model scores with, as tensors of its file.

use std::collections::BTreeMap;

use ndarray::{Array1, ArrayView, Dimension, ShapeBuilder};
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use super::error::FileError;
use super::tensor::NamedTensor;
use crate::density::ensemble::{Ensemble, EnsembleNumbers};
use crate::density::projected::{Density, Projection};
use crate::scorer::kind::{ScoreKind, View};
use crate::scorer::thresholds::{MOST_QUANTILES, ThresholdOrigin, Thresholds};
use crate::scorer::{Scorer, views_of};
use crate::specification::architecture::Architecture;

/// What the head of a file tells of the model's scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScorerHead {
    /// What the scores are made of.
    pub kind: ScoreKind,
    /// The samples whose scores thresholds are made of.
    pub thresholds: ThresholdOrigin,
    /// The number of these samples.
    pub samples: usize,
}

impl ScorerHead {
    pub(super) fn of(scorer: &Scorer) -> Self {
        let thresholds = &scorer.thresholds;
        Self { kind: scorer.kind, thresholds: thresholds.origin, samples: thresholds.count }
    }
}

/// The largest number of directions, mixtures and components that a file may have: more than any fit makes.
const MOST: usize = 1024;

/// The tensors of what a model scores with.
pub(super) fn tensors(scorer: &Scorer) -> Vec<NamedTensor> {
    let mut tensors = vec![
        doubles("sizes".to_owned(), ArrayView::from(&scorer.sizes[..])),
        doubles("quantiles".to_owned(), ArrayView::from(&scorer.thresholds.quantiles[..])),
    ];
    for (view, Density { projection, ensemble }) in &scorer.densities {
        let EnsembleNumbers { weights, means, covariances } = ensemble.numbers();
        let name = |part: &str| format!("{}.{part}", view.name());
        tensors.push(doubles(name("mean"), projection.mean.view()));
        tensors.push(doubles(name("directions"), projection.directions.view()));
        tensors.push(doubles(name("weights"), weights.view()));
        tensors.push(doubles(name("means"), means.view()));
        tensors.push(doubles(name("covariances"), covariances.view()));
    }
    tensors
}

fn doubles<D: Dimension>(name: String, numbers: ArrayView<'_, f64, D>) -> NamedTensor {
    let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    (format!("scorer.{name}"), Dtype::F64, numbers.shape().to_vec(), bytes)
}

/// Takes what a model scores with out of `left`.
pub(super) fn take(
    head: ScorerHead,
    architecture: &Architecture,
    left: &mut BTreeMap<String, TensorView<'_>>,
) -> Result<Scorer, FileError> {
    let table = architecture.specification().table.as_ref();
    let (features, code) = (architecture.features(), architecture.code());
    let mut tensors = Tensors { left };
    let numbers = table.map_or(features, |table| table.numbers);
    let sizes = tensors.take("sizes", &[Some(numbers)])?;
    if let Some(size) = sizes.1.iter().find(|&&size| size <= 0.0) {
        return contradiction("size of a residual", "a number above 0", &size.to_string());
    }
    let quantiles = tensors.take("quantiles", &[None])?.1;
    if quantiles.is_empty() || quantiles.len() > MOST_QUANTILES || !quantiles.is_sorted() {
        return contradiction("quantiles of scores", "from 1 to 1001 rising numbers", "others");
    }
    let mut densities = Vec::new();
    for view in views_of(head.kind).filter(|view| *view == View::Code || numbers > 0) {
        let width = view.width(numbers, code);
        let name = |part: &str| format!("{}.{part}", view.name());
        let mean = tensors.take(&name("mean"), &[Some(width)])?.1;
        let (shape, directions) = tensors.take(&name("directions"), &[None, Some(width)])?;
        let kept = shape[0];
        let (shape, weights) = tensors.take(&name("weights"), &[None, None])?;
        let (members, components) = (shape[0], shape[1]);
        let of_components = [Some(members), Some(components), Some(kept), Some(kept)];
        let means = tensors.take(&name("means"), &of_components[..3])?.1;
        let covariances = tensors.take(&name("covariances"), &of_components)?.1;
        let numbers = EnsembleNumbers {
            weights: shaped((members, components), weights),
            means: shaped((members, components, kept), means),
            covariances: shaped((members, components, kept, kept), covariances),
        };
        let Some(ensemble) = Ensemble::of_numbers(&numbers) else {
            return contradiction("mixtures of scores", "weights above 0 and covariances", "others");
        };
        let projection =
            Projection { mean: Array1::from(mean), directions: shaped((kept, width), directions) };
        densities.push((view, Density { projection, ensemble }));
    }
    let thresholds = Thresholds { quantiles, count: head.samples, origin: head.thresholds };
    Ok(Scorer { kind: head.kind, sizes: sizes.1, densities, thresholds })
}

fn contradiction<T>(what: &'static str, expected: &str, found: &str) -> Result<T, FileError> {
    Err(FileError::Contradiction { what, expected: expected.to_owned(), found: found.to_owned() })
}

fn shaped<S: ShapeBuilder<Dim = D>, D: Dimension>(shape: S, numbers: Vec<f64>) -> ndarray::Array<f64, D> {
    ndarray::Array::from_shape_vec(shape, numbers).expect("the numbers were counted")
}

/// The tensors of a file that are not taken yet.
struct Tensors<'a, 'b> {
    left: &'a mut BTreeMap<String, TensorView<'b>>,
}

impl Tensors<'_, '_> {
    /// Takes the finite f64 numbers of a tensor whose sides are those that are given, and others from 1 to [`MOST`].
    fn take(&mut self, name: &str, sides: &[Option<usize>]) -> Result<(Vec<usize>, Vec<f64>), FileError> {
        let name = format!("scorer.{name}");
        let Some(view) = self.left.remove(&name) else { return Err(FileError::Missing { tensor: name }) };
        let shape = view.shape().to_vec();
        let is_right = shape.len() == sides.len()
            && shape.iter().zip(sides).all(|(&found, side)| match side {
                Some(side) => found == *side,
                None => (1..=MOST).contains(&found),
            });
        if view.dtype() != Dtype::F64 || !is_right {
            let found = format!("{:?} {shape:?}", view.dtype());
            let expected = sides.iter().map(|side| side.unwrap_or(1)).collect();
            return Err(FileError::Shape { tensor: name, expected, found });
        }
        let mut numbers = Vec::with_capacity(view.data().len() / 8);
        for (index, bytes) in view.data().as_chunks().0.iter().enumerate() {
            let value = f64::from_le_bytes(*bytes);
            if !value.is_finite() {
                return Err(FileError::NotFinite { tensor: name, index, value: value as f32 });
            }
            numbers.push(value);
        }
        Ok((shape, numbers))
    }
}
