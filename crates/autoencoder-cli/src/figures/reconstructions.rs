//! The figure of image reconstructions: a row of inputs, a row of reconstructions below, and a row of clean samples
//! below that where these are known.

use ndarray::{ArrayView1, ArrayView2};
use plotters::style::RGBColor;

use super::canvas::{self, Align, Type};
use super::palette;
use super::raster::Raster;
use super::typeface::{self, Weight};

/// The layout of a sample of `height * width * channels` numbers: rows of pixels, channels side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageShape {
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// The number of channels: 1 is grey, 3 is red, green and blue.
    pub(crate) channels: usize,
}

/// The side that small images are enlarged to about, and the side that large images are reduced to.
const PLEASANT_SIDE: usize = 140;
pub(super) const LARGEST_SIDE: usize = 512;
/// The gaps between neighbours, and between bands of rows.
pub(super) const GAP: usize = 6;
const BAND_GAP: usize = 26;
pub(super) const MARGIN: usize = 22;
/// The largest picture, unless a single image is larger: the labels of a wider picture would be too small where it is
/// shown at the width of a page. Samples that find no room below are left out.
pub(super) const MAX_WIDTH: usize = 1800;
pub(super) const MAX_HEIGHT: usize = 4000;
const MAX_COLUMNS: usize = 20;

const LABEL: Type = Type { ems: 24.0, weight: Weight::Regular, colour: palette::INK, align: Align::Right };
const CAPTION: Type =
    Type { ems: 22.0, weight: Weight::Regular, colour: palette::QUIET_INK, align: Align::Left };

/// The same samples in one state, which a figure shows as one of its rows, or as one of its lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series<'a> {
    /// The name of the state: input, reconstruction, clean.
    pub(crate) name: &'static str,
    /// The samples, one row for each.
    pub(crate) samples: ArrayView2<'a, f32>,
}

