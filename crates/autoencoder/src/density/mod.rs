//! Densities: how likely points are among others, such as a code among the codes of a training.

pub(crate) mod ensemble;
pub(crate) mod gaussian;
mod mixture;
pub(crate) mod projected;
