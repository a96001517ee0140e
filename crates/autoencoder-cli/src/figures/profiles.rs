//! The figure of reconstructions of table rows: a panel for each sample, with a line over the features for each of
//! its states.

use plotters::style::RGBColor;

use super::axes::{Axis, Frame};
use super::canvas::{self, Canvas};
use super::page::{QUIET, TEXT, whole};
use super::palette;
use super::polyline;
use super::reconstructions::{Series, dimensions};
use super::typeface;

/// The widths and colours of the lines of the series, in their order: input, reconstruction, clean.
pub(super) const LINES: [(f64, RGBColor); 3] =
    [(3.2, RGBColor(133, 173, 204)), (1.5, palette::CLASSES[3]), (1.2, palette::INK)];
/// The largest number of panels; later samples are left out.
pub(crate) const MAX_PANELS: usize = 20;
/// The largest number of features that are drawn as steps; more features are joined to a curve.
const MAX_STEPS: usize = 64;
const MARGIN: f64 = 20.0;
const PANEL_HEIGHT: f64 = 104.0;
const PANEL_GAP: (f64, f64) = (22.0, 34.0);

/// What is written at the panels of a figure.
pub(crate) struct Panels<'a> {
    /// A title for each panel; `sample 1` and so on where there are none.
    pub(crate) titles: Option<&'a [String]>,
    /// What the numbers of a sample are counted by.
    pub(crate) axis: &'static str,
}

impl Panels<'_> {
    pub(crate) const OF_SAMPLES: Self = Self { titles: None, axis: "feature" };
}

/// Draws each sample's features in each of its states, as the bytes of a PNG file.
///
/// All panels share one range of values. At most 20 samples are shown.
///
/// # Shapes
///
/// The samples of each of `series` are `samples x features`.
///
/// # Panics
///
/// If there are no series or more than three, two of them differ in shape, or there are fewer titles than panels.
pub(crate) fn profiles_png(series: &[Series<'_>], names: &Panels<'_>, caption: Option<&str>) -> Vec<u8> {
    assert!(series.len() <= LINES.len(), "{} series, and {} kinds of lines", series.len(), LINES.len());
    let (samples, features) = dimensions(series);
    let shown = samples.min(MAX_PANELS);
    let columns = match shown {
        0 | 1 => 1,
        2..=8 => 2,
        _ => 3,
    };
    let rows = shown.div_ceil(columns).max(1);
    let panel_width = if columns == 1 { 520.0 } else { 300.0 };

    let values = series.iter().flat_map(|series| series.samples).map(|&value| f64::from(value));
    let values = values.filter(|v| v.is_finite());
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let room = 0.06 * (high - low);
    let y = Axis::linear(low - room, high + room, 4);
    let x = Axis::whole(1.0, features.max(1) as f64, 0.5, 7);

    let left = MARGIN + Frame::room_left(&y);
    let top = 62.0;
    // The label of a tick at the end of the axis reaches half its width beyond it.
    let right = MARGIN.max(x.label_width() / 2.0 + 6.0);
    let width = left + columns as f64 * (panel_width + PANEL_GAP.0) - PANEL_GAP.0 + right;
    let below = Frame::ROOM_BELOW + if caption.is_some() { 28.0 } else { 4.0 };
    let height = top + rows as f64 * (PANEL_HEIGHT + PANEL_GAP.1) - PANEL_GAP.1 + below;

    let raster = canvas::bitmap(whole(width), whole(height), 2, palette::PAPER, |canvas| {
        legend(canvas, series, left);
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
                if lowest { Some(names.axis) } else { None },
                if column == 0 { Some("value") } else { None },
            );
            let title = names
                .titles
                .map_or_else(|| format!("sample {}", sample + 1), |titles| titles[sample].clone());
            let title = typeface::fit(&title, QUIET.weight, QUIET.ems, panel_width);
            canvas.text(&title, (panel_left, panel_top - 7.0), QUIET);
            for (series, (thickness, colour)) in series.iter().zip(LINES) {
                let values: Vec<f64> = series.samples.row(sample).iter().copied().map(f64::from).collect();
                for line in lines(&frame, &values) {
                    canvas.line(&line, thickness, colour);
                }
            }
        }
        if let Some(text) = caption {
            let text = typeface::fit(text, QUIET.weight, QUIET.ems, width - left - MARGIN);
            canvas.text(&text, (left, height - 14.0), QUIET);
        }
    });
    raster.png_of_lines()
}

fn legend<B: plotters::backend::DrawingBackend>(canvas: &mut Canvas<B>, series: &[Series<'_>], left: f64) {
    let y = 26.0;
    let mut x = left;
    for (&Series { name, .. }, (thickness, colour)) in series.iter().zip(LINES) {
        canvas.line(&[(x, y - 4.2), (x + 22.0, y - 4.2)], thickness, colour);
        canvas.text(name, (x + 29.0, y), TEXT);
        x += 29.0 + typeface::width(name, TEXT.weight, TEXT.ems) + 24.0;
    }
}

/// A sample as lines in its panel: steps for few features, otherwise lines from point to point; broken where a value
/// is not finite.
pub(super) fn lines(frame: &Frame, sample: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut points = Vec::new();
    for (index, &value) in sample.iter().enumerate() {
        let feature = index as f64 + 1.0;
        let mut add = |feature: f64| {
            let (x, y) = frame.at(feature, value);
            points.push((x, value.is_finite().then_some(y)));
        };
        if sample.len() <= MAX_STEPS {
            add(feature - 0.5);
            add(feature + 0.5);
        } else {
            add(feature);
        }
    }
    polyline::lines(&points)
}
