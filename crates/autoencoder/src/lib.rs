//! Autoencoders: models that compress samples into short codes and reconstruct the samples from the codes.
//!
//! The rooms, in the order of the data: threads (`parallel`) and random words (`random`); [`Samples`] with their [`Scaling`];
//! a [`Specification`], checked into an [`Architecture`]; [`TrainingOptions`]; a [`Model`] of [`Parameters`]; sums over
//! several trainers ([`Exchange`]); an [`Evaluation`] beside [baselines](mean_sample_mse); `files` as bytes. Below them a
//! `network` holds the parameters as the kernels want them, and `stages` are the parts of a step. At the top stand models in
//! use ([`Inference`]), the `engine` that computes steps, the [`Trainer`] with its [`Observer`], and one [`Error`] over all.
//! Imports run one way, from a later room to an earlier one.
//!
//! The crate does no input or output, prints nothing and reads no clock: model files are byte vectors.
//! Randomness enters only through a seed. The same seed gives the same bits on any number of threads. The
//! threads are those of the rayon pool that the caller runs in.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "training", feature = "pca", feature = "parallel")),
    allow(
        dead_code,
        unused_imports,
        reason = "modules that training, PCA and threads share with inference stay whole; linkers drop unused functions"
    )
)]
#![allow(
    clippy::cast_possible_truncation,
    reason = "sums are formed in f64 and kept in f32; sizes fit a usize"
)]

mod parallel;

pub mod bounds;

mod digest;

mod choice;

mod random;

mod density;

mod samples;

mod specification;

mod options;

mod sampler;

mod scorer;

mod model;

mod exchange;

mod evaluation;

mod files;

mod network;

mod stages;

mod inference;

mod scoring;

mod generation;

#[cfg(feature = "training")]
mod engine;

#[cfg(feature = "training")]
mod training;

mod error;

#[cfg(all(test, feature = "training"))]
mod golden;
#[cfg(all(test, feature = "training"))]
mod gradients;

pub use autoencoder_kernels::{Activation, Instructions};
pub use choice::Choice;
pub use density::ensemble::{Ensemble, EnsembleOptions};
pub use density::gaussian::Gaussian;
pub use density::neighbours::{Neighbour, Neighbours};
pub use density::projected::Density;
pub use digest::{Digest, NoDigest};
pub use error::Error;
pub use evaluation::agreement::Agreement;
pub use evaluation::columns::ColumnError;
pub use evaluation::detection::{Detection, DetectionPoint};
#[cfg(feature = "pca")]
pub use evaluation::pca::network::check_principal_components;
#[cfg(feature = "pca")]
pub use evaluation::pca::{Pca, PcaError, mean_sample_mse};
pub use evaluation::sums::Terms;
pub use evaluation::{Evaluation, mean_squared_difference};
pub use exchange::Exchange;
pub use files::checksum::Checksums;
pub use files::error::FileError;
pub use files::head::FileHead;
pub use files::kind::FileKind;
pub use files::progress::{EpochReport, PartOfEpoch, Progress, TrainingData};
#[cfg(feature = "pca")]
pub use generation::fit::SamplerError;
pub use generation::path::CodePath;
pub use inference::Inference;
pub use inference::layers::LayerOutputsError;
pub use model::columns::{Columns, LabelColumn};
pub use model::initialization::Initialization;
pub use model::parameters::{Parameters, Tensor};
pub use model::schema::{Schema, SchemaError};
pub use model::table_column::{Column, ColumnKind, DateOrder, MOST_WORDS, OTHER, TimePart};
pub use model::{About, Model, Training};
pub use options::error::{EXPLODED, TrainingError};
pub use options::layer_set::{LayerSet, NoSuchLayer};
pub use options::noise::Noise;
pub use options::optimizer::Optimizer;
pub use options::precision::{Precision, PrecisionError};
pub use options::schedule::Schedule;
pub use options::{EarlyStopping, TrainingOptions};
pub use random::{Purpose, Stream};
pub use sampler::Sampler;
pub use sampler::kind::SamplerKind;
pub use samples::error::SamplesError;
pub use samples::fingerprint::{Fingerprint, SamplesDifference};
pub use samples::number_scaling::{NumberMap, NumberScaling, NumberScalingKind, inverse_normal};
pub use samples::scaling::{Scaling, ScalingKind};
pub use samples::table::TableValues;
pub use samples::windows::Window;
pub use samples::{Samples, Values};
pub use scorer::Scorer;
pub use scorer::kind::{Estimate as ScoreEstimate, Part as ScorePart, ScoreKind, View as ScoreView};
pub use scorer::thresholds::{ThresholdOrigin, Thresholds};
#[cfg(feature = "pca")]
pub use scoring::detectors::{Detector, Detectors};
#[cfg(feature = "pca")]
pub use scoring::fit::ScorerError;
pub use scoring::{ScoreError, Scores};
pub use specification::Specification;
pub use specification::architecture::{Architecture, Layer};
pub use specification::error::SpecificationError;
pub use specification::loss::Loss;
pub use specification::normalization::Normalization;
pub use specification::penalty::Penalty;
pub use specification::table::{TableColumns, WordColumn};
#[cfg(feature = "training")]
pub use training::fit::Fit;
#[cfg(feature = "training")]
pub use training::observer::{Observer, StepReport};
#[cfg(feature = "training")]
pub use training::pretraining::{Pretraining, check_pretraining};
#[cfg(feature = "training")]
pub use training::rate_curve::{RateCurve, RateStep};
#[cfg(feature = "training")]
pub use training::rate_finder::RateFinder;
#[cfg(feature = "training")]
pub use training::snapshot::Snapshot;
#[cfg(feature = "training")]
pub use training::trainer::Trainer;

/// The types of other crates that [`FileError`] contains.
pub use safetensors::SafeTensorError;
pub use serde_json::Error as JsonError;

/// The crate's README, so that `cargo test` runs the example in it.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
