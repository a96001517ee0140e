//! Series and long rows of numbers: each sample as lines of its values and of those that the model expects, above the parts of its score.

use plotters::backend::DrawingBackend;

use super::page::{MOST_HEIGHT, Page};
use super::sample::{WorstSample, name_line};
use crate::figures::axes::{Axis, Frame};
use crate::figures::canvas::Canvas;
use crate::figures::page::{MARGIN, TEXT};
use crate::figures::palette;
use crate::figures::profiles::{LINES, lines};
use crate::figures::typeface;

/// The lines of all samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorstLines<'a> {
    /// The name of the axis along the lines.
    pub(crate) along: &'a str,
    /// The strips of each sample, above each other; as many for each.
    pub(crate) strips: &'a [Vec<Strip>],
}

/// A line of values, with the line of those that are expected.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    pub(crate) name: String,
    pub(crate) values: Vec<f64>,
    pub(crate) expected: Vec<f64>,
    /// The parts of the score, which may also be below 0.
    pub(crate) parts: Vec<f64>,
}

const PANEL_WIDTH: f64 = 330.0;
const STRIP: f64 = 84.0;
/// The height of the largest part, and its distance from the values above it.
const PARTS: f64 = 18.0;
const APART: f64 = 4.0;
const STRIP_GAP: f64 = 14.0;
/// The rooms for the legend, for the line above a panel, and between panels.
const LEGEND: f64 = 30.0;
const LINE: f64 = 20.0;
const BETWEEN: f64 = 26.0;

pub(super) struct LinesPage<'a> {
    samples: &'a [WorstSample],
    parts: &'a str,
    lines: WorstLines<'a>,
    /// The axis of values of every strip of the samples that are shown.
    axes: Vec<Vec<Axis>>,
    columns: usize,
    rows: usize,
    /// The room at the left of a panel.
    left: f64,
}

impl<'a> LinesPage<'a> {
    pub(super) fn new(samples: &'a [WorstSample], parts: &'a str, lines: WorstLines<'a>) -> Self {
        assert_eq!(samples.len(), lines.strips.len(), "strips of every sample");
        let columns = samples.len().clamp(1, 2);
        let mut page = Self { samples, parts, lines, axes: Vec::new(), columns, rows: 1, left: 0.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page has some rows")]
        let most_rows = ((MOST_HEIGHT / page.row()) as usize).max(1);
        page.rows = samples.len().div_ceil(columns).clamp(1, most_rows);
        let shown = &lines.strips[..page.shown()];
        page.axes = shown.iter().map(|strips| strips.iter().map(value_axis).collect()).collect();
        page.left = page.axes.iter().flatten().map(Frame::room_left).fold(0.0, f64::max);
        page
    }

    /// The height of a row of panels with the room below it.
    fn row(&self) -> f64 {
        let strips = self.lines.strips.first().map_or(1, Vec::len) as f64;
        LINE + strips * (STRIP + APART + PARTS + STRIP_GAP) + BETWEEN
    }

    fn draw_panel<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, index: usize, top: f64) {
        let (row, column) = (index / self.columns, index % self.columns);
        let left = MARGIN + self.left + column as f64 * (self.left + PANEL_WIDTH + MARGIN);
        let mut top = top + row as f64 * self.row();
        name_line(canvas, &self.samples[index], (left - 14.0, top + TEXT.ems), left + PANEL_WIDTH);
        top += LINE;
        let strips = &self.lines.strips[index];
        let parts = strips.iter().flat_map(|strip| &strip.parts).copied();
        let largest = parts.filter(|part| part.is_finite()).fold(0.0, f64::max);
        let is_lowest = index + self.columns >= self.shown();
        for (place, (strip, y)) in strips.iter().zip(&self.axes[index]).enumerate() {
            let x = Axis::whole(1.0, strip.values.len().max(1) as f64, 0.5, 7);
            let frame = Frame {
                left,
                top,
                right: left + PANEL_WIDTH,
                bottom: top + STRIP,
                x: x.clone(),
                y: y.clone(),
            };
            let name = typeface::fit(&strip.name, TEXT.weight, TEXT.ems, STRIP);
            frame.draw_shared(canvas, None, Some(&name));
            for (values, (width, colour)) in [&strip.values, &strip.expected].into_iter().zip(LINES) {
                for line in lines(&frame, values) {
                    canvas.line(&line, width, colour);
                }
            }
            let mut below =
                Frame { top: frame.bottom + APART, bottom: frame.bottom + APART + PARTS, ..frame };
            below.y.ticks.clear();
            if is_lowest && place + 1 == strips.len() {
                below.draw_shared(canvas, Some(self.lines.along), None);
            }
            draw_parts(canvas, &below, &strip.parts, largest);
            top += STRIP + APART + PARTS + STRIP_GAP;
        }
    }

