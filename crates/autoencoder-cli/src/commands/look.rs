//! The look of samples in a figure: images, lines, or rows of columns.

use autoencoder::{About, Scaling};

use super::scoring::Columns;
use crate::figures::ImageShape;
use crate::run::comparison::image_shape;

/// The way in which samples are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
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
    pub(super) fn of(about: &About, columns: &Columns<'_>) -> Self {
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
}

/// Whether columns are called by one word and a number each, such as `t0`, `t1`, ..., or not at all.
fn is_sequence(columns: &Columns<'_>) -> bool {
    let stem = |column: usize| {
        columns.name(column).trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.')
    };
    let has_number = |column: usize| stem(column).len() < columns.name(column).len();
    (0..columns.len()).all(|column| has_number(column) && stem(column) == stem(0))
}
