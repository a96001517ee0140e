//! What compressed codes cost and what is lost, for a model and for principal components.

mod raw;

use std::path::Path;

use autoencoder::{Digest, Inference, Pca, Samples};
use autoencoder_convert::{CompressedCodes, Quantizer};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use crate::arguments::{Products, TypedSamples};
use crate::commands::typed_data;
use crate::data::Split;
use crate::failure::{Failure, Outcome};
use crate::run::{Loaded, Seen, expect_finite, expect_finite_error};
use crate::terminal::Notes;

pub(super) use raw::RawSize;

/// Samples with their codes by a model, and by as many principal components.
pub(super) struct Material {
    pub(super) loaded: Loaded,
    pub(super) seen: Seen,
    pub(super) raw: RawSize,
    inference: Inference,
    codes: Array2<f32>,
    pub(super) components: Option<Components>,
}

/// The principal components beside a model.
pub(super) struct Components {
    pca: Pca,
    coordinates: Array2<f32>,
}

/// The size and the error of codes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    pub(super) bytes: usize,
    pub(super) bits_a_sample: f64,
    pub(super) mse: f64,
}

/// The number of samples that are restored together.
const ROWS: usize = 1024;

impl Material {
    /// Opens a model, reads the samples that were typed, or those of the run, over which `out` is not written, and encodes them.
    pub(super) fn of(
        model: &Path,
        samples: &TypedSamples,
        products: &Products,
        out: &Path,
        notes: Notes,
    ) -> Outcome<Self> {
        let loaded = Loaded::open(model, notes)?;
        let inference = loaded.inference(products.precision, notes)?;
        let source = typed_data::source(samples, &loaded, &[out], notes)?;
        let mut raw = RawSize::default();
        let seen =
            loaded.read_looking(&source, samples.split, |data| raw = RawSize::of(&data.values), notes)?;
        let codes = notes.during("encoding samples", || inference.encode(&seen.samples))?;
        expect_finite(loaded.path(), "code", codes.view())?;
        let known = train(samples, &loaded, notes);
        let components = notes.during("fitting PCA to compare with", || {
            Components::of(known.as_ref().unwrap_or(&seen.samples), &seen.samples, codes.ncols())
        })?;
        Ok(Self { loaded, seen, raw, inference, codes, components })
    }

    /// The codes, rounded to so many bits, with their cost.
    pub(super) fn compressed(&self, bits: u8) -> Outcome<(CompressedCodes, Cost)> {
        let digest = self.loaded.model.digest();
        compressed(&self.codes, bits, digest, &self.seen.samples, |codes| Ok(self.inference.decode(codes)?))
    }

    /// The error of the codes as they are.
    pub(super) fn mse(&self) -> Outcome<f64> {
        error(&self.seen.samples, self.codes.view(), &|codes| Ok(self.inference.decode(codes)?))
    }
}

impl Components {
    /// Components that are fitted to samples of the training, with the coordinates of others; none where there is nothing to fit.
    fn of(train: &Samples, samples: &Samples, count: usize) -> Outcome<Option<Self>> {
        let count = count.min(train.len() - 1);
        if count == 0 {
            return Ok(None);
        }
        let pca = Pca::fit(train, count).map_err(Failure::new)?;
        let coordinates = pca.project(samples.scaled(0..samples.len()).view());
        Ok(Some(Self { pca, coordinates }))
    }

    /// The number of components.
    pub(super) fn count(&self) -> usize {
        self.pca.components()
    }

    /// The cost of coordinates that are rounded to so many bits.
    pub(super) fn cost(&self, bits: u8, samples: &Samples) -> Outcome<Cost> {
        let digest = Digest::of(&[]);
        let (_, cost) =
            compressed(&self.coordinates, bits, digest, samples, |codes| Ok(self.restored(codes)))?;
        Ok(cost)
    }

    /// The error of the coordinates as they are.
    pub(super) fn mse(&self, samples: &Samples) -> Outcome<f64> {
        error(samples, self.coordinates.view(), &|codes| Ok(self.restored(codes)))
    }

    fn restored(&self, coordinates: ArrayView2<'_, f32>) -> Array2<f32> {
        coordinates.dot(&self.pca.directions()) + self.pca.mean()
    }
}

/// The training samples of the model's run, where these can be read and are other ones than those that are compressed.
fn train(typed: &TypedSamples, loaded: &Loaded, notes: Notes) -> Option<Samples> {
    if typed.data.is_none() && typed.split == Split::Train {
        return None;
    }
    let data =
        loaded.plan().and_then(|plan| plan.map(|plan| loaded.data_sets(plan, Notes::new(true))).transpose());
    match data {
        Ok(data) => data.map(|data| data.train.samples),
        Err(failure) => {
            notes.say(format_args!(
                "the data of the run, which PCA would be fitted to, cannot be read, and PCA is fitted to what is compressed: {failure}"
            ));
            None
        }
    }
}

fn compressed(
    codes: &Array2<f32>,
    bits: u8,
    digest: Digest,
    samples: &Samples,
    decode: impl Fn(ArrayView2<'_, f32>) -> Outcome<Array2<f32>> + Sync,
) -> Outcome<(CompressedCodes, Cost)> {
    let compressed = CompressedCodes::of(codes.view(), Quantizer::fit(codes.view(), bits), digest);
    let bytes = compressed.to_bytes().len();
    let mse = error(samples, compressed.codes().view(), &decode)?;
    let bits_a_sample = 8.0 * bytes as f64 / codes.nrows() as f64;
    Ok((compressed, Cost { bytes, bits_a_sample, mse }))
}

/// The mean squared error, over samples and features, of samples that are decoded from codes; of what is not known there is none.
fn error(
    samples: &Samples,
    codes: ArrayView2<'_, f32>,
    decode: &(impl Fn(ArrayView2<'_, f32>) -> Outcome<Array2<f32>> + Sync),
) -> Outcome<f64> {
    let blocks: Vec<usize> = (0..samples.len()).step_by(ROWS).collect();
    let sums: Outcome<Vec<f64>> = blocks
        .into_par_iter()
        .map(|first| {
            let rows = first..samples.len().min(first + ROWS);
            let restored = decode(codes.slice_axis(Axis(0), Slice::from(rows.clone())))?;
            let mut left = samples.scaled(rows.clone()) - restored;
            for (sample, mut left) in rows.zip(left.rows_mut()) {
                samples.unknown_features(sample).for_each(|feature| left[feature] = 0.0);
            }
            Ok(left.into_iter().map(|left| f64::from(left).powi(2)).sum::<f64>())
        })
        .collect();
    let mse = sums?.into_iter().sum::<f64>() / (samples.len() as f64 * samples.features() as f64);
    expect_finite_error("mean squared error of the restored samples", mse)?;
    Ok(mse)
}
