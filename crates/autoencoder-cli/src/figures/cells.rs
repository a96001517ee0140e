//! Samples in small cells: images of whole pixels, or lines of numbers in their order.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::axes::{Axis, Frame};
use super::canvas::{self, Canvas};
use super::page::whole;
use super::palette;
use super::profiles::{LINES, lines};
use super::raster::Raster;
use super::reconstructions::{ImageShape, paint, sized};

/// The look of a sample in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CellLook {
    /// Values from 0, black, to 1, white.
    Image(ImageShape),
    /// Numbers in their order, of several series side by side or of one.
    Lines { series: usize },
}

/// The most series of a sample that are drawn, each in a colour of its own.
pub(crate) const MOST_SERIES: usize = 3;
/// The height of a cell of lines, as a part of its width.
const LINES_HEIGHT: f64 = 0.6;
/// The room between the images of a sample in several states.
pub(super) const STATE_GAP: usize = 3;

/// The same samples in one state or two, the original first, in cells of one size.
pub(super) struct Cells<'a> {
    pub(super) look: CellLook,
    states: &'a [ArrayView2<'a, f32>],
    /// The width and the height of a sample in one state.
    pub(super) size: (usize, usize),
    /// The axis of values of every series that is drawn.
    axes: Vec<Axis>,
}

impl<'a> Cells<'a> {
    /// Cells of about the side `pleasant`, and never more than `largest`.
    ///
    /// # Panics
    ///
    /// If there is no state, or a sample has not as many numbers as the look says.
    pub(super) fn new(
        look: CellLook,
        states: &'a [ArrayView2<'a, f32>],
        (pleasant, largest): (usize, usize),
    ) -> Self {
        let features = states[0].ncols();
        let (size, axes) = match look {
            CellLook::Image(shape) => {
                assert_eq!(features, shape.height * shape.width * shape.channels, "{shape:?}");
                (sized(shape, pleasant, largest), Vec::new())
            }
            CellLook::Lines { series } => {
                assert!(
                    series > 0 && features.is_multiple_of(series),
                    "{features} numbers of {series} series"
                );
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a side is small"
                )]
                let height = (pleasant as f64 * LINES_HEIGHT).round() as usize;
                let axes = (0..series.min(MOST_SERIES)).map(|one| axis(states, one, series)).collect();
                ((pleasant, height), axes)
            }
        };
        Self { look, states, size, axes }
    }

    /// The height of a sample in all of its states: images stand below each other, and lines lie over each other.
    pub(super) fn height(&self) -> usize {
        match self.look {
            CellLook::Image(_) => self.states.len() * (self.size.1 + STATE_GAP) - STATE_GAP,
            CellLook::Lines { .. } => self.size.1,
        }
    }

    /// Draws a sample in all of its states.
    pub(super) fn draw<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        sample: usize,
        (left, top): (usize, usize),
    ) {
        match self.look {
            CellLook::Image(shape) => {
                for (place, state) in self.states.iter().enumerate() {
                    let mut raster = Raster::blank(self.size.0, self.size.1);
                    paint(&mut raster, &state.row(sample), shape, self.size, (0, 0));
                    canvas.framed((left, top + place * (self.size.1 + STATE_GAP)), raster);
                }
            }
            CellLook::Lines { series } => self.draw_lines(canvas, sample, (left as f64, top as f64), series),
        }
    }

    fn draw_lines<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        sample: usize,
        (left, top): (f64, f64),
        series: usize,
    ) {
        let (right, bottom) = (left + self.size.0 as f64, top + self.size.1 as f64);
        canvas.rectangle((left, top), (right, bottom), palette::MAT);
        let count = self.states[0].ncols() / series;
        let x = Axis::whole(1.0, count.max(1) as f64, 0.5, 1);
        for (one, y) in self.axes.iter().enumerate() {
            let frame = Frame { left, top, right, bottom, x: x.clone(), y: y.clone() };
            for (place, state) in self.states.iter().enumerate() {
                let values: Vec<f64> =
                    state.row(sample).iter().skip(one).step_by(series).copied().map(f64::from).collect();
                let (width, colour) = match (self.states.len(), self.axes.len()) {
                    (1, _) => (1.3, palette::CLASSES[SERIES[one]]),
                    (_, 1) => LINES[place],
                    // The original of each series is pale behind what is made of it.
                    _ if place == 0 => (2.4, palette::pale(palette::CLASSES[SERIES[one]])),
                    _ => (1.2, palette::CLASSES[SERIES[one]]),
                };
                for line in lines(&frame, &values) {
                    canvas.line(&line, width, colour);
                }
            }
        }
    }
}

/// Draws a sample in all of its states, as the text of an SVG file of about the width `pleasant`.
///
/// # Panics
///
/// If there is no state, or a sample has not as many numbers as the look says.
pub(crate) fn cell_svg(
    look: CellLook,
    states: &[ArrayView2<'_, f32>],
    sample: usize,
    pleasant: usize,
) -> String {
    let cells = Cells::new(look, states, (pleasant, pleasant));
    canvas::svg(whole(cells.size.0 as f64), whole(cells.height() as f64), |canvas| {
        cells.draw(canvas, sample, (0, 0));
    })
}

/// The colours of series, by their places in the palette.
pub(super) const SERIES: [usize; MOST_SERIES] = [0, 3, 2];

/// The axis of one series over all samples and states.
fn axis(states: &[ArrayView2<'_, f32>], one: usize, series: usize) -> Axis {
    let values = states.iter().flat_map(|state| state.rows()).flat_map(|row| {
        row.into_iter().skip(one).step_by(series).map(|&value| f64::from(value)).collect::<Vec<_>>()
    });
    let values = values.filter(|value| value.is_finite());
    let (low, high) =
        values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
    let room = 0.08 * (high - low);
    Axis::linear(low - room, high + room, 3)
}
