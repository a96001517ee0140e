//! Training: the order of an epoch, the steps, the loop over epochs, and what else is made of them.

mod checkpoint;
mod checks;
pub(crate) mod fit;
pub(crate) mod observer;
pub(crate) mod pretraining;
pub(crate) mod rate_curve;
pub(crate) mod rate_finder;
pub(crate) mod trainer;
