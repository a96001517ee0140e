//! The curves by which detectors are compared where odd samples are known: true against false positives, and precision against recall.

use autoencoder::{Detection, DetectionPoint};
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::{Align, Canvas, Type};
use super::page::{QUIET, TEXT};
use super::palette;
use super::polyline;
use super::typeface::{self, Weight};

/// A detector, held against what is known.
#[derive(Clone, Debug)]
pub(crate) struct DetectorCurve<'a> {
    pub(crate) name: &'a str,
    pub(crate) detection: Detection,
    pub(crate) points: Vec<DetectionPoint>,
}

/// The contents of the panels.
#[derive(Clone, Debug)]
pub(crate) struct Curves<'a> {
    /// The model, and then simple detectors, at most four.
    pub(crate) detectors: &'a [DetectorCurve<'a>],
    /// The share of odd samples.
    pub(crate) odd: f64,
    /// The flagged samples by their shares, and in words; `None` for the precision of no sample.
    pub(crate) flagged: Flagged<'a>,
}

/// The samples above the threshold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flagged<'a> {
    pub(crate) recall: f64,
    pub(crate) false_positive_rate: f64,
    /// The share of odd samples among them, if there are any.
    pub(crate) precision: Option<f64>,
    /// The numbers of found and of wrong samples, in words.
    pub(crate) found: &'a str,
}

/// The side of a panel, and the left sides of both.
const SIDE: f64 = 264.0;
const LEFT: [f64; 2] = [96.0, 472.0];
/// The height of a row of the legend.
const ROW: f64 = 20.0;
/// The right ends of the numbers in the legend.
const AREAS: f64 = 472.0;
const PRECISIONS: f64 = 600.0;
const MARK: f64 = 4.2;

const NAME: Type = Type { weight: Weight::SemiBold, ..TEXT };
const NUMBER: Type = Type { align: Align::Right, ..TEXT };

/// The colours and widths of the model's curve and those of simple detectors.
const STROKES: [(RGBColor, f64); 5] = [
    (palette::CLASSES[0], 2.4),
    (palette::CLASSES[2], 1.4),
    (palette::CLASSES[1], 1.4),
    (palette::CLASSES[4], 1.4),
    (palette::CLASSES[6], 1.4),
];

/// The height of the panels with their legend.
pub(super) fn height(curves: &Curves<'_>) -> f64 {
    let rows = curves.detectors.len() + 3;
    22.0 + SIDE + Frame::ROOM_BELOW + 24.0 + rows as f64 * ROW
}

/// Draws the panels side by side and the legend below them, from `top` on.
pub(super) fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, curves: &Curves<'_>, top: f64) {
    let frame = |left: f64| {
        let axis = || Axis::linear(0.0, 1.0, 5);
        Frame { left, top: top + 22.0, right: left + SIDE, bottom: top + 22.0 + SIDE, x: axis(), y: axis() }
    };
    let [roc, precision] = LEFT.map(frame);
    for (frame, title) in [(&roc, "ROC curve"), (&precision, "Precision and recall")] {
        canvas.text(title, (frame.left, top + 12.0), NAME);
    }
    roc.draw(canvas, "false positive rate: usual samples flagged", "recall: odd samples found");
    precision.draw(canvas, "recall: odd samples found", "precision: odd ones among the flagged");
    canvas.line(&[roc.at(0.0, 0.0), roc.at(1.0, 1.0)], 1.2, palette::AXIS);
    canvas.dashes(precision.at(0.0, curves.odd), precision.right, 1.2, palette::AXIS);
    // The model's curves lie above those of the others.
    for (detector, (colour, width)) in curves.detectors.iter().zip(STROKES).rev() {
        let of_roc = detector.points.iter().map(|point| (point.false_positive_rate, point.recall));
        line(canvas, &roc, std::iter::once((0.0, 0.0)).chain(of_roc), (colour, width));
        let mut before = 0.0;
        // Only a point that finds more has a step of some length.
        let steps = detector.points.iter().filter_map(|point| {
            let start = std::mem::replace(&mut before, point.recall);
            (point.recall > start).then_some([(start, point.precision), (point.recall, point.precision)])
        });
        // Where all odd samples are found, the others are left.
        let steps = steps.flatten().chain([(1.0, curves.odd)]);
        line(canvas, &precision, steps, (colour, width));
    }
    let Flagged { recall, false_positive_rate, precision: share, .. } = curves.flagged;
    mark(canvas, roc.at(false_positive_rate, recall));
    if let Some(share) = share {
        mark(canvas, precision.at(recall, share));
    }
    legend(canvas, curves, top + 22.0 + SIDE + Frame::ROOM_BELOW + 24.0);
}

fn line<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    frame: &Frame,
    points: impl Iterator<Item = (f64, f64)>,
    (colour, width): (RGBColor, f64),
) {
    let places: Vec<polyline::Point> = points
        .map(|(x, y)| {
            let (x, y) = frame.at(x, y);
            (x, Some(y))
        })
        .collect();
    for line in polyline::lines(&places) {
        canvas.line(&line, width, colour);
    }
}

/// Marks the place of the threshold on a curve of the model.
fn mark<B: DrawingBackend>(canvas: &mut Canvas<B>, place: (f64, f64)) {
    canvas.disc(place, MARK + 1.4, palette::PAPER);
    canvas.disc(place, MARK, palette::INK);
}

fn legend<B: DrawingBackend>(canvas: &mut Canvas<B>, curves: &Curves<'_>, mut y: f64) {
    let left = LEFT[0];
    let name = left + 29.0;
    let quiet = Type { align: Align::Right, ..QUIET };
    canvas.text("AUROC", (AREAS, y), quiet);
    canvas.text("average precision", (PRECISIONS, y), quiet);
    for (index, (detector, (colour, width))) in curves.detectors.iter().zip(STROKES).enumerate() {
        y += ROW;
        let weight = if index == 0 { Weight::SemiBold } else { Weight::Regular };
        canvas.line(&[(left, y - 4.2), (left + 22.0, y - 4.2)], width, colour);
        let text = typeface::fit(detector.name, weight, TEXT.ems, 270.0);
        canvas.text(&text, (name, y), Type { weight, ..TEXT });
        let Detection { auroc, average_precision, .. } = detector.detection;
        for (number, right) in [(auroc, AREAS), (average_precision, PRECISIONS)] {
            canvas.text(&format!("{number:.4}"), (right, y), Type { weight, ..NUMBER });
        }
    }
    y += ROW;
    canvas.dashes((left, y - 4.2), left + 22.0, 1.2, palette::AXIS);
    canvas.text("by chance", (name, y), QUIET);
    for (number, right) in [(0.5, AREAS), (curves.odd, PRECISIONS)] {
        canvas.text(&format!("{number:.4}"), (right, y), quiet);
    }
    y += ROW;
    canvas.disc((left + 11.0, y - 4.2), MARK, palette::INK);
    canvas.text(&format!("at the threshold: {}", curves.flagged.found), (name, y), TEXT);
}
