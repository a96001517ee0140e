//! The figure of a training: losses over epochs, with the baselines that put them into proportion.

use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Type};
use super::page::{MARGIN, QUIET, TEXT, TITLE};
use super::palette;
use super::polyline;
use super::size::Size;
use super::typeface;

/// One line of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve<'a> {
    /// The pairs of epoch and loss, with epochs ascending. A loss that is not finite leaves a gap.
    pub(crate) points: &'a [(f64, f64)],
    pub(crate) stroke: Stroke,
}

/// The way in which a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// A full line in the colour of this number, with a mark for each epoch where these are few.
    Full(usize),
    /// A thin and pale line in the colour of this number.
    Pale(usize),
    /// The key of full lines of any colour, in the legend.
    FullKey,
    /// The key of pale lines of any colour, in the legend.
    PaleKey,
}

/// The largest number of runs, whose colours can be told apart.
pub(crate) const MOST_RUNS: usize = COLOURS.len();

/// The colours of runs. Blue and vermilion are first, the pair that differs most in every kind of colour vision.
const COLOURS: [RGBColor; 12] = {
    let all = palette::CLASSES;
    [all[0], all[3], all[2], all[6], all[1], all[5], all[4], all[8], all[7], all[9], all[10], all[11]]
};

impl Stroke {
    fn colour(self) -> RGBColor {
        match self {
            Self::Full(index) => COLOURS[index % COLOURS.len()],
            Self::Pale(index) => palette::pale(COLOURS[index % COLOURS.len()]),
            Self::FullKey => palette::QUIET_INK,
            Self::PaleKey => palette::pale(palette::QUIET_INK),
        }
    }

    fn is_pale(self) -> bool {
        match self {
            Self::Full(_) | Self::FullKey => false,
            Self::Pale(_) | Self::PaleKey => true,
        }
    }

    fn width(self) -> f64 {
        if self.is_pale() { 1.4 } else { 2.0 }
    }
}

/// The error of a simple method, drawn as a dashed line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Baseline<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: f64,
}

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LossFigure<'a> {
    pub(crate) title: Option<&'a str>,
    /// The name of the vertical axis, for example "mean squared error".
    pub(crate) measure: &'a str,
    pub(crate) curves: &'a [Curve<'a>],
    /// The names in the legend, with the lines that these stand for.
    pub(crate) legend: &'a [(&'a str, Stroke)],
    pub(crate) baselines: &'a [Baseline<'a>],
    pub(crate) size: Size,
}

/// The width and the height of the figure, by its size.
const SIDES: [(u32, u32); 2] = [(760, 440), (400, 310)];
/// The largest number of epochs that are marked by a point each.
const MAX_MARKED: usize = 40;
/// The radius of such a point.
const MARK: f64 = 3.2;
/// Losses that span more than this factor, 1.5 powers of ten, are drawn on a logarithmic axis.
const LOGARITHMIC_SPAN: f64 = 31.6;
/// The room for a name in the legend, and the height of the legend's rows.
const LEGEND_ROOM: f64 = 240.0;
const LEGEND_ROW: f64 = 20.0;
/// The room for the names of baselines at the right.
const BASELINE_ROOM: f64 = 120.0;

/// Draws losses over epochs, as the text of an SVG file.
pub(crate) fn loss_svg(loss: &LossFigure<'_>) -> String {
    let (width, height) = sides(loss.size);
    canvas::svg(width, height, |canvas| draw(canvas, loss))
}

/// Draws losses over epochs, as the bytes of a PNG file with two pixels for each unit of the SVG.
pub(crate) fn loss_png(loss: &LossFigure<'_>) -> Vec<u8> {
    let (width, height) = sides(loss.size);
    canvas::bitmap(width, height, 2, palette::PAPER, |canvas| draw(canvas, loss)).png()
}

fn sides(size: Size) -> (u32, u32) {
    size.choose(SIDES[0], SIDES[1])
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, loss: &LossFigure<'_>) {
    let (width, height) = sides(loss.size);
    let (width, height) = (f64::from(width), f64::from(height));
    let is_narrow = loss.size == Size::Narrow;
    let baselines: Vec<_> = loss.baselines.iter().filter(|baseline| baseline.value.is_finite()).collect();
    let names: Vec<String> = baselines
        .iter()
        .map(|baseline| {
            let name = typeface::fit(baseline.name, QUIET.weight, QUIET.ems, BASELINE_ROOM);
            format!("{name} {}", significant(baseline.value))
        })
        .collect();
    let name_room =
        names.iter().map(|name| typeface::width(name, QUIET.weight, QUIET.ems)).fold(0.0, f64::max);

    let y = measure_axis(loss);
    let left = MARGIN + Frame::room_left(&y);
    // A narrow figure has the names within the plot, above their lines.
    let right = width - MARGIN - if names.is_empty() || is_narrow { 6.0 } else { name_room + 10.0 };
    let mut top = MARGIN;
    if let Some(title) = loss.title {
        canvas.text(
            &typeface::fit(title, TITLE.weight, TITLE.ems, width - left - MARGIN),
            (left, top + 15.0),
            TITLE,
        );
        top += 30.0;
    }
    let is_marked = loss.curves.iter().all(|curve| curve.points.len() <= MAX_MARKED);
    top += legend(canvas, loss.legend, is_marked, (left, top + 12.0), width - MARGIN) + 10.0;

    let frame = Frame {
        left,
        top,
        right,
        bottom: height - Frame::ROOM_BELOW,
        x: epoch_axis(loss.curves, loss.size),
        y,
    };
    frame.draw(canvas, "epoch", loss.measure);

    let heights: Vec<f64> = baselines.iter().map(|baseline| frame.at(0.0, baseline.value).1).collect();
    for ((height, name_height), name) in heights.iter().zip(apart(&heights, &frame)).zip(&names) {
        canvas.dashes((frame.left, *height), frame.right, 1.4, palette::AXIS);
        if is_narrow {
            canvas.text(name, (frame.right - 4.0, name_height - 4.0), Type { align: Align::Right, ..QUIET });
        } else {
            canvas.text(name, (frame.right + 9.0, name_height + 0.35 * QUIET.ems), QUIET);
        }
    }
    for curve in loss.curves {
        draw_curve(canvas, &frame, curve, is_marked);
    }
}

