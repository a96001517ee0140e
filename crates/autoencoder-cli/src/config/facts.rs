//! What is known of data before a training is planned, and what every preset whose sizes follow from it has in common.

use super::settings::Settings;

/// The share of the samples that are held out.
pub(super) const HELD_OUT: f64 = 0.1;
/// The fewest samples of which some are held out.
const FEWEST: usize = 20;
/// The most weights of a network that is chosen: a training holds each four times.
pub(super) const MOST_WEIGHTS: usize = 10_000_000;
/// The share of the columns that are masked where a table has holes, so that the others learn to fill them in.
pub(super) const MASKED: f64 = 0.1;

/// What the sizes of a preset follow from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Facts {
    /// The number of samples, before any are held out.
    pub(crate) samples: usize,
    /// The number of numbers in a sample.
    pub(crate) features: usize,
    /// What is known of a table with words or holes, in which a column of words has several features.
    pub(crate) table: Option<TableFacts>,
    pub(crate) look: Look,
    /// Whether all numbers lie within 0 and 1, as those of pictures that were divided by 255 do.
    pub(crate) is_within_one: bool,
    /// Whether there is a test split, which the training is validated on.
    pub(crate) splits: bool,
}

/// What sizes follow from in a table with words or holes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TableFacts {
    pub(crate) columns: usize,
    /// Whether there are fields without a value.
    pub(crate) has_holes: bool,
}

impl Facts {
    /// The number of columns of a table, or else of features.
    pub(super) fn columns(&self) -> usize {
        self.table.map_or(self.features, |table| table.columns)
    }

    /// Whether a table has fields without a value.
    pub(crate) fn has_holes(&self) -> bool {
        self.table.is_some_and(|table| table.has_holes)
    }
}

/// What samples look like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    /// Rows of numbers that have nothing in common.
    Rows,
    /// Pictures with shades between black and white.
    Photos {
        /// The number of pixels by which the pictures can be shifted, or 0.
        room: usize,
    },
    /// Pictures that are black or white in most places, as writing is.
    Drawings,
}

/// The share of the samples that is held out where nothing is said of validation.
pub(super) fn held_out(asked: &Settings, facts: Facts) -> f64 {
    let is_open = asked.validation.is_none() && !facts.splits;
    if is_open && facts.samples >= FEWEST { HELD_OUT } else { 0.0 }
}
