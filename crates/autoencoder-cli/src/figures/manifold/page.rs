//! Pages of a grid below a heading.

use plotters::backend::DrawingBackend;

use crate::figures::canvas::Canvas;

/// The part of a figure below its heading.
pub(super) trait Page {
    fn size(&self) -> (f64, f64);

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64);
}
