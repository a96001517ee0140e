//! Samples that a decoder made of codes, written as a file or drawn.

use std::path::Path;

use ndarray::Array2;

use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::ImageShape;
use crate::run::{Loaded, comparison};
use crate::terminal::Notes;
use crate::terminal::numerals::counted;

/// The formats of the files.
pub(super) const FORMATS: [Format; 4] = [Format::Png, Format::Npy, Format::Csv, Format::Idx];

/// The shape of a sample as an image; a model of other samples has no figure of them.
pub(super) fn image_shape(loaded: &Loaded) -> Outcome<ImageShape> {
    comparison::image_shape(&loaded.model.about.sample_shape).ok_or_else(|| {
        let what = format_args!("the samples of {} are not images", loaded.path().display());
        Failure::usage(what).advise("write them as .npy, .csv or .idx")
    })
}

/// Writes scaled samples (samples, features) in the units of the data, the rows of a window one after the other. Returns what was written,
/// in words.
pub(super) fn write(
    loaded: &Loaded,
    out: &Path,
    format: Format,
    samples: Array2<f32>,
    notes: Notes,
) -> Outcome<String> {
    let count = samples.nrows();
    let Some(window) = loaded.model.about.window else {
        let shape = loaded.of_shape(count, samples.ncols(), format);
        loaded.write_new(out, format, samples, notes)?;
        return Ok(shape);
    };
    let rows = window.rows.get();
    let columns = samples.ncols() / rows;
    let samples = samples.into_shape_with_order((count * rows, columns)).map_err(Failure::new)?;
    loaded.write_new(out, format, samples, notes)?;
    let (windows, rows) = (counted(count, "window"), counted(rows, "row"));
    Ok(format!("{windows} of {rows} of {}, one after the other", counted(columns, "number")))
}
