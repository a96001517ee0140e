//! The figure of scores: their distribution with the threshold, beside that of usual samples, and where odd samples are known the curves by which
//! detectors are compared.

use autoencoder::Thresholds;
use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Type};
use super::curves::{self, Curves};
use super::distribution::{Distribution, ScoreGroup, USUAL};
use super::page::{MARGIN, TEXT, TITLE, whole};
use super::palette;
use super::typeface::{self, Weight};

/// The contents of the figure.
#[derive(Clone, Debug)]
pub(crate) struct ScoresFigure<'a> {
    pub(crate) title: &'a str,
    /// The name of the axis of scores.
    pub(crate) measure: &'a str,
    /// All samples, or usual and odd ones.
    pub(crate) groups: &'a [ScoreGroup<'a>],
    /// The scores of usual samples, and the name of these in the legend.
    pub(crate) usual: (&'a str, &'a Thresholds),
    pub(crate) threshold: f64,
    /// The threshold in words, with the number of samples above it.
    pub(crate) flagged: &'a str,
    pub(crate) curves: Option<Curves<'a>>,
}

const WIDTH: f64 = 760.0;
/// The sides of the plot: its width is a whole number of units for each bar.
const LEFT: f64 = 96.0;
const RIGHT: f64 = LEFT + 640.0;
const HEIGHT_OF_PLOT: f64 = 260.0;
/// The room between the distribution and the curves.
const BETWEEN: f64 = 26.0;
const KEY: f64 = 22.0;
const LEGEND_ROW: f64 = 20.0;
const LEGEND_ROOM: f64 = 400.0;
/// The distance from the median of usual scores, in distances of their quartiles, up to which all scores lie on a linear axis; and that up to
/// which a stretched axis is about linear.
const LINEAR: f64 = 10.0;
const MIDDLE: f64 = 2.0;
/// The least distance of ticks, as a part of the axis.
const APART: f64 = 0.075;

const THRESHOLD: Type = Type { weight: Weight::SemiBold, ..TEXT };

/// Draws scores, as the text of an SVG file.
pub(crate) fn scores_svg(scores: &ScoresFigure<'_>) -> String {
    let page = Page::new(scores);
    canvas::svg(whole(WIDTH), page.height, |canvas| page.draw(canvas, scores))
}

/// Draws scores, as the bytes of a PNG file with two pixels for each unit of the SVG.
pub(crate) fn scores_png(scores: &ScoresFigure<'_>) -> Vec<u8> {
    let page = Page::new(scores);
    canvas::bitmap(whole(WIDTH), page.height, 2, palette::PAPER, |canvas| page.draw(canvas, scores)).png()
}

/// Everything that is decided before drawing.
struct Page<'a> {
    height: u32,
    frame: Frame,
    distribution: Distribution<'a>,
    /// The legend: the groups, and last the usual samples.
    legend: Vec<Entry>,
    is_stretched: bool,
}

/// A name in the legend.
struct Entry {
    name: String,
    place: (f64, f64),
}

impl<'a> Page<'a> {
    fn new(scores: &ScoresFigure<'a>) -> Self {
        let (legend, below) = legend(scores);
        let (x, is_stretched) = score_axis(scores);
        let distribution = Distribution::new(&x, scores.groups, scores.usual.1);
        let y = Axis::linear(0.0, 108.0 * distribution.highest(), 4);
        let top = below + 40.0;
        let frame = Frame { left: LEFT, top, right: RIGHT, bottom: top + HEIGHT_OF_PLOT, x, y };
        let foot = frame.bottom + Frame::ROOM_BELOW;
        let height = scores.curves.as_ref().map_or(foot, |curves| foot + BETWEEN + curves::height(curves));
        Self { height: whole(height), frame, distribution, legend, is_stretched }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, scores: &ScoresFigure<'_>) {
        let frame = &self.frame;
        let title = typeface::fit(scores.title, TITLE.weight, TITLE.ems, RIGHT - LEFT);
        canvas.text(&title, (LEFT, MARGIN + TITLE.ems), TITLE);
        for (index, Entry { name, place: (x, y) }) in self.legend.iter().enumerate() {
            match scores.groups.get(index) {
                Some(group) => group.draw_key(canvas, (*x, y - 4.2), KEY),
                None => canvas.line(&[(*x, y - 4.2), (x + KEY, y - 4.2)], USUAL.0, USUAL.1),
            }
            canvas.text(name, (x + KEY + 7.0, *y), TEXT);
        }
        let measure = if self.is_stretched {
            &format!("{}; linear in the middle, logarithmic further out", scores.measure)
        } else {
            scores.measure
        };
        frame.draw(canvas, measure, if scores.groups.len() > 1 { "% of each group" } else { "% of samples" });
        self.distribution.draw(canvas, frame);
        draw_threshold(canvas, frame, scores);
        if let Some(curves) = &scores.curves {
            curves::draw(canvas, curves, frame.bottom + Frame::ROOM_BELOW + BETWEEN);
        }
    }
}

