//! Training: the loop over epochs, the steps, checkpoints, snapshots, pretraining and the learning-rate range test.

mod checkpoint;
mod checks;
mod continuation;
pub(crate) mod fit;
pub(crate) mod observer;
pub(crate) mod pretraining;
pub(crate) mod rate_curve;
pub(crate) mod rate_finder;
pub(crate) mod snapshot;
pub(crate) mod trainer;
