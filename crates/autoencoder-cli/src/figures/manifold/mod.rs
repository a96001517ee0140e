//! The figure of what a decoder makes of a grid of codes: a cell for each code, or a map of the grid for each column of a table.

mod axis;
mod fields;
mod grid;
mod page;

use plotters::backend::DrawingBackend;

use super::canvas::{self, Canvas};
use super::heading::Heading;
use super::page::{MARGIN, whole};
use super::palette;
pub(crate) use axis::GridAxis;
use fields::FieldsPage;
pub(crate) use fields::{Field, FieldValues};
pub(crate) use grid::GridCells;
use grid::GridPage;
use page::Page;

/// The contents of the figure. The grid's codes are counted row by row, from the lowest values of both numbers on.
#[derive(Clone, Debug)]
pub(crate) struct ManifoldFigure<'a> {
    pub(crate) title: &'a str,
    pub(crate) notes: Vec<String>,
    /// The number of the code along the foot, and that along the left side, if the grid has one.
    pub(crate) across: GridAxis<'a>,
    pub(crate) upwards: Option<GridAxis<'a>>,
    pub(crate) contents: ManifoldContents<'a>,
}

/// What is drawn of the grid.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ManifoldContents<'a> {
    Cells(GridCells<'a>),
    /// The columns of a table.
    Fields(&'a [Field]),
}

/// Draws the grid, as the text of an SVG file.
///
/// # Panics
///
/// If there is not a sample, or a value of each column, for each code of the grid.
pub(crate) fn manifold_svg(figure: &ManifoldFigure<'_>) -> String {
    fn svg(figure: &ManifoldFigure<'_>, page: &impl Page) -> String {
        let (heading, (width, height)) = measured(figure, page);
        canvas::svg(width, height, |canvas| draw(canvas, &heading, page))
    }
    match figure.contents {
        ManifoldContents::Cells(cells) => svg(figure, &GridPage::new(figure.across, figure.upwards, cells)),
        ManifoldContents::Fields(fields) => {
            svg(figure, &FieldsPage::new(figure.across, figure.upwards, fields))
        }
    }
}

/// Draws the grid, as the bytes of a PNG file with two pixels for each unit of the SVG.
///
/// # Panics
///
/// If [`manifold_svg`] would.
pub(crate) fn manifold_png(figure: &ManifoldFigure<'_>) -> Vec<u8> {
    fn png(figure: &ManifoldFigure<'_>, page: &impl Page) -> Vec<u8> {
        let (heading, (width, height)) = measured(figure, page);
        canvas::bitmap(width, height, 2, palette::PAPER, |canvas| draw(canvas, &heading, page)).png()
    }
    match figure.contents {
        ManifoldContents::Cells(cells) => png(figure, &GridPage::new(figure.across, figure.upwards, cells)),
        ManifoldContents::Fields(fields) => {
            png(figure, &FieldsPage::new(figure.across, figure.upwards, fields))
        }
    }
}

/// The narrowest figure: a heading needs some room.
const NARROWEST: f64 = 420.0;

fn measured(figure: &ManifoldFigure<'_>, page: &impl Page) -> (Heading, (u32, u32)) {
    let (width, height) = page.size();
    let width = width.max(NARROWEST);
    let heading = Heading::new(figure.title, &figure.notes, width - 2.0 * MARGIN);
    let size = (whole(width), whole(MARGIN + heading.height() + height));
    (heading, size)
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, heading: &Heading, page: &impl Page) {
    heading.draw(canvas, (MARGIN, MARGIN));
    page.draw(canvas, MARGIN + heading.height());
}
