//! The figure of reconstructions of table rows: each sample a panel with two lines over its features.

use ndarray::{ArrayView1, ArrayView2};
use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::{self, Align, Canvas, Type};
use super::palette;
use super::typeface::{self, Weight};

const ORIGINAL: RGBColor = RGBColor(133, 173, 204);
const RECONSTRUCTION: RGBColor = palette::CLASSES[3];
/// Panels shown at most; later samples are left out.
const MAX_PANELS: usize = 20;
/// Up to so many features each gets a step of its own; more are joined to a curve.
const MAX_STEPS: usize = 64;
const MARGIN: f64 = 20.0;
const PANEL_HEIGHT: f64 = 104.0;
const PANEL_GAP: (f64, f64) = (22.0, 34.0);

const TEXT: Type = Type { ems: 12.0, weight: Weight::Regular, colour: palette::INK, align: Align::Left };
const QUIET: Type = Type { colour: palette::QUIET_INK, ..TEXT };

/// Draws each sample's features beside their reconstruction, as the bytes of a PNG file.
///
/// All panels share one range of values. At most 20 samples are shown.
///
/// # Shapes
///
/// `originals` and `reconstructions` are `samples x features`.
///
/// # Panics
///
/// If the two differ in shape.
#[allow(
    clippy::needless_pass_by_value,
    reason = "a view is a pointer and a shape, passed as ndarray itself does"
)]
pub(crate) fn profiles_png(
    originals: ArrayView2<'_, f32>,
    reconstructions: ArrayView2<'_, f32>,
    caption: Option<&str>,
) -> Vec<u8> {
    assert_eq!(originals.dim(), reconstructions.dim(), "originals and reconstructions differ in shape");
    let (samples, features) = originals.dim();
    let shown = samples.min(MAX_PANELS);
    let columns = match shown {
        0 | 1 => 1,
        2..=8 => 2,
        _ => 3,
    };
    let rows = shown.div_ceil(columns).max(1);
    let panel_width = if columns == 1 { 520.0 } else { 300.0 };

    let values =
        originals.iter().chain(reconstructions).map(|&value| f64::from(value)).filter(|v| v.is_finite());
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let room = 0.06 * (high - low);
    let y = Axis::linear(low - room, high + room, 4);
    let x = Axis::whole(1.0, features.max(1) as f64, 0.5, 7);

    let left = MARGIN + Frame::room_left(&y);
    let top = 62.0;
    let width = left + columns as f64 * (panel_width + PANEL_GAP.0) - PANEL_GAP.0 + MARGIN;
    let below = Frame::ROOM_BELOW + if caption.is_some() { 28.0 } else { 4.0 };
    let height = top + rows as f64 * (PANEL_HEIGHT + PANEL_GAP.1) - PANEL_GAP.1 + below;

    let raster = canvas::bitmap(whole(width), whole(height), 2, palette::PAPER, |canvas| {
        legend(canvas, left);
        for sample in 0..shown {
            let (row, column) = (sample / columns, sample % columns);
            let panel_left = left + column as f64 * (panel_width + PANEL_GAP.0);
            let panel_top = top + row as f64 * (PANEL_HEIGHT + PANEL_GAP.1);
            let frame = Frame {
                left: panel_left,
                top: panel_top,
                right: panel_left + panel_width,
                bottom: panel_top + PANEL_HEIGHT,
                x: x.clone(),
                y: y.clone(),
            };
            let lowest = sample + columns >= shown;
            frame.draw_shared(
                canvas,
                if lowest { Some("feature") } else { None },
                if column == 0 { Some("value") } else { None },
            );
            canvas.text(&format!("sample {}", sample + 1), (panel_left, panel_top - 7.0), QUIET);
            for line in lines(&frame, &originals.row(sample)) {
                canvas.line(&line, 3.2, ORIGINAL);
            }
            for line in lines(&frame, &reconstructions.row(sample)) {
                canvas.line(&line, 1.5, RECONSTRUCTION);
            }
        }
        if let Some(text) = caption {
            let text = typeface::fit(text, QUIET.weight, QUIET.ems, width - left - MARGIN);
            canvas.text(&text, (left, height - 14.0), QUIET);
        }
    });
    raster.png()
}

fn legend<B: plotters::backend::DrawingBackend>(canvas: &mut Canvas<B>, left: f64) {
    let y = 26.0;
    let mut x = left;
    for (name, thickness, colour) in [("original", 3.2, ORIGINAL), ("reconstruction", 1.5, RECONSTRUCTION)] {
        canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], thickness, colour);
        canvas.text(name, (x + 29.0, y), TEXT);
        x += 29.0 + typeface::width(name, TEXT.weight, TEXT.ems) + 24.0;
    }
}

/// A sample as lines in its panel: steps for few features, else from point to point; broken where a value is
/// not finite.
fn lines(frame: &Frame, sample: &ArrayView1<'_, f32>) -> Vec<Vec<(f64, f64)>> {
    let mut lines = vec![Vec::new()];
    for (index, &value) in sample.iter().enumerate() {
        if !value.is_finite() {
            lines.push(Vec::new());
        } else if let Some(line) = lines.last_mut() {
            let (feature, value) = (index as f64 + 1.0, f64::from(value));
            if sample.len() <= MAX_STEPS {
                line.extend([frame.at(feature - 0.5, value), frame.at(feature + 0.5, value)]);
            } else {
                line.push(frame.at(feature, value));
            }
        }
    }
    lines
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "page sizes are positive and small"
)]
fn whole(length: f64) -> u32 {
    length.ceil() as u32
}
