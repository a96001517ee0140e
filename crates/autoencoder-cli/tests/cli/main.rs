//! Drives the real program in temporary folders, as its users would.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod archive;
mod arrays;
mod compressing;
mod contract;
mod converting;
mod explore;
mod generating;
mod hostile;
mod images;
mod instructions;
mod json;
mod keeping;
mod kinds;
mod known;
mod making;
mod mixed;
mod model_figures;
mod noise;
mod notes;
mod pictures;
mod presets;
mod program;
mod rates;
mod reports;
mod reproducible;
mod score_figures;
mod scores;
mod series;
#[cfg(unix)]
mod signals;
mod sources;
mod streams;
mod sweep;
mod tables;
#[cfg(target_os = "linux")]
mod terminal;
mod training;
mod trust;
mod using;
mod wrong;
