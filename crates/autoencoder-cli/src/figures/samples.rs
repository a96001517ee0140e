//! The figure of samples alone, such as decoded ones: images side by side, in rows of ten.

use ndarray::ArrayView2;

use super::canvas;
use super::palette;
use super::reconstructions::{GAP, ImageShape, MARGIN, MAX_HEIGHT, MAX_WIDTH, cell_size, paint};

/// The number of images in a row, where there is room.
const COLUMNS: usize = 10;

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
    let cell = cell_size(shape);
    let fitting = ((MAX_WIDTH - 2 * MARGIN + GAP) / (cell.0 + GAP)).clamp(1, COLUMNS);
    let columns = samples.nrows().clamp(1, fitting);
    let rows = samples.nrows().div_ceil(columns).clamp(1, (MAX_HEIGHT / (cell.1 + GAP)).max(1));
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
