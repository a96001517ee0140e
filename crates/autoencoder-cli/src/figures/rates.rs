//! The figure of a learning-rate range test: the loss over the learning rate, with the suggested rate.

use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Dots, Type};
use super::page::{MARGIN, QUIET, TEXT, TITLE};
use super::palette;
use super::polyline;
use super::typeface::{self, Weight};

/// A rate that one step was trained with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried {
    pub(crate) rate: f64,
    pub(crate) loss: f64,
    pub(crate) smoothed: f64,
}

/// A rate that is marked on the smoothed line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    /// The name of the mark, with the rate in words.
    pub(crate) name: &'a str,
    pub(crate) rate: f64,
}

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates<'a> {
    pub(crate) title: &'a str,
    /// The name of the vertical axis, for example "mean squared error".
    pub(crate) measure: &'a str,
    /// The steps with rising rates, at least one.
    pub(crate) steps: &'a [Tried],
    pub(crate) suggestion: Option<Mark<'a>>,
    pub(crate) least: Mark<'a>,
}

const WIDTH: u32 = 760;
const HEIGHT: u32 = 440;
/// Losses that span more than this factor, 1.5 powers of ten, are drawn on a logarithmic axis.
const LOGARITHMIC_SPAN: f64 = 31.6;
/// The room above and below the losses, as a part of their range.
const ROOM: f64 = 0.07;
/// The largest number of single steps that are drawn, evenly spaced.
const MAX_DOTS: usize = 100_000;
/// The opacity of single steps.
const FAINT: f64 = 0.3;
const SMOOTHED: &str = "loss, smoothed";

const DOTS: Dots = Dots { centres: Vec::new(), radius: 2.0, colour: palette::CLASSES[0], opacity: 1.0 };

const SUGGESTION: Type =
    Type { weight: Weight::SemiBold, colour: palette::CLASSES[3], align: Align::Right, ..TEXT };

/// Draws a range test, as the text of an SVG file.
pub(crate) fn rates_svg(rates: &Rates<'_>) -> String {
    canvas::svg(WIDTH, HEIGHT, |canvas| draw(canvas, rates))
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, rates: &Rates<'_>) {
    let y = measure_axis(rates.steps, rates.least.rate);
    let (left, right) = (MARGIN + Frame::room_left(&y), f64::from(WIDTH) - MARGIN - 6.0);
    let title = typeface::fit(rates.title, TITLE.weight, TITLE.ems, right - left);
    canvas.text(&title, (left, MARGIN + 15.0), TITLE);
    legend(canvas, (left, MARGIN + 42.0));
    let bottom = f64::from(HEIGHT) - Frame::ROOM_BELOW;
    let frame = Frame { left, top: MARGIN + 78.0, right, bottom, x: rate_axis(rates.steps), y };
    frame.draw(canvas, "learning rate", rates.measure);

    let least = frame.at(rates.least.rate, 1.0).0;
    canvas.line(&[(least, frame.top), (least, frame.bottom)], 1.2, palette::AXIS);
    let names = frame.top - 8.0;
    // The suggestion's name ends at its line, and the other name begins at its own: the names meet only at the
    // frame's edges.
    let start = (least - 4.0).min(right - typeface::width(rates.least.name, QUIET.weight, QUIET.ems));
    canvas.text(rates.least.name, (start, names), QUIET);
    if let Some(mark) = rates.suggestion {
        let x = frame.at(mark.rate, 1.0).0;
        canvas.line(&[(x, frame.top), (x, frame.bottom)], 1.6, SUGGESTION.colour);
        let width = typeface::width(mark.name, SUGGESTION.weight, SUGGESTION.ems);
        let end = (x + 4.0).min(start - 14.0).max(left + width);
        canvas.text(mark.name, (end, names), SUGGESTION);
    }

    let inside = |step: &&Tried| (0.0..=1.0).contains(&frame.y.place(step.loss));
    let stride = rates.steps.len().div_ceil(MAX_DOTS).max(1);
    let raw = rates.steps.iter().step_by(stride).filter(inside).map(|step| frame.at(step.rate, step.loss));
    canvas.dots(Dots { centres: raw.collect(), opacity: FAINT, ..DOTS });
    let on_line = |step: &Tried| {
        let (x, y) = frame.at(step.rate, step.smoothed);
        (x, step.smoothed.is_finite().then_some(y.max(frame.top)))
    };
    for line in polyline::lines(&rates.steps.iter().map(on_line).collect::<Vec<_>>()) {
        canvas.line(&line, 2.0, palette::CLASSES[0]);
    }
}

fn legend<B: DrawingBackend>(canvas: &mut Canvas<B>, (x, y): (f64, f64)) {
    canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], 2.0, palette::CLASSES[0]);
    canvas.text(SMOOTHED, (x + 29.0, y), TEXT);
    let x = x + 29.0 + typeface::width(SMOOTHED, TEXT.weight, TEXT.ems) + 28.0;
    canvas.dots(Dots { centres: vec![(x, y - 4.2)], opacity: 2.0 * FAINT, ..DOTS });
    canvas.text("of each step", (x + 9.0, y), TEXT);
}

fn rate_axis(steps: &[Tried]) -> Axis {
    let ends = steps.first().zip(steps.last()).map_or((1.0, 1.0), |(first, last)| (first.rate, last.rate));
    // A test that ended with its first step still has an axis.
    let (first, last) = if ends.1 > ends.0 { ends } else { (ends.0 / 2.0, ends.0 * 2.0) };
    Axis::logarithmic(first, last)
}

/// The axis of the smoothed loss, which behind its least value ends a little above the values before: a loss that
/// explodes would flatten everything else.
fn measure_axis(steps: &[Tried], least: f64) -> Axis {
    let highest =
        |steps: &mut dyn Iterator<Item = &Tried>| steps.map(|step| step.smoothed).fold(f64::MIN, f64::max);
    let before = highest(&mut steps.iter().filter(|step| step.rate <= least));
    let high = highest(&mut steps.iter()).min(1.3 * before);
    let low = steps.iter().map(|step| step.smoothed).fold(f64::MAX, f64::min);
    if low > 0.0 && high / low > LOGARITHMIC_SPAN {
        return Axis::logarithmic(low / 1.15, high * 1.15);
    }
    let room = (high - low) * ROOM;
    // The zero of a loss is worth showing where it is not far.
    let low = if low >= 0.0 && low < 0.4 * high { 0.0 } else { low - room };
    Axis::linear(low, high + room, 5)
}
