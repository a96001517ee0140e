//! The figure of images with captions below them: a sample and its neighbours, or the steps between two samples.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::canvas::{self, Align, Canvas, Type};
use super::page::{MARGIN, QUIET, TEXT, TITLE, whole};
use super::palette;
use super::raster::Raster;
use super::reconstructions::{ImageShape, paint, sized};
use super::typeface;

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CaptionedFigure<'a> {
    pub(crate) title: &'a str,
    pub(crate) subtitle: &'a str,
    pub(crate) shape: ImageShape,
    /// The rows: images from 0, black, to 1, white, one row of numbers for each, and a caption for each.
    pub(crate) rows: &'a [(ArrayView2<'a, f32>, Vec<Captioned>)],
}

/// What stands below an image.
#[derive(Clone, Debug)]
pub(crate) struct Captioned {
    /// Two lines, of which the second may be empty.
    pub(crate) lines: [String; 2],
    /// Whether the image has a strong frame.
    pub(crate) is_marked: bool,
}

/// The side that small images are enlarged to about, and the side that large images are reduced to.
const PLEASANT_SIDE: usize = 84;
const LARGEST_SIDE: usize = 256;
/// The narrowest column, in which a caption can be read.
const NARROWEST: usize = 60;
const GAP: usize = 8;
const LINE: usize = 16;
const ROW_GAP: usize = 14;
/// The largest width of a page, unless a single image is wider; the most images in a line, and the largest height.
const MOST_WIDTH: usize = 1200;
const MOST_COLUMNS: usize = 12;
const MOST_HEIGHT: usize = 4000;
/// The largest height of a row of images that is higher than a page alone, as pixels: it takes about a gigabyte to paint.
const MOST_ROW_HEIGHT: usize = 8000;
/// The widths of frames.
const HAIRLINE: f64 = 1.0;
const STRONG: f64 = 3.0;
/// The widest heading; a wider one is cut.
const WIDEST: f64 = 900.0;

const CAPTION: Type = Type { align: Align::Middle, ..TEXT };
const QUIET_CAPTION: Type = Type { align: Align::Middle, ..QUIET };

/// The most images of a shape in one row that [`captioned_png`] has room for.
pub(crate) fn most_in_row(shape: ImageShape) -> usize {
    let (_, pitch, fitting) = measures(shape, true);
    fitting * (MOST_ROW_HEIGHT / pitch.1).max(1)
}

/// The size of a cell, the distances from one cell to the next, and the number of columns that fit.
fn measures(shape: ImageShape, has_seconds: bool) -> ((usize, usize), (usize, usize), usize) {
    let cell = sized(shape, PLEASANT_SIDE, LARGEST_SIDE);
    let below = if has_seconds { 2 * LINE } else { LINE };
    let pitch = (cell.0.max(NARROWEST) + GAP, cell.1 + below + ROW_GAP);
    (cell, pitch, (MOST_WIDTH / pitch.0).clamp(1, MOST_COLUMNS))
}

/// Draws images with captions, as the text of an SVG file.
///
/// # Panics
///
/// If the images are not of the shape, or have not as many captions.
pub(crate) fn captioned_svg(figure: &CaptionedFigure<'_>) -> String {
    let layout = Layout::new(figure);
    let (width, height) = layout.size();
    canvas::svg(width, height, |canvas| layout.draw(canvas))
}

/// Draws images with captions, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`captioned_svg`] would.
pub(crate) fn captioned_png(figure: &CaptionedFigure<'_>) -> Vec<u8> {
    let layout = Layout::new(figure);
    let (width, height) = layout.size();
    canvas::bitmap(width, height, 2, palette::PAPER, |canvas| layout.draw(canvas)).png()
}

/// The places of everything.
struct Layout<'f, 'a> {
    figure: &'f CaptionedFigure<'a>,
    cell: (usize, usize),
    /// The distance from one column to the next, and from one line of images to the next.
    pitch: (usize, usize),
    columns: usize,
    /// The number of rows that are shown.
    shown: usize,
    title: String,
    subtitle: String,
}

