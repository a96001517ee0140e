//! The stages of a step, one file each, and the blocks of rows that pass them.
//!
//! A step is a list of stages ([`list`]), made once from the network and from how it is trained or used:
//!
//! ```text
//! gather (shift) -> corrupt -> dense -> [normalize] -> [drop] -> dense -> [draw | penalty of the code] -> dense ... -> loss
//!                                       ^ blocks meet here (batch statistics, means of codes): a stage says so
//! ```
//!
//! A block holds the numbers of some rows for every stage, and runs them forward up to where all blocks must meet, goes on,
//! and runs them backward.

pub(crate) mod block;
pub(crate) mod list;
pub(crate) mod meeting;
pub(crate) mod stage;
pub(crate) mod treatment;

mod contraction;
mod corrupt;
mod dense;
pub(crate) mod draw;
mod dropout;
mod gather;
mod loss;
mod normalize;
mod shift;
mod sparsity;
mod statistics;
