//! Images: each above its restoration and a map of the difference, a column for each.

use ndarray::{ArrayView1, ArrayView2};
use plotters::backend::DrawingBackend;

use super::page::{MOST_HEIGHT, Page};
use super::sample::{MARK, WorstSample, mark};
use crate::figures::canvas::{Align, Canvas, Type};
use crate::figures::colour_bar;
use crate::figures::page::{MARGIN, QUIET, TEXT};
use crate::figures::palette;
use crate::figures::raster::Raster;
use crate::figures::reconstructions::{ImageShape, paint, sized};
use crate::figures::typeface::{self, Weight};

/// The images, one row of numbers for each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorstImages<'a> {
    pub(crate) shape: ImageShape,
    /// The images as they are, from 0, black, to 1, white.
    pub(crate) originals: ArrayView2<'a, f32>,
    /// The images as the model restores them, likewise.
    pub(crate) restored: ArrayView2<'a, f32>,
}

/// The side that small images are enlarged to about, and the side that large images are reduced to.
const PLEASANT_SIDE: usize = 84;
const LARGEST_SIDE: usize = 256;
/// The largest width of a page, unless a single image is wider, and the most images side by side.
const MOST_WIDTH: usize = 1040;
const MOST_COLUMNS: usize = 10;
const GAP: usize = 8;
/// The narrowest column, in which a name can be read.
const NARROWEST: usize = 60;
const LINE: usize = 17;
const BAND_GAP: usize = 22;
/// The rows of a band.
const STATES: [&str; 3] = ["original", "restored", "difference"];
/// The room below for the colours of differences, and the size of their bar.
const FOOT: usize = 62;
const SCALE: (usize, usize) = (168, 10);

const HEAD: Type = Type { align: Align::Right, ..QUIET };
const NAME: Type = Type { align: Align::Middle, ..TEXT };
const SCORE: Type = Type { weight: Weight::SemiBold, ..NAME };

pub(super) struct ImagesPage<'a> {
    samples: &'a [WorstSample],
    images: WorstImages<'a>,
    cell: (usize, usize),
    /// The distance from one column to the next.
    pitch: usize,
    left: usize,
    columns: usize,
    bands: usize,
    has_labels: bool,
    /// The largest difference of an image that is shown.
    largest: f32,
}

