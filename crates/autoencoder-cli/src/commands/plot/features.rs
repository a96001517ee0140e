//! `autoencoder plot features`: for each number of the code the samples in which it is greatest, and least where it may be below 0.

use ndarray::{Array2, ArrayView1};

use super::unusual::Unusual;
use crate::arguments::PlotFeatures;
use crate::commands::look::{Look, apart, cell_values};
use crate::commands::scoring::Columns;
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::Outcome;
use crate::figures::{CodeUnit, FeatureRow, FeaturesContents, FeaturesFigure, features_png, features_svg};
use crate::output;
use crate::run::{Loaded, Seen, expect_finite};
use crate::terminal::{Notes, numerals};

/// The samples of each number where nothing is said.
const OF_CELLS: usize = 10;
const OF_ROWS: usize = 4;

pub(super) fn run(typed: &PlotFeatures, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let seen = typed_data::read(&typed.samples, &loaded, &[&typed.out], notes)?;
    let codes = notes.during("encoding samples", || loaded.model.encode(&seen.samples))?;
    expect_finite(loaded.path(), "code", codes.view())?;
    let about = &loaded.model.about;
    let columns = Columns::of(&loaded.model, &seen.samples);
    let look = Look::of(about, &columns);
    let cell = look.cell(seen.samples.features());
    let count = typed.count.unwrap_or(if cell.is_some() { OF_CELLS } else { OF_ROWS });
    let window = about.window.map_or(1, |window| window.rows.get());
    let is_signed = codes.iter().any(|&code| code < 0.0);
    let chosen = Units::of(&codes, typed.units, |code| extremes(code, count, is_signed, window));

    let mut told = vec![order_in_words(is_signed, cell.is_none(), chosen.units.len(), codes.ncols())];
    let title = format!("What the code of {} responds to", loaded.model.architecture());
    let bytes = |contents, told: Vec<String>| {
        let figure = FeaturesFigure { title: &title, notes: told, units: &chosen.units, contents };
        if format == Format::Svg { features_svg(&figure).into_bytes() } else { features_png(&figure) }
    };
    let bytes = if let Some(look) = cell {
        let samples = seen.samples.select(&chosen.samples);
        let states = cell_values(about, look, vec![samples.scaled(0..samples.len())]);
        bytes(FeaturesContents::Cells { look, samples: states[0].view() }, told)
    } else {
        told.push("Beside each row are its most unusual fields: numbers far below or above their mean, and words with their shares.".to_owned());
        let unusual = Unusual::among(&seen.samples, &columns);
        let row = |&sample: &usize| FeatureRow { name: name(&seen, sample), fields: unusual.fields(sample) };
        let rows: Vec<FeatureRow> = chosen.samples.iter().map(row).collect();
        bytes(FeaturesContents::Rows(&rows), told)
    };
    output::write_file(&typed.out, &bytes)?;
    let samples = numerals::counted(seen.samples.len(), "sample");
    notes.wrote(
        &typed.out,
        format_args!(
            "{} of the code over {samples} ({})",
            numerals::counted(chosen.units.len(), "number"),
            seen.origin
        ),
    );
    Ok(())
}

fn order_in_words(is_signed: bool, are_rows: bool, shown: usize, all: usize) -> String {
    let which = if shown < all {
        format!("The {shown} of {all} numbers of the code that vary most")
    } else {
        "The numbers of the code".to_owned()
    };
    let samples = match (is_signed, are_rows) {
        (true, true) => "first the rows with the least, then those with the greatest",
        (true, false) => "at the left the samples with the least, at the right those with the greatest",
        (false, _) => "each with the samples in which it is greatest",
    };
    format!("{which}, in the order of their variance; {samples}.")
}

/// The name of a sample: its own, or its row.
fn name(seen: &Seen, sample: usize) -> String {
    let name = seen.names.as_ref().map_or_else(|| format!("row {sample}"), |names| names[sample].clone());
    match &seen.labels {
        Some(labels) => format!("{name} ({})", labels.names[labels.of_sample[sample]]),
        None => name,
    }
}

/// Numbers of the code, with the samples that are drawn of them.
struct Units {
    units: Vec<CodeUnit>,
    /// The samples of all units, one unit after the other.
    samples: Vec<usize>,
}

impl Units {
    fn of(codes: &Array2<f32>, most: usize, extremes: impl Fn(ArrayView1<'_, f32>) -> Vec<usize>) -> Self {
        let variances: Vec<f64> = codes.columns().into_iter().map(variance).collect();
        let all: f64 = variances.iter().sum();
        let mut order: Vec<usize> = (0..codes.ncols()).collect();
        order.sort_by(|&a, &b| variances[b].total_cmp(&variances[a]).then(a.cmp(&b)));
        order.truncate(most);
        let (mut units, mut samples) = (Vec::new(), Vec::new());
        for number in order {
            let of_unit = extremes(codes.column(number));
            let caption = |&sample: &usize| numerals::in_figure(rounded(f64::from(codes[(sample, number)])));
            units.push(CodeUnit {
                name: format!("code_{number}"),
                note: format!(
                    "{:.0} % of the variance",
                    100.0 * variances[number] / all.max(f64::MIN_POSITIVE)
                ),
                captions: of_unit.iter().map(caption).collect(),
            });
            samples.extend(of_unit);
        }
        Self { units, samples }
    }
}

fn rounded(code: f64) -> f64 {
    (code * 1000.0).round() / 1000.0
}

fn variance(values: ArrayView1<'_, f32>) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count
}

/// The samples in which a number is greatest, the greatest first; if it may be below 0, first those with the least, the least first, and then
/// those with the greatest, the greatest last. Windows are at least `window` rows apart.
fn extremes(code: ArrayView1<'_, f32>, count: usize, is_signed: bool, window: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..code.len()).collect();
    order.sort_by(|&a, &b| code[b].total_cmp(&code[a]).then(a.cmp(&b)));
    let chosen = |order: &[usize], count: usize| apart(order, window, count);
    if !is_signed || count == 1 {
        return chosen(&order, count);
    }
    let mut greatest = chosen(&order, count.div_ceil(2));
    order.reverse();
    let mut least = chosen(&order, count / 2);
    // Where there are few samples, the least and the greatest may be the same ones: none is drawn twice.
    least.retain(|sample| !greatest.contains(sample));
    greatest.reverse();
    least.extend(greatest);
    least
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_greatest_come_first_or_the_least_and_the_greatest_last() {
        let code = array![0.5, -2.0, 3.0, 0.0, 1.0];
        assert_eq!(extremes(code.view(), 2, false, 1), [2, 4]);
        assert_eq!(extremes(code.view(), 4, true, 1), [1, 3, 4, 2]);
        assert_eq!(extremes(code.view(), 10, true, 1).len(), 5, "no sample twice");
        assert_eq!(extremes(code.view(), 3, false, 3), [2], "windows side by side are one");
    }

    #[test]
    fn numbers_that_vary_most_come_first() {
        let codes = array![[0.0, 1.0], [0.0, 3.0]];
        let units = Units::of(&codes, 2, |code| extremes(code, 1, false, 1));
        let names: Vec<&str> = units.units.iter().map(|unit| unit.name.as_str()).collect();
        assert_eq!(
            (names, units.units[0].note.as_str()),
            (vec!["code_1", "code_0"], "100 % of the variance")
        );
        assert_eq!((units.samples, units.units[0].captions[0].as_str()), (vec![1, 0], "3"));
    }
}
