//! The figure of errors: their distribution over the samples, and the samples that are restored best and worst.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::canvas::{self, Align, Canvas, Type};
use super::cells::{CellLook, Cells};
use super::histogram::{self, Histogram};
use super::page::{MARGIN, QUIET, TEXT, whole};
use super::palette;
use super::typeface::{self, Weight};
use super::worst::{BlamedColumn, COLUMN_ROW, ROWS_WIDTH, draw_column, draw_column_heads};

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorsFigure<'p, 'a> {
    pub(crate) histogram: Histogram<'p>,
    pub(crate) groups: &'p [ErrorGroup<'a>],
}

/// Samples that are restored best, or worst.
#[derive(Clone, Debug)]
pub(crate) struct ErrorGroup<'a> {
    pub(crate) title: &'a str,
    /// The name of each sample, with its label, and its error.
    pub(crate) captions: Vec<[String; 2]>,
    pub(crate) contents: ErrorContents<'a>,
}

/// What is drawn of samples.
#[derive(Clone, Debug)]
pub(crate) enum ErrorContents<'a> {
    /// The samples as they are and as they are restored.
    Cells { look: CellLook, states: [ArrayView2<'a, f32>; 2] },
    /// The columns of each sample with the largest parts of its error.
    Rows(Vec<Vec<BlamedColumn>>),
}

const PLEASANT: usize = 60;
const LARGEST: usize = 200;
/// The side of a cell of lines.
const LINES: usize = 170;
const GAP: usize = 10;
const CAPTIONS: usize = 34;
const TITLE_ROOM: f64 = 26.0;
const BETWEEN: f64 = 20.0;
/// The room for the names of the columns of rows.
const HEADS: f64 = 28.0;
const STRONG: Type = Type { weight: Weight::SemiBold, ..TEXT };

/// Draws errors, as the text of an SVG file.
///
/// # Panics
///
/// If a group has not a caption for each sample.
pub(crate) fn errors_svg(figure: &ErrorsFigure<'_, '_>) -> String {
    let page = Page::new(figure);
    canvas::svg(page.size.0, page.size.1, |canvas| page.draw(canvas))
}

/// Draws errors, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`errors_svg`] would.
pub(crate) fn errors_png(figure: &ErrorsFigure<'_, '_>) -> Vec<u8> {
    let page = Page::new(figure);
    canvas::bitmap(page.size.0, page.size.1, 2, palette::PAPER, |canvas| page.draw(canvas)).png()
}

struct Page<'p, 'a> {
    histogram: histogram::Page<'p>,
    groups: &'p [ErrorGroup<'a>],
    size: (u32, u32),
}

impl<'p, 'a> Page<'p, 'a> {
    fn new(figure: &'p ErrorsFigure<'p, 'a>) -> Self {
        let width = histogram::width_of(figure.histogram.size).max(ROWS_WIDTH);
        let histogram = histogram::Page::new(&figure.histogram, width);
        let groups: f64 = figure.groups.iter().map(|group| group.height(width) + BETWEEN).sum();
        let height = MARGIN + histogram.height() + BETWEEN + groups;
        Self { histogram, groups: figure.groups, size: (whole(width), whole(height)) }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        self.histogram.draw(canvas, MARGIN);
        let width = f64::from(self.size.0);
        let mut top = MARGIN + self.histogram.height() + BETWEEN;
        for group in self.groups {
            group.draw(canvas, top, width);
            top += group.height(width) + BETWEEN;
        }
    }
}

impl ErrorGroup<'_> {
    /// The number of samples side by side.
    fn columns(cells: &Cells<'_>, samples: usize, width: f64) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a page has some columns"
        )]
        let room = (width - 2.0 * MARGIN) as usize;
        let fitting = ((room + GAP) / (cells.size.0 + GAP)).max(1);
        // All rows have one length, rather than a short last one.
        samples.div_ceil(samples.div_ceil(fitting).max(1)).max(1)
    }

    fn height(&self, width: f64) -> f64 {
        let body = match &self.contents {
            ErrorContents::Cells { look, states } => {
                let cells = Cells::new(*look, states, sides(*look));
                let rows = self.captions.len().div_ceil(Self::columns(&cells, self.captions.len(), width));
                (rows * (cells.height() + CAPTIONS + GAP)) as f64
            }
            ErrorContents::Rows(rows) => {
                let columns: usize = rows.iter().map(|columns| columns.len().max(1)).sum();
                HEADS + columns as f64 * COLUMN_ROW + rows.len() as f64 * (COLUMN_ROW + 10.0)
            }
        };
        TITLE_ROOM + body
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64, width: f64) {
        canvas.text(self.title, (MARGIN, top + STRONG.ems), Type { ems: 13.5, ..STRONG });
        let top = top + TITLE_ROOM;
        match &self.contents {
            ErrorContents::Cells { look, states } => {
                assert_eq!(states[0].nrows(), self.captions.len(), "a caption for each sample");
                let cells = Cells::new(*look, states, sides(*look));
                let columns = Self::columns(&cells, self.captions.len(), width);
                self.draw_cells(canvas, &cells, top, columns);
            }
            ErrorContents::Rows(rows) => self.draw_rows(canvas, rows, top),
        }
    }

    fn draw_cells<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        cells: &Cells<'_>,
        top: f64,
        columns: usize,
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is small")]
        let (margin, top) = (MARGIN as usize, top.ceil() as usize);
        for (index, [name, error]) in self.captions.iter().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let left = margin + column * (cells.size.0 + GAP);
            let top = top + row * (cells.height() + CAPTIONS + GAP);
            cells.draw(canvas, index, (left, top));
            let (middle, foot) = (left as f64 + cells.size.0 as f64 / 2.0, (top + cells.height()) as f64);
            for (text, set, below) in [(error, STRONG, 14.0), (name, QUIET, 29.0)] {
                let text = typeface::fit_middle(text, set.weight, set.ems, cells.size.0 as f64 + 6.0);
                canvas.text(&text, (middle, foot + below), Type { align: Align::Middle, ..set });
            }
        }
    }

    fn draw_rows<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, rows: &[Vec<BlamedColumn>], top: f64) {
        draw_column_heads(canvas, "error", top);
        let mut y = top + HEADS + TEXT.ems;
        for ([name, error], columns) in self.captions.iter().zip(rows) {
            let name = typeface::fit_middle(name, STRONG.weight, STRONG.ems, 0.5 * ROWS_WIDTH);
            canvas.text(&name, (MARGIN, y), STRONG);
            let after = MARGIN + typeface::width(&name, STRONG.weight, STRONG.ems) + 10.0;
            canvas.text(&format!("error {error}"), (after, y), QUIET);
            y += COLUMN_ROW;
            if columns.is_empty() {
                canvas.text("no column has a part of the error", (MARGIN + 14.0, y), QUIET);
                y += COLUMN_ROW;
            }
            for column in columns {
                draw_column(canvas, column, y);
                y += COLUMN_ROW;
            }
            y += 10.0;
        }
    }
}

fn sides(look: CellLook) -> (usize, usize) {
    match look {
        CellLook::Image(_) => (PLEASANT, LARGEST),
        CellLook::Lines { .. } => (LINES, LINES),
    }
}