/// Draws samples in several states below each other, as the bytes of a PNG file.
///
/// Values are shown from 0, black, to 1, white; values outside are cut. Pixels are enlarged by a whole factor, so
/// that each stays a sharp square. Ten samples of MNIST's size stand side by side, and more in further bands below,
/// up to the height of a page of 4000 pixels.
///
/// # Shapes
///
/// The samples of each of `series` are `samples x (height * width * channels)`.
///
/// # Panics
///
/// If there are no series, two of them or `shape` do not agree, or there are neither 1 nor 3 channels.
pub(crate) fn reconstructions_png(
    series: &[Series<'_>],
    shape: ImageShape,
    caption: Option<&str>,
) -> Vec<u8> {
    let (samples, features) = dimensions(series);
    assert_eq!(features, shape.height * shape.width * shape.channels, "samples are not {shape:?}");
    assert!(matches!(shape.channels, 1 | 3), "{} channels are neither grey nor RGB", shape.channels);

    let layout = Layout::new(samples, series.len(), shape, caption);
    let mut raster = layout.page(series, caption);
    for sample in 0..layout.shown {
        let (left, top) = layout.corner(sample);
        for (row, series) in series.iter().enumerate() {
            let corner = (left, top + row * layout.row_height());
            paint(&mut raster, &series.samples.row(sample), shape, layout.cell, corner);
        }
    }
    raster.png()
}

/// Draws an image alone, as the bytes of a PNG file: a pixel for each of its own, or fewer if it is very large.
///
/// # Panics
///
/// If the sample is not of this shape.
pub(crate) fn image_png(sample: &ArrayView1<'_, f32>, shape: ImageShape) -> Vec<u8> {
    assert_eq!(sample.len(), shape.height * shape.width * shape.channels, "a sample is not {shape:?}");
    let (width, height) = sized(shape, 1, LARGEST_SIDE);
    let mut raster = Raster::blank(width, height);
    paint(&mut raster, sample, shape, (width, height), (0, 0));
    raster.png()
}

/// The numbers of samples and of features of all series.
pub(super) fn dimensions(series: &[Series<'_>]) -> (usize, usize) {
    let first = series.first().expect("a figure shows at least one series").samples.dim();
    for other in series {
        assert_eq!(other.samples.dim(), first, "{} and {} differ in shape", other.name, series[0].name);
    }
    first
}

/// The places of everything, in pixels; sizes are (width, height).
#[derive(Debug)]
struct Layout {
    cell: (usize, usize),
    /// The number of rows of a band: one for each series.
    rows: usize,
    columns: usize,
    shown: usize,
    left: usize,
    size: (usize, usize),
}

impl Layout {
    fn new(samples: usize, rows: usize, shape: ImageShape, caption: Option<&str>) -> Self {
        let cell = cell_size(shape);
        let left = MARGIN + pixels(typeface::width("reconstruction", LABEL.weight, LABEL.ems)) + 16;
        let fitting = ((MAX_WIDTH - left - MARGIN + GAP) / (cell.0 + GAP)).clamp(1, MAX_COLUMNS);
        let bands = samples.div_ceil(fitting).max(1);
        // All bands have one length, rather than a short last one.
        let columns = samples.div_ceil(bands).max(1);
        let band = band_height(rows, cell);
        let bands = bands.min((MAX_HEIGHT / band).max(1));
        let caption_width =
            caption.map_or(0, |text| pixels(typeface::width(text, CAPTION.weight, CAPTION.ems)));
        let width = left + (columns * (cell.0 + GAP) - GAP).max(caption_width) + MARGIN;
        let foot = if caption.is_some() { 50 } else { MARGIN };
        let height = MARGIN + bands * band - BAND_GAP + foot;
        Self { cell, rows, columns, shown: samples.min(bands * columns), left, size: (width, height) }
    }

    /// The distance from one row of a band to the next.
    fn row_height(&self) -> usize {
        self.cell.1 + GAP
    }

    /// The upper left corner of a sample in the first row of its band.
    fn corner(&self, sample: usize) -> (usize, usize) {
        let (band, column) = (sample / self.columns, sample % self.columns);
        (self.left + column * (self.cell.0 + GAP), MARGIN + band * band_height(self.rows, self.cell))
    }

    /// The page with its labels and no images yet.
    fn page(&self, series: &[Series<'_>], caption: Option<&str>) -> Raster {
        let side = |pixels: usize| u32::try_from(pixels).expect("the layout is bounded");
        canvas::bitmap(side(self.size.0), side(self.size.1), 1, palette::MAT, |canvas| {
            // A hairline goes around each image, or bright pixels would run into the mat.
            for sample in 0..self.shown {
                let (left, top) = self.corner(sample);
                for top in (0..self.rows).map(|row| top + row * self.row_height()) {
                    let opposite = ((left + self.cell.0 + 1) as f64, (top + self.cell.1 + 1) as f64);
                    canvas.rectangle(((left - 1) as f64, (top - 1) as f64), opposite, palette::HAIRLINE);
                }
            }
            for sample in (0..self.shown).step_by(self.columns) {
                let (left, top) = self.corner(sample);
                let middle = |row: usize| (top + row * self.row_height()) as f64 + self.cell.1 as f64 / 2.0;
                for (row, series) in series.iter().enumerate() {
                    canvas.text(series.name, (left as f64 - 16.0, middle(row) + 0.35 * LABEL.ems), LABEL);
                }
            }
            if let Some(text) = caption {
                canvas.text(text, (self.left as f64, self.size.1 as f64 - 20.0), CAPTION);
            }
        })
    }
}

/// The distance from one band of `rows` rows to the next.
fn band_height(rows: usize, cell: (usize, usize)) -> usize {
    rows * (cell.1 + GAP) - GAP + BAND_GAP
}

/// Paints an image into its cell, whose upper left corner is at `corner`.
pub(super) fn paint(
    raster: &mut Raster,
    sample: &ArrayView1<'_, f32>,
    shape: ImageShape,
    cell: (usize, usize),
    corner: (usize, usize),
) {
    for y in 0..cell.1 {
        for x in 0..cell.0 {
            let (row, column) = (y * shape.height / cell.1, x * shape.width / cell.0);
            let first = (row * shape.width + column) * shape.channels;
            let level = |channel: usize| level(sample[first + channel]);
            let colour = if shape.channels == 1 {
                RGBColor(level(0), level(0), level(0))
            } else {
                RGBColor(level(0), level(1), level(2))
            };
            raster.set(corner.0 + x, corner.1 + y, colour);
        }
    }
}

/// The size at which an image is shown: a whole multiple of its own size, or a smaller one if the image is very
/// large.
fn cell_size(shape: ImageShape) -> (usize, usize) {
    sized(shape, PLEASANT_SIDE, LARGEST_SIDE)
}

/// The size at which an image is shown if small ones are enlarged to about `pleasant` and large ones reduced to `largest`.
pub(super) fn sized(shape: ImageShape, pleasant: usize, largest: usize) -> (usize, usize) {
    let longest = shape.height.max(shape.width).max(1);
    if longest > largest {
        let reduced = |side: usize| (side * largest / longest).max(1);
        (reduced(shape.width), reduced(shape.height))
    } else {
        let zoom = ((pleasant + longest / 2) / longest).max(1);
        (shape.width * zoom, shape.height * zoom)
    }
}

/// The grey or colour part of a value in `[0, 1]`; not a number is black.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is within 0 and 255")]
fn level(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "text widths are positive and small"
)]
fn pixels(length: f64) -> usize {
    length.ceil() as usize
}
