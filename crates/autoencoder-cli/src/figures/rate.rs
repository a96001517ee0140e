//! The figure of rates: the error of rounded codes over the bits of a sample, for a model and for principal components.

use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Type};
use super::page::{MARGIN, QUIET, TEXT, TITLE};
use super::palette;
use super::typeface;

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateFigure<'a> {
    pub(crate) title: &'a str,
    /// The model, and principal components beside it; at most two curves.
    pub(crate) curves: &'a [RateCurve],
}

/// The errors of codes that are rounded to rising bits.
#[derive(Clone, Debug)]
pub(crate) struct RateCurve {
    pub(crate) name: String,
    /// The error of the codes as they are.
    pub(crate) unrounded: f64,
    pub(crate) points: Vec<RatePoint>,
}

/// The error of codes at one rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RatePoint {
    /// The bits of each number of a code.
    pub(crate) bits: u8,
    pub(crate) bits_a_sample: f64,
    pub(crate) error: f64,
}

const WIDTH: u32 = 760;
const HEIGHT: u32 = 440;
const MARK: f64 = 3.6;
/// Errors that span more than this factor are drawn on a logarithmic axis.
const LOGARITHMIC_SPAN: f64 = 8.0;
/// Blue and vermilion, the pair that differs most in every kind of colour vision.
const COLOURS: [RGBColor; 2] = [palette::CLASSES[0], palette::CLASSES[3]];
/// The least distance of the bits beside marks from each other.
const APART: f64 = 16.0;
const BITS: Type = Type { align: Align::Middle, ..QUIET };

/// Draws rates, as the text of an SVG file.
pub(crate) fn rate_svg(figure: &RateFigure<'_>) -> String {
    canvas::svg(WIDTH, HEIGHT, |canvas| draw(canvas, figure))
}

/// Draws rates, as the bytes of a PNG file with two pixels for each unit of the SVG.
pub(crate) fn rate_png(figure: &RateFigure<'_>) -> Vec<u8> {
    canvas::bitmap(WIDTH, HEIGHT, 2, palette::PAPER, |canvas| draw(canvas, figure)).png_of_lines()
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, RateFigure { title, curves }: &RateFigure<'_>) {
    let (width, height) = (f64::from(WIDTH), f64::from(HEIGHT));
    let y = error_axis(curves);
    let left = MARGIN + Frame::room_left(&y);
    let right = width - MARGIN - 6.0;
    let title = typeface::fit(title, TITLE.weight, TITLE.ems, right - left);
    canvas.text(&title, (left, MARGIN + 15.0), TITLE);
    legend(canvas, curves, (left, MARGIN + 42.0));
    let top = MARGIN + 60.0;
    let frame = Frame { left, top, right, bottom: height - Frame::ROOM_BELOW, x: bits_axis(curves), y };
    frame.draw(canvas, "bits a sample", "mean squared error");
    for (curve, colour) in curves.iter().zip(COLOURS) {
        let (_, level) = frame.at(0.0, curve.unrounded);
        canvas.dashes((frame.left, level), frame.right, 1.4, palette::pale(colour));
    }
    for (index, (curve, colour)) in curves.iter().zip(COLOURS).enumerate() {
        let places: Vec<(f64, f64)> =
            curve.points.iter().map(|point| frame.at(point.bits_a_sample, point.error)).collect();
        canvas.line(&places, 2.0, colour);
        let mut last = f64::NEG_INFINITY;
        for (&(x, y), point) in places.iter().zip(&curve.points) {
            canvas.disc((x, y), MARK, colour);
            if x - last >= APART {
                // Bits stand on the side where the other curve is not.
                let is_below = is_better(curves, index, point);
                let beside = if is_below { y + 18.0 } else { y - 9.0 };
                let beside = if beside > frame.bottom - 3.0 { y - 9.0 } else { beside.max(frame.top + 10.0) };
                canvas.text(&point.bits.to_string(), (x, beside), BITS);
                last = x;
            }
        }
    }
}

/// Whether no other curve has a smaller error at the bits of a point.
fn is_better(curves: &[RateCurve], index: usize, point: &RatePoint) -> bool {
    let others = curves.iter().enumerate().filter(|(other, _)| *other != index);
    let mut points = others.flat_map(|(_, curve)| &curve.points);
    points.all(|other| other.bits != point.bits || point.error < other.error)
}

/// Draws a row with the names of the curves, and what dashes and numbers are.
fn legend<B: DrawingBackend>(canvas: &mut Canvas<B>, curves: &[RateCurve], (left, y): (f64, f64)) {
    let mut x = left;
    for (curve, colour) in curves.iter().zip(COLOURS) {
        canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], 2.0, colour);
        canvas.disc((x + 11.0, y - 4.2), MARK, colour);
        let name = typeface::fit(&curve.name, TEXT.weight, TEXT.ems, 160.0);
        canvas.text(&name, (x + 29.0, y), TEXT);
        x += 29.0 + typeface::width(&name, TEXT.weight, TEXT.ems) + 24.0;
    }
    canvas.dashes((x, y - 4.2), x + 22.0, 1.4, palette::AXIS);
    canvas.text(
        "codes as they are; numbers at the marks: bits of each number of a code",
        (x + 29.0, y),
        QUIET,
    );
}

/// The axis of rates, from 0.
fn bits_axis(curves: &[RateCurve]) -> Axis {
    let rates = curves.iter().flat_map(|curve| &curve.points).map(|point| point.bits_a_sample);
    let most = rates.filter(|rate| rate.is_finite()).fold(0.0, f64::max);
    Axis::linear(0.0, if most > 0.0 { 1.04 * most } else { 1.0 }, 8)
}

fn error_axis(curves: &[RateCurve]) -> Axis {
    let errors = curves
        .iter()
        .flat_map(|curve| curve.points.iter().map(|point| point.error).chain([curve.unrounded]))
        .filter(|error| error.is_finite());
    let (low, high) =
        errors.fold((f64::MAX, f64::MIN), |(low, high), error| (low.min(error), high.max(error)));
    if low > high {
        return Axis::linear(0.0, 1.0, 5);
    }
    if low > 0.0 && high / low > LOGARITHMIC_SPAN {
        return Axis::logarithmic(low / 1.3, high * 1.2);
    }
    let room = ((high - low) * 0.07).max(f64::MIN_POSITIVE);
    let low = if low >= 0.0 && low < 0.4 * high { 0.0 } else { low - room };
    Axis::linear(low, high + room, 5)
}
