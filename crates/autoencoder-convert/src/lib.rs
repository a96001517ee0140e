//! Autoencoders as files of other programs, and back.
//!
//! A [`Network`] is a model in use as plain dense layers; every format is written from one: graphs of ONNX ([`to_onnx`]), arrays of
//! numpy ([`npz`]), C and Rust that allocate nothing ([`c_source`], [`rust_source`]), and [`CompressedCodes`]. Models of other programs come in by [`import_safetensors`] and [`import_onnx`]. The crate does no input or
//! output: what it writes are bytes, and what it reads are slices.
#![forbid(unsafe_code)]

mod network;

mod inputs;

mod score;

mod int8;

mod polynomials;

mod text;

mod program;

mod onnx;

mod import;

mod npz;

mod c;

mod rust;

mod compression;

pub use c::{CSource, c_source};
pub use compression::{CompressedCodes, CompressedError, MOST_BITS, Quantizer, TextColumn};
pub use import::{ImportError, ImportOptions, Imported, LayerMap, import_onnx, import_safetensors};
pub use inputs::{Inputs, NumberInput, WordInput};
pub use int8::rounded_to_int8;
pub use network::{Dense, Network, WordGroup};
pub use npz::npz;
pub use onnx::{ExportError, OnnxFile, OnnxPart, to_onnx};
pub use program::{SourceOptions, Weights};
pub use rust::rust_source;
pub use score::NoScore;

/// The crate's README, so that `cargo test` runs the example in it.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
