//! Bars of colours, which say what number each colour stands for.

use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Type};
use super::page::QUIET;
use super::raster::Raster;

/// The colours of a bar: from 0 at its beginning to 1 at its end.
pub(super) type Colours = dyn Fn(f64) -> RGBColor;

/// Draws a bar from left to right, with texts below at some places from 0 to 1.
pub(super) fn lying<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (left, top): (usize, usize),
    (width, height): (usize, usize),
    colours: &Colours,
    texts: &[(f64, &str)],
) {
    let mut bar = Raster::blank(width, height);
    for x in 0..width {
        let colour = colours(x as f64 / (width.max(2) - 1) as f64);
        (0..height).for_each(|y| bar.set(x, y, colour));
    }
    canvas.framed((left, top), bar);
    for &(place, text) in texts {
        let align = match place {
            ..=0.0 => Align::Left,
            1.0.. => Align::Right,
            _ => Align::Middle,
        };
        let x = left as f64 + place * width as f64;
        canvas.text(text, (x, (top + height) as f64 + 15.0), Type { align, ..QUIET });
    }
}

/// Draws a bar from the foot to the top, with texts at its right at some places from 0, the foot, to 1.
pub(super) fn upright<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (left, top): (usize, usize),
    (width, height): (usize, usize),
    colours: &Colours,
    texts: &[(f64, &str)],
) {
    let mut bar = Raster::blank(width, height);
    for y in 0..height {
        let colour = colours(1.0 - y as f64 / (height.max(2) - 1) as f64);
        (0..width).for_each(|x| bar.set(x, y, colour));
    }
    canvas.framed((left, top), bar);
    for &(place, text) in texts {
        let y = top as f64 + (1.0 - place) * height as f64;
        canvas.text(text, ((left + width) as f64 + 7.0, y + 0.35 * QUIET.ems), QUIET);
    }
}
