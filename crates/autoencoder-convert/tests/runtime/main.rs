//! Holds what is written as ONNX to what models compute, by a runtime in Rust.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kinds;
mod run;
mod scores;
mod tables;