/// Draws the legend in rows that end at `right`; returns the height of the rows.
fn legend<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    entries: &[(&str, Stroke)],
    is_marked: bool,
    (left, mut y): (f64, f64),
    right: f64,
) -> f64 {
    let (mut x, mut rows) = (left, 1.0);
    for &(name, stroke) in entries {
        let name = typeface::fit(name, TEXT.weight, TEXT.ems, LEGEND_ROOM);
        let end = x + 29.0 + typeface::width(&name, TEXT.weight, TEXT.ems);
        let is_kind = matches!(stroke, Stroke::FullKey | Stroke::PaleKey);
        let shift = if end > right && x > left { left - x } else { 0.0 };
        if shift < 0.0 {
            y += LEGEND_ROW;
            rows += 1.0;
        }
        x += shift;
        let colour = stroke.colour();
        canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], stroke.width(), colour);
        if is_marked && !stroke.is_pale() {
            canvas.disc((x + 11.0, y - 4.2), MARK, colour);
        }
        canvas.text(&name, (x + 29.0, y), if is_kind { QUIET } else { TEXT });
        x = end + shift + 24.0;
    }
    LEGEND_ROW * rows
}

fn draw_curve<B: DrawingBackend>(canvas: &mut Canvas<B>, frame: &Frame, curve: &Curve<'_>, is_marked: bool) {
    let (colour, width) = (curve.stroke.colour(), curve.stroke.width());
    let point = |&(epoch, value): &(f64, f64)| {
        let (x, y) = frame.at(epoch, value);
        (x, value.is_finite().then_some(y))
    };
    let points: Vec<_> = curve.points.iter().filter(|point| point.0.is_finite()).map(point).collect();
    let lines = polyline::lines(&points);
    for line in &lines {
        canvas.line(line, width, colour);
    }
    let marks: Vec<_> = lines.concat();
    // A single epoch makes no line, and is seen by its mark only.
    let alone = marks.len() == 1;
    if alone || is_marked && !curve.stroke.is_pale() {
        let radius = if curve.stroke.is_pale() { 2.4 } else { MARK };
        for place in marks {
            canvas.disc(place, radius, colour);
        }
    }
}

/// The axis from the first epoch to the last, with a little room so that no point sits on the frame.
fn epoch_axis(curves: &[Curve<'_>], size: Size) -> Axis {
    let epochs =
        curves.iter().flat_map(|curve| curve.points).map(|point| point.0).filter(|epoch| epoch.is_finite());
    let (low, high) =
        epochs.fold((f64::MAX, f64::MIN), |(low, high), epoch| (low.min(epoch), high.max(epoch)));
    if low > high {
        return Axis::whole(1.0, 1.0, 0.5, 1);
    }
    let room = ((high - low) * 0.025).max(if high > low { 0.05 } else { 0.5 });
    Axis::whole(low, high, room, size.choose(10, 6))
}

fn measure_axis(loss: &LossFigure<'_>) -> Axis {
    let curves = loss.curves.iter().flat_map(|curve| curve.points).map(|point| point.1);
    let values = curves.chain(loss.baselines.iter().map(|baseline| baseline.value)).filter(|v| v.is_finite());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return Axis::linear(0.0, 1.0, 5);
    }
    if low > 0.0 && high / low > LOGARITHMIC_SPAN {
        return Axis::logarithmic(low / 1.15, high * 1.15);
    }
    let room = (high - low) * 0.07;
    // The zero of an error is worth showing where it is not far.
    let low = if low >= 0.0 && low < 0.4 * high { 0.0 } else { low - room };
    Axis::linear(low, high + room, 5)
}

/// The heights of labels: as near as possible to `wanted`, but a line of text apart and within the frame.
fn apart(wanted: &[f64], frame: &Frame) -> Vec<f64> {
    let distance = 15.0;
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut placed = wanted.to_vec();
    let mut free = frame.top;
    for &index in &order {
        placed[index] = placed[index].max(free);
        free = placed[index] + distance;
    }
    let mut limit = frame.bottom;
    for &index in order.iter().rev() {
        placed[index] = placed[index].min(limit);
        limit = placed[index] - distance;
    }
    placed
}

/// A number with the three digits that matter: 0.00983, 0.0676, 1.24, 104.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor();
    if !(-6.0..=6.0).contains(&exponent) {
        return format!("{value:.2e}").replace('-', "−");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 8")]
    let digits = (2.0 - exponent).max(0.0) as usize;
    format!("{value:.digits$}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_matter() {
        let texts = [0.009_834, 0.0676, 1.237, 104.31, -0.5, 3e-9].map(significant);
        assert_eq!(texts, ["0.00983", "0.0676", "1.24", "104", "−0.500", "3.00e−9"]);
    }

    #[test]
    fn labels_keep_their_distance_and_stay_inside() {
        let axis = Axis::linear(0.0, 1.0, 5);
        let frame = Frame { left: 0.0, top: 10.0, right: 100.0, bottom: 100.0, x: axis.clone(), y: axis };
        assert_eq!(apart(&[50.0, 52.0, 20.0], &frame), [50.0, 65.0, 20.0]);
        assert_eq!(apart(&[99.0, 98.0], &frame), [100.0, 85.0]);
    }
}