impl<'f, 'a> Layout<'f, 'a> {
    fn new(figure: &'f CaptionedFigure<'a>) -> Self {
        let shape = figure.shape;
        for (images, captions) in figure.rows {
            assert_eq!(
                images.ncols(),
                shape.height * shape.width * shape.channels,
                "images are not {shape:?}"
            );
            assert_eq!(images.nrows(), captions.len(), "a caption for each image");
        }
        let has_seconds =
            figure.rows.iter().flat_map(|(_, captions)| captions).any(|caption| !caption.lines[1].is_empty());
        let (cell, pitch, fitting) = measures(shape, has_seconds);
        let longest = figure.rows.iter().map(|(images, _)| images.nrows()).max().unwrap_or(1);
        // All lines of a row have about one length, rather than a short last one.
        let columns = longest.div_ceil(longest.div_ceil(fitting).max(1)).max(1);
        let [title, subtitle] = [(figure.title, TITLE), (figure.subtitle, QUIET)]
            .map(|(text, set)| typeface::fit(text, set.weight, set.ems, WIDEST));
        let mut layout = Self { figure, cell, pitch, columns, shown: 0, title, subtitle };
        let mut lines = 0;
        for (images, _) in figure.rows {
            lines += layout.lines(images.nrows());
            if layout.shown > 0 && lines * pitch.1 > MOST_HEIGHT {
                break;
            }
            layout.shown += 1;
        }
        layout
    }

    /// The number of lines of a row of so many images.
    fn lines(&self, images: usize) -> usize {
        images.div_ceil(self.columns)
    }

    /// What is said where the page has no room for all rows.
    fn left_out(&self) -> Option<String> {
        let all = self.figure.rows.len();
        (self.shown < all).then(|| format!("The page has room for the first {} of {all} rows.", self.shown))
    }

    /// The height of the lines above the images.
    fn top(&self) -> f64 {
        let lines = if self.left_out().is_some() { 2.0 } else { 1.0 };
        MARGIN + 24.0 + 18.0 * lines + 10.0
    }

    fn size(&self) -> (u32, u32) {
        let lines: usize =
            self.figure.rows[..self.shown].iter().map(|(images, _)| self.lines(images.nrows())).sum();
        let heading = typeface::width(&self.title, TITLE.weight, TITLE.ems).max(typeface::width(
            &self.subtitle,
            QUIET.weight,
            QUIET.ems,
        ));
        let width = ((self.columns * self.pitch.0 - GAP) as f64).max(heading) + 2.0 * MARGIN;
        (whole(width), whole(self.top() + (lines * self.pitch.1 - ROW_GAP) as f64 + MARGIN))
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        let mut y = MARGIN + TITLE.ems;
        canvas.text(&self.title, (MARGIN, y), TITLE);
        for line in [Some(&self.subtitle), self.left_out().as_ref()].into_iter().flatten() {
            y += 20.0;
            canvas.text(line, (MARGIN, y), QUIET);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a heading is some lines high"
        )]
        let (left, mut top) = (MARGIN as usize, self.top() as usize);
        for (images, captions) in &self.figure.rows[..self.shown] {
            for (index, (image, caption)) in images.rows().into_iter().zip(captions).enumerate() {
                let inset = (self.pitch.0 - GAP - self.cell.0) / 2;
                let corner = (
                    left + index % self.columns * self.pitch.0 + inset,
                    top + index / self.columns * self.pitch.1,
                );
                let mut pixels = Raster {
                    width: self.cell.0,
                    height: self.cell.1,
                    rgb: vec![0; self.cell.0 * self.cell.1 * 3],
                };
                paint(&mut pixels, &image, self.figure.shape, self.cell, (0, 0));
                self.framed(canvas, corner, pixels, caption);
            }
            top += self.lines(images.nrows()) * self.pitch.1;
        }
    }

    fn framed<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        corner: (usize, usize),
        pixels: Raster,
        caption: &Captioned,
    ) {
        let (left, top) = (corner.0 as f64, corner.1 as f64);
        let (right, bottom) = (left + self.cell.0 as f64, top + self.cell.1 as f64);
        let (frame, colour) =
            if caption.is_marked { (STRONG, palette::class(0, 1)) } else { (HAIRLINE, palette::HAIRLINE) };
        canvas.rectangle((left - frame, top - frame), (right + frame, bottom + frame), colour);
        canvas.picture(corner, pixels);
        let (middle, room) = (f64::midpoint(left, right), (self.pitch.0 - 2) as f64);
        for ((line, set), baseline) in caption.lines.iter().zip([CAPTION, QUIET_CAPTION]).zip([16.0, 31.0]) {
            let text = typeface::fit_middle(line, set.weight, set.ems, room);
            canvas.text(&text, (middle, bottom + baseline), set);
        }
    }
}
