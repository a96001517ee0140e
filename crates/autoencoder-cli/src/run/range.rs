//! Samples whose numbers lie far outside of what a scaling was fitted to.

use std::path::Path;

use autoencoder::{Columns, LabelColumn, NumberMap, Samples, Scaling};

use crate::terminal::Notes;
use crate::terminal::numerals;

/// The distance outside of [0, 1], as a share of that range, from which a number is far outside.
const RANGES: f32 = 1.0;
/// The number of standard deviations from which a number is far outside.
const DEVIATIONS: f32 = 100.0;
/// The same from which all numbers of a column together are.
const RANGES_OF_ALL: f32 = 0.25;
const DEVIATIONS_OF_ALL: f32 = 6.0;
/// The part of a range or of a deviation within which numbers hardly vary.
const HARDLY: f32 = 0.05;
/// The number of samples from which on they tell something together.
const ENOUGH: usize = 10;

/// Notes what speaks for numbers in other units than those that the scaling was fitted to: a single number far outside, all
/// numbers of a column well outside, or numbers that hardly vary. `origin` names what the scaling was fitted to.
pub(crate) fn tell(name: &str, samples: &Samples, columns: Option<&Columns>, origin: &str, notes: Notes) {
    let scaling = samples.scaling();
    let (limits, limits_of_all) = match scaling {
        Scaling::None | Scaling::Bytes => return,
        Scaling::MinMax { .. } => ((-RANGES, 1.0 + RANGES), (-RANGES_OF_ALL, 1.0 + RANGES_OF_ALL)),
        Scaling::Standard { .. } | Scaling::Columns { .. } => {
            ((-DEVIATIONS, DEVIATIONS), (-DEVIATIONS_OF_ALL, DEVIATIONS_OF_ALL))
        }
    };
    let extremes = extremes(samples);
    let is_enough = samples.len() >= ENOUGH;
    let short = |feature: usize, scaled: f32| numerals::short(scaling.undo(feature, scaled));
    let found = if let Some((feature, scaled)) = farthest(&extremes, limits) {
        Some((feature, format!("has {}, far outside of", short(feature, scaled))))
    } else {
        let beyond = extremes.iter().find(|of| is_enough && !of.reaches(limits_of_all));
        beyond.map(|&Extremes { feature, low, high }| {
            (feature, format!("has {} to {}, all well outside of", short(feature, low), short(feature, high)))
        })
    };
    let name = Path::new(name).display();
    if let Some((feature, found)) = found {
        let what = match columns {
            Some(_) => format!("column {}", column(columns, feature)),
            None => format!("number {} of a sample", feature + 1),
        };
        let usual = usual(scaling, feature);
        notes.say(format_args!("{name}: {what} {found} {usual} in {origin}: are these the same units?"));
    } else if is_enough && !extremes.is_empty() && extremes.iter().all(Extremes::hardly_vary) {
        notes.say(format_args!(
            "{name}: the numbers hardly vary beside those of {origin}: are these the same units, or 0 to 1 in place of 0 to 255?"
        ));
    }
}

/// What numbers of a feature usually are, as the scaling knows it.
fn usual(scaling: &Scaling, feature: usize) -> String {
    let short = |number: f64| numerals::short(number);
    match scaling {
        Scaling::None | Scaling::Bytes => "what is usual".to_owned(),
        Scaling::MinMax { minimum, maximum } => {
            format!("{} to {}", short(minimum[feature]), short(maximum[feature]))
        }
        Scaling::Standard { mean, deviation } => format!(
            "a mean of {} and a standard deviation of {}",
            short(mean[feature]),
            short(deviation[feature])
        ),
        Scaling::Columns { numbers, .. } => usual_of_column(&numbers[feature].by),
    }
}

/// What numbers of a column usually are, as its scaling knows it.
fn usual_of_column(map: &NumberMap) -> String {
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

/// The name of a column, or its index where it has none, as options take it: columns of labels and of ids are counted too.
pub(crate) fn column(columns: Option<&Columns>, feature: usize) -> String {
    let Some(columns) = columns else { return feature.to_string() };
    // A window has the columns of each of its rows.
    let place = feature % columns.names.len().max(1);
    if let Some(name) = columns.names.get(place).filter(|name| !name.is_empty()) {
        return name.clone();
    }
    let index = |column: &Option<LabelColumn>| match column {
        Some(LabelColumn::Index(index)) => Some(*index),
        Some(LabelColumn::Name(_)) | None => None,
    };
    let mut aside: Vec<usize> = [&columns.label, &columns.id].into_iter().filter_map(index).collect();
    aside.sort_unstable();
    aside.into_iter().fold(feature, |place, aside| place + usize::from(aside <= place)).to_string()
}

/// The least and the greatest scaled number of a feature.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Extremes {
    feature: usize,
    low: f32,
    high: f32,
}

