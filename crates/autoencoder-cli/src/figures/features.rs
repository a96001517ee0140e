//! The figure of what the numbers of a code respond to: for each, the samples in which it is greatest or least.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::canvas::{self, Align, Canvas, Type};
use super::cells::{CellLook, Cells};
use super::heading::Heading;
use super::page::{MARGIN, QUIET, TEXT, whole};
use super::palette;
use super::typeface::{self, Weight};

/// The contents of the figure.
#[derive(Clone, Debug)]
pub(crate) struct FeaturesFigure<'a> {
    pub(crate) title: &'a str,
    pub(crate) notes: Vec<String>,
    pub(crate) units: &'a [CodeUnit],
    pub(crate) contents: FeaturesContents<'a>,
}

/// A number of the code, with the samples that are drawn of it.
#[derive(Clone, Debug)]
pub(crate) struct CodeUnit {
    pub(crate) name: String,
    /// What is told of its distribution.
    pub(crate) note: String,
    /// What is told of each sample: the number itself.
    pub(crate) captions: Vec<String>,
}

/// What is drawn of samples.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FeaturesContents<'a> {
    /// The samples of all units, one after the other.
    Cells { look: CellLook, samples: ArrayView2<'a, f32> },
    /// The samples of all units in words: a name, and the fields that are most unusual.
    Rows(&'a [FeatureRow]),
}

/// A row of a table in words.
#[derive(Clone, Debug)]
pub(crate) struct FeatureRow {
    pub(crate) name: String,
    pub(crate) fields: Vec<String>,
}

const PLEASANT: usize = 64;
const LARGEST: usize = 140;
/// The side of a cell of lines.
const LINES: usize = 110;
const GAP: usize = 6;
const CAPTION: usize = 15;
const NAMES: usize = 128;
const STRONG: Type = Type { weight: Weight::SemiBold, ..TEXT };
const SMALL: Type = Type { ems: 10.5, align: Align::Middle, ..QUIET };
/// The rooms of the columns of a table of rows: name, number, fields.
const ROW: f64 = 18.0;
const ROW_NAME: (f64, f64) = (MARGIN + 14.0, 110.0);
const ROW_NUMBER: f64 = 200.0;
const FIELDS: f64 = 222.0;
const FIELD: f64 = 206.0;
const ROWS_WIDTH: f64 = FIELDS + 3.0 * FIELD + MARGIN;

/// Draws the samples of units, as the text of an SVG file.
///
/// # Panics
///
/// If there is not a sample for each caption.
pub(crate) fn features_svg(figure: &FeaturesFigure<'_>) -> String {
    let page = Page::new(figure);
    canvas::svg(page.size.0, page.size.1, |canvas| page.draw(canvas))
}

/// Draws the samples of units, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`features_svg`] would.
pub(crate) fn features_png(figure: &FeaturesFigure<'_>) -> Vec<u8> {
    let page = Page::new(figure);
    canvas::bitmap(page.size.0, page.size.1, 2, palette::PAPER, |canvas| page.draw(canvas)).png()
}

struct Page<'p, 'a> {
    figure: &'p FeaturesFigure<'a>,
    heading: Heading,
    size: (u32, u32),
}

impl<'p, 'a> Page<'p, 'a> {
    fn new(figure: &'p FeaturesFigure<'a>) -> Self {
        let most = figure.units.iter().map(|unit| unit.captions.len()).max().unwrap_or(0);
        let (width, body) = match figure.contents {
            FeaturesContents::Cells { look, samples } => {
                let states = [samples];
                let cells = Cells::new(look, &states, sides(look));
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a margin")]
                let margins = 2 * MARGIN as usize;
                let width = margins + NAMES + most * (cells.size.0 + GAP);
                (width as f64, (figure.units.len() * (cells.size.1 + CAPTION + GAP)) as f64 + MARGIN)
            }
            FeaturesContents::Rows(rows) => {
                (ROWS_WIDTH, rows.len() as f64 * ROW + figure.units.len() as f64 * (ROW + 12.0) + 6.0)
            }
        };
        let width = width.max(460.0);
        let heading = Heading::new(figure.title, &figure.notes, width - 2.0 * MARGIN);
        let size = (whole(width), whole(MARGIN + heading.height() + body));
        Self { figure, heading, size }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        self.heading.draw(canvas, (MARGIN, MARGIN));
        let top = MARGIN + self.heading.height();
        match self.figure.contents {
            FeaturesContents::Cells { look, samples } => {
                let states = [samples];
                self.draw_cells(canvas, &Cells::new(look, &states, sides(look)), top);
            }
            FeaturesContents::Rows(rows) => self.draw_rows(canvas, rows, top),
        }
    }

    fn draw_cells<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, cells: &Cells<'_>, top: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is small")]
        let (margin, top) = (MARGIN as usize, top.ceil() as usize);
        let mut sample = 0;
        for (index, unit) in self.figure.units.iter().enumerate() {
            let top = top + index * (cells.size.1 + CAPTION + GAP);
            let middle = top as f64 + cells.size.1 as f64 / 2.0;
            canvas.text(&unit.name, (MARGIN, middle - 2.0), STRONG);
            let note = typeface::fit(&unit.note, QUIET.weight, QUIET.ems, NAMES as f64 - 8.0);
            canvas.text(&note, (MARGIN, middle + 14.0), QUIET);
            for (place, caption) in unit.captions.iter().enumerate() {
                let left = margin + NAMES + place * (cells.size.0 + GAP);
                cells.draw(canvas, sample, (left, top));
                let middle = left as f64 + cells.size.0 as f64 / 2.0;
                canvas.text(caption, (middle, (top + cells.size.1) as f64 + 12.0), SMALL);
                sample += 1;
            }
        }
    }

    fn draw_rows<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, rows: &[FeatureRow], top: f64) {
        let mut rows = rows.iter();
        let mut y = top + TEXT.ems;
        for unit in self.figure.units {
            canvas.text(&unit.name, (MARGIN, y), STRONG);
            let after = MARGIN + typeface::width(&unit.name, STRONG.weight, STRONG.ems) + 10.0;
            canvas.text(&unit.note, (after, y), QUIET);
            y += ROW;
            for (caption, row) in unit.captions.iter().zip(&mut rows) {
                let name = typeface::fit_middle(&row.name, TEXT.weight, TEXT.ems, ROW_NAME.1);
                canvas.text(&name, (ROW_NAME.0, y), TEXT);
                canvas.text(caption, (ROW_NUMBER, y), Type { align: Align::Right, ..TEXT });
                for (place, field) in row.fields.iter().enumerate() {
                    let field = typeface::fit(field, QUIET.weight, QUIET.ems, FIELD - 12.0);
                    canvas.text(&field, (FIELDS + place as f64 * FIELD, y), QUIET);
                }
                y += ROW;
            }
            y += 12.0;
        }
    }
}

fn sides(look: CellLook) -> (usize, usize) {
    match look {
        CellLook::Image(_) => (PLEASANT, LARGEST),
        CellLook::Lines { .. } => (LINES, LINES),
    }
}
