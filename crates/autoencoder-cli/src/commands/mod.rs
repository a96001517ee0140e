//! The commands, one module for each.

mod asked_samples;
pub(crate) mod completions;
pub(crate) mod corrupt;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod evaluate;
pub(crate) mod explore;
pub(crate) mod export;
pub(crate) mod find_lr;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod impute;
pub(crate) mod inspect;
pub(crate) mod interpolate;
mod look;
pub(crate) mod man;
pub(crate) mod neighbours;
mod new_samples;
pub(crate) mod plot;
pub(crate) mod reconstruct;
mod row_table;
pub(crate) mod score;
mod scoring;
pub(crate) mod sweep;
pub(crate) mod synthetic;
pub(crate) mod train;
mod typed_data;
