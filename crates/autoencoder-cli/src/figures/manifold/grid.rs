//! A grid of cells: what the decoder makes of each code, side by side, with the values of the codes along the sides.

use ndarray::ArrayView2;
use plotters::backend::DrawingBackend;

use super::axis::GridAxis;
use super::page::Page;
use crate::figures::canvas::{Align, Canvas, Type};
use crate::figures::cells::{CellLook, Cells};
use crate::figures::page::{MARGIN, QUIET};
use crate::figures::typeface;

/// The samples of a grid, one row of numbers for each code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridCells<'a> {
    pub(crate) look: CellLook,
    pub(crate) samples: ArrayView2<'a, f32>,
}

/// The side that a grid has about.
const PLEASANT: usize = 640;
/// The side of a cell that needs no more.
const LARGEST_CELL: usize = 140;
/// The room for a value below its column.
const VALUE: f64 = 46.0;
/// The room below the grid.
const BELOW: f64 = 56.0;

pub(super) struct GridPage<'a> {
    across: GridAxis<'a>,
    upwards: Option<GridAxis<'a>>,
    samples: [ArrayView2<'a, f32>; 1],
    look: CellLook,
    side: usize,
    pitch: (usize, usize),
    left: f64,
}

impl<'a> GridPage<'a> {
    pub(super) fn new(across: GridAxis<'a>, upwards: Option<GridAxis<'a>>, cells: GridCells<'a>) -> Self {
        let (columns, rows) = (across.values.len(), upwards.map_or(1, |axis| axis.values.len()));
        assert_eq!(cells.samples.nrows(), columns * rows, "a sample for each code of the grid");
        let side = (PLEASANT / columns.max(rows)).clamp(1, LARGEST_CELL);
        let size = Cells::new(cells.look, &[cells.samples], (side, side.max(1))).size;
        // Images are side by side, as one picture; lines need a little room.
        let gap = if matches!(cells.look, CellLook::Image(_)) { 0 } else { 3 };
        let values = upwards.map_or(0.0, |axis| {
            let widths = axis.values.iter().map(|&value| width(&axis.text(value)));
            widths.fold(0.0, f64::max) + 34.0
        });
        Self {
            across,
            upwards,
            samples: [cells.samples],
            look: cells.look,
            side,
            pitch: (size.0 + gap, size.1 + gap),
            left: (MARGIN + values).ceil(),
        }
    }

    fn rows(&self) -> usize {
        self.upwards.map_or(1, |axis| axis.values.len())
    }

    /// Every so many of the values are told that they do not touch.
    fn stride(room: f64, pitch: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a room in units")]
        let room = room as usize;
        room.div_ceil(pitch.max(1)).max(1)
    }
}

fn width(text: &str) -> f64 {
    typeface::width(text, QUIET.weight, QUIET.ems)
}

impl Page for GridPage<'_> {
    fn size(&self) -> (f64, f64) {
        let (columns, rows) = (self.across.values.len(), self.rows());
        (self.left + (columns * self.pitch.0) as f64 + MARGIN, (rows * self.pitch.1) as f64 + BELOW)
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, top: f64) {
        let cells = Cells::new(self.look, &self.samples, (self.side, self.side));
        let (columns, rows) = (self.across.values.len(), self.rows());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page is small")]
        let (left, top) = (self.left as usize, top.ceil() as usize);
        // The lowest values stand at the foot.
        let corner =
            |row: usize, column: usize| (left + column * self.pitch.0, top + (rows - 1 - row) * self.pitch.1);
        for row in 0..rows {
            for column in 0..columns {
                cells.draw(canvas, row * columns + column, corner(row, column));
            }
        }
        let foot = (top + rows * self.pitch.1) as f64;
        for column in (0..columns).step_by(Self::stride(VALUE, self.pitch.0)) {
            let text = self.across.text(self.across.values[column]);
            let x = (left + column * self.pitch.0) as f64 + cells.size.0 as f64 / 2.0;
            canvas.text(&text, (x, foot + 17.0), Type { align: Align::Middle, ..QUIET });
        }
        let middle = left as f64 + (columns * self.pitch.0) as f64 / 2.0;
        canvas.text(self.across.name, (middle, foot + 37.0), Type { align: Align::Middle, ..QUIET });
        let Some(axis) = self.upwards else { return };
        for row in (0..rows).step_by(Self::stride(20.0, self.pitch.1)) {
            let text = axis.text(axis.values[row]);
            let y = corner(row, 0).1 as f64 + cells.size.1 as f64 / 2.0 + 0.35 * QUIET.ems;
            canvas.text(&text, (left as f64 - 8.0, y), Type { align: Align::Right, ..QUIET });
        }
        let middle = top as f64 + (rows * self.pitch.1) as f64 / 2.0;
        canvas.upwards(axis.name, (MARGIN + QUIET.ems, middle), Type { align: Align::Middle, ..QUIET });
    }
}