impl<'a> ImagesPage<'a> {
    pub(super) fn new(samples: &'a [WorstSample], images: WorstImages<'a>) -> Self {
        let WorstImages { shape, originals, restored } = images;
        assert_eq!(originals.dim(), restored.dim(), "an image for each image");
        assert_eq!(
            originals.dim(),
            (samples.len(), shape.height * shape.width * shape.channels),
            "{shape:?}"
        );
        let cell = sized(shape, PLEASANT_SIDE, LARGEST_SIDE);
        let pitch = cell.0.max(NARROWEST) + GAP;
        let names =
            STATES.map(|name| typeface::width(name, HEAD.weight, HEAD.ems)).into_iter().fold(0.0, f64::max);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the width of a word")]
        let left = (MARGIN + names).ceil() as usize + 12;
        let columns = (MOST_WIDTH.saturating_sub(left) / pitch).clamp(1, MOST_COLUMNS);
        let has_labels = samples.iter().any(|sample| sample.label.is_some());
        let mut page =
            Self { samples, images, cell, pitch, left, columns, bands: 1, has_labels, largest: 0.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a page is some thousand units high"
        )]
        let most_bands = (MOST_HEIGHT as usize / page.band()).max(1);
        page.bands = samples.len().div_ceil(columns).clamp(1, most_bands);
        if samples.len() <= page.bands * columns {
            // All bands have one length, rather than a short last one.
            page.columns = samples.len().div_ceil(page.bands).max(1);
        }
        let differences = (0..page.shown()).flat_map(|sample| page.difference(sample));
        page.largest =
            differences.filter(|number| number.is_finite()).fold(0.0, |most, number| most.max(number.abs()));
        page
    }

    /// The height of a band with the room below it.
    fn band(&self) -> usize {
        self.names() + STATES.len() * (self.cell.1 + GAP) + LINE + BAND_GAP
    }

    /// The height of the lines above the images of a band.
    fn names(&self) -> usize {
        if self.has_labels { 2 * LINE } else { LINE }
    }

    /// The differences of an image's pixels: signed where they are grey, else the root of the mean square over the colours.
    fn difference(&self, sample: usize) -> Vec<f32> {
        let (original, restored) = (self.images.originals.row(sample), self.images.restored.row(sample));
        let differences: Vec<f32> = original.iter().zip(restored).map(|(one, other)| one - other).collect();
        match self.images.shape.channels {
            1 => differences,
            channels => {
                let root = |pixel: &[f32]| {
                    (pixel.iter().map(|part| part * part).sum::<f32>() / channels as f32).sqrt()
                };
                differences.chunks_exact(channels).map(root).collect()
            }
        }
    }

    /// The difference as a picture: one pixel's colours by its size.
    fn map(&self, sample: usize) -> Raster {
        let shape = self.images.shape;
        let differences = self.difference(sample);
        let mut raster = self.blank();
        for y in 0..self.cell.1 {
            for x in 0..self.cell.0 {
                let (row, column) = (y * shape.height / self.cell.1, x * shape.width / self.cell.0);
                raster.set(x, y, self.colour(differences[row * shape.width + column]));
            }
        }
        raster
    }

    fn colour(&self, difference: f32) -> plotters::style::RGBColor {
        let part = if self.largest > 0.0 { difference / self.largest } else { 0.0 };
        palette::diverging(if part.is_finite() { part.into() } else { 0.0 })
    }

    fn blank(&self) -> Raster {
        Raster::blank(self.cell.0, self.cell.1)
    }

    fn painted(&self, sample: &ArrayView1<'_, f32>) -> Raster {
        let mut raster = self.blank();
        paint(&mut raster, sample, self.images.shape, self.cell, (0, 0));
        raster
    }

    fn draw_sample<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, index: usize, top: usize) {
        let sample = &self.samples[index];
        let left = self.left + index % self.columns * self.pitch;
        let top = top + index / self.columns * self.band();
        let room = (self.pitch - GAP) as f64;
        let middle = left as f64 + room / 2.0;
        let name = typeface::fit_middle(&sample.name, NAME.weight, NAME.ems, room);
        canvas.text(&name, (middle, top as f64 + TEXT.ems), NAME);
        if let Some(label) = &sample.label {
            let label = typeface::fit(label, NAME.weight, NAME.ems, room);
            let set = Type { colour: palette::QUIET_INK, ..NAME };
            canvas.text(&label, (middle, (top + LINE) as f64 + TEXT.ems), set);
        }
        let inset = (self.pitch - GAP - self.cell.0) / 2;
        let states = [
            self.painted(&self.images.originals.row(index)),
            self.painted(&self.images.restored.row(index)),
            self.map(index),
        ];
        for (state, pixels) in states.into_iter().enumerate() {
            let corner = (left + inset, top + self.names() + state * (self.cell.1 + GAP));
            canvas.framed(corner, pixels);
        }
        let baseline = (top + self.names() + STATES.len() * (self.cell.1 + GAP)) as f64 + 10.0;
        canvas.text(&sample.score, (middle, baseline), SCORE);
        if sample.is_flagged {
            let width = typeface::width(&sample.score, SCORE.weight, SCORE.ems);
            mark(canvas, (middle - width / 2.0 - MARK - 4.0, baseline));
        }
    }

    fn is_signed(&self) -> bool {
        self.images.shape.channels == 1
    }

    /// What the colours of differences stand for.
    fn scale_in_words(&self) -> &'static str {
        if self.is_signed() {
            "darker (blue) or brighter (red) than restored, in % of the way from black to white"
        } else {
            "root of the mean square over the colours, in % of the way from black to white"
        }
    }

    /// Draws what the colours of differences stand for.
    fn draw_scale<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: usize) {
        let is_signed = self.is_signed();
        let percent = format!("{:.0} %", 100.0 * self.largest);
        let first = if is_signed { format!("−{percent}") } else { "0".to_owned() };
        let colours = move |along: f64| palette::diverging(if is_signed { 2.0 * along - 1.0 } else { along });
        let ends = [(0.0, first.as_str()), (1.0, percent.as_str()), (0.5, "0")];
        let texts = if is_signed { &ends[..] } else { &ends[..2] };
        colour_bar::lying(canvas, (self.left, top), SCALE, &colours, texts);
        canvas.text(STATES[2], (self.left as f64 - 12.0, top as f64 + 10.0), HEAD);
        canvas.text(self.scale_in_words(), ((self.left + SCALE.0) as f64 + 30.0, top as f64 + 10.0), QUIET);
    }
}

impl Page for ImagesPage<'_> {
    fn width(&self) -> f64 {
        let words = typeface::width(self.scale_in_words(), QUIET.weight, QUIET.ems);
        let scale = (self.left + SCALE.0) as f64 + 30.0 + words + MARGIN;
        ((self.left + self.columns * self.pitch) as f64 + MARGIN).max(scale)
    }

    fn height(&self) -> f64 {
        (self.bands * self.band() + FOOT) as f64
    }

    fn shown(&self) -> usize {
        self.samples.len().min(self.bands * self.columns)
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a heading is some lines high"
        )]
        let top = top as usize;
        for band in 0..self.bands {
            let names = (top + band * self.band()) as f64;
            let right = self.left as f64 - 12.0;
            canvas.text("sample", (right, names + TEXT.ems), HEAD);
            if self.has_labels {
                canvas.text("label", (right, names + LINE as f64 + TEXT.ems), HEAD);
            }
            let images = names + self.names() as f64;
            let row = (self.cell.1 + GAP) as f64;
            for (state, name) in STATES.into_iter().enumerate() {
                let middle = images + state as f64 * row + self.cell.1 as f64 / 2.0;
                canvas.text(name, (right, middle + 0.35 * HEAD.ems), HEAD);
            }
            canvas.text("score", (right, images + STATES.len() as f64 * row + 10.0), HEAD);
        }
        (0..self.shown()).for_each(|sample| self.draw_sample(canvas, sample, top));
        self.draw_scale(canvas, top + self.bands * self.band() + 6);
    }
}
