//! Stages: the operations of a training step, one file each, and the blocks of rows that pass through them.
//!
//! A step is a list of stages ([`list`]). The list is made once, from the network and from the way in which
//! the network is trained or used:
//!
//! ```text
//! gather (shift) -> corrupt -> dense -> [normalize] -> [dropout] -> dense -> [top-k | draw | penalty] -> dense ... -> loss
//!                                       ^                                           ^
//!                                       blocks meet here: batch statistics          and here: sparsity, contraction
//! ```
//!
//! A block holds the numbers of some rows for every stage. The block runs its stages forward up to the first
//! meeting, where all blocks wait for each other, then goes on, and at the end runs its stages backward.

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
pub(crate) mod table;
mod top_k;
