//! The figure of the samples with the greatest scores: images beside their restorations, rows of a table with the columns to blame, or lines.

mod images;
mod lines;
mod page;
mod rows;
mod sample;

use plotters::backend::DrawingBackend;

use super::canvas::{self, Canvas};
use super::page::{MARGIN, QUIET, TITLE, whole};
use super::palette;
use super::typeface;
use images::ImagesPage;
use lines::LinesPage;
use page::Page;
use rows::RowsPage;
use sample::{MARK, mark};

pub(crate) use images::WorstImages;
pub(crate) use lines::{Strip, WorstLines};
pub(crate) use rows::BlamedColumn;
pub(super) use rows::{ROW as COLUMN_ROW, WIDTH as ROWS_WIDTH, draw_column, draw_heads as draw_column_heads};
pub(crate) use sample::WorstSample;

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorstFigure<'a> {
    pub(crate) title: &'a str,
    /// The threshold in words, for the mark of samples above it.
    pub(crate) flagged: &'a str,
    /// The samples, the worst first.
    pub(crate) samples: &'a [WorstSample],
    /// What the parts of columns add up to: the score, or a part of it.
    pub(crate) parts: &'a str,
    pub(crate) contents: WorstContents<'a>,
}

/// What is drawn of the samples.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WorstContents<'a> {
    Images(WorstImages<'a>),
    /// The columns to blame of every sample, the largest parts first.
    Rows(&'a [Vec<BlamedColumn>]),
    Lines(WorstLines<'a>),
}

const HEAD_ROW: f64 = 18.0;

/// Draws the samples, as the text of an SVG file.
///
/// # Panics
///
/// If the contents are not those of as many samples.
pub(crate) fn worst_svg(figure: &WorstFigure<'_>) -> String {
    fn svg(figure: &WorstFigure<'_>, page: &impl Page) -> String {
        let (width, height, heading) = measured(figure, page);
        canvas::svg(width, height, |canvas| draw(canvas, &heading, page))
    }
    match figure.contents {
        WorstContents::Images(images) => svg(figure, &ImagesPage::new(figure.samples, images)),
        WorstContents::Rows(rows) => svg(figure, &RowsPage::new(figure.samples, figure.parts, rows)),
        WorstContents::Lines(lines) => svg(figure, &LinesPage::new(figure.samples, figure.parts, lines)),
    }
}

/// Draws the samples, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`worst_svg`] would.
pub(crate) fn worst_png(figure: &WorstFigure<'_>) -> Vec<u8> {
    fn png(figure: &WorstFigure<'_>, page: &impl Page) -> Vec<u8> {
        let (width, height, heading) = measured(figure, page);
        canvas::bitmap(width, height, 2, palette::PAPER, |canvas| draw(canvas, &heading, page)).png()
    }
    match figure.contents {
        WorstContents::Images(images) => png(figure, &ImagesPage::new(figure.samples, images)),
        WorstContents::Rows(rows) => png(figure, &RowsPage::new(figure.samples, figure.parts, rows)),
        WorstContents::Lines(lines) => png(figure, &LinesPage::new(figure.samples, figure.parts, lines)),
    }
}

/// The number of samples for which the page of a figure has room.
///
/// # Panics
///
/// If [`worst_svg`] would.
pub(crate) fn worst_room(figure: &WorstFigure<'_>) -> usize {
    match figure.contents {
        WorstContents::Images(images) => ImagesPage::new(figure.samples, images).shown(),
        WorstContents::Rows(rows) => RowsPage::new(figure.samples, figure.parts, rows).shown(),
        WorstContents::Lines(lines) => LinesPage::new(figure.samples, figure.parts, lines).shown(),
    }
}

/// The lines above a page: the title, and then the meaning of the mark, and what is left out.
struct Heading {
    title: String,
    flagged: String,
    left_out: Option<String>,
}

impl Heading {
    fn height(&self) -> f64 {
        MARGIN + 24.0 + HEAD_ROW + if self.left_out.is_some() { HEAD_ROW } else { 0.0 } + 14.0
    }
}

/// The size of the whole figure, and its heading.
fn measured(figure: &WorstFigure<'_>, page: &impl Page) -> (u32, u32, Heading) {
    /// A heading that is wider is cut.
    const MOST_WIDTH: f64 = 900.0;
    let (shown, all) = (page.shown(), figure.samples.len());
    let left_out = (shown < all).then(|| format!("The page has room for the first {shown} of these {all}."));
    let [title, flagged] = [(figure.title, TITLE), (figure.flagged, QUIET)]
        .map(|(text, set)| typeface::fit(text, set.weight, set.ems, MOST_WIDTH));
    let widest = typeface::width(&title, TITLE.weight, TITLE.ems)
        .max(typeface::width(&flagged, QUIET.weight, QUIET.ems) + 14.0);
    let heading = Heading { title, flagged, left_out };
    let width = page.width().max(widest + 2.0 * MARGIN);
    (whole(width), whole(heading.height() + page.height()), heading)
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, heading: &Heading, page: &impl Page) {
    let mut y = MARGIN + TITLE.ems;
    canvas.text(&heading.title, (MARGIN, y), TITLE);
    y += 24.0;
    mark(canvas, (MARGIN + MARK, y));
    canvas.text(&heading.flagged, (MARGIN + 14.0, y), QUIET);
    if let Some(left_out) = &heading.left_out {
        canvas.text(left_out, (MARGIN + 14.0, y + HEAD_ROW), QUIET);
    }
    page.draw(canvas, heading.height());
}
