//! A run: the data that it works on, the files in its folder, its model, and the verdict on that model.

mod baselines;
mod by_column;
pub(crate) mod comparison;
pub(crate) mod data_sets;
mod facts;
pub(crate) mod files;
mod finite;
pub(crate) mod fitting;
mod folder;
mod head;
mod holes;
mod known;
mod loaded;
pub(crate) mod losses;
pub(crate) mod metrics;
mod progress;
mod range;
mod replacement;
pub(crate) mod table_rows;
pub(crate) mod tensorboard;
mod told;
pub(crate) mod units;
mod verdict;

pub(crate) use baselines::{Baselines, Judged};
pub(crate) use comparison::Comparison;
pub(crate) use data_sets::{DataSets, Found};
pub(crate) use finite::{expect_finite, expect_finite_error};
pub(crate) use folder::RunFolder;
pub(crate) use head::read_head;
pub(crate) use known::Known;
pub(crate) use loaded::{LARGEST, Loaded, Seen};
pub(crate) use metrics::{Record, Row};
pub(crate) use progress::TrainingProgress;
pub(crate) use replacement::{FileBytes, replace, write_together};
pub(crate) use table_rows::TableRows;
pub(crate) use verdict::{Asked, Verdict};
