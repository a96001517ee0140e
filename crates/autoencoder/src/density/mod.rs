//! Densities: how likely points are among others, such as a code among the codes of a training, and which of these are nearest.

pub(crate) mod ensemble;
pub(crate) mod gaussian;
pub(crate) mod mixture;
pub(crate) mod neighbours;
pub(crate) mod projected;
