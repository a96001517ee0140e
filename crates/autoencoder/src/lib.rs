//! Autoencoders: models that squeeze samples into a short code and restore them from it.
//!
//! Read top to bottom, the modules are the way of the data: [`Samples`] with their [`Scaling`]; a
//! [`Specification`] checked into an [`Architecture`]; a [`Model`] of [`Parameters`]; a [`Trainer`] with
//! [`TrainingOptions`] and an [`Observer`]; [`Evaluation`] beside the [baselines](mean_sample_mse).
//!
//! The crate does no input or output, prints nothing and reads no clock: model files are bytes. Randomness enters
//! as a seed. The same seed gives the same bits on any number of threads; threads are those of the rayon pool
//! that the caller is in.
#![forbid(unsafe_code)]
#![allow(
    clippy::cast_possible_truncation,
    reason = "sums are formed in f64 and kept in f32; sizes fit a usize"
)]

mod random;

mod samples;
mod scaling;

mod architecture;
mod specification;

mod initialization;
mod model;
mod parameters;

mod boundary;
mod network;
mod pieces;
mod weights;

mod activations;
mod inference;
mod likelihood;
mod precision;

mod layer_set;
mod noise;
mod optimizer;
mod options;
mod schedule;

mod contraction;
mod normalization;
mod recipe;
mod shift;
mod sparsity;

mod block;
mod observer;
mod step;
mod training;
mod training_error;

mod pretraining;
mod rate_finder;

mod evaluation;
mod pca;

mod checkpoint;
mod file;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod gradients;

pub use architecture::{Architecture, Layer, SpecificationError};
pub use autoencoder_kernels::{Activation, Instructions};
pub use evaluation::{Evaluation, mean_squared_difference};
pub use file::{FileError, FileHead, FileKind, Progress};
pub use inference::Inference;
pub use initialization::Initialization;
pub use layer_set::{LayerSet, NoSuchLayer};
pub use model::{About, Model, Training};
pub use noise::Noise;
pub use observer::{EpochReport, Observer, PartOfEpoch, StepReport, Terms};
pub use optimizer::Optimizer;
pub use options::{EarlyStopping, TrainingOptions};
pub use parameters::{Parameters, Tensor};
pub use pca::{Pca, PcaError, mean_sample_mse};
pub use precision::{Precision, PrecisionError};
pub use pretraining::{Pretraining, check_pretraining};
pub use random::{Purpose, Stream};
pub use rate_finder::{RateCurve, RateRange, RateStep};
pub use samples::{Samples, SamplesError, Values};
pub use scaling::Scaling;
pub use schedule::Schedule;
pub use specification::{Loss, Normalization, Penalty, Specification};
pub use training::Trainer;
pub use training_error::{EXPLODED, TrainingError};

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