/// Draws the threshold as a line with its name above, or names it at the end of the axis beyond which it lies.
fn draw_threshold<B: DrawingBackend>(canvas: &mut Canvas<B>, frame: &Frame, scores: &ScoresFigure<'_>) {
    let place = frame.x.place(scores.threshold);
    let x = frame.left + place.clamp(0.0, 1.0) * (frame.right - frame.left);
    let text = match place {
        ..0.0 => format!("below the axis: {}", scores.flagged),
        0.0..=1.0 => {
            canvas.line(&[(x, frame.top - 4.0), (x, frame.bottom)], 1.6, palette::INK);
            scores.flagged.to_owned()
        }
        _ => format!("beyond the axis: {}", scores.flagged),
    };
    // The text begins or ends at the line, or else ends with the frame: a viewer without the typeface may need more room.
    let width = typeface::width(&text, THRESHOLD.weight, THRESHOLD.ems);
    let (x, align) = match () {
        () if x - 4.0 + width <= frame.right => (x - 4.0, Align::Left),
        () if x + 4.0 - width >= frame.left => (x + 4.0, Align::Right),
        () => (frame.right, Align::Right),
    };
    canvas.text(&text, (x, frame.top - 10.0), Type { align, ..THRESHOLD });
}

/// The axis on which all scores lie, and whether it is stretched: scores have long tails, beside which the usual ones would be a line.
fn score_axis(scores: &ScoresFigure<'_>) -> (Axis, bool) {
    const ROOM: f64 = 0.02;
    let usual = scores.usual.1;
    let all = scores.groups.iter().flat_map(|group| group.scores).copied();
    let (low, high) = all.fold((usual.quantile(0.0), usual.quantile(1.0)), |(low, high), score| {
        (low.min(score), high.max(score))
    });
    // A threshold far away is told in words.
    let reach = high - low;
    let threshold = scores.threshold;
    let is_near = threshold > low - reach && threshold < high + reach;
    let (low, high) = if is_near { (low.min(threshold), high.max(threshold)) } else { (low, high) };
    let (middle, width) = (usual.quantile(0.5), usual.quantile(0.75) - usual.quantile(0.25));
    let is_far = |end: f64| (end - middle).abs() > LINEAR * width;
    if width > 0.0 && (is_far(low) || is_far(high)) {
        return (Axis::stretched((low, high), (middle, MIDDLE * width), ROOM, APART), true);
    }
    let room = ROOM * reach;
    (Axis::linear(low - room, high + room, 8), false)
}

/// The names of the groups and of the usual samples, in rows; and the foot of the last row.
fn legend(scores: &ScoresFigure<'_>) -> (Vec<Entry>, f64) {
    let names = scores.groups.iter().map(ScoreGroup::key).chain([scores.usual.0.to_owned()]);
    let (mut x, mut y) = (LEFT, MARGIN + 42.0);
    let mut placed = Vec::new();
    for name in names {
        let name = typeface::fit(&name, TEXT.weight, TEXT.ems, LEGEND_ROOM);
        let width = KEY + 7.0 + typeface::width(&name, TEXT.weight, TEXT.ems);
        if x + width > RIGHT && x > LEFT {
            (x, y) = (LEFT, y + LEGEND_ROW);
        }
        placed.push(Entry { name, place: (x, y) });
        x += width + 28.0;
    }
    (placed, y)
}
