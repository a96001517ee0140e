//! Pages of samples below a heading.

use plotters::backend::DrawingBackend;

use crate::figures::canvas::Canvas;

/// The largest height of a page; samples that find no room are left out.
pub(super) const MOST_HEIGHT: f64 = 2000.0;
/// A page below its heading.
pub(super) trait Page {
    fn width(&self) -> f64;

    fn height(&self) -> f64;

    /// The number of samples that find room.
    fn shown(&self) -> usize;

    /// Draws the page from `top` on.
    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64);
}
