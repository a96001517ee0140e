//! `autoencoder decode`: the samples that codes stand for, as a file or a figure.

use ndarray::{Axis, Slice};

use crate::arguments::Decode;
use crate::failure::{Failure, Outcome};
use crate::figures::samples_png;
use crate::loaded::Loaded;
use crate::output::{self, Format};
use crate::progress::Notes;
use crate::{comparison, numerals};

pub(crate) fn run(typed: &Decode, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Npy, Format::Csv, Format::Idx, Format::Png])?;
    let loaded = Loaded::open(&typed.model)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let mut codes =
        notes.during(format!("reading {}", typed.codes.display()), || output::read_codes(&typed.codes))?;
    let expected = loaded.model.architecture().code();
    if codes.ncols() != expected {
        let model = loaded.path().display();
        let what = format_args!(
            "expected codes of {expected} numbers as {model} makes them, found {}",
            codes.ncols()
        );
        return Err(Failure::at(&typed.codes, what));
    }
    let (count, origin) = (codes.nrows(), typed.codes.display());
    if format != Format::Png {
        loaded.write(&typed.out, format, inference.decode(codes.view()), notes)?;
        notes.wrote(&typed.out, format_args!("{} (decoded from {origin})", loaded.of_shape(count)));
        return Ok(());
    }
    let Some(shape) = comparison::image_shape(&loaded.model.about.sample_shape) else {
        let what = format_args!("the samples of {} are no images", loaded.path().display());
        return Err(Failure::usage(what).advise("write them as .npy, .csv or .idx"));
    };
    let shown = typed.count.min(count);
    codes.slice_axis_inplace(Axis(0), Slice::from(..shown));
    let decoded = inference.decode(codes.view());
    let (decoded, _) = comparison::shades(&loaded.model.about.scaling, decoded.clone(), decoded);
    output::write_file(&typed.out, &samples_png(decoded.view(), shape))?;
    let (shown, samples) = (numerals::grouped(shown), numerals::counted(count, "sample"));
    notes.wrote(&typed.out, format_args!("{shown} of {samples} (decoded from {origin})"));
    Ok(())
}
