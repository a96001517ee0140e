//! `autoencoder interpolate`: samples on the way from the code of one sample to that of another.

use autoencoder::CodePath;
use ndarray::{Array2, Axis, concatenate};

use super::{asked_samples, new_samples, typed_data};
use crate::arguments::Interpolate;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{Captioned, CaptionedFigure, ImageShape, captioned_png, most_in_row};
use crate::output;
use crate::run::{Loaded, Seen, comparison, expect_finite};
use crate::terminal::Notes;
use crate::terminal::numerals::{counted, grouped};

pub(crate) fn run(typed: &Interpolate, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &new_samples::FORMATS)?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let shape = match format {
        Format::Png => Some(new_samples::image_shape(&loaded)?),
        Format::Npy | Format::Csv | Format::Idx | Format::Jsonl | Format::Svg | Format::Html => None,
    };
    // The two samples stand beside the steps.
    if let Some(most) = shape.map(|shape| most_in_row(shape) - 2)
        && typed.steps > most
    {
        let what = format_args!("--steps {}: a .png has room for {}", typed.steps, grouped(most));
        return Err(Failure::usage(what).advise("give fewer steps, or write them as .npy, .csv or .idx"));
    }
    let inference = loaded.inference(typed.products.precision, notes)?;
    let seen = typed_data::read(&typed.samples, &loaded, &[&typed.out], notes)?;
    let ends = [
        asked_samples::place("--from", &typed.from, &seen)?,
        asked_samples::place("--to", &typed.to, &seen)?,
    ];
    let samples = seen.samples.select(&ends);
    let codes = inference.encode(&samples)?;
    let is_variational = loaded.model.architecture().specification().is_variational();
    let usual = if is_variational { CodePath::Sphere } else { CodePath::Line };
    let path = typed.path.map_or(usual, |named| named.0);
    let mut codes = path.between(codes.row(0), codes.row(1), typed.steps);
    inference.clamp_codes(codes.view_mut());
    expect_finite(loaded.path(), "code", codes.view())?;
    let steps = inference.decode(codes.view())?;
    let origin =
        format!("from row {} to row {} of {}", seen.row_of(ends[0]), seen.row_of(ends[1]), seen.origin);
    let Some(shape) = shape else {
        let written = new_samples::write(&loaded, &typed.out, format, steps, notes)?;
        notes.wrote(&typed.out, format_args!("{written} ({origin})"));
        return Ok(());
    };
    expect_finite(loaded.path(), "sample", steps.view())?;
    let originals = samples.scaled(0..samples.len());
    let shades = comparison::shades(&loaded.model.about.scaling, vec![originals, steps]);
    output::write_file(&typed.out, &figure(&shades, shape, path, &seen, ends)?)?;
    notes.wrote(&typed.out, format_args!("{} between two samples ({origin})", counted(typed.steps, "step")));
    Ok(())
}

/// The two samples, and the steps between.
fn figure(
    shades: &[Array2<f32>],
    shape: ImageShape,
    path: CodePath,
    seen: &Seen,
    ends: [usize; 2],
) -> Outcome<Vec<u8>> {
    let (originals, steps) = (&shades[0], &shades[1]);
    let [first, last] = [0, 1].map(|end| originals.slice_axis(Axis(0), (end..=end).into()));
    let images = concatenate(Axis(0), &[first, steps.view(), last]).map_err(Failure::new)?;
    let original = |end: usize| Captioned {
        lines: [
            seen.name_of(end),
            seen.label_of(end).map(|label| format!("label {label}")).unwrap_or_default(),
        ],
        is_marked: true,
    };
    let count = steps.nrows();
    let share = |step: usize| format!("{:.0} %", 100.0 * step as f64 / (count - 1) as f64);
    let step = |step| Captioned { lines: [share(step), String::new()], is_marked: false };
    let mut captions = vec![original(ends[0])];
    captions.extend((0..count).map(step));
    captions.push(original(ends[1]));
    let way = match path {
        CodePath::Line => "on the straight line between two codes",
        CodePath::Sphere => "on the great circle between two codes",
    };
    let [from, to] = ends.map(|end| seen.name_of(end));
    Ok(captioned_png(&CaptionedFigure {
        title: &format!("From {from} to {to}"),
        subtitle: &format!("{} {way}; the samples themselves are framed", counted(count, "step")),
        shape,
        rows: &[(images.view(), captions)],
    }))
}
