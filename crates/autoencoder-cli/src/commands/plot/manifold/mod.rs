//! `autoencoder plot manifold`: what the decoder makes of a grid over two numbers of the code, or over its only one.

mod fields;
mod grid;

use autoencoder::Inference;
use ndarray::Array2;

use crate::arguments::PlotManifold;
use crate::commands::look::{Look, cell_values};
use crate::commands::scoring::Columns;
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{
    CellLook, GridAxis, GridCells, MOST_SERIES, ManifoldContents, ManifoldFigure, manifold_png, manifold_svg,
};
use crate::output;
use crate::run::{Loaded, expect_finite};
use crate::terminal::{Notes, numerals};
use grid::Grid;

/// The codes along a side of a grid of images, of series and of maps.
const OF_IMAGES: usize = 20;
const OF_LINES: usize = 10;
const OF_MAPS: usize = 40;

pub(super) fn run(typed: &PlotManifold, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let architecture = loaded.model.architecture();
    let dims = typed.dims.as_deref();
    if let Some(dims) = dims {
        check_dims(dims, architecture.code())?;
    }
    let has_prior = architecture.specification().is_variational();
    // Codes of samples tell the ranges where there is no prior, and which numbers vary.
    let codes = if !has_prior || dims.is_none() && architecture.code() > 2 || typed.samples.data.is_some() {
        Some(codes(typed, &loaded, notes)?)
    } else {
        None
    };
    let about = &loaded.model.about;
    let columns = Columns::of_features(about, architecture.features());
    let look = Look::of(about, &columns).cell(architecture.features());
    let side = typed.grid.unwrap_or(match look {
        Some(CellLook::Image(_)) => OF_IMAGES,
        Some(CellLook::Lines { .. }) => OF_LINES,
        None => OF_MAPS,
    });
    let grid = Grid::new(architecture.code(), dims, side, codes.as_ref(), has_prior);
    let inference = Inference::new(&loaded.model);
    let samples = notes.during("decoding the grid", || inference.decode(grid.codes().view()))?;
    expect_finite(loaded.path(), "sample", samples.view())?;

    let mut told = grid.told();
    let across = GridAxis { name: &grid.names[0], values: &grid.values[0] };
    let upwards = (grid.values.len() > 1).then(|| GridAxis { name: &grid.names[1], values: &grid.values[1] });
    let title = format!("Decoded codes of {architecture}");
    let bytes = |contents, told: Vec<String>| {
        let figure = ManifoldFigure { title: &title, notes: told, across, upwards, contents };
        if format == Format::Svg { manifold_svg(&figure).into_bytes() } else { manifold_png(&figure) }
    };
    let bytes = if let Some(look) = look {
        if let CellLook::Lines { series } = look
            && series > MOST_SERIES
        {
            told.push(format!("The first {MOST_SERIES} of {series} series are drawn."));
        }
        let states = cell_values(about, look, vec![samples]);
        bytes(ManifoldContents::Cells(GridCells { look, samples: states[0].view() }), told)
    } else {
        let (fields, left_out) = fields::of(about, &samples);
        told.extend(left_out);
        bytes(ManifoldContents::Fields(&fields), told)
    };
    output::write_file(&typed.out, &bytes)?;
    notes.wrote(
        &typed.out,
        format_args!("{} of {}", numerals::counted(grid.len(), "decoded code"), grid.names.join(" and ")),
    );
    Ok(())
}

fn check_dims(dims: &[usize], code: usize) -> Outcome {
    let refused = |what: String| Err(Failure::usage(format_args!("--dims: {what}")));
    let expected = code.min(2);
    if dims.len() != expected {
        let found = dims.len();
        return refused(format!(
            "expected {} of the code, found {found}",
            numerals::counted(expected, "number")
        ));
    }
    if let Some(beyond) = dims.iter().find(|&&dim| dim >= code) {
        let last = code - 1;
        return refused(format!("the code has the numbers 0 to {last}, found {beyond}"));
    }
    if dims.len() == 2 && dims[0] == dims[1] {
        return refused(format!("expected two numbers, found {} twice", dims[0]));
    }
    Ok(())
}

/// The codes of the samples that were typed, or of the run.
fn codes(typed: &PlotManifold, loaded: &Loaded, notes: Notes) -> Outcome<Array2<f32>> {
    let seen = typed_data::read(&typed.samples, loaded, &[&typed.out], notes)?;
    let codes = notes.during("encoding samples", || loaded.model.encode(&seen.samples))?;
    expect_finite(loaded.path(), "code", codes.view())?;
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_numbers_of_the_code_vary() {
        assert!(
            check_dims(&[0, 1], 2).is_ok() && check_dims(&[7, 3], 8).is_ok() && check_dims(&[0], 1).is_ok()
        );
        let said = |dims: &[usize], code| check_dims(dims, code).unwrap_err().to_string();
        assert!(said(&[1], 8).contains("expected 2 numbers of the code, found 1"));
        assert!(said(&[1, 8], 8).contains("0 to 7, found 8"));
        assert!(said(&[3, 3], 8).contains("found 3 twice"));
    }
}
