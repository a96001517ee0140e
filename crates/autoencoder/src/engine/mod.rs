//! The training step on this processor.

mod gradients;
mod updates;
pub(crate) mod workspace;
