//! Samples that a model made, in the units of its data, with as many digits as they have.

use autoencoder::{Scaling, Values};
use ndarray::Array2;

use crate::data::to_planes;

/// Numbers in the units of the data.
pub(crate) enum Undone {
    Floats(Array2<f32>),
    /// Some column differs so little in comparison with its size that f32 would round its differences away.
    Doubles(Array2<f64>),
}

impl Undone {
    /// The rows with the colours of an image of this shape one after the other.
    pub(crate) fn into_planes(mut self, sample_shape: &[usize]) -> Self {
        if let [_, _, colours] = *sample_shape {
            match &mut self {
                Self::Floats(samples) => separate(samples, colours),
                Self::Doubles(samples) => separate(samples, colours),
            }
        }
        self
    }
}

fn separate<T: Copy>(samples: &mut Array2<T>, colours: usize) {
    let features = samples.ncols();
    let rows = samples.as_slice_mut().expect("rows that were made lie one after the other");
    to_planes(rows, features, colours);
}

/// The ratio of the size of a column to its differences from which on f32 has too few digits.
const LARGE: f64 = 1000.0;

/// The differences of scaled numbers near 1, in f32.
const STEP: f64 = 1.0 / 16_777_216.0;

/// Undoes a scaling.
pub(crate) fn undo(scaling: &Scaling, mut samples: Array2<f32>) -> Undone {
    let units = Units::of(scaling, samples.ncols());
    if units.has_large_columns() {
        let mut undone = Array2::zeros(samples.dim());
        for (mut undone, samples) in undone.rows_mut().into_iter().zip(samples.rows()) {
            for (feature, (undone, &scaled)) in undone.iter_mut().zip(samples).enumerate() {
                *undone = units.undo(feature, scaled);
            }
        }
        return Undone::Doubles(undone);
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a number beyond f32 becomes infinite and is refused"
    )]
    samples
        .indexed_iter_mut()
        .for_each(|((_, feature), value)| *value = scaling.undo(feature, *value) as f32);
    Undone::Floats(samples)
}

/// What is to be told of values that seem to be in other units than those that a scaling was fitted to.
pub(super) fn other_units(scaling: &Scaling, values: &Values) -> Option<String> {
    const WHITE: f64 = 255.0;
    let is_told = matches!(
        (scaling, values),
        (Scaling::Bytes, Values::Floats(_) | Values::Doubles(_)) | (Scaling::None, Values::Bytes(_))
    );
    // Looking at all numbers takes time.
    let [least, greatest] = if is_told { bounds(values) } else { [0.0; 2] };
    match (scaling, values) {
        (Scaling::Bytes, Values::Floats(_) | Values::Doubles(_)) if greatest > WHITE => {
            Some(format!("values up to {greatest}, but the model was trained on 0 to 255 and divides by 255"))
        }
        (Scaling::Bytes, Values::Floats(_) | Values::Doubles(_)) if least >= 0.0 && greatest <= 1.0 => Some(
            "all values lie within 0 and 1, but the model was trained on 0 to 255 and divides by 255"
                .to_owned(),
        ),
        (Scaling::MinMax { maximum, .. }, Values::Bytes(_)) => {
            let most = maximum.iter().copied().fold(f64::MIN, f64::max);
            (most > WHITE)
                .then(|| format!("bytes, at most 255, but the model was trained on numbers up to {most}"))
        }
        (Scaling::None, Values::Bytes(_)) if greatest > 1.0 => Some(
            "bytes of 0 to 255, which the model takes as they are, as it was trained without scaling"
                .to_owned(),
        ),
        (Scaling::Bytes | Scaling::None | Scaling::Standard { .. } | Scaling::Columns { .. }, _)
        | (Scaling::MinMax { .. }, Values::Floats(_) | Values::Doubles(_) | Values::Table(_)) => None,
    }
}

