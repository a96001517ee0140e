//! `autoencoder reconstruct`: reconstructions of samples, as a file, or as a figure below the samples.

use super::typed_data;
use crate::arguments::Reconstruct;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::run::{Comparison, Loaded, comparison, expect_finite_error};
use crate::terminal::{Notes, numerals};

pub(crate) fn run(typed: &Reconstruct, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Png, Format::Npy, Format::Csv, Format::Idx])?;
    if typed.against.is_some() && format != Format::Png {
        let what = format_args!("{}: --against is for a figure, which is a .png", typed.out.display());
        return Err(Failure::usage(what).advise("measure with `autoencoder evaluate --against`"));
    }
    typed_data::refuse_model(&typed.model, &typed.out)?;
    if let Some(clean) = &typed.against {
        typed_data::refuse_as_output(clean.as_deref(), &typed.out)?;
    }
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let source = typed_data::source(&typed.samples, &loaded, &[&typed.out], notes)?;
    let split = typed.samples.split;
    let seen = loaded.read(&source, split, notes)?;
    let (count, origin) = (seen.samples.len(), &seen.origin);
    if format != Format::Png {
        let mut restored = notes.during("restoring samples", || inference.reconstruct_rows(&seen.samples))?;
        let rows = seen.scored();
        // A row in time that is in no window is not restored.
        let left = seen.samples.rows_in_time().iter().flatten().filter(|is_in| !**is_in).count();
        if left > 0 {
            notes.say(format_args!(
                "{}: {} in no window, and stay as they are",
                typed.out.display(),
                numerals::counted(left, "row")
            ));
        }
        for (row, _) in seen.samples.rows_in_time().iter().flatten().enumerate().filter(|(_, is_in)| !**is_in)
        {
            restored.row_mut(row).assign(&rows.samples.scaled(row..row + 1).row(0));
        }
        let shape = loaded.of_shape(restored.nrows(), restored.ncols(), format);
        loaded.write(&typed.out, format, restored, &rows.beside(), notes)?;
        notes.wrote(&typed.out, format_args!("{shape}, reconstructed ({origin})"));
        return Ok(());
    }
    let clean = match &typed.against {
        Some(clean) => {
            let source =
                typed_data::against(clean.as_deref(), &typed.samples, &loaded, &[&typed.out], notes)?;
            Some(loaded.read_against(&source, split, &seen.samples, notes)?)
        }
        None => None,
    };
    let evaluation = notes.during("restoring samples", || match &clean {
        Some(clean) => inference.evaluate_against(&seen.samples, &clean.samples),
        None => inference.evaluate(&seen.samples),
    })?;
    expect_finite_error("mean squared error of the reconstructions", evaluation.mse)?;
    let measured = if clean.is_some() { " against the clean samples" } else { "" };
    let caption = format!(
        "mean squared error{measured} {} over {}, {} a code",
        numerals::error(evaluation.mse),
        numerals::counted(evaluation.samples, "sample"),
        numerals::counted(evaluation.code, "number")
    );
    let labels = seen.labels.as_ref().or_else(|| clean.as_ref().and_then(|clean| clean.labels.as_ref()));
    let comparison = Comparison {
        inputs: &seen.samples,
        clean: clean.as_ref().map(|clean| &clean.samples),
        labels,
        count: typed.count,
        caption: &caption,
    };
    output::write_file(&typed.out, &comparison::png(&inference, &loaded.model.about, comparison)?)?;
    let (shown, samples) = (numerals::grouped(typed.count.min(count)), numerals::counted(count, "sample"));
    notes.wrote(&typed.out, format_args!("{shown} of {samples} beside their reconstructions ({origin})"));
    Ok(())
}
