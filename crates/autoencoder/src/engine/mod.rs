//! The training step on this processor.

pub(crate) mod workspace;
