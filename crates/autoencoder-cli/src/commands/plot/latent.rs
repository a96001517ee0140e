//! `autoencoder plot latent`: codes in the plane, coloured by label, by error or by a column.

use crate::arguments::PlotLatent;
use crate::commands::plane::Plane;
use crate::commands::plot::colouring::Colouring;
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::Outcome;
use crate::figures::{Latent, Size, latent_png, latent_svg};
use crate::output;
use crate::run::{Loaded, expect_finite};
use crate::terminal::{Notes, numerals};

pub(super) fn run(typed: &PlotLatent, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let seen = typed_data::read(&typed.samples, &loaded, &[&typed.out], notes)?;
    let colouring = Colouring::of(typed.color_by.as_deref(), &loaded, &seen, notes)?;
    let codes = notes.during("encoding samples", || loaded.model.encode(&seen.samples))?;
    expect_finite(loaded.path(), "code", codes.view())?;
    let plane = notes.during("projecting codes", || Plane::of(codes.view()))?;
    let title = format!("Codes of {}", numerals::counted(codes.nrows(), "sample"));
    let latent = Latent {
        title: Some(&title),
        note: plane.note.as_deref(),
        points: plane.points.view(),
        colours: colouring.colours(),
        axis_names: [&plane.axis_names[0], &plane.axis_names[1]],
        size: Size::Wide,
    };
    if format == Format::Svg {
        output::write_file(&typed.out, latent_svg(&latent).as_bytes())?;
    } else {
        output::write_file(&typed.out, &latent_png(&latent))?;
    }
    let samples = numerals::counted(codes.nrows(), "sample");
    notes.wrote(&typed.out, format_args!("codes of {samples} ({})", seen.origin));
    Ok(())
}
