//! Samples beside their restorations: some of each label, and those that are restored worst, below the distribution of all errors.

use autoencoder::Samples;
use ndarray::Array2;

use super::gathered::Gathered;
use super::html;
use crate::commands::errors_of::{ErrorParts, marks};
use crate::commands::look::{Look, apart, cell_values};
use crate::commands::scoring::Columns;
use crate::failure::Outcome;
use crate::figures::{CellLook, Histogram, Size, cell_svg, histogram_svg, image_png};
use crate::run::comparison::choose;
use crate::terminal::numerals::{self, counted};

/// The images, and the series or rows, that are shown.
const OF_IMAGES: usize = 10;
const OF_OTHERS: usize = 3;
/// The most columns of a row that are shown.
const MOST_COLUMNS: usize = 12;
/// The width of a series, in units of its figure.
const SERIES_WIDTH: usize = 300;

/// Originals above their restorations.
pub(super) fn restorations(gathered: &Gathered) -> Outcome<String> {
    let show = Show::new(gathered);
    let all = gathered.samples.samples.len();
    let count = show.count();
    let chosen = match gathered.loaded.model.about.window {
        None => choose(all, gathered.samples.labels.as_ref(), count),
        // Windows side by side hardly differ.
        Some(_) => (0..count.min(all)).map(|index| index * all / count.min(all)).collect(),
    };
    let told = match show.cell {
        Some(CellLook::Image(_)) => "Each image stands above what the model restores of it.",
        Some(CellLook::Lines { .. }) => {
            "The thin line is what the model restores, over the pale one of the sample."
        }
        None => "Each field stands beside what the model restores of it.",
    };
    let contents = html::quiet(told) + &show.samples(&chosen, false)?;
    Ok(html::section("Restorations", &contents))
}

/// The distribution of errors, and the samples that are restored worst.
pub(super) fn worst(gathered: &Gathered) -> Outcome<String> {
    let show = Show::new(gathered);
    let errors = &gathered.errors;
    let marks = marks(errors);
    let histogram = Histogram {
        title: &format!("Errors of {}", counted(errors.len(), "sample")),
        notes: &[],
        measure: if show.is_table {
            "mean loss of a row's columns"
        } else {
            "mean squared error of a sample"
        },
        values: errors,
        marks: &marks,
        size: Size::Narrow,
    };
    let svg = histogram_svg(&histogram);
    let window = gathered.loaded.model.about.window.map_or(1, |window| window.rows.get());
    let mut order: Vec<usize> = (0..errors.len()).collect();
    order.sort_by(|&a, &b| errors[b].total_cmp(&errors[a]).then(a.cmp(&b)));
    let worst = apart(&order, window, show.count());
    let contents = [
        html::card(&svg, "a histogram of the errors of all samples"),
        html::heading("Restored worst"),
        show.samples(&worst, true)?,
    ];
    Ok(html::section("Errors", &contents.concat()))
}

/// How samples are shown.
struct Show<'a> {
    gathered: &'a Gathered,
    columns: Columns<'a>,
    cell: Option<CellLook>,
    is_table: bool,
}

impl<'a> Show<'a> {
    fn new(gathered: &'a Gathered) -> Self {
        let model = &gathered.loaded.model;
        let samples: &Samples = &gathered.samples.samples;
        let columns = Columns::of(model, samples);
        let cell = Look::of(&model.about, &columns).cell(samples.features());
        let is_table = model.architecture().specification().table.is_some();
        Self { gathered, columns, cell, is_table }
    }

    fn count(&self) -> usize {
        if matches!(self.cell, Some(CellLook::Image(_))) { OF_IMAGES } else { OF_OTHERS }
    }

    /// Samples with their restorations; of rows the columns to blame for the error alone, if `to_blame`.
    fn samples(&self, chosen: &[usize], to_blame: bool) -> Outcome<String> {
        let states = self.gathered.states(chosen)?;
        let about = &self.gathered.loaded.model.about;
        let shown: Vec<String> = match self.cell {
            Some(look @ CellLook::Image(shape)) => {
                let shades = cell_values(about, look, states.to_vec());
                let image = |place: usize, state: usize, what: &str| {
                    html::image(&image_png(&shades[state].row(place), shape), what)
                };
                let of_sample = |(place, &sample): (usize, &usize)| {
                    let name = self.gathered.samples.name(sample);
                    let images = image(place, 0, &name) + &image(place, 1, &format!("{name}, restored"));
                    html::sample(&images, &self.caption(sample))
                };
                chosen.iter().enumerate().map(of_sample).collect()
            }
            Some(look @ CellLook::Lines { .. }) => {
                let values = cell_values(about, look, states.to_vec());
                let views = [values[0].view(), values[1].view()];
                let of_sample = |(place, &sample): (usize, &usize)| {
                    let svg = cell_svg(look, &views, place, SERIES_WIDTH);
                    let svg = html::labelled(&svg, &self.gathered.samples.name(sample));
                    html::sample(&svg, &self.caption(sample))
                };
                chosen.iter().enumerate().map(of_sample).collect()
            }
            None => {
                let parts = ErrorParts::new(&self.gathered.loaded.model, &self.columns);
                let of_sample = |(place, &sample): (usize, &usize)| {
                    let table = if to_blame {
                        self.blamed(&parts, sample, &states, place)
                    } else {
                        self.fields(sample, &states, place)
                    };
                    html::told_sample(&self.caption(sample), &table)
                };
                chosen.iter().enumerate().map(of_sample).collect()
            }
        };
        let is_wide = !matches!(self.cell, Some(CellLook::Image(_)));
        Ok(html::samples(&shown, is_wide))
    }

    /// The columns with the largest parts of the error of a row.
    fn blamed(
        &self,
        parts: &ErrorParts<'_>,
        sample: usize,
        states: &[Array2<f32>; 2],
        place: usize,
    ) -> String {
        let blamed = parts.blamed((&self.gathered.samples.samples, sample), states, place);
        let rows: Vec<Vec<String>> = blamed
            .into_iter()
            .map(|column| {
                let name = column.name.unwrap_or_else(|| "all others".to_owned());
                vec![name, column.value, column.expected, format!("{:.0} %", 100.0 * column.share)]
            })
            .collect();
        html::table(&["column", "value", "restored", "of the error"], &rows)
    }

    /// The fields of a row beside their restorations.
    fn fields(&self, sample: usize, [originals, restored]: &[Array2<f32>; 2], place: usize) -> String {
        let samples = &self.gathered.samples.samples;
        let row = |column: usize| {
            let text = |row| {
                let text: String = self.columns.text(column, row);
                text.parse().map_or(text, numerals::in_figure)
            };
            let is_hole = samples.is_hole(sample, column);
            let original = if is_hole { "(not known)".to_owned() } else { text(originals.row(place)) };
            vec![self.columns.name(column).to_owned(), original, text(restored.row(place))]
        };
        let rows: Vec<Vec<String>> = (0..self.columns.len().min(MOST_COLUMNS)).map(row).collect();
        let left = self.columns.len().saturating_sub(MOST_COLUMNS);
        let more = if left > 0 {
            html::quiet(&format!("and {}", counted(left, "more column")))
        } else {
            String::new()
        };
        html::table(&["column", "value", "restored"], &rows) + &more
    }

    fn caption(&self, sample: usize) -> String {
        let samples = &self.gathered.samples;
        let label = samples.label(sample).map_or_else(String::new, |label| format!(", label {label}"));
        let error = numerals::in_figure(self.gathered.errors[sample]);
        format!("{}{label}, error {error}", samples.name(sample))
    }
}