impl Extremes {
    /// Whether some number is not beyond the limits, all of them on one side.
    fn reaches(&self, (low, high): (f32, f32)) -> bool {
        self.high >= low && self.low <= high
    }

    fn hardly_vary(&self) -> bool {
        self.high - self.low < HARDLY
    }
}

/// The extremes of each feature that holds numbers which varied where the scaling was fitted.
fn extremes(samples: &Samples) -> Vec<Extremes> {
    let scaling = samples.scaling();
    let [low, high] = samples.scaled_extremes();
    let numbers = match scaling {
        Scaling::Columns { numbers, .. } => numbers.len(),
        Scaling::None | Scaling::Bytes | Scaling::MinMax { .. } | Scaling::Standard { .. } => low.len(),
    };
    let constant = scaling.constant();
    let features = low.into_iter().zip(high).take(numbers).enumerate();
    let features = features.filter(|(feature, _)| constant.binary_search(feature).is_err());
    features.map(|(feature, (low, high))| Extremes { feature, low, high }).collect()
}

/// The scaled number that lies farthest outside of `limits`, with its feature; the first of those that are as far.
fn farthest(extremes: &[Extremes], (low, high): (f32, f32)) -> Option<(usize, f32)> {
    let outside = |value: f32| (low - value).max(value - high);
    let numbers = extremes.iter().flat_map(|of| [(of.feature, of.low), (of.feature, of.high)]);
    let farther =
        |one: (usize, f32), other: (usize, f32)| if outside(other.1) > outside(one.1) { other } else { one };
    numbers.filter(|&(_, value)| outside(value) > 0.0).reduce(farther)
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::array;

    use super::*;

    #[test]
    fn columns_without_names_are_called_by_their_index_in_the_table() {
        let unnamed = Columns::of_names([]).with_label(LabelColumn::Index(0));
        assert_eq!([0, 1, 2].map(|feature| column(Some(&unnamed), feature)), ["1", "2", "3"]);
        let unnamed = Columns::of_names([]).with_label(LabelColumn::Index(2));
        assert_eq!([0, 1, 2].map(|feature| column(Some(&unnamed), feature)), ["0", "1", "3"]);
        let named = Columns::of_names(["a", ""].map(str::to_owned));
        assert_eq!([0, 1].map(|feature| column(Some(&named), feature)), ["a", "1"]);
        assert_eq!(column(None, 4), "4");
    }

    #[test]
    fn the_farthest_number_is_found_where_one_is_far_outside() {
        let scaling = Scaling::MinMax { minimum: vec![0.0, 10.0, 5.0], maximum: vec![1.0, 20.0, 5.0] };
        let found = |rows| {
            let samples = Samples::new(Values::Doubles(rows), scaling.clone()).unwrap();
            farthest(&extremes(&samples), (-1.0, 2.0))
        };
        assert_eq!(found(array![[1.9, 29.0, 99.0], [-0.9, 0.1, -99.0]]), None);
        assert_eq!(found(array![[0.0, 40.0, 0.0], [-5.0, 10.0, 0.0], [7.0, 0.0, 0.0]]), Some((0, 7.0)));
    }

    #[test]
    fn columns_that_lie_outside_and_numbers_that_hardly_vary_are_told_apart() {
        let scaling = Scaling::Standard { mean: vec![170.0, 70.0, 3.0], deviation: vec![10.0, 10.0, 0.0] };
        let of = |height: f64, weight: f64| {
            let rows = ndarray::Array2::from_shape_fn((12, 3), |(row, column)| match column {
                0 => height * (1.0 + row as f64 * 0.01),
                1 => weight * (1.0 + row as f64 * 0.01),
                _ => 3.0,
            });
            extremes(&Samples::new(Values::Doubles(rows), scaling.clone()).unwrap())
        };
        let limits = (-DEVIATIONS_OF_ALL, DEVIATIONS_OF_ALL);
        let beyond = |found: &[Extremes]| found.iter().filter(|of| !of.reaches(limits)).count();
        let usual = of(165.0, 66.0);
        assert_eq!((usual.len(), beyond(&usual)), (2, 0), "the constant column tells nothing");
        assert!(!usual.iter().any(Extremes::hardly_vary));
        assert_eq!(beyond(&of(1.65, 66.0)), 1, "metres in place of centimetres");
        assert!(of(0.65, 0.26).iter().all(Extremes::hardly_vary), "other units throughout");
    }
}
