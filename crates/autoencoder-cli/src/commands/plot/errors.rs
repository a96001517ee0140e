//! `autoencoder plot errors`: the distribution of the errors of samples, and the samples that are restored best and worst.

use autoencoder::Inference;
use ndarray::{Array2, ArrayView2};

use crate::arguments::PlotErrors;
use crate::commands::errors_of::{ErrorParts, marks};
use crate::commands::look::{Look, apart, cell_values};
use crate::commands::scoring::Columns;
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{
    CellLook, ErrorContents, ErrorGroup, ErrorsFigure, Histogram, Size, errors_png, errors_svg,
};
use crate::output;
use crate::run::{Loaded, Seen, expect_finite};
use crate::terminal::{Notes, numerals};

/// The samples of each end where nothing is said.
const OF_IMAGES: usize = 10;
const OF_OTHERS: usize = 4;

pub(super) fn run(typed: &PlotErrors, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let seen = typed_data::read(&typed.samples, &loaded, &[&typed.out], notes)?;
    let inference = Inference::new(&loaded.model);
    let errors = notes.during("restoring samples", || inference.errors(&seen.samples))?.to_vec();
    let column = ArrayView2::from_shape((errors.len(), 1), &errors).map_err(Failure::new)?;
    expect_finite(loaded.path(), "error", column)?;

    let about = &loaded.model.about;
    let columns = Columns::of(&loaded.model, &seen.samples);
    let cell = Look::of(about, &columns).cell(seen.samples.features());
    let usual = if matches!(cell, Some(CellLook::Image(_))) { OF_IMAGES } else { OF_OTHERS };
    let window = about.window.map_or(1, |window| window.rows.get());
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[b].total_cmp(&errors[a]).then(a.cmp(&b)));
    let count = typed.count.unwrap_or(usual);
    let worst = apart(&order, window, count);
    order.reverse();
    let mut best = apart(&order, window, count);
    best.retain(|sample| !worst.contains(sample));

    let restored = |samples: &[usize]| -> Outcome<[Array2<f32>; 2]> {
        let selected = seen.samples.select(samples);
        Ok([selected.scaled(0..selected.len()), inference.reconstruct(&selected)?])
    };
    let groups = [("Restored worst", &worst), ("Restored best", &best)];
    let groups: Vec<_> = groups.into_iter().filter(|(_, samples)| !samples.is_empty()).collect();
    let states: Outcome<Vec<[Array2<f32>; 2]>> =
        groups.iter().map(|(_, samples)| restored(samples)).collect();
    let states = states?;
    // Shades of all images are by one measure.
    let drawn: Vec<Vec<Array2<f32>>> = match cell {
        Some(look) => {
            let all = cell_values(about, look, states.iter().flat_map(|pair| pair.iter().cloned()).collect());
            all.chunks(2).map(<[_]>::to_vec).collect()
        }
        None => Vec::new(),
    };
    let parts = ErrorParts::new(&loaded.model, &columns);
    let groups: Vec<ErrorGroup<'_>> = groups
        .iter()
        .enumerate()
        .map(|(index, (title, samples))| ErrorGroup {
            title,
            captions: samples
                .iter()
                .map(|&sample| caption(&seen, sample, (errors[sample], cell.is_some())))
                .collect(),
            contents: match cell {
                Some(look) => {
                    ErrorContents::Cells { look, states: [drawn[index][0].view(), drawn[index][1].view()] }
                }
                None => ErrorContents::Rows(
                    (0..samples.len())
                        .map(|row| parts.blamed((&seen.samples, samples[row]), &states[index], row))
                        .collect(),
                ),
            },
        })
        .collect();
    let title = format!("Errors of {}", numerals::counted(errors.len(), "sample"));
    let told: Vec<String> = match cell {
        Some(CellLook::Image(_)) => vec!["Each image stands above its reconstruction; below are its error, its row or name, and its label.".to_owned()],
        Some(CellLook::Lines { .. }) => {
            vec!["The reconstruction is the thin line over the pale one of the sample; below are the error, the row or name, and the label.".to_owned()]
        }
        None => Vec::new(),
    };
    let marks = marks(&errors);
    let histogram = Histogram {
        title: &title,
        notes: &told,
        measure: measure(&loaded),
        values: &errors,
        marks: &marks,
        size: Size::Wide,
    };
    let figure = ErrorsFigure { histogram, groups: &groups };
    let bytes = if format == Format::Svg { errors_svg(&figure).into_bytes() } else { errors_png(&figure) };
    output::write_file(&typed.out, &bytes)?;
    let samples = numerals::counted(errors.len(), "sample");
    notes.wrote(&typed.out, format_args!("the errors of {samples} ({})", seen.origin));
    Ok(())
}

/// What an error is.
fn measure(loaded: &Loaded) -> &'static str {
    if loaded.model.architecture().specification().table.is_some() {
        "mean loss of a row's columns"
    } else {
        "mean squared error of a sample"
    }
}

/// The name of a sample with its label, and its error. A narrow cell has room for the number of the row alone.
fn caption(seen: &Seen, sample: usize, (error, is_cell): (f64, bool)) -> [String; 2] {
    let row = if is_cell { "" } else { "row " };
    let name = seen.names.as_ref().map_or_else(|| format!("{row}{sample}"), |names| names[sample].clone());
    let name = match &seen.labels {
        Some(labels) => format!("{name} ({})", labels.names[labels.of_sample[sample]]),
        None => name,
    };
    [name, numerals::in_figure(error)]
}
