//! Drives the real program in temporary folders, as its users would.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod contract;
mod kinds;
mod making;
mod noise;
mod program;
mod rates;
mod reproducible;
mod sweep;
mod training;
mod using;
mod wrong;
