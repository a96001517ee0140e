//! Notes about samples that are about to be trained on.

use autoencoder::{Columns, Samples, Values};

use super::range;
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
