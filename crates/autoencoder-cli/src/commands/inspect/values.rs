//! The distribution of all numbers of a data file.

use autoencoder::Values;

use super::report::Report;
use crate::terminal::numerals;

/// Adds the least, the greatest and the mean number, the standard deviation, the quartiles, and the share of zeros.
pub(super) fn add(report: &mut Report, values: Values) {
    let mut numbers: Vec<f64> = match values {
        Values::Bytes(bytes) => bytes.into_iter().map(f64::from).collect(),
        Values::Floats(floats) => floats.into_iter().map(f64::from).collect(),
        // Samples are read into memory of their own, all of which is numbers.
        Values::Doubles(doubles) => doubles.into_raw_vec_and_offset().0,
        Values::Table(table) => table.numbers().iter().copied().filter(|number| !number.is_nan()).collect(),
    };
    // A table of words alone has no numbers to describe.
    if numbers.is_empty() {
        return;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let variance = numbers.iter().map(|&number| (number - mean).powi(2)).sum::<f64>() / count;
    let zeros = numbers.iter().filter(|&&number| number == 0.0).count() as f64 / count;
    let mut add = |name, number: f64| report.add(name, number, numerals::error(number));
    let [minimum, lower, median, upper, maximum] =
        [0, 1, 2, 3, 4].map(|quarters| at_least(&mut numbers, quarters));
    add("minimum", minimum);
    add("lower_quartile", lower);
    add("median", median);
    add("upper_quartile", upper);
    add("maximum", maximum);
    add("mean", mean);
    add("standard_deviation", variance.sqrt());
    report.add("zeros", zeros, format!("{:.1} %", 100.0 * zeros));
}

/// The least number that is not exceeded by at least `quarters` quarters of all numbers.
fn at_least(numbers: &mut [f64], quarters: usize) -> f64 {
    let rank = (numbers.len() * quarters).div_ceil(4).max(1) - 1;
    *numbers.select_nth_unstable_by(rank, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use ndarray::array;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_by_hand() {
        let mut report = Report::new("npy", Path::new("a.npy"));
        add(&mut report, Values::Floats(array![[4.0, -1.0, 0.0], [2.0, 0.0, 1.0], [8.0, 2.0, 11.0]]));
        let json = report.into_json();
        for (name, expected) in [
            ("minimum", -1.0),
            ("lower_quartile", 0.0),
            ("median", 2.0),
            ("upper_quartile", 4.0),
            ("maximum", 11.0),
            ("mean", 3.0),
        ] {
            assert_eq!(json[name], json!(expected), "{name}");
        }
        let number = |name: &str| json[name].as_f64().unwrap();
        assert!((number("standard_deviation") - (130.0_f64 / 9.0).sqrt()).abs() < 1e-12);
        assert!((number("zeros") - 2.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn one_byte_is_all_quartiles() {
        let mut report = Report::new("idx", Path::new("a.idx"));
        add(&mut report, Values::Bytes(array![[7]]));
        let json = report.into_json();
        assert_eq!(
            (&json["minimum"], &json["median"], &json["maximum"]),
            (&json!(7.0), &json!(7.0), &json!(7.0))
        );
    }
}
