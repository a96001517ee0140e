//! `autoencoder plot rate`: the error over the bits of a sample, for a model and for principal components.

use crate::arguments::PlotRate;
use crate::commands::compressing::{Cost, Material};
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::Outcome;
use crate::figures::{RateCurve, RateFigure, RatePoint, rate_png, rate_svg};
use crate::output;
use crate::terminal::Notes;
use crate::terminal::numerals::counted;

pub(super) fn run(typed: &PlotRate, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let material = Material::of(&typed.model, &typed.samples, &typed.products, &typed.out, notes)?;
    let samples = &material.seen.samples;
    let mut bits = typed.bits.clone();
    bits.sort_unstable();
    bits.dedup();
    let curve = |name: String, mse: f64, cost: &dyn Fn(u8) -> Outcome<Cost>| -> Outcome<RateCurve> {
        let point = |&bits: &u8| {
            let Cost { bits_a_sample, mse, .. } = cost(bits)?;
            Ok(RatePoint { bits, bits_a_sample, error: mse })
        };
        Ok(RateCurve { name, unrounded: mse, points: bits.iter().map(point).collect::<Outcome<_>>()? })
    };
    let curves = notes.during("compressing codes", || -> Outcome<Vec<RateCurve>> {
        let of_model = |bits| material.compressed(bits).map(|(_, cost)| cost);
        let mut curves = vec![curve("this model".to_owned(), material.mse()?, &of_model)?];
        if let Some(components) = &material.components {
            let name = format!("PCA({})", components.count());
            curves.push(curve(name, components.mse(samples)?, &|bits| components.cost(bits, samples))?);
        }
        Ok(curves)
    })?;
    let code = material.loaded.model.architecture().code();
    let title = format!(
        "Error of rounded codes: {}, {} each",
        counted(samples.len(), "sample"),
        counted(code, "number")
    );
    let figure = RateFigure { title: &title, curves: &curves };
    if format == Format::Svg {
        output::write_file(&typed.out, rate_svg(&figure).as_bytes())?;
    } else {
        output::write_file(&typed.out, &rate_png(&figure))?;
    }
    notes.wrote(
        &typed.out,
        format_args!("errors at {} ({})", counted(bits.len(), "rate"), material.seen.origin),
    );
    Ok(())
}
