//! Notes about samples that are about to be trained on, and what may not be done with them.

use std::fmt::Display;

use autoencoder::{About, Columns, Scaling, Values};

use super::{range, units};
use crate::config::Plan;
use crate::data::{Data, as_pixels, may_be_planes};
use crate::failure::{Failure, Outcome};
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

/// Notes that samples of three axes may be planes, one after the other. They are not shifted, which would move one plane into
/// the next.
pub(super) fn of_planes(data: &Data, plan: &Plan, notes: Notes) -> Outcome {
    let shape = &data.sample_shape;
    if !may_be_planes(shape) {
        return Ok(());
    }
    // Plain rows of this shape may be planes too, but the shape was asked for.
    let is_asked = plan.settings.sample_shape.as_ref() == Some(shape);
    let typed = |shape: &[usize]| shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let found = numerals::shape(shape);
    let planes =
        format!("--sample-shape {} says that they are {} planes", typed(&as_pixels(shape)), shape[0]);
    if plan.options.shift > 0 && !is_asked {
        let what = format_args!(
            "{}: samples of {found} may be planes, and shifting them would move one plane into the next",
            data.name
        );
        let advice = format!(
            "{planes}, --sample-shape {} that they are rows of pixels; --shift 0 shifts nothing",
            typed(shape)
        );
        return Err(Failure::usage(what).advise(advice));
    }
    if !is_asked {
        notes.say(format_args!(
            "{}: samples of {found} are taken as they are, for no images; {planes}",
            data.name
        ));
    } else if plan.options.shift > 0 {
        notes.say(format_args!(
            "{}: samples of {found} are shifted as {} rows of {} pixels, as --sample-shape says",
            data.name, shape[0], shape[1]
        ));
    }
    Ok(())
}

/// Notes that a column which is about to be learnt seems to label the rows, by its name.
pub(super) fn of_label_names(data: &Data, notes: Notes) {
    const LABELS: [&str; 12] = [
        "label",
        "labels",
        "class",
        "target",
        "y",
        "odd",
        "anomaly",
        "is_anomaly",
        "outlier",
        "is_outlier",
        "fraud",
        "species",
    ];
    if data.labels.is_some() {
        return;
    }
    let columns = data.schema.iter().flat_map(|schema| &schema.columns).filter(|column| column.is_seen());
    let of_labels = |name: &str| LABELS.iter().any(|label| name.trim().eq_ignore_ascii_case(label));
    if let Some(column) = columns.into_iter().find(|column| of_labels(&column.name)) {
        let name = &column.name;
        notes.say(format_args!(
            "{}: column {name} is learnt as the others are; if it labels the rows, say --label-column {name}",
            data.name
        ));
    }
}

/// Notes which columns of a table, of so many features, do not vary.
pub(super) fn of_constants(
    name: &str,
    scaling: &Scaling,
    features: usize,
    (columns, notes): (Option<&Columns>, Notes),
) {
    const SHOWN: usize = 5;
    let mut constant = scaling.constant();
    // A scaling of windows has the columns of each of their rows.
    constant.retain(|&feature| feature < features);
    if constant.is_empty() {
        return;
    }
    let names: Vec<String> = constant.iter().map(|&feature| range::column(columns, feature)).collect();
    let (column, is) = if constant.len() == 1 { ("column", "is") } else { ("columns", "are") };
    notes.say(format_args!(
        "{}: {column} {} {is} constant in the training samples; other values count by their distance, unscaled",
        name,
        numerals::listed(&names, SHOWN)
    ));
}
