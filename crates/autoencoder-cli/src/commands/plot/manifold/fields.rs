//! The columns of a table over a grid of codes: each with its value for every code.

use autoencoder::About;
use ndarray::Array2;

use crate::figures::{Field, FieldValues};
use crate::run::by_column;
use crate::run::table_rows::{TableRows, Written};
use crate::run::units::Units;
use crate::terminal::numerals;

/// The most columns that are drawn.
const MOST: usize = 24;

/// The columns of decoded rows, (codes, features), those that change most if there are many; and a note if some are left out.
pub(super) fn of(about: &About, samples: &Array2<f32>) -> (Vec<Field>, Option<String>) {
    let columns: Vec<(f64, Field)> = if let Some(schema) = &about.schema {
        let rows = TableRows::new(schema, &about.scaling);
        rows.columns().iter().map(|written| of_written(&rows, written, samples)).collect()
    } else {
        let units = Units::of(&about.scaling, samples.ncols());
        let names = by_column::names(about, samples.ncols());
        let column = |(feature, name): (usize, String)| {
            let of_code: Vec<f64> =
                samples.column(feature).iter().map(|&value| units.undo(feature, value)).collect();
            let ends = ends(&of_code).map(|place| numerals::in_figure(of_code[place]));
            let field = Field { name, values: FieldValues::Numbers { of_code, ends } };
            (span(samples, feature..feature + 1), field)
        };
        names.into_iter().enumerate().map(column).collect()
    };
    let all = columns.len();
    let mut order: Vec<usize> = (0..all).collect();
    order.sort_by(|&a, &b| columns[b].0.total_cmp(&columns[a].0).then(a.cmp(&b)));
    order.truncate(MOST);
    order.sort_unstable();
    let left_out = (all > MOST).then(|| format!("The {MOST} of {all} columns that change most are drawn."));
    let fields = columns.into_iter().enumerate().filter(|(place, _)| order.binary_search(place).is_ok());
    (fields.map(|(_, (_, field))| field).collect(), left_out)
}

fn of_written(rows: &TableRows<'_>, written: &Written<'_>, samples: &Array2<f32>) -> (f64, Field) {
    let span = span(samples, written.features());
    let texts: Vec<String> = samples.rows().into_iter().map(|row| rows.text(written, row)).collect();
    let name = written.name.clone();
    let is_word = !written.is_number() && !written.is_time();
    if is_word {
        let (of_code, names) = words(&texts);
        return (span, Field { name, values: FieldValues::Words { of_code, names } });
    }
    // A date is drawn by its days, and told as a date; a part of a time such as the hour is a number already.
    let of_code: Vec<f64> = if written.is_number() {
        texts.iter().map(|text| text.parse().unwrap_or(f64::NAN)).collect()
    } else {
        let feature = written.features().start;
        samples.rows().into_iter().map(|row| rows.number(feature, row)).collect()
    };
    let ends = ends(&of_code).map(|place| match texts[place].parse::<f64>() {
        Ok(number) => numerals::in_figure(number),
        Err(_) => texts[place].clone(),
    });
    (span, Field { name, values: FieldValues::Numbers { of_code, ends } })
}

/// The places of words among those that occur, the most frequent first.
fn words(texts: &[String]) -> (Vec<usize>, Vec<String>) {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for text in texts {
        match counts.iter_mut().find(|(word, _)| word == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text.clone(), 1)),
        }
    }
    counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let names: Vec<String> = counts.into_iter().map(|(word, _)| word).collect();
    let place = |text: &String| names.iter().position(|name| name == text).unwrap_or_default();
    (texts.iter().map(place).collect(), names)
}

/// The places of the least and the greatest number.
fn ends(numbers: &[f64]) -> [usize; 2] {
    let better =
        |sign: f64| {
            (1..numbers.len()).fold(0, |best, place| {
                if sign * numbers[place] > sign * numbers[best] { place } else { best }
            })
        };
    [better(-1.0), better(1.0)]
}

/// How much scaled features change over the grid.
fn span(samples: &Array2<f32>, features: std::ops::Range<usize>) -> f64 {
    let of = |feature: usize| {
        let column = samples.column(feature);
        let (low, high) =
            column.iter().fold((f32::MAX, f32::MIN), |(low, high), &v| (low.min(v), high.max(v)));
        f64::from(high) - f64::from(low)
    };
    features.filter(|&feature| feature < samples.ncols()).map(of).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_word_comes_first() {
        let texts = ["b", "a", "b"].map(str::to_owned);
        assert_eq!(words(&texts), (vec![0, 1, 0], ["b", "a"].map(str::to_owned).to_vec()));
        assert_eq!(ends(&[3.0, -1.0, 7.0]), [1, 2]);
    }
}
