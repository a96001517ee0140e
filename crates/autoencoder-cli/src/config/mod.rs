//! Settings of a training: typed or written in a file, laid over each other, and checked into a plan.

mod anomaly;
mod bounded;
mod bounds;
mod budget;
mod choices;
mod defaults;
mod facts;
mod fields;
mod file;
mod grid;
mod interval;
mod named;
mod number;
mod of_columns;
mod parsers;
mod plain;
mod plan;
mod preset;
mod sampler;
mod schema;
mod settings;
mod sized;
mod specification;
mod values;

pub(crate) use bounds::EPOCHS as MOST_EPOCHS;
pub(crate) use budget::Budget;
pub(crate) use choices::noise_alone;
pub(crate) use facts::{Facts, Look, TableFacts};
pub(crate) use fields::fields;
pub(crate) use file::{read, text};
pub(crate) use grid::{Combination, combinations};
pub(crate) use interval::{Alarm, Interval};
pub(crate) use named::Named;
pub(crate) use of_columns::{AskedColumn, AskedScale};
pub(crate) use parsers::{
    at_least_one, code_bits, counts, drawn, draws, grids, scores, seeds, shares, shown, steps, temperatures,
    threads,
};
pub(crate) use plain::is_field;
pub(crate) use plan::Plan;
pub(crate) use preset::Preset;
pub(crate) use sampler::COMPONENTS;
pub(crate) use schema::{read_schema, schema_text};
pub(crate) use settings::Settings;
pub(crate) use specification::of_specification;
pub(crate) use values::{AskedPrecision, Init, Validation};
