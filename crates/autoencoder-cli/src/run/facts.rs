//! What is seen of data before a training is planned: whether it is rows of numbers, photographs or drawings.

use autoencoder::Values;

use crate::config::{Facts, Look, Preset, TableFacts};
use crate::data::{Data, Source};

/// The fewest pixels of a side: less is no picture.
const FEWEST_PIXELS: usize = 8;
/// The share of the numbers that are black or white in drawings.
const DRAWN: f64 = 0.3;
/// The number of samples that are looked at.
const LOOKED_AT: usize = 1000;
/// The number of samples from which on there are enough to do without shifted ones.
const MANY: usize = 10_000;
/// The share of a side by which photographs are shifted.
const SHIFTED: usize = 12;

/// The preset for data: the tutorial for digits in MNIST's form.
pub(crate) fn preset(source: &Source, data: &Data) -> Preset {
    let is_classic = matches!(data.values, Values::Bytes(_)) && data.sample_shape == [28, 28];
    match side(source, &data.sample_shape) {
        _ if is_classic && source.is_idx() => Preset::Tutorial,
        Some(_) => Preset::Pictures,
        None => Preset::Table,
    }
}

/// What sizes follow from.
pub(crate) fn of(source: &Source, data: &Data) -> Facts {
    let (samples, features) = match (&data.series, data.values.dim()) {
        (Some(series), (rows, columns)) => {
            (series.starts(rows).len(), columns.saturating_mul(series.window.rows.get()))
        }
        (None, dim) => dim,
    };
    let table = match &data.values {
        Values::Table(table) => Some(TableFacts {
            columns: columns(data).unwrap_or(table.numbers().ncols() + table.words().ncols()),
            has_holes: table.has_holes(),
        }),
        Values::Bytes(_) | Values::Floats(_) | Values::Doubles(_) => None,
    };
    let is_within_one = are_within_one(&data.values);
    let are_alike = is_within_one || matches!(data.values, Values::Bytes(_));
    let look = match side(source, &data.sample_shape) {
        None => Look::Rows,
        // Drawings have no colours.
        Some(_) if !is_coloured(&data.sample_shape) && is_drawn(&data.values) => Look::Drawings,
        // The pixels of a picture are shifted only where they are scaled alike.
        Some(side) if are_alike && samples < MANY => Look::Photos { room: (side / SHIFTED).max(1) },
        Some(_) => Look::Photos { room: 0 },
    };
    Facts { samples, features, table, look, is_within_one, splits: source.splits() }
}

/// The number of columns that are learnt of a table.
fn columns(data: &Data) -> Option<usize> {
    Some(data.schema.as_ref()?.columns.iter().filter(|column| column.is_seen()).count())
}

/// Whether pictures of this shape have colours.
fn is_coloured(shape: &[usize]) -> bool {
    matches!(*shape, [_, _, channels] if channels > 1)
}

/// Whether numbers, other than bytes, lie within 0 and 1.
fn are_within_one(values: &Values) -> bool {
    match values {
        Values::Bytes(_) | Values::Table(_) => false,
        Values::Floats(floats) => floats.iter().all(|value| (0.0..=1.0).contains(value)),
        Values::Doubles(doubles) => doubles.iter().all(|value| (0.0..=1.0).contains(value)),
    }
}

/// The smaller side of pictures; `None` if the samples are no pictures. Files of pictures are pictures, however small.
fn side(source: &Source, shape: &[usize]) -> Option<usize> {
    if source.is_pictures() { shape.iter().take(2).min().copied() } else { sides(shape) }
}

/// The smaller side of arrays of this shape, (height, width) with or without colours; `None` if they are no pictures.
fn sides(shape: &[usize]) -> Option<usize> {
    match *shape {
        [height, width] | [height, width, 1 | 3 | 4] if height.min(width) >= FEWEST_PIXELS => {
            Some(height.min(width))
        }
        _ => None,
    }
}

/// Whether many of the first samples' numbers are the least or the greatest of all.
fn is_drawn(values: &Values) -> bool {
    fn share<T: Copy + PartialOrd>(numbers: impl Iterator<Item = T> + Clone) -> f64 {
        let mut bounds: Option<(T, T)> = None;
        for number in numbers.clone() {
            let (low, high) = bounds.unwrap_or((number, number));
            bounds =
                Some((if number < low { number } else { low }, if number > high { number } else { high }));
        }
        let is_bound = |number: &T| bounds.is_some_and(|(low, high)| *number == low || *number == high);
        let count = numbers.clone().count().max(1);
        numbers.filter(is_bound).count() as f64 / count as f64
    }
    let count = LOOKED_AT * values.dim().1;
    let share = match values {
        Values::Bytes(values) => share(values.iter().copied().take(count)),
        Values::Floats(values) => share(values.iter().copied().take(count)),
        Values::Doubles(values) => share(values.iter().copied().take(count)),
        Values::Table(_) => return false,
    };
    share >= DRAWN
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn pictures_have_two_sides() {
        assert_eq!(sides(&[28, 28]), Some(28));
        assert_eq!(sides(&[64, 48, 3]), Some(48));
        for none in [&[784][..], &[100, 3], &[64, 64, 7], &[7, 64]] {
            assert_eq!(sides(none), None, "{none:?}");
        }
    }

    #[test]
    fn drawings_are_black_or_white_in_many_places() {
        let pixel =
            |(row, pixel): (usize, usize)| if (row + pixel).is_multiple_of(3) { 0.0 } else { pixel as f32 };
        let drawn = Array2::from_shape_fn((10, 64), pixel);
        assert!(is_drawn(&Values::Floats(drawn)));
        let shaded = Array2::from_shape_fn((10, 64), |(row, pixel)| (row * pixel % 251) as f64);
        assert!(!is_drawn(&Values::Doubles(shaded)));
    }
}