/// The least and the greatest value.
fn bounds(values: &Values) -> [f64; 2] {
    fn of<T: Copy + Into<f64>>(values: impl Iterator<Item = T>) -> [f64; 2] {
        values.fold([f64::MAX, f64::MIN], |[least, greatest], value| {
            [least.min(value.into()), greatest.max(value.into())]
        })
    }
    match values {
        Values::Bytes(bytes) => of(bytes.iter().copied()),
        Values::Floats(floats) => of(floats.iter().copied()),
        Values::Doubles(doubles) => of(doubles.iter().copied()),
        Values::Table(table) => of(table.numbers().iter().copied().filter(|number| !number.is_nan())),
    }
}

/// Whether a scaling has columns for which f32 has too few digits.
pub(crate) fn has_large_columns(scaling: &Scaling, features: usize) -> bool {
    Units::of(scaling, features).has_large_columns()
}

/// The units of the columns of data.
pub(crate) struct Units<'a> {
    scaling: &'a Scaling,
    columns: Vec<Column>,
}

impl<'a> Units<'a> {
    pub(crate) fn of(scaling: &'a Scaling, features: usize) -> Self {
        Self { scaling, columns: (0..features).map(|feature| Column::of(scaling, feature)).collect() }
    }

    /// The number that a scaled one stands for, where what rounding alone leaves of a zero is none.
    pub(crate) fn undo_without_dust(&self, feature: usize, scaled: f32) -> f64 {
        const ROUNDINGS: f64 = 4.0;
        let (number, column) = (self.undo(feature, scaled), &self.columns[feature]);
        if number.abs() <= ROUNDINGS * STEP * column.size.max(column.width) { 0.0 } else { number }
    }

    fn has_large_columns(&self) -> bool {
        self.columns.iter().any(Column::is_large)
    }

    /// The number that a scaled one stands for, with the digits that it has and no more.
    pub(crate) fn undo(&self, feature: usize, scaled: f32) -> f64 {
        let (number, column) = (self.scaling.undo(feature, scaled), &self.columns[feature]);
        if column.is_large() { column.rounded(number) } else { fewest_digits(number) }
    }
}

/// The number with the fewest decimal digits that is the same in f32.
fn fewest_digits(number: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "the digits beyond are those that are left out")]
    let single = number as f32;
    single.to_string().parse().unwrap_or(number)
}

/// The size of a column's numbers, and of their differences.
struct Column {
    size: f64,
    width: f64,
}

impl Column {
    fn of(scaling: &Scaling, feature: usize) -> Self {
        let [low, high] = [0.0, 1.0].map(|scaled| scaling.undo(feature, scaled));
        Self { size: low.abs().max(high.abs()), width: high - low }
    }

    fn is_large(&self) -> bool {
        self.size > LARGE * self.width
    }

    /// A number without the digits that a scaled f32 does not have.
    fn rounded(&self, number: f64) -> f64 {
        let digits = (-(self.width * STEP).log10()).ceil();
        if !(0.0..=15.0).contains(&digits) {
            return number;
        }
        let power = 10f64.powf(digits);
        let rounded = (number * power).round() / power;
        if rounded.is_finite() { rounded } else { number }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn large_numbers_that_differ_little_keep_their_differences() {
        let scaling = Scaling::MinMax { minimum: vec![1.7e9, 0.0], maximum: vec![1.7e9 + 6000.0, 1.0] };
        let Undone::Doubles(undone) = undo(&scaling, array![[0.5, 0.1], [1.0, 0.3]]) else { panic!("f64") };
        assert_eq!(undone, array![[1_700_003_000.0, 0.1], [1_700_006_000.0, 0.3]]);
        let scaling = Scaling::MinMax { minimum: vec![-1.0], maximum: vec![3.0] };
        let Undone::Floats(undone) = undo(&scaling, array![[0.5]]) else { panic!("f32") };
        assert_eq!(undone, array![[1.0]]);
        assert!(matches!(undo(&Scaling::Bytes, array![[0.5]]), Undone::Floats(_)));
    }
}
