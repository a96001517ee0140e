//! A histogram of one number for each sample, with marks such as its mean and its quantiles.

use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Type};
use super::heading::Heading;
use super::page::{MARGIN, QUIET, TEXT, whole};
use super::palette;
use super::size::Size;
use super::typeface::{self, Weight};

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram<'a> {
    pub(crate) title: &'a str,
    pub(crate) notes: &'a [String],
    /// What the numbers are.
    pub(crate) measure: &'a str,
    /// A number for each sample; those that are not finite are left out.
    pub(crate) values: &'a [f64],
    pub(crate) marks: &'a [HistogramMark],
    pub(crate) size: Size,
}

/// A line at a number.
#[derive(Clone, Debug)]
pub(crate) struct HistogramMark {
    pub(crate) name: String,
    pub(crate) value: f64,
    /// Whether the line is full and its name bold, as that of a threshold.
    pub(crate) is_strong: bool,
}

const PLOT_HEIGHT: f64 = 210.0;
const MARK_ROW: f64 = 17.0;
/// The distance from the median, in distances of the quartiles, up to which all numbers lie on a linear axis; and that up to which a
/// stretched axis is about linear.
const LINEAR: f64 = 12.0;
const MIDDLE: f64 = 2.0;

/// Draws numbers, as the text of an SVG file.
pub(crate) fn histogram_svg(histogram: &Histogram<'_>) -> String {
    let width = width_of(histogram.size);
    let page = Page::new(histogram, width);
    let height = whole(MARGIN + page.height() + 2.0);
    canvas::svg(whole(width), height, |canvas| page.draw(canvas, MARGIN))
}

pub(super) fn width_of(size: Size) -> f64 {
    size.choose(760.0, 400.0)
}

/// A histogram that is laid out.
pub(super) struct Page<'a> {
    histogram: &'a Histogram<'a>,
    heading: Heading,
    width: f64,
    x: Axis,
    y: Axis,
    shares: Vec<f64>,
    marks: Vec<&'a HistogramMark>,
    is_stretched: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(histogram: &'a Histogram<'a>, width: f64) -> Self {
        let heading = Heading::new(histogram.title, histogram.notes, width - 2.0 * MARGIN);
        let mut sorted: Vec<f64> =
            histogram.values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let mut marks: Vec<&HistogramMark> =
            histogram.marks.iter().filter(|mark| mark.value.is_finite()).collect();
        marks.sort_by(|one, other| one.value.total_cmp(&other.value));
        let (x, is_stretched) = axis(&sorted, &marks, histogram.size);
        let bars = match sorted.len() {
            0..100 => 16,
            100..1000 => 32,
            _ => histogram.size.choose(64, 48),
        };
        let cuts = x.cuts(bars);
        let mut shares = vec![0.0; bars];
        for &value in &sorted {
            let bar = cuts.partition_point(|&cut| cut <= value).clamp(1, bars) - 1;
            shares[bar] += 1.0 / sorted.len() as f64;
        }
        let highest = shares.iter().copied().fold(0.0, f64::max);
        let y = Axis::linear(0.0, 100.0 * highest.max(1e-9) * 1.06, 4);
        Self { histogram, heading, width, x, y, shares, marks, is_stretched }
    }

    pub(super) fn height(&self) -> f64 {
        self.heading.height() + self.marks.len() as f64 * MARK_ROW + 6.0 + PLOT_HEIGHT + Frame::ROOM_BELOW
    }

    pub(super) fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        self.heading.draw(canvas, (MARGIN, top));
        let first = top + self.heading.height();
        let plot = first + self.marks.len() as f64 * MARK_ROW + 6.0;
        let left = MARGIN + Frame::room_left(&self.y);
        let frame = Frame {
            left,
            top: plot,
            right: self.width - MARGIN,
            bottom: plot + PLOT_HEIGHT,
            x: self.x.clone(),
            y: self.y.clone(),
        };
        let stretched = if self.is_stretched { " (axis stretched)" } else { "" };
        frame.draw(canvas, &format!("{}{stretched}", self.histogram.measure), "% of the samples");
        let colour = palette::CLASSES[0];
        let bar =
            |place: usize| frame.left + (frame.right - frame.left) * place as f64 / self.shares.len() as f64;
        for (index, &share) in self.shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let height = frame.y.place(100.0 * share) * PLOT_HEIGHT;
            let corner = (bar(index) + 0.4, frame.bottom - height);
            canvas.rectangle(corner, (bar(index + 1) - 0.4, frame.bottom), palette::pale(colour));
            canvas.line(&[corner, (bar(index + 1) - 0.4, frame.bottom - height)], 1.6, colour);
        }
        for (index, mark) in self.marks.iter().enumerate() {
            let x = frame.at(mark.value, 0.0).0.clamp(frame.left, frame.right);
            // The lowest mark has the highest name: lines of the others begin below it.
            let baseline = first + (index + 1) as f64 * MARK_ROW - 5.0;
            let set = if mark.is_strong { Type { weight: Weight::SemiBold, ..TEXT } } else { QUIET };
            if mark.is_strong {
                canvas.line(&[(x, baseline + 3.0), (x, frame.bottom)], 1.6, palette::INK);
            } else {
                canvas.upright_dashes((x, baseline + 3.0), frame.bottom, 1.2, palette::QUIET_INK);
            }
            let room = frame.right - frame.left;
            let name = typeface::fit(&mark.name, set.weight, set.ems, room);
            let width = typeface::width(&name, set.weight, set.ems);
            let fits = x + 5.0 + width <= self.width - MARGIN;
            let (x, align) = if fits { (x - 1.0, Align::Left) } else { (x + 1.0, Align::Right) };
            if !fits {
                // The name lies over the lines of lower marks.
                let corner = (x - width - 3.0, baseline - set.ems);
                canvas.rectangle(corner, (x, baseline + 2.5), palette::PAPER);
            }
            canvas.text(&name, (x, baseline), Type { align, ..set });
        }
    }
}

/// The axis of all numbers and marks, and whether it is stretched.
fn axis(sorted: &[f64], marks: &[&HistogramMark], size: Size) -> (Axis, bool) {
    let (Some(&low), Some(&high)) = (sorted.first(), sorted.last()) else {
        return (Axis::linear(0.0, 1.0, 4), false);
    };
    let quartile = |part: usize| sorted[part * (sorted.len() - 1) / 4];
    let (middle, spread) = (quartile(2), quartile(3) - quartile(1));
    let reach = high - low;
    // A mark far away would leave no room for the numbers.
    let near =
        marks.iter().map(|mark| mark.value).filter(|value| *value > low - reach && *value < high + reach);
    let (low, high) = near.fold((low, high), |(low, high), value| (low.min(value), high.max(value)));
    let is_far = |end: f64| (end - middle).abs() > LINEAR * spread;
    if spread > 0.0 && (is_far(low) || is_far(high)) {
        let apart = size.choose(0.075, 0.14);
        return (Axis::stretched((low, high), (middle, MIDDLE * spread), 0.02, apart), true);
    }
    let room = 0.02 * (high - low);
    (Axis::linear(low - room, high + room, size.choose(8, 4)), false)
}
