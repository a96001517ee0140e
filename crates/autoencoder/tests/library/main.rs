//! Tests of the crate through its public API.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic, and casts numbers that it made"
)]

mod bfloat16;
mod exchange;
mod files;
mod generation;
mod kinds;
mod layers;
mod rate_finder;
mod reproducibility;
mod samples;
mod score_reference;
mod scores;
mod series;
mod support;
mod trainer;
