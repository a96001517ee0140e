//! Notes about samples that are about to be trained on.

use std::fmt::Display;

use autoencoder::{About, Columns, Samples, Values};

use super::{range, units};
use crate::data::Data;
use crate::terminal::Notes;
use crate::terminal::numerals;

/// Notes that bytes of a small range are hardly told apart when they are divided by 255.
pub(super) fn of_masks(data: &Data, is_scaled: bool, notes: Notes) {
    /// The greatest byte that is small.
    const SMALL: u8 = 63;
    let (Values::Bytes(bytes), false) = (&data.values, is_scaled) else { return };
    let greatest = bytes.iter().copied().max().unwrap_or(u8::MAX);
    if greatest <= SMALL {
        notes.say(format_args!(
            "{}: the greatest byte is {greatest}, and all are divided by 255; --scale min-max uses their own range",
            data.name
        ));
    }
}

/// Notes what of data does not seem to fit what a model knows of its own: other units, or columns without names.
pub(super) fn of_known(data: &Data, about: &About, origin: impl Display, notes: Notes) {
    if let Some(what) = units::other_units(&about.scaling, &data.values) {
        notes.say(format_args!("{}: {what}", data.name));
    }
    let is_named = about.columns.as_ref().is_some_and(|columns| !columns.names.is_empty());
    if is_named && data.columns.is_none() {
        notes.say(format_args!(
            "{}: the columns have no names, and are taken in the order of those of {origin}",
            data.name
        ));
    }
}

/// Notes which columns of a table do not vary.
pub(super) fn of_constants(name: &str, train: &Samples, columns: Option<&Columns>, notes: Notes) {
    const SHOWN: usize = 5;
    let constant = train.scaling().constant();
    if constant.is_empty() {
        return;
    }
    let names: Vec<String> = constant.iter().map(|&feature| range::column(columns, feature)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (column, is) = if constant.len() == 1 { ("column", "is") } else { ("columns", "are") };
    notes.say(format_args!(
        "{}: {column} {} {is} constant in the training samples; other values count by their distance, unscaled",
        name,
        numerals::listed(&names, SHOWN)
    ));
}
