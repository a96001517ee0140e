//! Weights of other programs, read from bytes as these programs write them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod graphs;
mod onnx;
mod state_dicts;
