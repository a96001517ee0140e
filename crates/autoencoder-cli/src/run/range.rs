//! Samples whose numbers lie far outside of what a scaling was fitted to.

use std::path::Path;

use autoencoder::{Columns, NumberMap, Samples, Scaling};
use rayon::prelude::*;

use crate::terminal::Notes;
use crate::terminal::numerals;

/// The distance outside of [0, 1], as a share of that range, from which a number is far outside.
const RANGES: f32 = 1.0;
/// The number of standard deviations from which a number is far outside.
const DEVIATIONS: f32 = 100.0;

/// Notes which feature lies farthest outside of what the scaling was fitted to, if one lies far outside: such numbers are
/// often in other units. `origin` names what the scaling was fitted to.
pub(crate) fn tell(name: &str, samples: &Samples, columns: Option<&Columns>, origin: &str, notes: Notes) {
    let scaling = samples.scaling();
    let limits = match scaling {
        Scaling::None | Scaling::Bytes => return,
        Scaling::MinMax { .. } => (-RANGES, 1.0 + RANGES),
        Scaling::Standard { .. } | Scaling::Columns { .. } => (-DEVIATIONS, DEVIATIONS),
    };
    let constant = scaling.constant();
    let Some((feature, scaled)) = farthest(samples, limits, &constant) else { return };
    let found = numerals::short(scaling.undo(feature, scaled));
    let expected = match scaling {
        Scaling::MinMax { minimum, maximum } => {
            format!("{} to {}", numerals::short(minimum[feature]), numerals::short(maximum[feature]))
        }
        Scaling::Standard { mean, deviation } => format!(
            "a mean of {} and a standard deviation of {}",
            numerals::short(mean[feature]),
            numerals::short(deviation[feature])
        ),
        Scaling::Columns { numbers, .. } => match numbers.get(feature) {
            Some(number) => usual(&number.by),
            None => return,
        },
        Scaling::None | Scaling::Bytes => return,
    };
    let what = match columns {
        Some(_) => format!("column {}", column(columns, feature)),
        None => format!("number {} of a sample", feature + 1),
    };
    notes.say(format_args!(
        "{}: {what} has {found}, far outside of {expected} in {origin}: are these the same units?",
        Path::new(name).display()
    ));
}

/// What numbers of a column usually are, as its scaling knows it.
fn usual(map: &NumberMap) -> String {
    let short = |number: f64| numerals::short(number);
    match map {
        NumberMap::None => "what is usual".to_owned(),
        NumberMap::MinMax { least, width } => format!("{} to {}", short(*least), short(least + width)),
        NumberMap::Standard { mean, deviation } => {
            format!("a mean of {} and a standard deviation of {}", short(*mean), short(*deviation))
        }
        NumberMap::Robust { median, width } => {
            format!("a median of {} and quartiles {} apart", short(*median), short(*width))
        }
        NumberMap::Log1p { mean, .. } => format!("numbers of the size of {}", short(mean.exp_m1())),
        NumberMap::RankGauss { quantiles, .. } => {
            let [least, most] =
                [quantiles.first(), quantiles.last()].map(|each| each.copied().unwrap_or(0.0));
            format!("{} to {}", short(least), short(most))
        }
    }
}

/// The name of a column, or its number from 1 where it has none.
pub(crate) fn column(columns: Option<&Columns>, feature: usize) -> String {
    match columns.and_then(|columns| columns.names.get(feature)) {
        Some(name) => name.clone(),
        None => (feature + 1).to_string(),
    }
}

/// The scaled number that lies farthest outside of `limits`, with its feature; the first of those that are as far.
fn farthest(samples: &Samples, (low, high): (f32, f32), constant: &[usize]) -> Option<(usize, f32)> {
    const ROWS: usize = 4096;
    let outside = |value: f32| (low - value).max(value - high);
    let starts: Vec<usize> = (0..samples.len()).step_by(ROWS).collect();
    let of_rows = |&start: &usize| {
        let rows = samples.scaled(start..(start + ROWS).min(samples.len()));
        let mut found: Option<(usize, f32)> = None;
        for row in rows.rows() {
            for (feature, &value) in row.iter().enumerate() {
                let is_farther = found.is_none_or(|(_, other)| outside(value) > outside(other));
                if outside(value) > 0.0 && is_farther && constant.binary_search(&feature).is_err() {
                    found = Some((feature, value));
                }
            }
        }
        found
    };
    let found: Vec<(usize, f32)> = starts.par_iter().filter_map(of_rows).collect();
    found.into_iter().reduce(|first, other| if outside(other.1) > outside(first.1) { other } else { first })
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::array;

    use super::*;

    #[test]
    fn the_farthest_number_is_found_where_one_is_far_outside() {
        let scaling = Scaling::MinMax { minimum: vec![0.0, 10.0, 5.0], maximum: vec![1.0, 20.0, 5.0] };
        let found = |rows| {
            let samples = Samples::new(Values::Doubles(rows), scaling.clone()).unwrap();
            farthest(&samples, (-1.0, 2.0), &scaling.constant())
        };
        assert_eq!(found(array![[1.9, 29.0, 99.0], [-0.9, 0.1, -99.0]]), None);
        assert_eq!(found(array![[0.0, 40.0, 0.0], [-5.0, 10.0, 0.0], [7.0, 0.0, 0.0]]), Some((0, 7.0)));
    }
}
