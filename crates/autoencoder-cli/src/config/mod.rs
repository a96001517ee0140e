//! Settings of a training: typed or written in a file, laid over each other, and checked into a plan.

mod bounded;
mod bounds;
mod budget;
mod choices;
mod defaults;
mod fields;
mod file;
mod grid;
mod interval;
mod named;
mod number;
mod parsers;
mod plain;
mod plan;
mod preset;
mod settings;
mod sized;
mod specification;
mod values;

pub(crate) use bounds::EPOCHS as MOST_EPOCHS;
pub(crate) use budget::Budget;
pub(crate) use choices::noise_alone;
pub(crate) use fields::fields;
pub(crate) use file::{read, text};
pub(crate) use grid::{Combination, combinations};
pub(crate) use interval::{Alarm, Interval};
pub(crate) use named::Named;
pub(crate) use parsers::{at_least_one, counts, drawn, draws, seeds, threads};
pub(crate) use plain::is_field;
pub(crate) use plan::Plan;
pub(crate) use preset::Preset;
pub(crate) use settings::Settings;
pub(crate) use sized::{Facts, Look};
pub(crate) use specification::of_specification;
pub(crate) use values::{AskedPrecision, Init, Validation};
