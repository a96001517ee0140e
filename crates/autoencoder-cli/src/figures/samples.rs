//! The figure of samples alone, such as decoded ones: images side by side, the smaller the more there are.

use ndarray::ArrayView2;

use super::canvas;
use super::palette;
use super::reconstructions::{GAP, ImageShape, LARGEST_SIDE, MARGIN, MAX_HEIGHT, MAX_WIDTH, paint, sized};

/// The number of images in a row, where there is room, at least.
const COLUMNS: usize = 10;
/// The sides that small images are enlarged to about, and up to how many images each is for.
const SIDES: [(usize, usize); 4] = [(140, 50), (84, 400), (56, 1000), (28, usize::MAX)];

/// Draws samples, as the bytes of a PNG file.
///
/// Values are shown as in [`super::reconstructions_png`]; samples that find no room on the page are left out.
///
/// # Shapes
///
/// `samples` is `samples x (height * width * channels)`.
///
/// # Panics
///
/// If `samples` and `shape` do not agree.
#[allow(
    clippy::needless_pass_by_value,
    reason = "a view is a pointer and a shape, passed as ndarray itself does"
)]
pub(crate) fn samples_png(samples: ArrayView2<'_, f32>, shape: ImageShape) -> Vec<u8> {
    assert_eq!(samples.ncols(), shape.height * shape.width * shape.channels, "samples are not {shape:?}");
    let Layout { cell, columns, rows } = Layout::new(samples.nrows(), shape);
    let shown = samples.nrows().min(rows * columns);
    let corner = |sample: usize| {
        let (row, column) = (sample / columns, sample % columns);
        (MARGIN + column * (cell.0 + GAP), MARGIN + row * (cell.1 + GAP))
    };
    let size = |count: usize, side: usize| {
        u32::try_from(2 * MARGIN + count * (side + GAP) - GAP).expect("the page is bounded")
    };
    let mut raster = canvas::bitmap(size(columns, cell.0), size(rows, cell.1), 1, palette::MAT, |canvas| {
        // A hairline goes around each image, or bright pixels would run into the mat.
        for (left, top) in (0..shown).map(corner) {
            let opposite = ((left + cell.0 + 1) as f64, (top + cell.1 + 1) as f64);
            canvas.rectangle(((left - 1) as f64, (top - 1) as f64), opposite, palette::HAIRLINE);
        }
    });
    for sample in 0..shown {
        paint(&mut raster, &samples.row(sample), shape, cell, corner(sample));
    }
    raster.png()
}

/// The number of samples that the page has room for, if there are so many.
pub(crate) fn samples_room(samples: usize, shape: ImageShape) -> usize {
    let Layout { columns, rows, .. } = Layout::new(samples, shape);
    rows * columns
}

/// The size of an image, and how many stand side by side and one above the other.
struct Layout {
    cell: (usize, usize),
    columns: usize,
    rows: usize,
}

impl Layout {
    fn new(samples: usize, shape: ImageShape) -> Self {
        let side = SIDES.iter().find(|(_, most)| samples <= *most).map_or(SIDES[0].0, |(side, _)| *side);
        let cell = sized(shape, side, LARGEST_SIDE);
        let fitting = ((MAX_WIDTH - 2 * MARGIN + GAP) / (cell.0 + GAP)).max(1);
        // About as many rows as columns, where there are many.
        let square = samples.isqrt() + usize::from(samples.isqrt().pow(2) < samples);
        let columns = samples.clamp(1, square.max(COLUMNS).min(fitting));
        let rows = samples.div_ceil(columns).clamp(1, (MAX_HEIGHT / (cell.1 + GAP)).max(1));
        Self { cell, columns, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_images_are_smaller_and_in_a_square() {
        let shape = ImageShape { height: 28, width: 28, channels: 1 };
        let layout = |samples| {
            let Layout { cell, columns, rows } = Layout::new(samples, shape);
            (cell.0, columns, rows)
        };
        assert_eq!((layout(1), layout(10), layout(45)), ((140, 1, 1), (140, 10, 1), (140, 10, 5)));
        assert_eq!((layout(100), layout(400)), ((84, 10, 10), (84, 19, 22)));
        assert_eq!(layout(1000), (56, 28, 36));
        assert_eq!(layout(1_000_000), (28, 51, 117));
        assert_eq!((samples_room(100, shape), samples_room(1_000_000, shape)), (100, 5967));
        let large = ImageShape { height: 400, width: 3000, channels: 3 };
        assert_eq!(samples_room(500, large), 3 * 54);
    }
}
