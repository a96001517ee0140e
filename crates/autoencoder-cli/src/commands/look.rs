//! The look of samples in a figure: images, lines, or rows of columns; and their numbers as small cells show them.

use autoencoder::{About, Scaling};
use ndarray::Array2;

use crate::commands::scoring::Columns;
use crate::figures::{CellLook, ImageShape};
use crate::run::comparison::{image_shape, shades};
use crate::run::units::Units;

/// The way in which samples are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    Image(ImageShape),
    /// Numbers in their order, of several series side by side or of one.
    Lines {
        series: usize,
    },
    /// The rows in time around an odd one, so many of them.
    Stretch {
        rows: usize,
    },
    /// The columns of a table.
    Row,
}

/// The shortest side of an image whose numbers are no bytes, and the largest ratio of its sides: series are longer and narrower.
const LEAST_SIDE: usize = 8;
const MOST_RATIO: usize = 3;
/// The fewest numbers of a row whose order is seen better than the numbers.
const MANY: usize = 41;

impl Look {
    pub(crate) fn of(about: &About, columns: &Columns<'_>) -> Self {
        if let Some(window) = about.window {
            return Self::Stretch { rows: window.rows.get() };
        }
        let shape = &about.sample_shape;
        let is_series = |image: ImageShape| {
            let [less, more] = [image.height.min(image.width), image.height.max(image.width)];
            image.channels == 1 && (less < LEAST_SIDE || more > MOST_RATIO * less)
        };
        match (image_shape(shape), shape[..].last()) {
            (Some(image), _) if about.scaling == Scaling::Bytes || !is_series(image) => Self::Image(image),
            (Some(image), _) => Self::Lines { series: image.width },
            (None, Some(_)) if shape.len() > 1 => Self::Lines { series: 1 },
            (None, _) if columns.len() >= MANY && columns.has_numbers_alone() && is_sequence(columns) => {
                Self::Lines { series: 1 }
            }
            (None, _) => Self::Row,
        }
    }

    /// The look of the samples in a small cell; `None` for rows of columns, which are told in words. `features` are the numbers of a sample.
    pub(crate) fn cell(self, features: usize) -> Option<CellLook> {
        match self {
            Self::Image(shape) => Some(CellLook::Image(shape)),
            Self::Lines { series } => Some(CellLook::Lines { series }),
            Self::Stretch { rows } => Some(CellLook::Lines { series: features / rows }),
            Self::Row => None,
        }
    }
}

/// Scaled samples in several states, as cells show them: images as shades from black to white, other numbers in their units.
pub(crate) fn cell_values(about: &About, look: CellLook, mut states: Vec<Array2<f32>>) -> Vec<Array2<f32>> {
    match look {
        CellLook::Image(_) => shades(&about.scaling, states),
        CellLook::Lines { .. } => {
            for values in &mut states {
                let units = Units::of(&about.scaling, values.ncols());
                #[allow(clippy::cast_possible_truncation, reason = "a line on a page has few digits")]
                values
                    .indexed_iter_mut()
                    .for_each(|((_, feature), value)| *value = units.undo(feature, *value) as f32);
            }
            states
        }
    }
}

/// The first rows of an order that are at least `rows` from each other, at most `count` of them: windows side by side hardly differ.
pub(crate) fn apart(order: &[usize], rows: usize, count: usize) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for &row in order {
        if kept.len() == count {
            break;
        }
        if kept.iter().all(|other| row.abs_diff(*other) >= rows) {
            kept.push(row);
        }
    }
    kept
}

/// Whether columns are called by one word and a number each, such as `t0`, `t1`, ..., or not at all.
fn is_sequence(columns: &Columns<'_>) -> bool {
    let stem = |column: usize| {
        columns.name(column).trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
    };
    let has_number = |column: usize| stem(column).len() < columns.name(column).len();
    (0..columns.len()).all(|column| has_number(column) && stem(column) == stem(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_side_by_side_are_one_stretch() {
        assert_eq!(apart(&[10, 11, 3, 40, 14, 15], 5, 3), [10, 3, 40]);
        assert_eq!(apart(&[10, 11], 5, 3), [10]);
    }
}