    fn draw_legend<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        let y = top + TEXT.ems;
        let mut x = MARGIN + self.left;
        for (name, (width, colour)) in ["value", "expected"].into_iter().zip(LINES) {
            canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], width, colour);
            canvas.text(name, (x + 29.0, y), TEXT);
            x += 29.0 + typeface::width(name, TEXT.weight, TEXT.ems) + 24.0;
        }
        for (bar, height) in [4.0, 9.0, 6.0].into_iter().enumerate() {
            let left = x + 5.0 * bar as f64;
            canvas.rectangle((left, y - height), (left + 4.0, y), palette::QUIET_INK);
        }
        canvas.text(&format!("parts of the {}", self.parts), (x + 22.0, y), TEXT);
    }
}

/// Draws the parts as bars, the largest of the sample as high as the frame. Of several in one unit of the page the largest is seen.
fn draw_parts<B: DrawingBackend>(canvas: &mut Canvas<B>, frame: &Frame, parts: &[f64], largest: f64) {
    canvas.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], 1.0, palette::AXIS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "units of a panel")]
    let unit = |along: f64| (along.max(0.0) as usize).min(PANEL_WIDTH as usize);
    let mut heights = vec![0.0_f64; unit(PANEL_WIDTH)];
    for (index, &part) in parts.iter().enumerate() {
        let sides = [0.5, 1.5].map(|side| frame.x.place(index as f64 + side) * PANEL_WIDTH);
        let first = unit(sides[0].round()).min(heights.len() - 1);
        let end = unit(sides[1].round()).max(first + 1);
        let height = if part > 0.0 && largest > 0.0 { PARTS * (part / largest).min(1.0) } else { 0.0 };
        heights[first..end].iter_mut().for_each(|most| *most = most.max(height));
    }
    let mut first = 0;
    for bar in heights.chunk_by(|one, other| one.total_cmp(other).is_eq()) {
        let (left, right) = (frame.left + first as f64, frame.left + (first + bar.len()) as f64);
        if bar[0] > 0.0 {
            canvas.rectangle((left, frame.bottom - bar[0]), (right, frame.bottom), palette::QUIET_INK);
        }
        first += bar.len();
    }
}

fn value_axis(strip: &Strip) -> Axis {
    let values = strip.values.iter().chain(&strip.expected).copied().filter(|value| value.is_finite());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let room = 0.06 * (high - low);
    Axis::linear(low - room, high + room, 3)
}

impl Page for LinesPage<'_> {
    fn width(&self) -> f64 {
        self.columns as f64 * (self.left + PANEL_WIDTH + MARGIN) + MARGIN
    }

    fn height(&self) -> f64 {
        LEGEND + self.rows as f64 * self.row() - BETWEEN + Frame::ROOM_BELOW
    }

    fn shown(&self) -> usize {
        self.samples.len().min(self.rows * self.columns)
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        self.draw_legend(canvas, top);
        (0..self.shown()).for_each(|index| self.draw_panel(canvas, index, top + LEGEND));
    }
}
